"""Do the sources that have the same price agree on it?"""

from __future__ import annotations

import numpy as np

from data.quality.findings import Finding, Floats, Kind, day, runs
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.series import QualitySeries

TOLERANCE_FRAC = 0.005
WINDOW_COUNT = 21
FEWEST_COUNT = 3
LONGEST_COUNT = 10
"""Sessions of a disagreement; what lasts longer is another convention of adjustment, not an error of a day."""


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return sessions on which another source is more than 50 basis points away.

    Sources adjust differently, so that a steady ratio between them is no disagreement: it is taken out by its running
    median over 21 sessions. Where two or more other sources agree with each other against this one, their median is
    proposed; against a single other one nobody can say who is right.
    """
    levels = [level for days, closes in series.others.values() if (level := _aligned(series, days, closes)) is not None]
    if not levels:
        return []
    table = np.vstack(levels)
    known = np.isfinite(table)
    count = known.sum(axis=0)
    filled = np.sort(np.where(known, table, np.inf), axis=0)
    columns = np.arange(table.shape[1])
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(np.maximum(count, 0) // 2, len(levels) - 1)
    with np.errstate(invalid="ignore"):
        middle = np.where(count > 0, (filled[low, columns] + filled[high, columns]) / 2.0, np.nan)
        away = np.abs(series.close - middle) / ((series.close + middle) / 2.0)
        spread = np.where(count > 1, (filled[np.maximum(count - 1, 0), columns] - filled[0]) / middle, np.inf)
    found = []
    for start, end in runs(np.nan_to_num(away, nan=0.0) > TOLERANCE_FRAC):
        if end - start > LONGEST_COUNT:
            continue
        agree = bool((spread[start:end] <= TOLERANCE_FRAC).all())
        widest = float(np.nanmax(away[start:end]))
        other = f"{int(count[start])} other sources agree on" if agree else "another source says"
        found.append(
            Finding(
                Kind.CROSS_SOURCE, series.symbol, series.sessions[start:end], series.close[start:end],
                middle[start:end] if agree else None, "median of the other sources" if agree else "sources compared",
                0.9 if agree else 0.6,
                f"For {day(series.sessions[start])} {other} {middle[start]:.6g} instead of {series.close[start]:.6g}, "
                f"{widest * 1e4:,.0f} basis points away.",
            )
        )  # fmt: skip
    return found


def _aligned(series: QualitySeries, days: np.ndarray, closes: Floats) -> Floats | None:
    """Return another source's closes on the series' sessions, brought to its level; None where few are shared."""
    level = np.full(len(series.close), np.nan)
    spot = np.searchsorted(days, series.sessions)
    inside = spot < len(days)
    inside[inside] = days[spot[inside]] == series.sessions[inside]
    level[inside] = closes[spot[inside]]
    shared = np.flatnonzero((level > 0) & (series.close > 0))
    if len(shared) < FEWEST_COUNT:
        return None
    ratio = series.close[shared] / level[shared]
    width = min(WINDOW_COUNT, len(shared) if len(shared) % 2 else len(shared) - 1)
    half = width // 2
    first, last = np.full(half, np.median(ratio[:width])), np.full(half, np.median(ratio[-width:]))
    padded = np.concatenate((first, ratio, last))
    usual = np.median(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1)
    brought = np.full(len(series.close), np.nan)
    brought[shared] = level[shared] * usual
    return brought


DETECTOR = Detector(Kind.CROSS_SOURCE, 80, find, "Sources differ by less than 50 basis points.")
