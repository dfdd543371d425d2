"""Is there a bar on a day on which the exchange was closed?"""

from __future__ import annotations

import numpy as np

from data.quality.findings import Finding, Kind, day, runs
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.series import QualitySeries


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return bars on weekends and holidays of the series' exchange; nothing without a calendar."""
    if series.expected is None or not len(series.expected):
        return []
    inside = (series.sessions >= series.expected[0]) & (series.sessions <= series.expected[-1])
    odd = inside & ~np.isin(series.sessions, series.expected)
    found = []
    for low, high in runs(odd):
        which = (
            "a weekend" if int(series.sessions[low].astype("datetime64[D]").astype(int) + 3) % 7 >= 5 else "a holiday"
        )
        found.append(
            Finding(
                Kind.OFF_CALENDAR, series.symbol, series.sessions[low:high], series.close[low:high], None,
                "calendar of the exchange", 0.9,
                f"{day(series.sessions[low])} was {which}: the exchange did not trade.",
            )
        )  # fmt: skip
    return found


DETECTOR = Detector(Kind.OFF_CALENDAR, 30, find, "Bars stand only on days on which the exchange traded.")
