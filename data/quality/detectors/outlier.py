"""Did a price jump for a single day and come back, without any reason that others would share?"""

from __future__ import annotations

from typing import Any

import numpy as np

from data.quality.findings import Finding, Floats, Kind, day
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.robust import local_scales, tick_around
from data.quality.series import QualitySeries, is_told_by_another

SCALES = 8.0
REVERSAL_FRAC = 0.8
BACK_SCALES = 6.0
VOLUME_TIMES = 3.0
VOLUME_COUNT = 21
TICKS = 1.5
SHARED_FRAC = 0.25
EXTREME_TIMES = 5.0
"""From this factor on, up or down, a move that is undone the session after is no trading, whatever the volume says."""
EXTREME_BACK_FRAC = 0.1
"""How much of such a log move may be left after the session that undoes it."""
EXTREME_CONFIDENCE = 0.9


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return single days whose return is more than 8 robust scales and is taken back by at least 80 % the day after.

    Kept as true: days on which the peers moved the same way by a quarter as much, days on which three times the usual
    volume was traded, days of which another source gives the same price, and moves of one tick. Volume does not speak
    for a fivefold move that is undone but for a tenth of it: a source that gets the count of shares wrong for a day
    multiplies the volume by what it divides the price by. Such a move needs no scale either, which series of fewer than
    15 other returns do not have. The geometric mean of the two closes around is proposed.
    """
    moves = series.returns
    if len(moves) < 3:
        return []
    here, then = moves[1:-1], moves[2:]
    with np.errstate(divide="ignore", invalid="ignore"):
        back = -then / here
        turns = (back >= REVERSAL_FRAC) & (back <= 1.0 / REVERSAL_FRAC) & (np.abs(here) > 0.01)
    candidates = np.flatnonzero(turns) + 1
    shared = peers.moves(series)
    found = []
    middles, scales = local_scales(moves, candidates)
    sizes = np.abs(moves[candidates] - middles) / scales
    returning = np.abs(moves[candidates + 1] - middles) > SCALES * REVERSAL_FRAC * scales
    is_large = ((sizes > SCALES) & returning) | (np.isnan(scales) & _extreme(moves, candidates))
    for number in np.flatnonzero(is_large).tolist():
        place, size, scale = int(candidates[number]), float(sizes[number]), float(scales[number])
        if abs(float(moves[place] + moves[place + 1])) > BACK_SCALES * scale or _is_true(series, shared, place):
            continue
        found.append(_finding(series, place, size))
    return found


def _is_true(series: QualitySeries, shared: Floats, place: int) -> bool:
    """Whether peers, volume or another source say that the move took place, or it is one tick of a coarse price."""
    move = float(series.returns[place])
    with_peers = float(shared[place])
    if np.isfinite(with_peers) and with_peers * move > 0 and abs(with_peers) >= SHARED_FRAC * abs(move):
        return True
    if abs(float(series.close[place] - series.close[place - 1])) <= TICKS * tick_around(series.close, place):
        return True
    has_reason = _has_unusual_volume(series, place) and not bool(_extreme(series.returns, place))
    return has_reason or is_told_by_another(series, place)


def _extreme(moves: Floats, places: Any) -> Any:
    """Whether moves are of a factor of 5 or more and undone the session after."""
    here = np.abs(moves[places])
    return (here >= np.log(EXTREME_TIMES)) & (np.abs(moves[places] + moves[places + 1]) <= EXTREME_BACK_FRAC * here)


def _has_unusual_volume(series: QualitySeries, place: int) -> bool:
    if series.volume is None or not series.volume[place] > 0:
        return False
    around = np.concatenate(
        (series.volume[max(0, place - VOLUME_COUNT) : place], series.volume[place + 2 : place + VOLUME_COUNT])
    )
    around = around[around > 0]
    return len(around) >= 5 and float(series.volume[place]) > VOLUME_TIMES * float(np.median(around))


def _finding(series: QualitySeries, place: int, size: float) -> Finding:
    move = float(np.expm1(series.raw_returns[place]))
    before, after = float(series.close[place - 1]), float(series.close[place + 1])
    proposed = float(np.sqrt(before * after)) if before > 0 and after > 0 else before
    has_scale = bool(np.isfinite(size))
    confidence = min(0.97, 0.6 + 0.37 * (1.0 - np.exp(-(size - SCALES) / 12.0))) if has_scale else EXTREME_CONFIDENCE
    how_large = f", {size:.0f} times the usual scale," if has_scale else ""
    is_traded = _has_unusual_volume(series, place)
    unlike = "no volume explains a move of that size" if is_traded else "neither peers nor volume explain it"
    return Finding(
        Kind.OUTLIER, series.symbol, series.sessions[place : place + 1], series.close[place : place + 1],
        np.array([proposed]), "geometric mean of the closes around", float(confidence),
        f"The close of {day(series.sessions[place])} moves by {move:+.1%}{how_large} and comes back the session after; "
        f"{unlike}.",
    )  # fmt: skip


DETECTOR = Detector(Kind.OUTLIER, 70, find, "A price does not jump for one day and come back unseen by all others.")
