"""Is the best that a search has found so far told while it goes on, and does a wish to end it come in between?"""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.kernel.errors import Cancelled
from engine.optimize.best import BestSoFar

COUNT = 60


def figures() -> engine.Figures:
    """Return sixty assets of a few common movements, among which ten are hard to choose."""
    draw = np.random.default_rng(11)
    loadings = draw.normal(0.0, 0.06, (COUNT, 5)) + 0.1
    covariance = loadings @ loadings.T + np.diag(draw.uniform(0.01, 0.05, COUNT))
    returns = draw.normal(0.07, 0.02, COUNT)
    return engine.Figures(tuple(f"A{n:02d}" for n in range(COUNT)), returns, covariance)


def request(**more: object) -> engine.OptimizationRequest:
    limits = [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.2},
        {"kind": "holdings_count", "min_count": 5, "max_count": 10},
        {"kind": "min_holding", "min_frac": 0.04},
    ]
    assets = [f"A{n:02d}" for n in range(COUNT)]
    return engine.parse_request(
        {"asset_ids": assets, "objective": {"kind": "min_volatility"}, "constraints": limits, **more}
    )


@pytest.mark.requirement("5.2.F5")
def test_a_search_tells_each_better_portfolio_and_its_last_one_is_the_answer() -> None:
    told: list[BestSoFar] = []
    result = engine.optimize(request(), figures=figures(), on_best=told.append)
    assert told
    risks = [one.volatility_annual_frac for one in told]
    assert min(risks) == pytest.approx(risks[-1])
    answer = {line.asset: line.weight_frac for line in result.weights if line.weight_frac}
    assert set(told[-1].weights_frac) == set(answer)
    for one in told:
        weights = np.array(list(one.weights_frac.values()))
        assert len(weights) <= 10
        assert weights.sum() == pytest.approx(1.0, abs=1e-6)
        assert weights.min() >= 0.04 - 1e-6
    assert told[-1].sentence.startswith(f"Best so far, not proven: {len(answer)} of {COUNT} assets held")


def test_what_is_solved_at_once_has_no_best_so_far() -> None:
    told: list[BestSoFar] = []
    limits = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.2}]
    engine.optimize(request(constraints=limits), figures=figures(), on_best=told.append)
    assert told == []


def test_a_cancelled_search_ends_at_the_question_and_what_it_had_found_is_known() -> None:
    told: list[BestSoFar] = []
    asked: list[str] = []

    def wish(stage: str, _share: float) -> None:
        asked.append(stage)
        if told:
            raise Cancelled("Cancelled at your wish.")

    with pytest.raises(Cancelled):
        engine.optimize(request(), figures=figures(), on_progress=wish, on_best=told.append)
    assert asked[-1] != "Finished"
    assert len(told[-1].weights_frac) <= 10
