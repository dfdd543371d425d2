"""Is a price zero or negative where none can be?"""

from __future__ import annotations

import numpy as np

from data.quality.findings import Finding, Kind, day, runs
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.series import QualitySeries

FILLED_MAX_COUNT = 5
"""Sessions over which the last good close is proposed."""


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return stretches of closes at or below zero; the last good close is proposed for short ones."""
    if series.may_be_negative:
        return []
    found = []
    for low, high in runs(np.isfinite(series.close) & (series.close <= 0.0)):
        is_short = low > 0 and high - low <= FILLED_MAX_COUNT and bool(series.close[low - 1] > 0)
        proposed = np.full(high - low, series.close[low - 1]) if is_short else None
        found.append(
            Finding(
                Kind.NONPOSITIVE, series.symbol, series.sessions[low:high], series.close[low:high], proposed,
                "last good close" if is_short else "sign of the close", 0.9 if is_short else 0.95,
                f"The close of {day(series.sessions[low])} is {series.close[low]:g}, which no share can cost.",
            )
        )  # fmt: skip
    return found


DETECTOR = Detector(Kind.NONPOSITIVE, 10, find, "Prices are above zero, unless the asset is a commodity.")
