"""Which weights minimize ½ wᵀPw + cᵀw - λ reward(w) under linear limits, for every λ from 0 upwards at once?

Between events the weights and multipliers are affine in λ (Markowitz 1956; Best 1996 for general rows). An event adds a
limit that would be broken, or drops one whose multiplier would change sign. A limit that is added never depends on the
active ones: those hold along the line of march and it does not, so the optimality system stays regular. A weight that
reaches the edge of a piece (see `engine.frontier.pieces`) rests there, as on a bound, until it pays to leave on either
side.

The loops are plain because that is what compiles quickly and well. Everything is an array of numbers: weights are items
0..n-1, rows are items n..n+m-1. `sides` and `row_sides` say where each stands: -1 at its lower side, 1 at its upper
side, 0 inside; a row of 2 is an equality, which never leaves. A weight at an inner edge stands at the upper side of the
piece below it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from engine.frontier.compiled import Numbers, Places, compiled
from engine.frontier.inverse import border, invert, unborder

DONE: Final = 0
OUT_OF_ROOM: Final = 1
STUCK: Final = 2
SINGULAR: Final = 3

_LAMBDA_MAX = 1e12
_LATE = 1e9
_TIE = 1e-11
_FLAT = 1e-13
_STANDSTILL_COUNT = 400
_UPWARDS = 2


@compiled
def _enter_piece(pieces: Any, state: Any, i: int, j: int) -> None:
    """Put a weight, which must stand outside the system, on one of its pieces."""
    edges, _, coefficients, offsets, rewards = pieces
    piece, low, high, rows, shift, direction = state
    for r in range(len(shift)):
        shift[r] += offsets[j, r, i] - offsets[piece[i], r, i]
        rows[r, i] = coefficients[j, r, i]
    piece[i] = j
    low[i] = edges[i, j]
    high[i] = edges[i, j + 1]
    direction[i] = rewards[j, i]


@compiled
def _carry(quadratic: Numbers, rows: Numbers, base: Numbers, base_rows: Numbers, i: int, at: float) -> None:
    """Add what a weight outside the system contributes to P w and A w."""
    if at != 0.0:
        for j in range(len(base)):
            base[j] += quadratic[i, j] * at
        for r in range(len(base_rows)):
            base_rows[r] += rows[r, i] * at


@compiled
def _refresh(
    quadratic: Numbers,
    state: Any,
    sides: Places,
    items: Places,
    count: int,
    base: Numbers,
    base_rows: Numbers,
    system: Numbers,
    inverse: Numbers,
) -> bool:
    """Recompute the inverse of the optimality system and the share of the resting weights; return if it is regular."""
    _, low, high, rows, _, _ = state
    width = len(base)
    for a in range(count):
        i = items[a]
        for b in range(a + 1):
            j = items[b]
            value = 0.0
            if i < width and j < width:
                value = quadratic[i, j]
            elif i >= width and j < width:
                value = rows[i - width, j]
            elif i < width and j >= width:
                value = rows[j - width, i]
            system[a, b] = value
            system[b, a] = value
    for j in range(width):
        base[j] = 0.0
    for r in range(len(base_rows)):
        base_rows[r] = 0.0
    for i in range(width):
        if sides[i] != 0:
            _carry(quadratic, rows, base, base_rows, i, low[i] if sides[i] < 0 else high[i])
    return invert(system, count, inverse)


@compiled
def _line(
    quadratic: Numbers,
    linear: Numbers,
    state: Any,
    limits: Any,
    row_sides: Places,
    items: Places,
    count: int,
    base: Numbers,
    base_rows: Numbers,
    inverse: Numbers,
    line: Any,
) -> None:
    """Write items, gradient, activity and multipliers along the line, each as start + λ slope.

    Solved twice: the second time for what is left, so that the line meets the system to rounding.
    """
    first, second, right, right_slope, pull, pull_slope, act, act_slope, price, price_slope = line
    _, _, _, rows, shift, direction = state
    row_lower, row_upper = limits
    width, rows_count = len(base), len(base_rows)
    for a in range(count):
        first[a] = 0.0
        second[a] = 0.0
        i = items[a]
        if i < width:
            right[a] = -linear[i] - base[i]
            right_slope[a] = direction[i]
        else:
            r = i - width
            right[a] = (row_lower[r] if row_sides[r] == -1 else row_upper[r]) - shift[r] - base_rows[r]
            right_slope[a] = 0.0
    for turn in range(2):
        for a in range(count):
            total, total_slope = 0.0, 0.0
            for b in range(count):
                total += inverse[a, b] * right[b]
                total_slope += inverse[a, b] * right_slope[b]
            first[a] += total
            second[a] += total_slope
        for j in range(width):
            pull[j] = base[j] + linear[j]
            pull_slope[j] = -direction[j]
        for r in range(rows_count):
            act[r] = base_rows[r] + shift[r]
            act_slope[r] = 0.0
            price[r] = 0.0
            price_slope[r] = 0.0
        for a in range(count):
            i = items[a]
            x, s = first[a], second[a]
            if i < width:
                for j in range(width):
                    pull[j] += quadratic[i, j] * x
                    pull_slope[j] += quadratic[i, j] * s
                for r in range(rows_count):
                    act[r] += rows[r, i] * x
                    act_slope[r] += rows[r, i] * s
            else:
                price[i - width] = x
                price_slope[i - width] = s
                for j in range(width):
                    pull[j] += rows[i - width, j] * x
                    pull_slope[j] += rows[i - width, j] * s
        if turn == 0:
            for a in range(count):
                i = items[a]
                if i < width:
                    right[a] = -pull[i]
                    right_slope[a] = -pull_slope[i]
                else:
                    r = i - width
                    right[a] = (row_lower[r] if row_sides[r] == -1 else row_upper[r]) - act[r]
                    right_slope[a] = -act_slope[r]


@compiled
def _meets(start: float, rate: float, low: float, high: float) -> tuple[int, float]:
    """Return the side that start + λ rate runs into, and at which λ."""
    if rate > _FLAT and high < np.inf:
        return 1, (high - start) / rate
    if rate < -_FLAT and low > -np.inf:
        return -1, (low - start) / rate
    return 0, _LAMBDA_MAX


@compiled
def _sinks(start: float, rate: float) -> float:
    """Return the λ at which start + λ rate falls to zero."""
    return -start / rate if rate < -_FLAT else _LAMBDA_MAX


@compiled
def _above(pieces: Any, state: Any, line: Any, i: int) -> tuple[float, float]:
    """Return by how much the gradient of a weight is larger on the piece above its edge, as start and slope."""
    _, _, coefficients, _, rewards = pieces
    price, price_slope = line[8], line[9]
    j = state[0][i]
    start, rate = 0.0, rewards[j, i] - rewards[j + 1, i]
    for r in range(len(price)):
        bend = coefficients[j + 1, r, i] - coefficients[j, r, i]
        start += bend * price[r]
        rate += bend * price_slope[r]
    return start, rate


@compiled
def _next(
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
    line: Any,
) -> tuple[float, int, int]:
    """Return the λ of the next event, its item and the side that it comes to (0 or upwards: it leaves its side)."""
    first, second, _, _, pull, pull_slope, act, act_slope, _, _ = line
    counts = pieces[1]
    piece, low, high, _, _, _ = state
    row_lower, row_upper = limits
    width, rows_count = len(sides), len(row_sides)
    best, best_item, best_side, best_rate = _LAMBDA_MAX, -1, 0, 0.0
    for place in range(2 * width + rows_count + count):
        side, rate, when = 0, 0.0, _LAMBDA_MAX
        if place < count:  # a free weight, or the multiplier of an active row
            item = items[place]
            rate = second[place]
            if item < width:
                side, when = _meets(first[place], rate, low[item], high[item])
            elif row_sides[item - width] != 2:
                rate *= row_sides[item - width]
                when = _sinks(first[place] * row_sides[item - width], rate)
        elif place < count + width:  # the multiplier of a side
            item = place - count
            if sides[item] != 0 and low[item] != high[item]:
                rate = -pull_slope[item] * sides[item]
                when = _sinks(-pull[item] * sides[item], rate)
        elif place < count + 2 * width:  # ... and of the piece above an inner edge
            item = place - count - width
            if sides[item] == 1 and piece[item] < counts[item] - 1:
                start, rate = _above(pieces, state, line, item)
                rate += pull_slope[item]
                side, when = _UPWARDS, _sinks(start + pull[item], rate)
        else:  # a row with room
            item = place - count - width
            if row_sides[item - width] == 0:
                rate = act_slope[item - width]
                side, when = _meets(act[item - width], rate, row_lower[item - width], row_upper[item - width])
        if when >= _LAMBDA_MAX:
            continue
        when = max(when, now)
        if item == held and side == held_side and side != 0 and when <= now + _TIE:
            continue  # it has just left that side
        room = _TIE * max(1.0, when)
        if when < best - room or (when <= best + room and abs(rate) > best_rate):
            best, best_item, best_side, best_rate = min(when, best), item, side, abs(rate)
    return best, best_item, best_side


@compiled
def _write(corners: Any, at: int, now: float, state: Any, sides: Places, items: Places, count: int, line: Any) -> float:
    """Write the corner at λ = now; return how fast the reward rises from there on."""
    lambdas, points, row_duals = corners
    first, second = line[0], line[1]
    _, low, high, _, _, direction = state
    width = len(sides)
    lambdas[at] = now
    speed = 0.0
    for i in range(width):
        points[at, i] = low[i] if sides[i] < 0 else high[i]
    for r in range(row_duals.shape[1]):
        row_duals[at, r] = line[8][r] + now * line[9][r]
    for a in range(count):
        i = items[a]
        if i < width:
            points[at, i] = min(max(first[a] + now * second[a], low[i]), high[i])
            speed += direction[i] * second[a]
    return speed


@compiled
def march(
    quadratic: Numbers,
    linear: Numbers,
    pieces: Any,
    limits: Any,
    sides: Places,
    row_sides: Places,
    piece: Places,
    corners: Any,
    until: float,
    refresh_count: int,
) -> tuple[int, int]:
    """Walk from λ = 0 to `until` or the end; return how it ended and how many corners were written.

    See `engine.frontier.path.trace`. `sides`, `row_sides` and `piece` are those at λ = 0; they become those at the end.
    """
    offsets = pieces[3]
    width, rows_count = len(linear), len(limits[0])
    size = width + rows_count
    low, high, direction = np.zeros(width), np.zeros(width), np.zeros(width)
    rows, shift = np.zeros((rows_count, width)), np.zeros(rows_count)
    state = (piece, low, high, rows, shift, direction)
    for i in range(width):
        for r in range(rows_count):
            shift[r] += offsets[piece[i], r, i]
        _enter_piece(pieces, state, i, piece[i])
    items = np.zeros(size, dtype=np.int64)
    count = 0
    for i in range(size):
        if (i < width and sides[i] == 0) or (i >= width and row_sides[i - width] != 0):
            items[count] = i
            count += 1
    inverse, system = np.zeros((size, size)), np.zeros((size, size))
    base, base_rows, column, image = np.zeros(width), np.zeros(rows_count), np.zeros(size), np.zeros(size)
    line = (
        np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(width), np.zeros(width),
        np.zeros(rows_count), np.zeros(rows_count), np.zeros(rows_count), np.zeros(rows_count),
    )  # fmt: skip
    now, found, standing, since = 0.0, 0, 0, refresh_count
    held, held_side = -1, 0
    while True:
        if since >= refresh_count:
            since = 0
            if not _refresh(quadratic, state, sides, items, count, base, base_rows, system, inverse):
                return SINGULAR, found
        _line(quadratic, linear, state, limits, row_sides, items, count, base, base_rows, inverse, line)
        when, item, side = _next(pieces, state, limits, sides, row_sides, items, count, now, held, held_side, line)
        if when >= until:
            _write(corners, 0, until, state, sides, items, count, line)
            return DONE, 1
        if found == 0 or now > corners[0][found - 1] + _TIE * max(1.0, now):
            if found == len(corners[0]):
                if until == np.inf:
                    return OUT_OF_ROOM, found
                found = 0
            found += 1
        speed = _write(corners, found - 1, now, state, sides, items, count, line)
        if item < 0 or (speed * max(1.0, now) <= 1e-15 and when > _LATE):
            return DONE, found
        standing = standing + 1 if when <= now + _TIE * max(1.0, now) else 0
        if standing > _STANDSTILL_COUNT + size:
            return STUCK, found
        now = max(now, when)
        since += 1
        held, held_side = -1, 0
        is_weight = item < width
        if is_weight and (side == 0 or side == _UPWARDS):
            held, held_side = item, sides[item]
            _carry(quadratic, rows, base, base_rows, item, -(low[item] if sides[item] < 0 else high[item]))
            if side == _UPWARDS:
                held_side = -1
                _enter_piece(pieces, state, item, piece[item] + 1)
            sides[item] = 0
            for a in range(count):
                i = items[a]
                column[a] = quadratic[item, i] if i < width else rows[i - width, item]
            if not border(inverse, count, column, quadratic[item, item], image):
                return SINGULAR, found
            items[count] = item
            count += 1
        elif not is_weight and side != 0:
            row_sides[item - width] = side
            for a in range(count):
                i = items[a]
                column[a] = rows[item - width, i] if i < width else 0.0
            if not border(inverse, count, column, 0.0, image):
                return SINGULAR, found
            items[count] = item
            count += 1
        else:
            place = 0
            while items[place] != item:
                place += 1
            if not unborder(inverse, count, place, image):
                return SINGULAR, found
            count -= 1
            items[place] = items[count]
            if is_weight:
                sides[item] = side
                if side < 0 and piece[item] > 0:
                    _enter_piece(pieces, state, item, piece[item] - 1)
                    sides[item] = 1
                _carry(quadratic, rows, base, base_rows, item, low[item] if sides[item] < 0 else high[item])
            else:
                held, held_side = item, row_sides[item - width]
                row_sides[item - width] = 0
