"""Are repairs the cheapest there are, and do they never harm what they should keep?"""

from __future__ import annotations

import cvxpy
import numpy as np
import pytest

from engine.kernel.errors import InputRefused
from engine.stress.repair import Hedge, RepairTask, repair
from engine.stress.repair_program import LinearLimit
from tests.engine.stress_worlds import portfolio


def task_of(seed: int, *, keep: float = 0.9, turnover: float = 0.3, **options) -> RepairTask:
    """Twelve positions, eight scenarios, three hedges: the worst losses must come down to a share of the worst."""
    rng = np.random.default_rng(seed)
    count, scenarios = 12, 8
    market = -rng.uniform(0.02, 0.5, scenarios)
    moves = np.maximum(market[:, None] * rng.uniform(0.3, 1.6, count) + rng.normal(0.0, 0.06, (scenarios, count)), -1.0)
    held = portfolio(rng.dirichlet(np.ones(count)) * 0.95, cash=0.05)
    worst = float((-moves @ held.weights_frac).max())
    hedges = (
        Hedge("Index", market, 0.0003, -0.3, 0.0, is_funded=False, expected_return_annual_frac=0.06),
        Hedge("Treasuries", -0.2 * market, 0.0002, 0.0, 0.2, expected_return_annual_frac=0.03),
        Hedge("Gold", rng.normal(0.03, 0.05, scenarios), 0.001, 0.0, 0.1),
    )
    names = tuple(f"K{place}" for place in range(scenarios))
    options = {"hedges": hedges, "group_max_frac": {"Tech": 0.6}, **options}
    return RepairTask(
        held,
        names,
        names,
        moves,
        np.full(scenarios, keep * worst),
        rng.uniform(0.0005, 0.004, count),
        turnover_max_frac=turnover,
        expected_returns_annual_frac=rng.normal(0.07, 0.02, count),
        **options,
    )


def by_cvxpy(task: RepairTask, way: str) -> tuple[float, float]:
    """Least cost, and least excess, of the same task written down anew."""
    held, hedges = task.portfolio, task.hedges
    count = held.count
    trade, overlay, cash = cvxpy.Variable(count), cvxpy.Variable(len(hedges)), cvxpy.Variable()
    after = held.weights_frac + trade
    losses = -(task.returns_frac @ after) - np.column_stack([one.returns_frac for one in hedges]) @ overlay
    worst = float((-task.returns_frac @ held.weights_frac).max())
    costs = task.costs_frac @ cvxpy.abs(trade) + np.array([one.cost_frac for one in hedges]) @ cvxpy.abs(overlay)
    funded = np.array([float(one.is_funded) for one in hedges])
    rules = [
        losses <= worst,
        cash == held.cash_frac - cvxpy.sum(trade) - funded @ overlay,
        cash >= 0.0,
        cash <= 1.0,
        0.5 * (cvxpy.norm1(trade) + funded @ cvxpy.abs(overlay) + cvxpy.abs(cash - held.cash_frac))
        + (1.0 - funded) @ cvxpy.abs(overlay)
        <= task.turnover_max_frac,
        after >= 0.0,
        after <= held.weights_frac,
        overlay >= [one.lower_frac for one in hedges],
        overlay <= [one.upper_frac for one in hedges],
    ]
    for group, most in task.group_max_frac.items():
        members = np.array([one == group for one in held.groups])
        rules.append(cvxpy.sum(after[members]) <= max(most, float(held.weights_frac[members].sum())))
    if way == "trim":
        rules.append(overlay == 0.0)
    if way == "hedge":
        rules.append(trade == 0.0)
    cheapest = cvxpy.Problem(cvxpy.Minimize(costs), [*rules, losses <= task.limits_frac])
    cheapest.solve(solver="CLARABEL")
    excess = cvxpy.Variable(nonneg=True)
    least = cvxpy.Problem(cvxpy.Minimize(excess), [*rules, losses <= task.limits_frac + excess])
    least.solve(solver="CLARABEL")
    return (float(cheapest.value) if cheapest.status == "optimal" else np.inf), float(least.value)


@pytest.mark.requirement("4.2.A6")
@pytest.mark.parametrize(("seed", "keep", "turnover"), [(0, 0.9, 0.3), (1, 0.75, 0.4), (2, 0.6, 0.1), (3, 0.5, 0.15)])
def test_each_way_is_what_an_independent_program_finds(seed, keep, turnover):
    task = task_of(seed, keep=keep, turnover=turnover)
    for found in repair(task).alternatives:
        cost, excess = by_cvxpy(task, found.kind)
        if found.status == "repaired":
            assert found.cost_frac == pytest.approx(cost, rel=1e-5, abs=1e-9)
            assert found.optimality_gap == pytest.approx(0.0, abs=1e-10)
        else:
            assert cost == np.inf
            assert found.excess_frac == pytest.approx(excess, abs=1e-6)


@pytest.mark.requirement("4.2.A6")
@pytest.mark.parametrize("seed", range(12))
def test_no_repair_raises_the_worst_loss_or_breaks_a_limit(seed):
    rng = np.random.default_rng(seed)
    task = task_of(seed, keep=float(rng.uniform(0.4, 0.98)), turnover=float(rng.uniform(0.02, 0.4)))
    held = task.portfolio
    for found in repair(task).alternatives:
        before = max(one.before_frac for one in found.losses)
        assert max(one.after_frac for one in found.losses) <= before + 1e-9
        assert found.turnover_frac <= task.turnover_max_frac + 1e-9
        after = dict(zip(held.assets, held.weights_frac.tolist(), strict=True))
        after |= {one.asset: one.after_frac for one in found.trades}
        tech = sum(after[name] for name, group in zip(held.assets, held.groups, strict=True) if group == "Tech")
        was = float(held.weights_frac[np.array(held.groups) == "Tech"].sum())
        assert tech <= max(0.6, was) + 1e-9
        assert all(after[name] >= -1e-12 for name in held.assets)
        assert found.cash_after_frac + found.cost_frac >= -1e-9
        assert found.cost_frac == pytest.approx(sum(one.cost_frac for one in found.trades), abs=1e-15)
        if found.status == "repaired":
            assert all(one.is_within for one in found.losses)
            assert found.excess_frac == 0.0
        if found.status == "improved":
            assert found.excess_frac > 0.0
            assert "no further" in found.notes[0]
            assert found.binding


def test_both_is_never_dearer_than_either():
    found = {one.kind: one for one in repair(task_of(4, keep=0.85, turnover=0.5)).alternatives}
    assert {one.status for one in found.values()} == {"repaired"}
    assert found["both"].cost_frac <= min(found["trim"].cost_frac, found["hedge"].cost_frac) + 1e-12
    assert all(not one.is_hedge for one in found["trim"].trades)
    assert all(one.is_hedge for one in found["hedge"].trades)


def test_losses_within_their_limits_need_nothing():
    for found in repair(task_of(0, keep=1.1)).alternatives:
        assert found.status == "unneeded"
        assert not found.trades


def test_without_hedges_only_trimming_is_offered():
    found = {one.kind: one for one in repair(task_of(0, hedges=())).alternatives}
    assert found["trim"].status == "repaired"
    assert found["hedge"].status == found["both"].status == "unavailable"
    assert "No hedge" in found["hedge"].notes[0]


def test_a_limit_that_is_broken_already_is_named_and_not_broken_further():
    plain = task_of(5)
    weights = plain.portfolio.weights_frac
    most = LinearLimit("A0 at most 0%", np.eye(15)[0], upper_frac=0.0)
    task = task_of(5, limits=(most,))
    answer = repair(task)
    assert "A0 at most 0%" in answer.notes[0]
    for found in answer.alternatives:
        assert all(one.after_frac <= weights[0] + 1e-12 for one in found.trades if one.asset == "A0")


def test_without_turnover_nothing_helps_and_it_is_said():
    for found in repair(task_of(0, turnover=0.0)).alternatives:
        assert found.status == "unavailable"
        assert "No trade" in found.notes[0]
        assert found.excess_frac > 0.0


def test_positions_that_nothing_covers_are_left_alone():
    task = task_of(1, keep=0.85, turnover=0.5)
    moves = task.returns_frac.copy()
    moves[0, 3] = np.nan
    changed = RepairTask(**{**vars(task), "returns_frac": moves})
    answer = repair(changed)
    assert "A3" in answer.notes[0]
    assert all(one.asset != "A3" for found in answer.alternatives for one in found.trades)


def test_the_change_of_the_expected_return_is_that_of_the_trades():
    task = task_of(6, keep=0.85, turnover=0.5)
    for found in repair(task).alternatives:
        expected = dict(zip(task.portfolio.assets, task.expected_returns_annual_frac.tolist(), strict=True))
        expected |= {"Index": 0.06, "Treasuries": 0.03}
        if any(one.asset == "Gold" for one in found.trades):
            assert found.expected_return_change_annual_frac is None
        else:
            change = sum(one.trade_frac * expected[one.asset] for one in found.trades)
            assert found.expected_return_change_annual_frac == pytest.approx(change)


def test_figures_that_do_not_agree_are_refused():
    task = task_of(0)
    for wrong, words in (
        ({"scenarios": (), "names": (), "returns_frac": np.zeros((0, 12)), "limits_frac": np.zeros(0)}, "No scenario"),
        ({"costs_frac": np.zeros(3)}, "cost for each"),
        ({"turnover_max_frac": -0.1}, "turnover is negative"),
        ({"limits": (LinearLimit("x", np.zeros(12)),)}, "15 coefficients"),
        ({"hedges": (Hedge("A1", np.zeros(8)),)}, "held already"),
    ):
        with pytest.raises(InputRefused, match=words):
            RepairTask(**{**vars(task), **wrong})


def test_costs_are_paid_without_taking_cash_below_its_bound():
    """An overlay takes no cash, but its cost does: where there is none, something is sold for it."""
    future = Hedge("F", np.array([0.5]), upper_frac=0.5, is_funded=False)
    held = portfolio([1.0], cash=0.0)
    moves = np.array([[-0.3]])
    task = RepairTask(held, ("s",), ("S",), moves, np.array([0.25]), np.array([0.001]), hedges=(future,),
                      turnover_max_frac=0.2)  # fmt: skip
    _, hedge, both = repair(task).alternatives
    assert hedge.status == "unavailable"
    assert both.status == "repaired"
    assert both.cash_after_frac >= -1e-12
    assert {one.asset for one in both.trades} == {"A0", "F"}
    assert both.losses[0].after_frac <= 0.25 + 1e-9
