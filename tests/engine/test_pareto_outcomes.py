"""What is said where objectives do not conflict, lack data, or leave nothing to choose?"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import engine
from engine.kernel.errors import InputRefused
from engine.pareto.parse import parse_pareto
from tests.engine.pareto_worlds import COUNT, NAMES, body, costs_of, figures, panel, request, solved


def _refused(given: dict[str, Any], *more: Any) -> list[tuple[str, str]]:
    with pytest.raises(InputRefused) as refusal:
        engine.pareto(parse_pareto(given), *more)
    assert all(one.advice or one.message.count(". ") for one in refusal.value.problems)  # what to do is in either
    return [(one.path, one.message) for one in refusal.value.problems]


def test_objectives_that_do_not_conflict_are_told() -> None:
    given = body("return", "esg")
    means = figures()[0]
    given["facts"]["esg_scores"] = dict(zip(NAMES, (100.0 * means).tolist(), strict=True))
    result = engine.pareto(parse_pareto(given))
    assert not result.has_conflict
    assert len(result.points) == 1
    assert result.hypervolume_frac is None
    assert "do not conflict" in result.message
    assert result.advice
    assert not result.pairs[0].is_in_conflict
    assert result.chosen is not None
    assert result.chosen.point.weights_frac == result.points[0].weights_frac


def test_pairs_say_how_objectives_go_together() -> None:
    result = solved("return", "volatility", "esg")
    pair = result.pairs[0]
    assert (pair.first, pair.second, pair.is_in_conflict) == ("return", "volatility", True)
    assert pair.conflict_correlation is not None
    assert pair.conflict_correlation < -0.2
    assert "conflict" in pair.sentence


def test_a_single_feasible_portfolio() -> None:
    result = solved("return", "volatility", cap_frac=1.0 / COUNT + 1e-12)
    assert len(result.points) == 1
    assert result.points[0].weights_frac == pytest.approx([1.0 / COUNT] * COUNT, abs=1e-9)
    assert not result.has_conflict


def test_an_empty_set_has_a_diagnosis() -> None:
    result = solved("return", "volatility", cap_frac=0.05)
    assert result.status == "infeasible"
    assert result.points == ()
    assert result.chosen is None
    assert result.message
    clash = body("return", "volatility")
    clash["constraints"].append({"kind": "esg_floor", "min_score": 89.99})
    found = engine.pareto(parse_pareto(clash))
    assert found.status == "infeasible"
    assert found.diagnosis is not None


def test_scores_of_only_some_assets_are_refused_or_those_are_left_out() -> None:
    given = body("return", "volatility", "esg")
    for name in NAMES[:2]:
        del given["facts"]["esg_scores"][name]
    path, message = _refused(given)[0]
    assert path == "objectives.2"
    assert "A00 and A01" in message
    result = engine.pareto(parse_pareto({**given, "without_data": "leave_out"}))
    assert all(point.weights_frac[0] == point.weights_frac[1] == 0.0 for point in result.points)
    assert any("A00 and A01" in note for note in result.notes)
    del given["facts"]["esg_scores"]
    assert _refused({**given, "without_data": "leave_out"})[0] == ("objectives.2", "No asset has an ESG score.")


@pytest.mark.parametrize(
    ("kinds", "gone", "path"),
    [
        (("return", "yield"), "yields_annual_frac", "objectives.1"),
        (("return", "tracking_error"), "benchmark_weights", "objectives.1"),
        (("return", "turnover"), "current_weights", "objectives.1"),
        (("return", "trading_cost"), None, "objectives.1"),
        (("cvar", "return"), None, "objectives.0"),
        (("turnover", "trading_cost"), None, "objectives"),
    ],
)
def test_objectives_without_their_data_are_refused(kinds: tuple[str, ...], gone: str | None, path: str) -> None:
    given = body(*kinds)
    given["facts"].pop(gone, None)
    given.pop(gone or "", None)
    assert path in [one for one, _ in _refused(given)]


def test_exact_is_refused_where_only_a_search_helps() -> None:
    whole = body("return", "volatility", method="exact")
    whole["constraints"].append({"kind": "holdings_count", "max_count": 3})
    assert _refused(whole)[0][0] == "constraints"
    assert _refused(body("return", "sharpe", method="exact"))[0][0] == "objectives.1"


def test_a_request_is_told_everything_that_is_wrong_with_it() -> None:
    wrong = body("return", "return")
    wrong["constraints"] = [{"kind": "position_bounds", "max_frac": 40}]
    wrong["points_count"] = 1
    paths = [path for path, _ in _refused(wrong)]
    assert any(path.startswith("constraints.0") for path in paths)
    assert "points_count" in paths
    assert _refused(body("return", "return"))[0][1].startswith("The objective `return` is given more than once")
    assert _refused(body("return", "volatility", objectives=[{"kind": "return"}]))[0][0] == "objectives"
    assert _refused(
        {**body("return", "esg"), "objectives": [{"kind": "return", "weight": 0}, {"kind": "esg", "weight": 0}]}
    )
    assert _refused(
        {**body("return", "esg"), "objectives": [{"kind": "volatility", "direction": "maximize"}, {"kind": "esg"}]}
    )
    with pytest.raises(InputRefused):
        parse_pareto("{")
    with pytest.raises(InputRefused):
        parse_pareto("[]")


@pytest.mark.parametrize("given", [None, 5, [1, 2], float("nan")])
def test_what_is_no_request_at_all_is_refused_as_elsewhere(given: object) -> None:
    with pytest.raises(InputRefused) as refusal:
        parse_pareto(given)  # type: ignore[arg-type]
    assert refusal.value.problems[0].path == "body"
    assert "not an optimization request" in refusal.value.problems[0].message


def test_weights_of_zero_are_told_in_the_words_of_what_was_written() -> None:
    one, both = (
        {"objectives": [{"kind": "return", "weight": 0}, {"kind": "esg", **more}]} for more in ({}, {"weight": 0})
    )
    path, message = _refused({**body("return", "esg"), **one})[0]
    assert path == "objectives"
    assert message.startswith("The only weights given are 0, and beside given weights an objective without one counts")
    assert _refused({**body("return", "esg"), **both})[0][1].startswith("Every objective has the weight 0")
    assert _refused(body("return", "volatility", "return"))[0][0] == "objectives.2"


def test_assets_left_out_that_are_missed_are_named_as_the_cause() -> None:
    given = body("return", "volatility", "esg", without_data="leave_out")
    given["facts"]["esg_scores"] = {NAMES[0]: 50.0}
    result = engine.pareto(parse_pareto(given))
    assert result.status == "infeasible"
    assert "11 assets of 12 are left out" in result.message
    assert "the 1 asset left may hold at most 40%: less than the 100% to invest" in result.message
    assert result.advice is not None
    assert "raise the maximum position to at least 100%" in result.advice
    assert "`facts.esg_scores` for more assets" in result.advice
    given["constraints"] = []
    alone = engine.pareto(parse_pareto(given))
    assert alone.message == "The limits leave one portfolio, so there is nothing to trade off."
    assert alone.advice == "Give the figures that are missing, or widen the limits, to have a choice."


@pytest.mark.parametrize("kinds", [("return", "volatility"), ("tracking_error", "volatility", "return")])
def test_limits_that_leave_one_portfolio_are_told_from_objectives_that_agree(kinds: tuple[str, ...]) -> None:
    result = solved(*kinds, cap_frac=1.0 / COUNT)
    assert len(result.points) == 1
    assert not result.has_conflict
    assert result.message == "The limits leave one portfolio, so there is nothing to trade off."
    agreed = body("return", "volatility")
    agreed["problem"]["expected_returns_frac"] = [0.05] * COUNT
    assert engine.pareto(parse_pareto(agreed)).message.startswith("These objectives do not conflict")


def test_few_points_show_the_same_ends_and_choice_as_many() -> None:
    kinds = ("return", "volatility", "esg")
    few, many = (solved(*kinds, points_count=count) for count in (2, 5))
    assert len(few.points) <= 6
    assert [(axis.ideal, axis.nadir) for axis in few.axes] == [(axis.ideal, axis.nadir) for axis in many.axes]
    assert few.hypervolume_frac == many.hypervolume_frac
    assert few.chosen is not None
    assert many.chosen is not None
    assert few.chosen.point == many.chosen.point
    for at, axis in enumerate(few.axes):
        values = [point.values[at] for point in few.points]
        assert {axis.ideal, axis.nadir} == {min(values), max(values)}


def test_arrays_and_objects_are_taken_and_what_is_no_json_is_told() -> None:
    asked = request("return", "volatility", "esg", points_count=np.int64(40))
    assert parse_pareto(body("return", objectives=asked.objectives)) == asked
    assert _refused(body("return", objectives=[{"kind": object()}, {"kind": "esg"}]))[0][0] == "objectives"


def test_a_ceiling_that_nothing_keeps_is_told() -> None:
    given = {
        "asset_ids": list(NAMES[:6]),
        "objectives": [{"kind": "return"}, {"kind": "volatility"}],
        "constraints": [{"kind": "volatility_ceiling", "max_annual_frac": 0.01}],
    }
    result = engine.pareto(parse_pareto(given), panel())
    assert result.status == "infeasible"
    assert "1%" in result.message


def test_a_request_survives_its_own_json() -> None:
    asked = request("return", "volatility", "esg")
    assert parse_pareto(asked.model_dump_json()) == asked
    assert parse_pareto(asked) is asked
    assert isinstance(asked, engine.OptimizationRequest)
    assert parse_pareto(json.dumps(body("return", "volatility", "esg"))) == asked


def test_a_score_may_be_sought_downwards() -> None:
    natural = solved("volatility", "esg")
    turned = solved("volatility", objectives=[{"kind": "volatility"}, {"kind": "esg", "direction": "minimize"}])
    assert natural.axes[1].is_maximized
    assert not turned.axes[1].is_maximized
    assert turned.axes[1].ideal < turned.axes[1].nadir
    scores = figures()[2]
    assert min(point.values[1] for point in turned.points) < 0.5 * (scores.min() + scores.max())


def test_duplicated_assets_and_equal_means() -> None:
    given = body("return", "volatility", "esg")
    covariance = np.array(given["problem"]["covariance"])
    covariance[1], covariance[:, 1] = covariance[0], covariance[:, 0]
    covariance[1, 1] = covariance[0, 0]
    given["problem"]["covariance"] = covariance.tolist()
    given["problem"]["expected_returns_frac"] = [0.05] * COUNT
    result = engine.pareto(parse_pareto(given))
    assert result.status in ("optimal", "near_optimal")
    assert len(result.points) >= 30
    costs = costs_of(result)
    assert np.ptp(costs[:, 0]) <= 1e-9
    assert result.pairs[0].conflict_correlation is None


@pytest.mark.requirement("1.2.A2")
def test_the_chosen_portfolio_is_the_best_by_the_rule_of_all_not_only_of_the_points() -> None:
    import cvxpy as cp

    means, covariance, scores, _ = figures()
    shares = (0.5, 0.3, 0.2)
    weighted = [
        {"kind": kind, "weight": 10.0 * share}
        for kind, share in zip(("return", "volatility", "esg"), shares, strict=True)
    ]
    result = solved("return", objectives=weighted)
    assert result.chosen is not None
    assert [axis.share_frac for axis in result.axes] == pytest.approx(shares)
    weights, most = cp.Variable(COUNT), cp.Variable()
    value = (means @ weights, cp.norm(np.linalg.cholesky(covariance).T @ weights), scores @ weights)
    parts = [
        share * sign * (one - axis.ideal) / abs(axis.nadir - axis.ideal)
        for share, sign, one, axis in zip(shares, (-1.0, 1.0, -1.0), value, result.axes, strict=True)
    ]
    rules = [cp.sum(weights) == 1, weights >= 0, weights <= 0.4, *(part <= most for part in parts)]
    cp.Problem(cp.Minimize(most), rules).solve(solver=cp.CLARABEL)
    signs = np.array([-1.0, 1.0, -1.0])
    ideal = np.array([axis.ideal for axis in result.axes])
    span = np.abs(np.array([axis.nadir for axis in result.axes]) - ideal)
    own = np.array(shares) * signs * (np.array(result.chosen.point.values) - ideal) / span
    assert own.max() == pytest.approx(float(most.value), abs=1e-6)
    assert result.chosen.point.is_exact
    assert result.chosen.point.kkt_worst is not None
    assert result.chosen.point.kkt_worst <= 1e-8
    assert "50% expected return" in result.chosen.sentence


def test_one_weight_alone_chooses_the_best_of_that_objective() -> None:
    for at, kind in enumerate(("return", "volatility", "esg")):
        objectives = [{"kind": one, "weight": float(one == kind)} for one in ("return", "volatility", "esg")]
        result = solved("return", objectives=objectives)
        assert result.chosen is not None
        assert result.chosen.point.values[at] == pytest.approx(result.axes[at].ideal, rel=1e-6)


def test_the_current_portfolio_is_measured_in_the_same_figures() -> None:
    means, covariance, scores, _ = figures()
    result = solved("return", "volatility", "esg")
    assert result.current is not None
    held = np.full(COUNT, 1.0 / COUNT)
    expected = (means @ held, np.sqrt(held @ covariance @ held), scores @ held)
    assert result.current.values == pytest.approx(expected, rel=1e-6)
    assert not result.current.is_exact


def test_a_ceiling_among_the_limits_is_kept() -> None:
    given = {
        "asset_ids": list(NAMES[:6]),
        "objectives": [{"kind": "return"}, {"kind": "volatility"}],
        "constraints": [{"kind": "volatility_ceiling", "max_annual_frac": 0.15}],
        "points_count": 8,
    }
    result = engine.pareto(parse_pareto(given), panel())
    assert result.road == "convex"
    assert max(point.volatility_annual_frac for point in result.points) <= 0.15 * (1.0 + 1e-6)
    assert len(result.points) >= 4


def test_too_few_holdings_for_the_limits_are_told_before_any_search() -> None:
    given = body("return", "volatility", cap_frac=0.2)
    given["constraints"].append({"kind": "holdings_count", "max_count": 3})
    result = engine.pareto(parse_pareto(given))
    assert result.status == "infeasible"
    assert result.generations_count == 0
    assert "At least 5 holdings are needed" in result.message
