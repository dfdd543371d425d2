"""Which multiplier next leaves its range on the way to the least CVaR, and what blocks the edge that then opens?

Items and sides as in `engine.frontier.tail_walk`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from engine.frontier.compiled import Numbers, Places, compiled

_NONE: Final = 1e300
_STILL: Final = 1e-11
_STILL_PRICE: Final = 1e-11
_TIE: Final = 1e-12


@compiled
def entry(rows: Numbers, by_period: Numbers, item: int, j: int) -> float:
    """Return what the row or period `item` (counted from the first row) holds of variable j."""
    count = rows.shape[0]
    found: float = 0.0
    if item < count:
        found = rows[item, j]
    elif j == rows.shape[1] - 1:
        found = -1.0
    elif j < by_period.shape[1]:
        found = by_period[item - count, j]
    return found


@compiled
def turn(
    problem: Any,
    state: Any,
    pull: Numbers,
    free: Places,
    active: Places,
    count: int,
    inverse: Numbers,
    prices: Any,
    now: float,
) -> tuple[float, int, int]:
    """Return the next θ at which a multiplier leaves its range, the item, and to which side it leaves.

    Variables are counted from 0, rows and periods from the number of variables.
    """
    rows, _, _, lower, upper, _, direction, by_period, _ = problem
    _, sides, row_sides, _, _, _ = state
    price, price_slope, pressed, pressed_slope = prices
    height, width = rows.shape
    assets = by_period.shape[1]
    for b in range(count):
        price[b] = 0.0
        price_slope[b] = 0.0
    for a in range(count):
        gain, loss = direction[free[a]], pull[free[a]]
        for b in range(count):
            price[b] += inverse[a, b] * gain
            price_slope[b] -= inverse[a, b] * loss
    for j in range(width):
        pressed[j] = direction[j]
        pressed_slope[j] = -pull[j]
    for b in range(count):
        item = active[b]
        y, s = price[b], price_slope[b]
        if item < height:
            for j in range(width):
                pressed[j] -= rows[item, j] * y
                pressed_slope[j] -= rows[item, j] * s
        else:
            for j in range(assets):
                pressed[j] -= by_period[item - height, j] * y
                pressed_slope[j] -= by_period[item - height, j] * s
    best, best_item, best_side, best_rate = _NONE, -1, 0, 0.0
    for place in range(2 * count + width):
        if place < 2 * count:
            b = place // 2
            item = active[b]
            start, rate, side = price[b], price_slope[b], -1
            if item < height:
                if row_sides[item] == 2 or place % 2 == 1:
                    continue
                side = row_sides[item]
                start, rate = start * side, rate * side
            elif place % 2 == 1:
                start, rate, side = -start, 1.0 - rate, 1
            item += width
        else:
            item = place - 2 * count
            side = sides[item]
            if side == 0 or lower[item] == upper[item]:
                continue
            start, rate = pressed[item] * side, pressed_slope[item] * side
        if rate >= -_STILL_PRICE:
            continue
        when = max(-start / rate, now)
        room = _TIE * max(1.0, when)
        if when < best - room or (when <= best + room and -rate > best_rate):
            best, best_item, best_side, best_rate = min(when, best), item, side, -rate
    return best, best_item, best_side


@compiled
def _meets(start: float, rate: float, low: float, high: float, still: float) -> tuple[int, float]:
    """Return the side that start + t rate runs into, and at which t."""
    if rate > still and high < np.inf:
        return 1, max(high - start, 0.0) / rate
    if rate < -still and low > -np.inf:
        return -1, max(start - low, 0.0) / -rate
    return 0, _NONE


@compiled
def blocked(
    problem: Any, state: Any, free: Places, count: int, way: Any, gone: int, gone_rate: float
) -> tuple[float, int, int]:
    """Return how far the way leads, and the item and side that block it; `gone` is the item that was let go."""
    _, row_lower, row_upper, lower, upper, _, _, _, _ = problem
    x, _, row_sides, tails, act, excess = state
    way_x, way_rows, way_losses = way
    width, height, periods = len(x), len(act), len(excess)
    largest = abs(gone_rate)
    for a in range(count):
        largest = max(largest, abs(way_x[a]))
    still = _STILL * largest
    best, best_item, best_side, best_rate = _NONE, -1, 0, 0.0
    for place in range(count + 1 + height):
        if place < count:
            item = free[place]
            rate = way_x[place]
            side, length = _meets(x[item], rate, lower[item], upper[item], still)
        elif place == count:
            if gone >= width:
                continue
            item, rate = gone, gone_rate
            side, length = _meets(x[item], rate, lower[item], upper[item], still)
        else:
            r = place - count - 1
            item, rate = r + width, way_rows[r]
            if row_sides[r] != 0 and item != gone:
                continue
            side, length = _meets(act[r], rate, row_lower[r], row_upper[r], still)
        room = _TIE * max(1.0, best)
        if length < best - room or (length <= best + room and abs(rate) > best_rate and length < _NONE):
            best, best_item, best_side, best_rate = min(length, best), item, side, abs(rate)
    still = _STILL * max(largest, 1.0)
    for k in range(periods):
        rate = way_losses[k]
        tail = tails[k]
        if tail == 0 or rate * tail >= -still or k + width + height == gone:
            continue
        length = max(excess[k] * tail, 0.0) / abs(rate)
        if length <= best + _TIE * max(1.0, best):
            room = _TIE * max(1.0, best)
            if length < best - room or abs(rate) > best_rate:
                best, best_item, best_side, best_rate = min(length, best), k + width + height, 0, abs(rate)
    return best, best_item, best_side
