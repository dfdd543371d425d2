"""Is there a session of the exchange without a bar?"""

from __future__ import annotations

import numpy as np

from data.quality.findings import Finding, Kind, by_stretch, days
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.series import QualitySeries


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return sessions between the first and the last bar that have none; nothing without a calendar.

    A gap is never filled by a proposal: a halt leaves the same trace as a lost bar.
    """
    if series.expected is None or len(series.sessions) < 2:
        return []
    inside = series.expected[(series.expected > series.sessions[0]) & (series.expected < series.sessions[-1])]
    found = []
    for places in by_stretch(inside, ~np.isin(inside, series.sessions)):
        lost = inside[places]
        found.append(
            Finding(
                Kind.MISSING_SESSION, series.symbol, lost, np.full(len(lost), np.nan), None, "calendar of the exchange",
                0.9, f"There is no bar for {days(lost)}.",
            )
        )  # fmt: skip
    return found


DETECTOR = Detector(Kind.MISSING_SESSION, 31, find, "Every session of the exchange has a bar.")
