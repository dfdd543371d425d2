"""Does a search keep the limits, replay, begin at exact points, and tell what is proven from what is found?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest

import engine
from engine.kernel.errors import Cancelled
from engine.kernel.facts import universe_of
from engine.optimize.compile import compile_limits
from engine.pareto.parse import parse_pareto
from engine.pareto.repair import Repair
from engine.pareto.result import ParetoResult
from engine.pareto.spec import GENERATIONS_COUNT
from tests.engine.pareto_worlds import COUNT, NAMES, body, costs_of, figures, panel, request, solved

WHOLE = [
    {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5},
    {"kind": "holdings_count", "max_count": 3},
    {"kind": "min_holding", "min_frac": 0.1},
]


FEW_COUNT = 12


@pytest.fixture(scope="module", autouse=True)
def _few_generations() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(GENERATIONS_COUNT, "quick", FEW_COUNT)
        yield


@pytest.fixture(scope="module")
def whole() -> ParetoResult:
    return solved("return", "volatility", constraints=WHOLE, points_count=20)


def test_whole_positions_are_kept_and_nothing_is_said_to_be_proven_that_is_not(whole: ParetoResult) -> None:
    assert whole.road == "evolutionary"
    assert whole.generations_count == FEW_COUNT
    assert whole.exact_count + whole.searched_count == len(whole.points)
    assert whole.status == "near_optimal"
    for point in whole.points:
        weights = np.array(point.weights_frac)
        held = weights[np.abs(weights) > 1e-9]
        assert len(held) <= 3
        assert held.min() >= 0.1 - 1e-9
        assert weights.max() <= 0.5 + 1e-9
        assert weights.sum() == pytest.approx(1.0, abs=1e-8)


def test_found_points_are_the_best_of_all_combinations(whole: ParetoResult) -> None:
    means, covariance, _, _ = figures()
    steps = np.arange(0.1, 0.505, 0.02)
    grid = np.array([(a, b, 1.0 - a - b) for a in steps for b in steps if 0.1 - 1e-9 <= 1.0 - a - b <= 0.5 + 1e-9])
    trios = [list(trio) for trio in combinations(range(COUNT), 3)]
    gained = np.concatenate([grid @ means[trio] for trio in trios])
    risks = np.concatenate(
        [np.sqrt(np.einsum("ki,ij,kj->k", grid, covariance[np.ix_(trio, trio)], grid)) for trio in trios]
    )
    for point in whole.points:
        assert point.values[1] <= 1.005 * risks[gained >= point.values[0]].min(initial=1.0)


def test_the_number_of_holdings_can_be_an_objective() -> None:
    result = solved("return", "volatility", "holdings_count", points_count=40)
    counts = {int(point.values[2]) for point in result.points}
    assert result.axes[2].ideal <= 3.0
    assert len(counts) >= 3
    for point in result.points:
        assert point.values[2] == (np.abs(point.weights_frac) > 1e-6).sum()
    assert result.exact_count > 0
    assert result.searched_count > 0


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    first, second = (solved("return", "sharpe", seed=11, points_count=12) for _ in range(2))
    assert first.points == second.points
    assert first.chosen == second.chosen
    assert solved("return", "sharpe", seed=12, points_count=12).points != first.points


def test_a_search_over_convex_objectives_keeps_the_exact_points() -> None:
    exact = solved("return", "volatility", "esg", points_count=15)
    result = solved("return", "volatility", "esg", "yield", points_count=15, method="evolutionary")
    assert result.generations_count == FEW_COUNT
    assert result.exact_count > 0
    assert all(point.kkt_worst is not None for point in result.points if point.is_exact)
    assert costs_of(result)[:, 1].min() == pytest.approx(costs_of(exact)[:, 1].min(), abs=1e-8)


def test_a_search_reaches_the_best_of_each_objective() -> None:
    scores = figures()[2]
    result = solved("esg", "diversification", points_count=12)
    weights = np.zeros(COUNT)
    weights[np.argsort(-scores)[:3]] = (0.4, 0.4, 0.2)
    assert result.axes[0].ideal == pytest.approx(scores @ weights, rel=1e-6)
    covariance = figures()[1]
    given = body("esg", "diversification")
    asked = {name: given[name] for name in ("problem", "constraints")}
    best = engine.optimize(engine.parse_request({**asked, "objective": {"kind": "max_diversification"}}))
    held = np.array([line.weight_frac for line in best.weights])
    ratio = held @ np.sqrt(np.diag(covariance)) / np.sqrt(held @ covariance @ held)
    assert result.axes[1].ideal == pytest.approx(ratio, rel=1e-6)


def test_a_search_can_be_stopped_between_generations() -> None:
    seen = []

    def stop(stage: str, share: float) -> None:
        seen.append((stage, share))
        if stage == "search":
            raise Cancelled

    with pytest.raises(Cancelled):
        engine.pareto(request("return", "sharpe"), on_progress=stop)
    assert [stage for stage, _ in seen][-1] == "search"
    assert sum(stage == "search" for stage, _ in seen) == 1
    assert [share for _, share in seen] == sorted(share for _, share in seen)


def test_a_search_can_be_stopped_while_portfolios_are_settled() -> None:
    shares: list[float] = []

    def stop(stage: str, share: float) -> None:
        if stage == "search":
            shares.append(share)
            if len(shares) > FEW_COUNT // 3 + 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        engine.pareto(request("return", "volatility", constraints=WHOLE), on_progress=stop)
    assert shares[-1] == shares[-2] == shares[-3]


@pytest.mark.parametrize(
    "extra",
    [
        [],
        [{"kind": "sector_limit", "sector": "one", "max_frac": 0.3}],
        [{"kind": "min_holding", "min_frac": 0.05}, {"kind": "holdings_count", "max_count": 5}],
        [{"kind": "long_short", "gross_max_frac": 1.6, "short_max_frac": 0.3}],
    ],
)
def test_any_numbers_become_portfolios(extra: list[dict[str, object]]) -> None:
    sectors = {name: "one" if at < 4 else "two" for at, name in enumerate(NAMES)}
    bounds = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.3}
    asked = engine.parse_request(
        {"asset_ids": list(NAMES), "objective": {"kind": "min_volatility"}, "constraints": [bounds, *extra]}
    )
    limits = compile_limits(asked.all_constraints(), universe_of(NAMES, sectors))
    anchor = np.array([0.05] * 4 + [0.1] * 8)
    repair = Repair(limits, anchor)
    wanted = np.random.default_rng(4).normal(0.1, 0.4, (80, COUNT))
    made = repair.portfolios(wanted)
    assert made.sum(axis=1) == pytest.approx(np.ones(80), abs=1e-12)
    away = np.maximum(np.maximum(repair.lows[:, None] - made, made - repair.highs[:, None]), 0.0).min(axis=0)
    assert away.max() <= 1e-12
    assert repair.row_excess(made).max(initial=0.0) <= 1e-12
    assert repair.portfolios(made) == pytest.approx(made, abs=1e-12)


def test_a_repair_is_the_nearest_portfolio_within_the_box() -> None:
    import cvxpy as cp

    limits = compile_limits([], universe_of(NAMES))
    wanted = np.random.default_rng(9).normal(0.1, 0.3, (5, COUNT))
    made = Repair(limits, np.full(COUNT, 1.0 / COUNT)).portfolios(wanted)
    for one, near in zip(wanted, made, strict=True):
        weights = cp.Variable(COUNT)
        clipped = np.clip(one, 0.0, 1.0)
        cp.Problem(
            cp.Minimize(cp.sum_squares(weights - clipped)), [cp.sum(weights) == 1, weights >= 0, weights <= 1]
        ).solve()
        assert near == pytest.approx(weights.value, abs=1e-5)


def test_sentences_keep_names_and_abbreviations() -> None:
    result = solved("return", "sharpe", "esg", points_count=6)
    assert "expected return, Sharpe ratio and ESG score" in result.message
    assert result.chosen is not None
    assert "Sharpe ratio" in result.chosen.sentence


@pytest.mark.parametrize(
    ("kinds", "ratio", "goal"),
    [
        (("cvar", "return", "sharpe"), "sharpe", "max_sharpe"),
        (("max_drawdown", "return", "diversification"), "diversification", "max_diversification"),
    ],
)
def test_the_best_of_each_ratio_is_there_where_no_line_begins_the_search(
    kinds: tuple[str, ...], ratio: str, goal: str
) -> None:
    history = panel(6, 100, seed=11)
    asked = {"asset_ids": list(history.assets), "seed": 3}
    several = {**asked, "objectives": [{"kind": kind} for kind in kinds], "points_count": 8, "effort": "quick"}
    result = engine.pareto(parse_pareto(several), history)
    alone = engine.optimize(engine.parse_request({**asked, "objective": {"kind": goal}}), history)
    weights = np.array([line.weight_frac for line in alone.weights])
    covariance = np.cov(history.returns_frac.T) * 252
    gains = history.returns_frac.mean(axis=0) * 252 if ratio == "sharpe" else np.sqrt(np.diag(covariance))
    best = gains @ weights / np.sqrt(weights @ covariance @ weights)
    assert result.axes[kinds.index(ratio)].ideal >= best - 1e-6
