"""Does the doctor say which limits clash, with true numbers, and do its repairs work?"""

from __future__ import annotations

import json

import numpy as np
import pytest

import engine
from bench.proofs import doctor as proof
from engine.diagnosis import Change, Diagnosis
from engine.doctor.diagnose import diagnose_limits, soften
from engine.doctor.repairs import apply
from engine.kernel.facts import Facts, universe_of
from engine.kernel.forms import Estimates

SECTORS = {"AAA": "Tech", "BBB": "Tech", "CCC": "Tech", "DDD": "Food", "EEE": "Food", "FFF": "Bank"}
NAMES = tuple(SECTORS)
SCORES = (90.0, 70.0, 60.0, 40.0, 30.0, 20.0)
HELD = (0.3, 0.2, 0.1, 0.2, 0.1, 0.1)


def universe(**more):
    facts = Facts(
        esg_scores=dict(zip(NAMES, SCORES, strict=True)),
        benchmark_weights=dict(zip(NAMES, HELD, strict=True)),
        groups={"region": {name: "World/Here" if name < "C" else "World/There" for name in NAMES}},
        **more,
    )
    return universe_of(NAMES, SECTORS, dict(zip(NAMES, HELD, strict=True)), facts)


def estimates(history=None):
    rng = np.random.default_rng(3)
    loadings = rng.normal(0.6, 0.3, (6, 2)) * 0.15
    covariance = loadings @ loadings.T + np.diag(rng.uniform(0.1, 0.25, 6) ** 2)
    return Estimates(np.array([0.1, 0.08, 0.06, 0.05, 0.04, 0.02]), covariance, history_frac=history)


def request(limits, objective=None):
    body = {"asset_ids": list(NAMES), "objective": objective or {"kind": "min_volatility"}, "constraints": limits}
    return engine.parse_request(json.dumps(body))


def diagnose(limits, objective=None, figures=None) -> Diagnosis:
    asked = request(limits, objective)
    return diagnose_limits(asked.constraints, universe(), asked.objective, figures or estimates())


def bounds(low, high, *assets, **more):
    named = {"assets": list(assets)} if assets else {}
    return {"kind": "position_bounds", "min_frac": low, "max_frac": high, **named, **more}


def sector(name, low=None, high=None, **more):
    return {"kind": "sector_limit", "sector": name, "min_frac": low, "max_frac": high, **more}


CASES = {
    "no score that high": (
        [bounds(0.0, 0.5), {"kind": "esg_floor", "min_score": 85.0}],
        "The best reachable ESG score is 80; you asked for 85.",
        [{0, 1}],
    ),
    "sector of small positions": (
        [bounds(0.0, 0.6), bounds(0.0, 0.05, "AAA", "BBB", "CCC"), sector("Tech", 0.3)],
        "The 3 assets of Tech may together hold at most 15%: less than the 30% demanded for Tech.",
        [{1, 2}],
    ),
    "turnover too small for what must go": (
        [bounds(0.0, 0.0, "CCC", "EEE"), {"kind": "turnover", "max_frac": 0.1}],
        "Turnover: cutting CCC and EEE, as the limits demand, already needs 20%; you allow 10%.",
        [{0, 1}],
    ),
    "minimum holding alone is to blame": (
        [bounds(0.0, 0.3), {"kind": "min_holding", "min_frac": 0.35}],
        "Because every position must be zero or at least 35%, no portfolio meets the limits that follow; without that "
        "minimum one would.",
        [{0, 1}],
    ),
    "too few holdings": (
        [bounds(0.0, 0.3), {"kind": "holdings_count", "max_count": 3}],
        "At least 4 holdings are needed; you allow 3.",
        [{0, 1}],
    ),
    "nested groups": (
        [
            {"kind": "group_limit", "dimension": "region", "group": "World", "max_frac": 0.4},
            {"kind": "group_limit", "dimension": "region", "group": "World/Here", "min_frac": 0.5},
        ],
        "The assets of World are all assets",
        [{0}],
    ),
    "two conflicts at once": (
        [sector("Food", 0.5), sector("Food", None, 0.4), {"kind": "esg_floor", "min_score": 95.0}],
        "The best reachable ESG score is",
        [{0, 1}, {2}],
    ),
}  # fmt: skip


@pytest.mark.requirement("1.3.A4")
@pytest.mark.requirement("1.3.A5")
@pytest.mark.parametrize("name", [name for name in CASES if name != "nested groups"])
def test_the_sets_and_the_numbers_are_those_that_arithmetic_gives(name):
    limits, sentence, sets = CASES[name]
    found = diagnose(limits)
    assert not found.is_feasible
    named = [{limit.constraint_index for limit in conflict.limits} for conflict in found.conflicts]
    assert sorted(map(sorted, named)) == sorted(map(sorted, sets))
    assert any(sentence in conflict.sentence for conflict in found.conflicts), found.conflicts


@pytest.mark.requirement("1.3.A6")
@pytest.mark.requirement("1.3.D3")
@pytest.mark.parametrize("name", CASES)
def test_every_repair_is_enough_and_can_be_applied(name):
    limits, _, _ = CASES[name]
    asked = request(limits)
    found = diagnose(limits)
    for repair in (found.joint_repair, *(item for item in found.single_repairs if item.is_enough)):
        mended = apply(asked, repair)
        assert diagnose_limits(mended.constraints, universe(), mended.objective, estimates()).is_feasible, repair
    assert asked == request(limits)


def test_a_repair_survives_json_and_names_its_fields_as_the_api_does():
    found = diagnose(CASES["no score that high"][0])
    again = Diagnosis.model_validate_json(found.model_dump_json())
    assert again == found
    changes = found.model_dump(mode="json")["joint_repair"]["changes"]
    assert set(changes[0]) == {"constraint_index", "field", "from", "to"}
    assert apply(request(CASES["no score that high"][0]), [Change.model_validate(item) for item in changes])


@pytest.mark.parametrize(
    "change",
    [
        Change(constraint_index=9, field="max_frac", to_value=0.5),
        Change(constraint_index=0, field="nothing", to_value=0.5),
        Change(constraint_index=None, field=None),
    ],
)
def test_a_change_that_fits_nothing_is_refused(change):
    with pytest.raises(ValueError, match=r"limit number|goal cannot"):
        apply(request([bounds(0.0, 0.5)]), [change])


def test_single_repairs_are_the_smallest_and_say_when_nothing_helps():
    found = diagnose([bounds(0.0, 0.5), {"kind": "esg_floor", "min_score": 85.0}, sector("Bank", None, 0.9)])
    by_limit = {item.limit.constraint_index: item for item in found.single_repairs}
    # 0.75 of 90 and 0.25 of 70 make 85.
    assert by_limit[0].changes[0].to_value == pytest.approx(0.75, abs=1e-9)
    assert by_limit[1].changes[0].to_value == pytest.approx(80.0, abs=1e-9)
    assert not by_limit[2].is_enough
    assert by_limit[2].sentence == "No change of this limit alone helps."


@pytest.mark.parametrize(("first", "second", "gives_way"), [(1, 9, 1), (9, 1, 0)])
def test_the_larger_priority_number_gives_way_and_the_smaller_is_kept(first, second, gives_way):
    limits = [sector("Food", 0.7, priority=first), sector("Food", None, 0.2, priority=second)]
    found = diagnose(limits)
    (change,) = found.joint_repair.changes
    assert change.constraint_index == gives_way
    assert change.to_value == pytest.approx(0.7 if gives_way else 0.2)


def test_a_soft_limit_gives_way_before_a_hard_one_and_as_little_as_needed():
    limits = [sector("Food", 0.7, is_soft=True, priority=1), sector("Food", None, 0.2, priority=9)]
    found = diagnose(limits)
    assert found.is_feasible
    (way,) = found.given_way
    assert way.changes[0].to_value == pytest.approx(0.2, abs=1e-8)
    kept, ways = soften(request(limits).constraints, universe())
    assert ways == found.given_way
    assert kept[0].min_frac == pytest.approx(0.2, abs=1e-8)
    assert kept[1] == request(limits).constraints[1]


def test_of_soft_limits_the_larger_number_gives_way_first():
    limits = [
        sector("Food", 0.7, is_soft=True, priority=2),
        sector("Tech", 0.7, is_soft=True, priority=8),
    ]
    kept, ways = soften(request(limits).constraints, universe())
    assert [way.limit.constraint_index for way in ways] == [1]
    assert kept[1].min_frac == pytest.approx(0.3, abs=1e-8)


def test_hard_limits_that_clash_are_not_softened_away():
    limits = [sector("Food", 0.7), sector("Food", None, 0.2), sector("Bank", 0.5, is_soft=True)]
    assert soften(request(limits).constraints, universe()) is None


def test_the_goals_own_floor_counts_as_a_limit_and_can_be_repaired():
    goal = {"kind": "target_return", "return_min_annual_frac": 0.12}
    found = diagnose([bounds(0.0, 0.5)], goal)
    # The goal is impossible by itself, all in the best asset at 10%; the repair keeps the half in each of the two best.
    assert [name.kind for name in found.conflicts[0].limits] == ["target_return"]
    assert found.conflicts[0].sentence == "The best reachable expected return is 10% a year; you asked for 12%."
    repair = next(item for item in found.single_repairs if item.limit.constraint_index is None)
    mended = apply(request([bounds(0.0, 0.5)], goal), repair)
    assert mended.objective.return_min_annual_frac == pytest.approx(0.09, abs=1e-9)


@pytest.mark.requirement("1.3.F3")
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_the_figure_of_a_conflict_is_what_its_own_limits_and_the_budget_allow(share):
    limits = [
        bounds(0.01, 0.25),
        sector("Bank", 0.5),
        {"kind": "group_limit", "dimension": "region", "group": "World/Here", "max_frac": 0.6},
        {"kind": "holdings_count", "max_count": 2},
        *([{"kind": "budget", "net_frac": share}] if share < 1.0 else []),
    ]
    found = diagnose(limits, {"kind": "target_return", "return_min_annual_frac": 0.4})
    alone = next(one for one in found.conflicts if one.limits[0].kind == "target_return")
    assert [name.kind for name in alone.limits] == ["target_return"]
    # All that is invested in the best asset, of 10%: no cap on positions is in the set.
    assert alone.sentence == f"The best reachable expected return is {10 * share:g}% a year; you asked for 40%."


def test_the_lowest_tracking_error_is_that_of_another_solver():
    import cvxpy

    limits = [sector("Bank", 0.5), {"kind": "tracking_error", "max_annual_frac": 0.01}]
    found = diagnose(limits)
    weights = cvxpy.Variable(6, nonneg=True)
    away = weights - np.array(HELD)
    inside = [cvxpy.sum(weights) == 1.0, weights[5] >= 0.5]
    root = np.linalg.cholesky(estimates().covariance_annual).T
    least = cvxpy.Problem(cvxpy.Minimize(cvxpy.norm(root @ away)), inside).solve(solver="CLARABEL")
    repair = next(item for item in found.single_repairs if item.limit.kind == "tracking_error")
    assert least <= repair.changes[0].to_value <= least + 1.1e-3
    assert f"{100 * np.ceil(least * 1e4) / 1e4:.2f}".rstrip("0").rstrip(".") in found.conflicts[0].sentence


def test_several_ceilings_on_risk_are_judged_together():
    limits = [
        {"kind": "tracking_error", "max_annual_frac": 0.02},
        {"kind": "volatility_ceiling", "max_annual_frac": 0.05},
        sector("Bank", None, 0.9),
    ]
    found = diagnose(limits)
    assert not found.is_feasible
    named = [{limit.constraint_index for limit in conflict.limits} for conflict in found.conflicts]
    assert all(conflict <= {0, 1} for conflict in named)
    mended = apply(request(limits), found.joint_repair)
    assert diagnose_limits(mended.constraints, universe(), None, estimates()).is_feasible


@pytest.mark.parametrize("kind", ["cvar_ceiling", "cdar_ceiling", "drawdown_ceiling"])
def test_the_lowest_tail_measure_is_that_of_the_full_linear_program(kind):
    from scipy.optimize import linprog

    rng = np.random.default_rng(5)
    history = rng.normal(0.0004, 0.01, (300, 1)) + rng.normal(0.0, 0.01, (300, 6)) * np.linspace(1.0, 2.0, 6)
    # Fewest variables: w, edge a, one u for each period; drawdowns take a running peak for each period.
    count, periods = 6, 300
    level = 0.95
    rows, sides = [], []
    path = np.vstack([np.zeros(count), np.cumsum(history, axis=0)])
    peaks = periods + 1 if kind != "cvar_ceiling" else 0
    width = count + 1 + periods + peaks
    for t in range(periods):
        row = np.zeros(width)
        row[count], row[count + 1 + t] = -1.0, -1.0
        if kind == "cvar_ceiling":
            row[:count] = -history[t]
        else:
            row[:count] = -path[t + 1]
            row[count + 1 + periods + t + 1] = 1.0
            row[count + 1 + t] = 0.0 if kind == "drawdown_ceiling" else -1.0
        rows.append(row)
        sides.append(0.0)
    for t in range(peaks):
        row = np.zeros(width)
        row[:count], row[count + 1 + periods + t] = path[t], -1.0
        rows.append(row)
        sides.append(0.0)
        if t:
            step = np.zeros(width)
            step[count + 1 + periods + t - 1], step[count + 1 + periods + t] = 1.0, -1.0
            rows.append(step)
            sides.append(0.0)
    cost = np.zeros(width)
    cost[count] = 1.0
    if kind != "drawdown_ceiling":
        cost[count + 1 : count + 1 + periods] = 1.0 / (periods * (1.0 - level))
    budget = np.zeros((1, width))
    budget[0, :count] = 1.0
    free = [(0.0, 1.0)] * count + [(None, None)] + [(0.0, None)] * periods + [(None, None)] * peaks
    if peaks:
        free[count + 1 + periods] = (0.0, None)
    least = linprog(cost, np.array(rows), sides, budget, [1.0], free, method="highs").fun
    limits = [{"kind": kind, "max_frac": round(0.5 * least, 4)}]
    figures = estimates(history)
    found = diagnose(limits, figures=figures)
    assert not found.is_feasible
    (change,) = found.joint_repair.changes
    assert least - 1e-7 <= change.to_value <= least + 1.1e-3
    held = [{"kind": kind, "max_frac": least * (1.0 + 1e-6)}]
    assert diagnose(held, figures=figures).is_feasible


@pytest.mark.requirement("1.3.D2")
@pytest.mark.requirement("1.3.D5")
@pytest.mark.parametrize("seed", range(10))
def test_every_planted_conflict_is_named_and_every_repair_works(seed):
    world, limits, planted = proof.mandate(seed)
    assert proof.check_diagnosis(world, proof.request_of(world, limits), planted) >= len(planted)


@pytest.mark.parametrize("seed", range(12))
def test_limits_that_one_portfolio_meets_are_never_called_impossible(seed):
    world, limits = proof.feasible_mandate(seed)
    asked = proof.request_of(world, limits)
    assert diagnose_limits(asked.constraints, world.universe, asked.objective, world.estimates).is_feasible
    proof.check_boundary(seed)


def test_the_same_request_has_the_same_diagnosis():
    world, limits, _ = proof.mandate(4)
    asked = proof.request_of(world, limits)
    both = [diagnose_limits(asked.constraints, world.universe, asked.objective, world.estimates) for _ in range(2)]
    assert both[0].model_dump_json() == both[1].model_dump_json()


def test_without_estimates_limits_on_risk_are_left_out_and_that_is_said():
    asked = request([{"kind": "tracking_error", "max_annual_frac": 1e-6}, sector("Bank", 0.5)])
    found = diagnose_limits(asked.constraints, universe())
    assert found.is_feasible
    assert any("need the assets' history" in note for note in found.notes)


def test_one_position_bound_that_replaces_another_is_the_one_that_is_named():
    limits = [bounds(0.0, 0.3), bounds(0.0, 0.05, "AAA"), bounds(0.2, 0.3, "AAA"), sector("Tech", None, 0.1)]
    found = diagnose(limits)
    assert [{limit.constraint_index for limit in conflict.limits} for conflict in found.conflicts] == [{2, 3}]


def test_whole_requests_are_ranked_by_what_is_gained(panel, sectors):
    body = {
        "asset_ids": list(panel.assets),
        "objective": {"kind": "max_sharpe"},
        "constraints": [bounds(0.0, 0.25), sector("Energy", 0.4), sector("Energy", None, 0.2)],
        "estimates": {"lookback_days": 500},
    }
    asked = engine.parse_request(json.dumps(body))
    found = engine.diagnose(asked, panel=panel, sectors=sectors)
    enough = [item for item in found.single_repairs if item.is_enough]
    assert len(enough) == 2
    assert enough[0].figure == "sharpe"
    assert enough[0].figure_value >= enough[1].figure_value
    for item in enough:
        result = engine.optimize(apply(asked, item), panel=panel, sectors=sectors)
        assert result.status == "optimal"
        assert result.metrics.sharpe == pytest.approx(item.figure_value, rel=1e-9)
