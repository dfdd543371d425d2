"""Do the bars of a series come in order, one for each session?"""

from __future__ import annotations

import numpy as np

from data.quality.findings import Finding, Kind, day
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.series import QualitySeries


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return sessions that occur twice, and sessions that stand behind a later one."""
    steps = np.diff(series.sessions.astype("datetime64[D]").astype(np.int64))
    found = []
    for mask, what in ((steps == 0, "has two bars"), (steps < 0, "stands behind a later session")):
        places = np.flatnonzero(mask) + 1
        if not len(places):
            continue
        sessions, first = np.unique(series.sessions[places], return_index=True)
        found.append(
            Finding(
                Kind.ORDER, series.symbol, sessions, series.close[places[first]], None, "sessions compared", 1.0,
                f"{day(sessions[0])} {what}{f', and {len(sessions) - 1} more' if len(sessions) > 1 else ''}.",
            )
        )  # fmt: skip
    return found


DETECTOR = Detector(Kind.ORDER, 0, find, "Every session has one bar, and bars come in order of time.")
