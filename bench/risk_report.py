"""How long does a risk report of 50 assets over ten years take, with the volatility model given and with all anew?

One thread; least processor time of nine calls, after one that warms up. The quick report has no Monte Carlo and its
errors in closed form; the full one fits the volatility model, resamples the shortfalls and draws 100,000 futures. Then
the walk that the back-tests look at: every method over the same ten years, the next day from the 500 before it.
"""

from __future__ import annotations

import os
from collections.abc import Callable

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 (after the thread counts)

from bench.engine_solve import spent_ms  # noqa: E402
from bench.report import Figure, show  # noqa: E402
from engine.backtests.forecasts import FORECAST_METHODS, rolling_forecasts  # noqa: E402
from engine.backtests.report import backtest  # noqa: E402
from engine.decompose.factors import FactorReturns  # noqa: E402
from engine.decompose.structure import Position, RiskStructure, StructureOptions, risk_structure  # noqa: E402
from engine.liquidity.given import Bars  # noqa: E402
from engine.tails.report import METHODS, tail_report  # noqa: E402
from engine.tails.result import TailReport  # noqa: E402
from engine.volatility.fit import fit_garch  # noqa: E402
from engine.volatility.result import GarchParameters  # noqa: E402

ASSETS_COUNT, DAYS_COUNT, BARS_COUNT, FACTORS_COUNT = 50, 2520, 252, 5
LEVELS = (0.95, 0.99)
WITHOUT_DRAWS = tuple(method for method in METHODS if method != "monte_carlo")
QUICK_PROMISE_MS, FULL_PROMISE_MS = 150.0, 1000.0
WALK_WINDOW_COUNT = 500
REPEATS_COUNT = 9
SECTORS = ("Energy", "Financials", "Technology", "Health", "Materials", "Utilities", "Industry")
COUNTRIES = ("United States", "Switzerland", "Germany", "Japan")


def world() -> Position:
    """Return a portfolio of 50 assets whose market has moving volatility and fat tails, with a fixed seed."""
    rng = np.random.default_rng(0)
    factors = np.empty((DAYS_COUNT, FACTORS_COUNT))
    variance = np.full(FACTORS_COUNT, 6e-5)
    for day in range(DAYS_COUNT):
        factors[day] = np.sqrt(variance) * rng.standard_t(6.0, FACTORS_COUNT) * np.sqrt(4.0 / 6.0)
        variance = 1.2e-6 + 0.08 * factors[day] ** 2 + 0.9 * variance
    loadings = rng.normal(0.5, 0.4, (ASSETS_COUNT, FACTORS_COUNT))
    loadings[:, 0] += 0.5
    own = rng.standard_t(5.0, (DAYS_COUNT, ASSETS_COUNT)) * rng.uniform(0.004, 0.012, ASSETS_COUNT)
    returns = 0.0003 + factors @ loadings.T + own
    close = 100.0 * np.cumprod(1.0 + returns[-BARS_COUNT:], axis=0)
    reach = np.abs(rng.normal(0.0, 0.008, close.shape))
    weights = rng.dirichlet(np.full(ASSETS_COUNT, 2.0)) * 0.97
    return Position(
        assets=tuple(f"A{place:02d}" for place in range(ASSETS_COUNT)),
        weights_frac=weights,
        cash_weight_frac=0.03,
        value_ccy=50e6,
        returns_frac=returns,
        groups={
            "sector": [SECTORS[place % len(SECTORS)] for place in range(ASSETS_COUNT)],
            "country": [COUNTRIES[place % len(COUNTRIES)] for place in range(ASSETS_COUNT)],
        },
        volumes_ccy=rng.uniform(2e6, 2e8, ASSETS_COUNT),
        benchmark_returns_frac=returns.mean(axis=1),
        factors=FactorReturns(tuple(f"F{place}" for place in range(FACTORS_COUNT)), factors),
        bars=Bars(close * (1.0 + reach), close * (1.0 - reach), close),
    )


def quick(position: Position, garch: GarchParameters) -> tuple[TailReport, RiskStructure]:
    """Return the report without Monte Carlo, from kept parameters."""
    series = position.returns_frac @ position.weights_frac
    tails = tail_report(series, levels=LEVELS, garch=garch, methods=WITHOUT_DRAWS, resamples_count=0)
    return tails, structure(position, tails)


def full(position: Position) -> tuple[TailReport, RiskStructure]:
    """Return the report with everything anew: the model's fit, 500 resamples, 100,000 draws for each horizon."""
    series = position.returns_frac @ position.weights_frac
    tails = tail_report(series, levels=LEVELS, garch=fit_garch(series), resamples_count=500, draws_count=100_000)
    return tails, structure(position, tails)


def structure(position: Position, tails: TailReport) -> RiskStructure:
    """Return decomposition, factors, concentration, liquidity, ties and clusters."""
    leading = tails.default(LEVELS[-1], 1).value_at_risk
    assert leading is not None
    return risk_structure(position, StructureOptions(levels_frac=LEVELS, var_frac=leading.loss_frac))


def walk(series: np.ndarray, method: str) -> None:
    """Forecast every day from the 500 before it, and test the forecasts."""
    made = rolling_forecasts(series, method, 0.99, WALK_WINDOW_COUNT)  # type: ignore[arg-type]
    assert backtest(series, made.var_frac, made.es_frac, level=0.99).days_count == DAYS_COUNT - WALK_WINDOW_COUNT


def least_ms(work: Callable[[], object]) -> float:
    """Return the least processor time of some calls, after one that warms up: what the work itself takes."""
    work()
    return min(spent_ms(work) for _ in range(REPEATS_COUNT))


def measure() -> list[Figure]:
    """Measure the quick and the full report against what was promised, their parts, and the walks."""
    position = world()
    series = position.returns_frac @ position.weights_frac
    garch = fit_garch(series)
    tails, _ = quick(position, garch)
    assert all(one.status == "ok" for one in tails.figures if one.method not in ("cornish_fisher", "age_weighted"))
    both = least_ms(lambda: quick(position, garch))
    parts = least_ms(lambda: structure(position, tails))
    anew = least_ms(lambda: full(position))
    figures = [
        Figure("risk report, 50 assets, 2,520 days, GARCH given", both, "ms", "promised", QUICK_PROMISE_MS),
        Figure("  of which decomposition and structure", parts, "ms", "the report", both),
        Figure("risk report with refit, bootstrap, Monte Carlo", anew, "ms", "promised", FULL_PROMISE_MS),
    ]
    for method in FORECAST_METHODS:
        took = spent_ms(lambda method=method: walk(series, method))  # type: ignore[misc]
        figures.append(Figure(f"back-test over ten years, {method}", took, "ms", "-"))
    return figures


if __name__ == "__main__":
    show("risk_report", measure())
