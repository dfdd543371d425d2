"""Do 95% intervals of value at risk and shortfall hold the truth, and do the tests of forecasts keep their level?

Worlds whose truth is known: independent Student-t days for the historical and the Student-t method, and days of a
GARCH model for the methods that follow volatility, whose truth is that of the days to come.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from engine.backtests.report import backtest
from engine.backtests.result import TestKind
from engine.tails.closed_forms import student_t_loss
from engine.tails.report import tail_report
from engine.tails.result import TailMethod, TailReport
from engine.volatility.fit import fit_garch

DAYS_COUNT, TESTED_COUNT, FUTURES_COUNT, HORIZON_DAYS = 1000, 500, 40_000, 10
LEVELS = (0.95, 0.99)
MEAN, SCALE, DEGREES = 0.0004, 0.01, 6.0
OMEGA, ALPHA, BETA = 2e-6, 0.08, 0.9
CONFIDENCE, LEAST, MOST, TEST_LEVEL = 0.95, 0.9, 0.98, 0.05
TESTS: tuple[TestKind, ...] = ("binomial", "independence", "conditional_coverage", "z1", "z2")
Truth = tuple[float, float]


def clustered(rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Return days of the GARCH world, and the true variance of the day after them."""
    shocks = rng.standard_t(DEGREES, DAYS_COUNT) * np.sqrt((DEGREES - 2.0) / DEGREES)
    returns, variance = np.empty(DAYS_COUNT), OMEGA / (1.0 - ALPHA - BETA)
    for day in range(DAYS_COUNT):
        surprise = np.sqrt(variance) * shocks[day]
        returns[day] = MEAN + surprise
        variance = OMEGA + ALPHA * surprise**2 + BETA * variance
    return returns, variance


def ten_days(rng: np.random.Generator, variance: float) -> dict[float, Truth]:
    """Return the true losses over ten days to come, from many futures of the GARCH world."""
    wealth, variances = np.ones(FUTURES_COUNT), np.full(FUTURES_COUNT, variance)
    for _ in range(HORIZON_DAYS):
        surprise = np.sqrt(variances * (DEGREES - 2.0) / DEGREES) * rng.standard_t(DEGREES, FUTURES_COUNT)
        wealth *= 1.0 + MEAN + surprise
        variances = OMEGA + ALPHA * surprise**2 + BETA * variances
    ascending = np.sort(wealth - 1.0)
    places = {level: round(FUTURES_COUNT * (1.0 - level)) for level in LEVELS}
    return {level: (-float(ascending[place - 1]), -float(ascending[:place].mean())) for level, place in places.items()}


def count(
    held: dict[str, list[bool]], report: TailReport, method: TailMethod, horizon: int, truths: dict[float, Truth]
) -> None:
    """Note for each level whether the two intervals hold the truth; an open side holds everything."""
    for level, truth in truths.items():
        one = report.figure(method, level, horizon)
        for name, estimate, value in zip(
            ("var", "es"), (one.value_at_risk, one.expected_shortfall), truth, strict=True
        ):
            if estimate is None:  # refused or without errors: told, and no interval
                continue
            lower = -np.inf if estimate.lower_frac is None else estimate.lower_frac
            upper = np.inf if estimate.upper_frac is None else estimate.upper_frac
            held[f"{method}_{name}_{round(100 * level)}_{horizon}d"].append(bool(lower <= value <= upper))


def prove(size: int) -> dict[str, float]:
    """Draw ``size`` worlds of either kind; count intervals that hold the truth, and tests that reject it."""
    held: dict[str, list[bool]] = defaultdict(list)
    rejected: dict[str, list[bool]] = defaultdict(list)
    days = {level: student_t_loss(MEAN, SCALE, DEGREES, level) for level in LEVELS}
    for seed in range(size):
        rng = np.random.default_rng(seed)
        calm = MEAN + SCALE * rng.standard_t(DEGREES, DAYS_COUNT)
        report = tail_report(calm, methods=("historical", "student_t"), horizons_days=(1,), resamples_count=0)
        for method in ("historical", "student_t"):
            count(held, report, method, 1, {level: tuple(loss) for level, loss in days.items()})
        forecasts = (np.full(TESTED_COUNT, one) for one in days[0.95])
        judged = backtest(calm[:TESTED_COUNT], *forecasts, level=0.95, seed=seed)
        for kind in TESTS:
            rejected[kind].append(bool(judged.test(kind).is_rejected))
        returns, variance = clustered(rng)
        scale = float(np.sqrt(variance * (DEGREES - 2.0) / DEGREES))
        tomorrow = {level: tuple(student_t_loss(MEAN, scale, DEGREES, level)) for level in LEVELS}
        later = ten_days(rng, variance)
        report = tail_report(returns, methods=("garch", "fhs"), garch=fit_garch(returns), resamples_count=0)
        for method in ("garch", "fhs"):
            count(held, report, method, 1, tomorrow)
            count(held, report, method, HORIZON_DAYS, later)
    covered = {name: float(np.mean(values)) for name, values in held.items()}
    sizes = {name: float(np.mean(values)) for name, values in rejected.items()}
    overall, chance = float(np.mean(list(covered.values()))), 1.0 / np.sqrt(size)
    assert LEAST - 0.5 * chance <= overall <= MOST + 0.5 * chance, (overall, covered)
    assert min(covered.values()) >= 0.82 - chance, covered
    assert max(sizes.values()) <= TEST_LEVEL + 0.03 + 0.5 * chance, sizes
    return {
        "worlds": float(size),
        "coverage_frac": overall,
        **{f"coverage_{name}_frac": value for name, value in covered.items()},
        **{f"rejected_{name}_frac": value for name, value in sizes.items()},
    }
