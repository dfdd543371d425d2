"""Which whole lots come near without a proof: largest remainders, then single lots and swaps that mend?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from engine.rebalance.steps import LotSteps

MOVES_MAX_COUNT = 2_000
LEAST_GAIN_CCY = 1e-6
Counts = NDArray[np.int64]


def rounded_lots(steps: LotSteps) -> Counts | None:
    """Return lots that keep cash and sizes, or None where selling all that may be sold is not enough.

    Every trade begins with the lots that fit into what is wanted. While cash is short, the lots whose loss is least for
    the cash they bring are taken back or sold; then lots are added by largest remainder, and swapped between two assets
    where that comes nearer.
    """
    lots = np.where(steps.active, np.floor(steps.wanted_ccy / steps.units_ccy + 1e-9), 0.0).astype(np.int64)
    lots = np.minimum(lots, steps.most.astype(np.int64))
    lots = np.where(lots < steps.least, 0, lots)
    for _ in range(MOVES_MAX_COUNT):
        if steps.room_after(lots) >= 0.0:
            break
        eased = _eased(steps, lots)
        if eased is None:
            return None
        lots = eased
    if not steps.is_kept(lots):
        return None
    return _mended(steps, lots)


def _moves(steps: LotSteps, lots: Counts) -> list[Counts]:
    """Return what one more and one less lot of each asset make; a trade below its least size is none."""
    made = []
    for place in np.flatnonzero(steps.active):
        for step in (1, -1):
            count = int(lots[place]) + step
            if 0 < count < steps.least[place]:
                count = int(steps.least[place]) if step > 0 else 0
            if 0 <= count <= steps.most[place]:
                other = lots.copy()
                other[place] = count
                made.append(other)
    return made


def _eased(steps: LotSteps, lots: Counts) -> Counts | None:
    """Return the move that brings most cash for what it loses; a jump over many lots where cash is far away."""
    short = -steps.room_after(lots)
    best, best_score = None, np.inf
    now = steps.objective(lots)
    for place in np.flatnonzero(steps.active):
        unit = float(steps.units_ccy[place])
        wide = max(int(np.ceil(short / unit)), 1)
        for step in (wide, 1):
            count = int(lots[place]) - step if steps.signs[place] > 0 else int(lots[place]) + step
            count = int(np.clip(count, 0, steps.most[place]))
            if 0 < count < steps.least[place]:
                count = 0 if steps.signs[place] > 0 else int(steps.least[place])
            if count == lots[place]:
                continue
            other = lots.copy()
            other[place] = count
            gained = min(steps.room_after(other) + short, short)
            if gained <= 0.0:
                continue
            score = (steps.objective(other) - now) / gained
            if score < best_score:
                best, best_score = other, score
    return best


def _mended(steps: LotSteps, lots: Counts) -> Counts:
    """Return lots after moves and swaps of two, each the best there is, until none comes nearer."""
    now = steps.objective(lots)
    for _ in range(MOVES_MAX_COUNT):
        moves = _moves(steps, lots)
        if not moves:
            return lots
        gains = np.array([now - steps.objective(one) for one in moves])
        fits = np.array([steps.is_kept(one) for one in moves])
        best = int(np.argmax(np.where(fits, gains, -np.inf)))
        if fits[best] and gains[best] > LEAST_GAIN_CCY:
            lots, now = moves[best], now - float(gains[best])
            continue
        swapped = _swapped(steps, lots, moves, gains)
        if swapped is None:
            return lots
        lots, now = swapped, steps.objective(swapped)
    return lots


def _swapped(steps: LotSteps, lots: Counts, moves: list[Counts], gains: NDArray[np.float64]) -> Counts | None:
    """Return the first swap that comes nearer: one move that gains, and one that pays for it."""
    order = np.argsort(-gains, kind="stable")
    for first in order[:20]:
        if gains[first] <= LEAST_GAIN_CCY:
            return None
        for second in order:
            if gains[first] + gains[second] <= LEAST_GAIN_CCY:
                break
            both: Counts = moves[first] + moves[second] - lots
            is_pair = int(((moves[first] != lots) & (moves[second] != lots)).sum()) == 0
            if first != second and is_pair and steps.is_kept(both):
                return both
    return None
