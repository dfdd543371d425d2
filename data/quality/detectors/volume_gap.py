"""Is the volume of a session missing where the sessions around it have one?"""

from __future__ import annotations

import numpy as np

from data.quality.findings import Finding, Kind, by_stretch, days
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.series import QualitySeries

MOSTLY_FRAC = 0.9
"""Share of sessions with a volume from which on a missing one is odd."""


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return sessions with a new close and no volume, of series that mostly have volumes."""
    if series.volume is None or len(series.close) < 2:
        return []
    lacking = ~(series.volume > 0)
    if lacking.mean() > 1.0 - MOSTLY_FRAC:
        return []
    moved = np.ones(len(series.close), dtype=bool)
    moved[1:] = np.diff(series.close) != 0
    return [
        Finding(
            Kind.VOLUME_GAP, series.symbol, series.sessions[places], series.close[places], None,
            "volume against its neighbors", 0.8,
            f"The price moved on {days(series.sessions[places])}, but no volume is reported.",
        )
        for places in by_stretch(series.sessions, lacking & moved)
    ]  # fmt: skip


DETECTOR = Detector(Kind.VOLUME_GAP, 90, find, "Sessions on which the price moved have a volume.")
