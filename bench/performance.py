"""How fast is a performance report, against its promise and quantstats' set of metrics in the same run?

One thread, medians of processor time. Ten years of days, 50 assets in 11 sectors beside a benchmark of the same assets.
The report holds all figures, drawdowns, months, eight rolling series, curves, contribution and the linked attribution.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 (after the thread counts)

from bench.engine_peers.performance_peer import peer, quantstats_metrics  # noqa: E402
from bench.engine_solve import median_ms  # noqa: E402
from bench.report import Figure, show  # noqa: E402
from engine.performance.attribution import brinson_attribution  # noqa: E402
from engine.performance.contribution import contribution_table  # noqa: E402
from engine.performance.figures import performance_figures  # noqa: E402
from engine.performance.history import History  # noqa: E402
from engine.performance.months import calendar_table  # noqa: E402
from engine.performance.periods import active_periods  # noqa: E402
from engine.performance.positions import Positions  # noqa: E402
from engine.performance.regimes import volatility_regimes  # noqa: E402
from engine.performance.rolling import LABELS, rolling, wealth_curve  # noqa: E402

DAYS_COUNT, ASSETS_COUNT, SECTORS_COUNT, WINDOW_COUNT = 2520, 50, 11, 252
START = date(2015, 1, 1)
REPORT_MS, TIMES_FASTER = 300.0, 10.0


@dataclass(frozen=True, eq=False)
class World:
    """One portfolio and its benchmark over ten years of days."""

    dates: np.ndarray
    weights: np.ndarray
    base_weights: np.ndarray
    returns: np.ndarray

    @classmethod
    def make(cls) -> World:
        """Return the same world every time: fat-tailed returns with a common part, weights that wander."""
        rng = np.random.default_rng(0)
        market = rng.standard_t(4, (DAYS_COUNT, 1)) * 0.006 + 0.0003
        returns = market * rng.uniform(0.6, 1.4, ASSETS_COUNT) + rng.normal(0, 0.012, (DAYS_COUNT, ASSETS_COUNT))
        sizes = np.exp(np.cumsum(rng.normal(0, 0.01, (DAYS_COUNT, ASSETS_COUNT)), axis=0))
        base = np.exp(rng.normal(0, 1, ASSETS_COUNT))
        dates = np.busday_offset(str(START), np.arange(1, DAYS_COUNT + 1), roll="forward")
        return cls(dates, sizes / sizes.sum(axis=1, keepdims=True), base / base.sum(), returns)

    def history(self) -> History:
        """Return the record beside its benchmark."""
        own = np.einsum("ij,ij->i", self.weights, self.returns)
        base = self.returns @ self.base_weights
        return History.of(self.dates, own, started_on=START, benchmark_returns_frac=base, benchmark_name="Index")

    def positions(self) -> Positions:
        """Return what both sides held, by sector."""
        names = tuple(f"A{i:02d}" for i in range(ASSETS_COUNT))
        groups = tuple(f"Sector {i % SECTORS_COUNT}" for i in range(ASSETS_COUNT))
        return Positions.of(
            self.dates, START, names, groups, self.weights, self.returns, benchmark_weights_frac=self.base_weights
        )


def report(world: World) -> None:
    """Compute all that the performance page shows of the whole record, from arrays to results."""
    history, positions = world.history(), world.positions()
    performance_figures(history)
    calendar_table(history)
    wealth_curve(history)
    for key in LABELS:
        rolling(history, key, WINDOW_COUNT)
    contribution_table(positions)
    found = brinson_attribution(positions)
    assert abs(found.residual_frac) < 1e-10


def measure() -> list[Figure]:
    """Measure the report, its parts, and quantstats."""
    world = World.make()
    history = world.history()
    whole = median_ms(lambda: report(world), 9)
    metrics = median_ms(lambda: performance_figures(world.history()), 15)
    figures = [
        Figure("report with attribution, 10 years, 50 assets", whole, "ms", "promised", REPORT_MS),
        Figure("all figures", metrics, "ms", ""),
        Figure("periods, each tested with 1,000 replicates", median_ms(lambda: active_periods(history), 3), "ms", ""),
        Figure("two regimes", median_ms(lambda: volatility_regimes(history), 3), "ms", ""),
    ]
    quantstats = peer("quantstats")
    if quantstats is None:
        print("  quantstats is not installed and not measured")
        return figures
    import pandas as pd

    index = pd.DatetimeIndex(world.dates)
    own = pd.Series(history.returns_frac, index=index, name="Portfolio")
    base = pd.Series(history.benchmark(), index=index, name="Index")
    theirs = median_ms(lambda: quantstats_metrics(quantstats, own, base), 3)
    figures.append(Figure("all figures", metrics, "ms", f"quantstats {quantstats.__version__}", theirs))
    times = theirs / whole
    figures.append(
        Figure("whole report over quantstats' metrics alone", 1.0 / times, "share", "promised", 1.0 / TIMES_FASTER)
    )
    return figures


if __name__ == "__main__":
    show("performance", measure())
