"""Are the exact points of several objectives where another solver finds them, and do they meet their conditions?"""

from __future__ import annotations

from collections.abc import Sequence

import cvxpy as cp
import numpy as np
import pytest

import engine
from engine.frontier.path import Traced
from engine.frontier.pieces import Pieces
from engine.objectives.min_volatility import MinVolatility
from engine.pareto.parse import parse_pareto
from engine.pareto.result import ParetoResult
from engine.pareto.surface import Surface
from engine.pareto.sweep import Sweep
from tests.engine.pareto_worlds import COUNT, NAMES, costs_of, figures, panel, request, solved

CAP = 0.4


def _least_variance(floor: float, score: float, turnover: float | None = None) -> float:
    """Return the least volatility with a return and a score of at least so much, by cvxpy."""
    means, covariance, scores, _ = figures()
    weights = cp.Variable(COUNT)
    rules = [cp.sum(weights) == 1, weights >= 0, weights <= CAP, means @ weights >= floor, scores @ weights >= score]
    if turnover is not None:
        rules.append(0.5 * cp.norm1(weights - 1.0 / COUNT) <= turnover)
    task = cp.Problem(cp.Minimize(cp.quad_form(weights, cp.psd_wrap(covariance))), rules)
    task.solve(solver=cp.CLARABEL, tol_gap_abs=1e-9, tol_gap_rel=1e-9, tol_feas=1e-9)
    return float(np.sqrt(task.value))


@pytest.fixture(scope="module")
def three() -> ParetoResult:
    return solved("return", "volatility", "esg")


@pytest.mark.requirement("1.2.A1", "1.2.A3", "1.2.D1")
def test_points_in_three_objectives_are_where_another_solver_finds_them(three: ParetoResult) -> None:
    assert three.status == "optimal"
    assert three.road == "critical_line"
    assert three.exact_count == len(three.points) == 40
    for point in three.points[::5]:
        gained, risk, score = point.values
        assert risk == pytest.approx(_least_variance(gained - 1e-10, score - 1e-8), abs=2e-7)


def test_every_point_meets_the_optimality_conditions(three: ParetoResult) -> None:
    means, covariance, scores, _ = figures()
    for point in three.points:
        weights = np.array(point.weights_frac)
        assert point.kkt_worst is not None
        assert point.kkt_worst <= 1e-8
        assert weights.sum() == pytest.approx(1.0, abs=1e-9)
        assert weights.min() >= 0.0
        assert weights.max() <= CAP + 1e-12
        assert point.values == pytest.approx(
            (means @ weights, np.sqrt(weights @ covariance @ weights), scores @ weights),
            rel=1e-9,  # weights are rounded to 1e-10, and an average score is one of weights that sum to 1
        )


def test_two_objectives_give_the_frontier() -> None:
    result = solved("return", "volatility")
    asked = request("return", "volatility")
    plain = engine.OptimizationRequest(
        **{name: getattr(asked, name) for name in engine.OptimizationRequest.model_fields if name != "objective"},
        objective=MinVolatility(),
    )
    frontier = engine.frontier(plain)
    corners = np.array([(one.return_annual_frac, one.volatility_annual_frac) for one in frontier.corners])
    assert result.points[0].values == pytest.approx(tuple(corners[0]), abs=1e-9)
    assert result.points[-1].values == pytest.approx(tuple(corners[-1]), abs=1e-9)
    assert len(result.points) == 40


@pytest.mark.requirement("1.2.B1")
@pytest.mark.parametrize(
    "kinds",
    [
        ("return", "tracking_error"),
        ("volatility", "esg", "yield"),
        ("return", "volatility", "esg", "yield"),
        ("return", "volatility", "esg", "yield", "turnover"),
    ],
)
def test_two_to_five_objectives_give_points_of_which_none_dominates_another(kinds: tuple[str, ...]) -> None:
    result = solved(*kinds)
    costs = costs_of(result)
    span = np.ptp(costs, axis=0)
    for one in costs:
        is_no_worse = (costs <= one + 1e-12 * span).all(axis=1)
        is_better = (costs < one - 2e-9 * span).any(axis=1)
        assert not (is_no_worse & is_better).any()
    assert result.road == "critical_line"
    assert all(point.is_exact for point in result.points)
    for at, axis in enumerate(result.axes):
        values = [point.values[at] for point in result.points]
        best, worst = (max(values), min(values)) if axis.is_maximized else (min(values), max(values))
        assert (axis.ideal, axis.nadir) == (best, worst)


def test_the_best_of_each_objective_is_among_the_points() -> None:
    means, _, scores, _ = figures()
    result = solved("return", "volatility", "esg")
    for at, slopes in ((0, means), (2, scores)):
        weights = np.zeros(COUNT)
        weights[np.argsort(-slopes)[:2]] = CAP
        weights[np.argsort(-slopes)[2]] = 1.0 - 2.0 * CAP
        assert result.axes[at].ideal == pytest.approx(slopes @ weights, rel=1e-9)
    assert result.axes[1].ideal == pytest.approx(_least_variance(-1.0, 0.0), abs=1e-8)


def test_turnover_is_held_exactly() -> None:
    result = solved("return", "volatility", "turnover")
    assert result.axes[2].ideal == pytest.approx(0.0, abs=1e-9)
    for point in result.points[::8]:
        gained, risk, moved = point.values
        weights = np.array(point.weights_frac)
        assert moved == pytest.approx(0.5 * np.abs(weights - 1.0 / COUNT).sum(), abs=1e-7)  # held weights are on a grid
        assert risk == pytest.approx(_least_variance(gained - 1e-9, 0.0, moved + 1e-9), abs=1e-6)


def test_the_return_is_after_costs_unless_costs_are_an_objective() -> None:
    costs = {"spread_frac": 0.01}
    means = figures()[0]
    after = solved("return", "volatility", costs=costs)
    before = solved("return", "volatility", "trading_cost", costs=costs)
    for result, is_after in ((after, True), (before, False)):
        weights = np.array(result.points[-1].weights_frac)
        spent = 0.005 * np.abs(weights - 1.0 / COUNT).sum()
        assert result.points[-1].values[0] == pytest.approx(means @ weights - is_after * spent, abs=1e-9)
        assert result.points[-1].return_annual_frac == pytest.approx(result.points[-1].values[0], abs=1e-12)
        if not is_after:
            assert result.points[-1].values[2] == pytest.approx(spent, abs=1e-9)
    assert any("before trading costs" in note for note in before.notes)


def test_the_order_of_the_assets_does_not_matter() -> None:
    order = np.random.default_rng(1).permutation(COUNT)
    plain, turned = solved("return", "volatility", "esg"), solved("return", "volatility", "esg", order=order)
    assert turned.hypervolume_frac == pytest.approx(plain.hypervolume_frac, rel=1e-6)
    assert np.array([axis.ideal for axis in turned.axes]) == pytest.approx([axis.ideal for axis in plain.axes])
    assert plain.chosen is not None
    assert turned.chosen is not None
    back = np.empty(COUNT)
    back[order] = turned.chosen.point.weights_frac
    assert back == pytest.approx(plain.chosen.point.weights_frac, abs=1e-6)


def test_the_same_request_gives_the_same_bits() -> None:
    first, second = solved("return", "volatility", "esg"), solved("return", "volatility", "esg")
    assert first.points == second.points
    assert first.chosen == second.chosen
    assert first.hypervolume_frac == second.hypervolume_frac


def test_convex_measures_are_where_another_solver_finds_them() -> None:
    history = panel()
    names = list(history.assets)
    scores = dict(zip(names, (30.0, 80.0, 55.0, 62.0, 71.0, 44.0), strict=True))
    made = {
        "asset_ids": names,
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.6}],
        "facts": {"esg_scores": scores},
        "objectives": [{"kind": "return"}, {"kind": "cvar", "level": 0.9}, {"kind": "esg"}],
        "points_count": 16,
    }
    result = engine.pareto(parse_pareto(made), history)
    assert result.road == "convex"
    assert result.exact_count == len(result.points) > 8
    assert max(point.kkt_worst or 0.0 for point in result.points) <= 1e-8
    assert sum(point.kkt_worst is not None for point in result.points) == len(result.points)
    returns = history.returns_frac
    means = returns.mean(axis=0) * 252
    for point in result.points[::3]:
        weights, bar = cp.Variable(6), cp.Variable()
        loss = bar + cp.sum(cp.pos(-returns @ weights - bar)) / (0.1 * len(returns))
        rules = [cp.sum(weights) == 1, weights >= 0, weights <= 0.6]
        rules += [
            means @ weights >= point.values[0] - 1e-9,
            np.array([*scores.values()]) @ weights >= point.values[2] - 1e-6,
        ]
        task = cp.Problem(cp.Minimize(loss), rules)
        task.solve(solver=cp.CLARABEL)
        assert point.values[1] == pytest.approx(task.value, abs=2e-7)


def test_drawdown_and_volatility_share_one_answer() -> None:
    history = panel()
    made = {
        "asset_ids": list(history.assets),
        "objectives": [{"kind": "volatility"}, {"kind": "max_drawdown"}],
        "points_count": 6,
    }
    result = engine.pareto(parse_pareto(made), history)
    assert result.status == "optimal"
    least = [
        engine.optimize(engine.parse_request({"asset_ids": list(history.assets), "objective": {"kind": kind}}), history)
        for kind in ("min_volatility", "min_max_drawdown")
    ]
    assert result.axes[0].ideal == pytest.approx(least[0].metrics.volatility_annual_frac, abs=1e-8)
    assert least[1].goal_figure is not None
    assert result.axes[1].ideal == pytest.approx(least[1].goal_figure.value_frac, abs=1e-8)
    assert any("without compounding" in note for note in result.notes)
    assert not any("without compounding" in note for note in solved("return", "volatility").notes)


@pytest.mark.parametrize(("base", "spread"), [(1e5, 1.0), (70.0, 0.1)])
def test_scores_that_hardly_differ_lose_no_line(base: float, spread: float) -> None:
    means, _, scores, _ = figures()
    plain = {"esg_scores": dict(zip(NAMES, scores.tolist(), strict=True))}
    near = {"esg_scores": {name: base + spread * (score - 55.0) / 100.0 for name, score in plain["esg_scores"].items()}}
    first, second = (solved("return", "volatility", "esg", facts=facts) for facts in (plain, near))
    assert second.status == "optimal"
    assert len(second.points) == len(first.points) == 40
    assert second.hypervolume_frac == pytest.approx(first.hypervolume_frac, rel=1e-6)
    ideal = base + spread * (first.axes[2].ideal - 55.0) / 100.0
    assert second.axes[2].ideal == pytest.approx(ideal, abs=1e-8 * spread + 1e-15 * base)
    assert second.axes[0].ideal == pytest.approx(first.axes[0].ideal, abs=1e-12 * float(np.abs(means).max()) + 1e-9)


def test_lines_that_are_lost_are_solved_for_point_by_point(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = solved("return", "volatility", "esg", points_count=20)
    trace = Surface.trace

    def losing(surface: Surface, levels: tuple[float, ...]) -> tuple[Pieces, Traced]:
        pieces, traced = trace(surface, levels)
        is_lost = np.isfinite(levels[0]) and levels[0] < -75.0
        return pieces, Traced(None, pieces, "a corner was lost") if is_lost else traced

    monkeypatch.setattr(Surface, "trace", losing)
    mended = solved("return", "volatility", "esg", points_count=20)
    assert mended.status == "optimal"
    for first, second in zip(whole.axes, mended.axes, strict=True):
        assert second.ideal == pytest.approx(first.ideal, rel=1e-6)
    found = [point for point in mended.points if point.values[2] > 75.1]
    assert len(found) >= 3
    for point in found:
        assert point.values[1] == pytest.approx(
            _least_variance(point.values[0] - 1e-9, point.values[2] - 1e-7), abs=1e-6
        )


def test_programs_without_an_answer_are_told_in_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    trace, least = Surface.trace, Sweep.least

    def losing(surface: Surface, levels: tuple[float, ...]) -> tuple[Pieces, Traced]:
        pieces, traced = trace(surface, levels)
        return pieces, Traced(None, pieces, "a corner was lost") if np.isfinite(levels[0]) else traced

    def failing(sweep: Sweep, levels: Sequence[float]) -> np.ndarray | None:
        if levels[0] < -75.0:
            sweep.failed_count += 1
            return None
        return least(sweep, levels)

    monkeypatch.setattr(Surface, "trace", losing)
    monkeypatch.setattr(Sweep, "least", failing)
    result = solved("return", "volatility", "esg", points_count=12)
    assert result.status == "near_optimal"
    assert "programs ended without an answer, so parts of the surface may be missing" in result.message


def test_two_risks_that_rise_together_are_seen_over_the_whole_range_of_returns() -> None:
    history = panel(8, 250)
    made = {
        "asset_ids": list(history.assets),
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.4}],
        "objectives": [{"kind": "return"}, {"kind": "volatility"}, {"kind": "cvar"}],
        "points_count": 40,
    }
    result = engine.pareto(parse_pareto(made), history)
    returns = np.array([point.values[0] for point in result.points])
    counts, _ = np.histogram(returns, bins=4, range=(returns.min(), returns.max()))
    assert counts.min() >= 0.1 * len(returns)  # with risks laid first, one quarter of the range had nearly all
