"""Was a bar delivered again for the session after it?"""

from __future__ import annotations

import numpy as np

from data.quality.findings import Finding, Kind, by_stretch, days
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.series import QualitySeries


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return bars that equal the one before in every known figure, a volume above zero among them.

    Equal closes alone happen; the same number of shares traded on two days in a row does not.
    """
    if series.volume is None or len(series.close) < 2:
        return []
    same = np.zeros(len(series.close), dtype=bool)
    same[1:] = (np.diff(series.close) == 0) & (np.diff(series.volume) == 0) & (series.volume[1:] > 0)
    for values in (series.open, series.high, series.low):
        if values is not None:
            same[1:] &= (np.diff(values) == 0) | np.isnan(values[1:])
    return [
        Finding(
            Kind.REPEATED, series.symbol, series.sessions[places], series.close[places], None,
            "bar compared with the one before", 0.85,
            f"The bar of {days(series.sessions[places])} repeats the one before it, its volume included.",
        )
        for places in by_stretch(series.sessions, same)
    ]  # fmt: skip


DETECTOR = Detector(Kind.REPEATED, 40, find, "No bar repeats the one before it with the same volume.")
