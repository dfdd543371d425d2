"""Where does a walk go when nothing tells the portfolios of a direction apart: neither risk nor the active limits?

A covariance of fewer periods than assets, repeated assets and riskless assets leave directions d of no risk, P d = 0.
Where an item would join or leave the optimality system and one of them opened, the system would become singular, and
every step along d has the same risk. The walk then goes all the way, as a simplex method does (Wolfe 1959,
*Econometrica* 27, for quadratic programs), until a side is met; the item that meets it takes the place of the one that
gave way. So no ridge is needed, and the system stays regular.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from engine.frontier.compiled import Numbers, Places, compiled

_STILL: Final = 1e-9  # of the largest movement: less is rounding
_NEAR: Final = 1e-12


@compiled
def slide(
    state: Any,
    limits: Any,
    row_sides: Places,
    items: Places,
    count: int,
    values: Numbers,
    act: Numbers,
    way: Numbers,
    item: int,
    step: float,
) -> tuple[float, int, int]:
    """Return how far the way leads, and which item meets which side there; item -1 when there is no end.

    Parameters
    ----------
    state, limits, row_sides, items, count
        As in `engine.frontier.walk.march`; `items` are those of the system.
    values, way
        Value and movement of each item of the system; those of rows play no part.
    act
        What each row amounts to.
    item, step
        The item that gives way, and its movement when it is a weight, which starts at one of its sides.

    """
    _, low, high, rows, _, _ = state
    row_lower, row_upper = limits
    width = len(low)
    largest = abs(step)
    for a in range(count):
        if items[a] < width:
            largest = max(largest, abs(way[a]))
    best, best_item, best_side, best_rate = np.inf, -1, 0, 0.0
    for place in range(count + len(act) + 1):
        which, rate, room, side = -1, 0.0, np.inf, 0
        if place < count:
            which, rate = items[place], way[place]
            if which >= width:
                continue
            room = high[which] - values[place] if rate > 0.0 else values[place] - low[which]
            side = 1 if rate > 0.0 else -1
        elif place < count + len(act):
            r = place - count
            if row_sides[r] != 0 and r + width != item:
                continue
            which = r + width
            for a in range(count):
                if items[a] < width:
                    rate += rows[r, items[a]] * way[a]
            if item < width:
                rate += rows[r, item] * step
            room = row_upper[r] - act[r] if rate > 0.0 else act[r] - row_lower[r]
            side = 1 if rate > 0.0 else -1
        elif step != 0.0:
            which, rate, side = item, step, 1 if step > 0.0 else -1
            room = high[item] - low[item]
        if which < 0 or abs(rate) <= _STILL * largest or room == np.inf:
            continue
        length = max(room, 0.0) / abs(rate)
        if length < best - _NEAR or (length <= best + _NEAR and abs(rate) > best_rate):
            best, best_item, best_side, best_rate = min(length, best), which, side, abs(rate)
    return best, best_item, best_side
