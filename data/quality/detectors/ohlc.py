"""Do open, high, low, close and volume of a bar fit together?"""

from __future__ import annotations

import numpy as np

from data.quality.findings import Finding, Kind, by_stretch, days
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.series import QualitySeries

ROUNDING_FRAC = 0.001
"""How far a figure may stand outside of high and low by rounding alone, as a share of the close."""


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return bars whose high is not the highest or whose low is not the lowest, and volumes below zero.

    Where open and close agree with each other and only high or low are off, the close is not in doubt: nothing is
    proposed, the bar is only marked.
    """
    wrong = np.zeros(len(series.close), dtype=bool)
    body = [series.close] if series.open is None else [series.close, series.open]
    slack = ROUNDING_FRAC * np.abs(series.close)
    if series.high is not None:
        for values in (*body, *([] if series.low is None else [series.low])):
            wrong |= values > series.high + slack
    if series.low is not None:
        for values in body:
            wrong |= values < series.low - slack
    if series.volume is not None:
        wrong |= series.volume < 0
    return [
        Finding(
            Kind.OHLC, series.symbol, series.sessions[places], series.close[places], None, "L <= O, C <= H",
            0.9,
            f"On {days(series.sessions[places])} open, high, low, close or volume contradict each other.",
        )
        for places in by_stretch(series.sessions, wrong)
    ]  # fmt: skip


DETECTOR = Detector(Kind.OHLC, 20, find, "The high is the highest, the low the lowest price, volume is not negative.")
