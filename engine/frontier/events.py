"""Which event comes next on a line of march: what runs into a side, and which multiplier sinks to zero?"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from engine.frontier.compiled import Places, compiled

NONE: Final = 1e12  # the λ of an event that never comes
TIE: Final = 1e-11
UPWARDS: Final = 2
_ROUNDING: Final = 4e-16
_STILL: Final = 1e-13  # of the fastest weight's rate
_STILL_PRICE: Final = 1e-12


@compiled
def _meets(start: float, rate: float, low: float, high: float, still: float) -> tuple[int, float]:
    """Return the side that start + λ rate runs into, and at which λ; a rate within `still` is rounding."""
    if rate > still and high < np.inf:
        return 1, (high - start) / rate
    if rate < -still and low > -np.inf:
        return -1, (low - start) / rate
    return 0, NONE


@compiled
def _sinks(start: float, rate: float, still: float) -> float:
    """Return the λ at which start + λ rate falls to zero; a rate within `still` is rounding."""
    return -start / rate if rate < -still else NONE


@compiled
def _above(pieces: Any, state: Any, course: tuple[float, float], line: Any, i: int) -> tuple[float, float]:
    """Return by how much the gradient of a weight is larger on the piece above its edge, as start and slope."""
    _, _, coefficients, _, rewards = pieces
    price, price_slope = line[8], line[9]
    j = state[0][i]
    less = rewards[j, i] - rewards[j + 1, i]
    start, rate = course[0] * less, course[1] * less
    for r in range(len(price)):
        bend = coefficients[j + 1, r, i] - coefficients[j, r, i]
        start += bend * price[r]
        rate += bend * price_slope[r]
    return start, rate


@compiled
def next_event(
    pieces: Any,
    state: Any,
    limits: Any,
    sides: Places,
    row_sides: Places,
    items: Places,
    count: int,
    now: float,
    held: int,
    held_side: int,
    course: tuple[float, float],
    line: Any,
) -> tuple[float, int, int]:
    """Return the λ of the next event, its item and the side that it comes to (0 or upwards: it leaves its side)."""
    first, second, _, _, pull, pull_slope, act, act_slope, _, _ = line
    counts = pieces[1]
    piece, low, high, _, _, _ = state
    row_lower, row_upper = limits
    width, rows_count = len(sides), len(row_sides)
    best, best_item, best_side, best_rate = NONE, -1, 0, 0.0
    largest = 1.0
    for a in range(count):
        if items[a] < width:
            largest = max(largest, abs(second[a]))
    still, still_price = _STILL * largest, _STILL_PRICE * largest
    for place in range(2 * width + rows_count + count):
        side, rate, when = 0, 0.0, NONE
        if place < count:  # a free weight, or the multiplier of an active row
            item = items[place]
            rate = second[place]
            if item < width:
                side, when = _meets(first[place], rate, low[item], high[item], still)
            elif row_sides[item - width] != 2:
                rate *= row_sides[item - width]
                when = _sinks(first[place] * row_sides[item - width], rate, still_price)
        elif place < count + width:  # the multiplier of a side
            item = place - count
            if sides[item] != 0 and low[item] != high[item]:
                rate = -pull_slope[item] * sides[item]
                when = _sinks(-pull[item] * sides[item], rate, still_price)
        elif place < count + 2 * width:  # ... and of the piece above an inner edge
            item = place - count - width
            if sides[item] == 1 and piece[item] < counts[item] - 1:
                start, rate = _above(pieces, state, course, line, item)
                rate += pull_slope[item]
                side, when = UPWARDS, _sinks(start + pull[item], rate, still_price)
        else:  # a row with room
            item = place - count - width
            if row_sides[item - width] == 0:
                rate = act_slope[item - width]
                side, when = _meets(act[item - width], rate, row_lower[item - width], row_upper[item - width], still)
        if when >= NONE:
            continue
        when = max(when, now)
        room = max(TIE / largest, _ROUNDING) * max(1.0, when)
        if item == held and side == held_side and side != 0 and when <= now + room:
            continue  # it has just left that side
        if when < best - room or (when <= best + room and abs(rate) > best_rate):
            best, best_item, best_side, best_rate = min(when, best), item, side, abs(rate)
    return best, best_item, best_side
