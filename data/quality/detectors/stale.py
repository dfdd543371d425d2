"""Did a price stand still for longer than trading explains?"""

from __future__ import annotations

import numpy as np

from data.quality.findings import MANY_COUNT, Finding, Kind, day, runs
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.robust import NORMAL_OF_MAD, local_scale, tick_around
from data.quality.series import QualitySeries

WITHOUT_VOLUME_COUNT = 5
WHILE_PEERS_MOVED_COUNT = 3
PEERS_SCALES = 2.0
QUIET, MOVED = "on without any volume", "on while its peers moved"
UNKNOWN_WHILE_MOVED_COUNT = 6
UNKNOWN_VOLUME_COUNT = 8
"""Sessions with the same close that are stale where no volume is known and no peer says anything."""


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return stretches of equal closes: 5 sessions without volume, 3 while the peers moved by 2 of their scales.

    The first session of a stretch is its last true close and is not counted. A stretch of 5 where the volume is above
    zero is trading at one price and is kept. Where no volume is known, peers have to have moved for 6 sessions: prices
    quoted in eighths were often equal on three days.
    """
    if len(series.close) < WHILE_PEERS_MOVED_COUNT + 1:
        return []
    same = np.zeros(len(series.close), dtype=bool)
    same[1:] = np.diff(series.close) == 0
    candidates = [(low, high) for low, high in runs(same) if high - low >= WHILE_PEERS_MOVED_COUNT - 1]
    if not candidates:
        return []
    moves = peers.moves(series)
    known = moves[np.isfinite(moves)]
    scale = NORMAL_OF_MAD * float(np.median(np.abs(known - np.median(known)))) if len(known) else float("nan")
    found = [
        (low, high, why)
        for low, high in candidates
        if (why := _why(series, low, high, float(np.nansum(moves[low:high])), scale)) is not None
    ]
    if len(found) > MANY_COUNT:
        return _by_year(series, found)
    return [
        _finding(
            series,
            np.arange(low, high),
            f"for {high - low + 1} sessions from {day(series.sessions[low - 1])} {why}",
        )
        for low, high, why in found
    ]


def _why(series: QualitySeries, low: int, high: int, moved: float, scale: float) -> str | None:
    """Return why equal closes are stale; None where they can be true."""
    count = high - low + 1
    has_moved = bool(scale > 0 and abs(moved) > PEERS_SCALES * scale * np.sqrt(high - low))
    if not _is_volume_known(series, low, high):
        if count >= UNKNOWN_VOLUME_COUNT:
            return MOVED if has_moved else "on, and no volume is known"
        return MOVED if has_moved and count >= UNKNOWN_WHILE_MOVED_COUNT and not _is_coarse(series, low) else None
    if series.volume is not None and bool(np.nansum(series.volume[low:high]) > 0):
        return None
    if count >= WITHOUT_VOLUME_COUNT:
        return QUIET
    return MOVED if has_moved and count >= WHILE_PEERS_MOVED_COUNT else None


def _is_volume_known(series: QualitySeries, low: int, high: int) -> bool:
    """Whether volumes say anything: providers report zero for every day of currencies and indices."""
    if series.volume is None or not bool((series.volume > 0).any()):
        return False
    return bool(np.isfinite(series.volume[low:high]).any())


def _is_coarse(series: QualitySeries, place: int) -> bool:
    """Whether the price moves in steps as large as its usual move, so that equal closes are rounding."""
    _middle, scale = local_scale(series.raw_returns, place)
    return not scale * float(series.close[place]) > tick_around(series.close, place)


def _by_year(series: QualitySeries, found: list[tuple[int, int, str]]) -> list[Finding]:
    """Return one finding a year where stretches are many: the series as a whole is hardly traded then."""
    places = np.concatenate([np.arange(low, high) for low, high, _why in found])
    years = series.sessions[places].astype("datetime64[Y]")
    return [
        _finding(series, mine, f"in {len(mine):,} sessions of {year}, in several stretches")
        for year in np.unique(years)
        if len(mine := places[years == year])
    ]


def _finding(series: QualitySeries, places: np.ndarray, when: str) -> Finding:
    return Finding(
        Kind.STALE, series.symbol, series.sessions[places], series.close[places], None, "equal closes in a row",
        0.95 if QUIET in when else 0.7, f"The close stands still at {series.close[places[0]]:g} {when}.",
    )  # fmt: skip


DETECTOR = Detector(Kind.STALE, 50, find, "A price does not stand still without trading or while its peers move.")
