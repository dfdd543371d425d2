"""How long do all checks of 500 series of ten years take, and how does that compare with one plain rolling pass?

Held against the rolling median and the rolling median of the deviations that pandas computes over the same returns,
window 63: two of the figures that one of the checks needs, for every day instead of for the days in question. Processor
time of one thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from bench.proofs.planted_prices import worlds
from bench.report import Figure, show
from data.quality.check import check
from data.quality.robust import WINDOW_COUNT
from data.quality.series import QualitySeries

SERIES_COUNT, DAYS_COUNT = 500, 2520


def measure(series_count: int = SERIES_COUNT, days_count: int = DAYS_COUNT) -> list[Figure]:
    """Return the processor time of all checks beside that of the plain pass, and how much is told of clean series."""
    universe = worlds(series_count, 7, days_count)
    report, checks_s = _timed(lambda: check(universe))
    _table, rolling_s = _timed(lambda: _rolling(universe))
    name = f"all checks, {series_count} series x {days_count:,} sessions"
    return [
        Figure(name, round(checks_s, 2), "s", "one rolling median and deviation in pandas", round(rolling_s, 2)),
        Figure("findings in clean series", len(report.findings), "", "none"),
    ]


def _rolling(universe: list[QualitySeries]) -> pd.DataFrame:
    returns = pd.DataFrame({one.symbol: np.diff(np.log(one.adjusted)) for one in universe})
    middle = returns.rolling(WINDOW_COUNT).median()
    return (returns - middle).abs().rolling(WINDOW_COUNT).median()


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    done = work()
    return done, time.process_time() - began


if __name__ == "__main__":
    show("market_quality", measure())
