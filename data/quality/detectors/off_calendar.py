"""Is there a bar on a day on which the exchange was closed?"""

from __future__ import annotations

import numpy as np

from data.quality.findings import Finding, Kind, by_stretch, day, days
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.series import QualitySeries


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return bars on weekends and holidays of the series' exchange; nothing without a calendar."""
    if series.expected is None or not len(series.expected):
        return []
    inside = (series.sessions >= series.expected[0]) & (series.sessions <= series.expected[-1])
    odd = inside & ~np.isin(series.sessions, series.expected)
    return [_finding(series, places) for places in by_stretch(series.sessions, odd)]


def _finding(series: QualitySeries, places: np.ndarray) -> Finding:
    concerned = series.sessions[places]
    if len(places) == places[-1] - places[0] + 1:
        which = "a weekend" if int(concerned[0].astype("datetime64[D]").astype(int) + 3) % 7 >= 5 else "a holiday"
        reason = f"{day(concerned[0])} was {which}: the exchange did not trade."
    else:  # those of a whole year
        reason = f"There is a bar for {days(concerned)}, on which the exchange did not trade."
    return Finding(
        Kind.OFF_CALENDAR, series.symbol, concerned, series.close[places], None, "calendar of the exchange", 0.9, reason
    )  # fmt: skip


DETECTOR = Detector(Kind.OFF_CALENDAR, 30, find, "Bars stand only on days on which the exchange traded.")
