"""Does a walk through the past find skill where there is some, and none where the order of the days is shuffled?

In each world every asset earns nothing on average and has the same risk, but leadership lasts: for some months a few
assets earn more than the others. A recipe that looks back finds them. The same days in a random order have the same
returns and no leadership to find. What is not skill must not be called so: neither by the verdict, nor by the
deflated ratio, nor by the test of two strategies whose true ratios are equal.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import engine
from engine.walkforward.sharpe_difference import sharpe_difference

ASSETS_COUNT = 8
PERIODS_COUNT = 900
LEADING_PERIODS = 110
LEAD_DAILY = 0.0022
NAMES = tuple(f"A{i}" for i in range(ASSETS_COUNT))
DAYS = np.datetime64("2015-01-01") + np.arange(PERIODS_COUNT)
OPTIONS = engine.WalkForwardOptions(
    frequency="periods", every_periods=21, lookback_periods=42, frontier_points_count=0, spread_bps=0.0
)
RECIPE: dict[str, Any] = {
    "asset_ids": list(NAMES),
    "objective": {"kind": "max_utility", "risk_aversion": 2.0},
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5}],
}
LEVEL = 0.05


def world(rng: np.random.Generator) -> np.ndarray:
    """Return daily returns in which leadership lasts about half a year and every asset leads equally often."""
    returns = 0.006 * rng.normal(size=(PERIODS_COUNT, 1)) + 0.008 * rng.normal(size=(PERIODS_COUNT, ASSETS_COUNT))
    order = rng.permutation(ASSETS_COUNT)
    for begin in range(0, PERIODS_COUNT, LEADING_PERIODS):
        leaders = np.roll(order, -2 * (begin // LEADING_PERIODS))[:2]
        stretch = slice(begin, begin + LEADING_PERIODS)
        returns[stretch] -= LEAD_DAILY * 2.0 / ASSETS_COUNT
        returns[stretch, leaders] += LEAD_DAILY
    return returns


def tested(returns: np.ndarray) -> engine.WalkForwardResult:
    """Return the test of the recipe on returns."""
    panel = engine.ReturnsPanel(DAYS, NAMES, returns)
    return engine.walk_forward(engine.parse_request(RECIPE), panel, options=OPTIONS)


def is_rejected(rng: np.random.Generator) -> bool:
    """Return whether two strategies of equal ratio, which move together through storms, are told apart at 5%."""
    storm = np.exp(0.4 * np.convolve(rng.normal(size=PERIODS_COUNT + 60), np.ones(60) / 8.0, "valid")[:PERIODS_COUNT])
    common = rng.standard_t(5, size=PERIODS_COUNT)
    first, second = (0.8 * common + 0.6 * rng.standard_t(5, size=PERIODS_COUNT) + 0.05 for _ in range(2))
    found = sharpe_difference(first * storm, 2.0 * second * storm)
    return found is not None and found.p_value is not None and found.p_value < LEVEL


def slack(rate: float, count: float) -> float:
    """Return three standard deviations of a share that is counted over so many worlds."""
    return 3.0 * float(np.sqrt(rate * (1.0 - rate) / count))


def prove(size: int) -> dict[str, float]:
    """Draw ``size`` worlds, test the recipe on each as it is and shuffled, and count what is called skill."""
    better = {"ordered": 0, "shuffled": 0}
    deflated = {"ordered": 0, "shuffled": 0}
    above_equal: list[bool] = []
    scores: list[float] = []
    for seed in range(size):
        rng = np.random.default_rng([7, seed])
        returns = world(rng)
        for name, table in (("ordered", returns), ("shuffled", returns[rng.permutation(PERIODS_COUNT)])):
            result = tested(table)
            assert result.selection is not None
            better[name] += result.verdict.kind == "better"
            own = next(one for one in result.differences if one.against == "equal_weight")
            deflated[name] += result.selection.deflated_sharpe > 1.0 - LEVEL
            if name == "shuffled":
                above_equal.append(own.difference > 0.0 and own.p_value is not None and own.p_value < LEVEL)
                scores += [one.standardized for one in result.decisions if one.standardized is not None]
    draws = 10 * size
    size_of_test = float(np.mean([is_rejected(np.random.default_rng([8, seed])) for seed in range(draws)]))
    found = better["ordered"] / size
    false_better, false_above = better["shuffled"] / size, float(np.mean(above_equal))
    assert found >= 0.7 - slack(0.7, size), found
    assert false_above <= LEVEL / 2.0 + slack(LEVEL / 2.0, size), false_above  # one side of a test at 5%
    assert false_better <= LEVEL / 2.0 + slack(LEVEL / 2.0, size), false_better
    false_deflated = deflated["shuffled"] / size
    assert false_deflated <= LEVEL + slack(LEVEL, size), false_deflated
    assert abs(size_of_test - LEVEL) <= 0.012 + slack(LEVEL, draws), size_of_test
    return {
        "worlds": float(size),
        "skill_found_frac": found,
        "shuffled_called_better_frac": false_better,
        "shuffled_above_equal_weight_frac": false_above,
        "ordered_deflated_above_95_frac": deflated["ordered"] / size,
        "shuffled_deflated_above_95_frac": false_deflated,
        "difference_test_size_frac": size_of_test,
        "shuffled_score_deviation": float(np.std(scores, ddof=1)),
        "shuffled_within_90_frac": float(np.mean(np.abs(scores) <= 1.6448536269514722)),
    }
