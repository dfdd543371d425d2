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
from engine.frontier.events import TIE, UPWARDS, next_event
from engine.frontier.flat import slide
from engine.frontier.inverse import border, exchange, invert, is_flat, unborder
from engine.frontier.line import line_of

DONE: Final = 0
OUT_OF_ROOM: Final = 1
STUCK: Final = 2
SINGULAR: Final = 3

_CAREFUL_COUNT = 10
_NEAR_END = 1e-14
_LATE = 1e9
_STANDSTILL_COUNT = 400


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
def _rest(pieces: Any, state: Any, sides: Places, i: int, side: int) -> None:
    """Put a weight at a side of its piece; one at an inner edge stands at the upper side of the piece below."""
    sides[i] = side
    if side < 0 and state[0][i] > 0:
        _enter_piece(pieces, state, i, state[0][i] - 1)
        sides[i] = 1


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
def _write(
    corners: Any,
    at: int,
    now: float,
    state: Any,
    sides: Places,
    items: Places,
    count: int,
    course: tuple[float, float],
    line: Any,
) -> float:
    """Write the corner after a way of `now`; return how fast the reward changes from there on."""
    lambdas, points, row_duals = corners
    first, second = line[0], line[1]
    _, low, high, _, _, direction = state
    width = len(sides)
    lambdas[at] = course[0] + course[1] * now
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
    course: tuple[float, float],
    until: float,
    refresh_count: int,
) -> tuple[int, int]:
    """Walk until λ has changed by `until` or to the end; return how it ended and how many corners were written.

    See `engine.frontier.path.trace`. `course` is the λ of the beginning, and 1 or -1 for up or down. `sides`,
    `row_sides` and `piece` are those at the beginning; they become those at the end. With room for one corner the last
    one is written only.
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
    now, written, found, standing, since = 0.0, 0.0, 0, 0, refresh_count
    values, act, way = np.zeros(size), np.zeros(rows_count), np.zeros(size)
    held, held_side, has_slid = -1, 0, False
    turns_count = 2 if refresh_count > _CAREFUL_COUNT else 5
    while True:
        if since >= refresh_count:
            since = 0
            if not _refresh(quadratic, state, sides, items, count, base, base_rows, system, inverse):
                return SINGULAR, found
        line_of(
            quadratic,
            linear,
            state,
            limits,
            row_sides,
            items,
            count,
            base,
            base_rows,
            inverse,
            course,
            turns_count,
            line,
        )
        when, item, side = next_event(
            pieces, state, limits, sides, row_sides, items, count, now, held, held_side, course, line
        )
        if found == 0 or has_slid or now > written:
            if found == len(corners[0]):
                if found > 1:
                    return OUT_OF_ROOM, found
                found = 0
            found += 1
        has_slid, written = False, now
        speed = _write(corners, found - 1, now, state, sides, items, count, course, line)
        if when >= until * (1.0 - _NEAR_END):
            found = min(found + 1, len(corners[0]))
            _write(corners, found - 1, until, state, sides, items, count, course, line)
            return DONE, found
        if item < 0 or (abs(speed) * max(1.0, now) <= 1e-15 and when > _LATE):
            return DONE, found
        standing = standing + 1 if when <= now + TIE * max(1.0, now) else 0
        if standing > _STANDSTILL_COUNT + size:
            return STUCK, found
        now = max(now, when)
        since += 1
        held, held_side = -1, 0
        is_weight = item < width
        place = -1
        for a in range(count):
            if items[a] == item:
                place = a
        step = 0.0
        if is_weight and (side == 0 or side == UPWARDS):  # it leaves its side
            held, held_side = item, -1 if side == UPWARDS else sides[item]
            step = -1.0 * held_side
            _carry(quadratic, rows, base, base_rows, item, -(low[item] if sides[item] < 0 else high[item]))
            if side == UPWARDS:
                _enter_piece(pieces, state, item, piece[item] + 1)
            sides[item] = 0
            for a in range(count):
                i = items[a]
                column[a] = quadratic[item, i] if i < width else rows[i - width, item]
            is_regular = border(inverse, count, column, quadratic[item, item], image)
            if is_regular:
                items[count] = item
                count += 1
            for a in range(count):
                way[a] = -step * image[a]
        elif not is_weight and side != 0:  # a row becomes active
            for a in range(count):
                i = items[a]
                column[a] = rows[item - width, i] if i < width else 0.0
            if border(inverse, count, column, 0.0, image):
                row_sides[item - width] = side
                items[count] = item
                count += 1
            else:  # the active ones hold it already, and what moved it is rounding
                held, held_side = item, side
            is_regular = True
        elif is_weight:  # it comes to rest
            if not unborder(inverse, count, place, image):
                return SINGULAR, found
            is_regular = True
            count -= 1
            items[place] = items[count]
            _rest(pieces, state, sides, item, side)
            _carry(quadratic, rows, base, base_rows, item, low[item] if sides[item] < 0 else high[item])
        else:  # a row is dropped
            held, held_side = item, row_sides[item - width]
            is_regular = not is_flat(inverse, count, place, items, width) and unborder(inverse, count, place, image)
            if is_regular:
                count -= 1
                items[place] = items[count]
                row_sides[item - width] = 0
            else:
                for a in range(count):
                    way[a] = -held_side * inverse[a, place]
        if is_regular:
            continue
        has_slid = True
        if now > written and found < len(corners[0]):  # the corner from which it slides
            found, written = found + 1, now
            _write(corners, found - 1, now, state, sides, items, count, course, line)
            if is_weight:
                corners[1][found - 1, item] = low[item] if step > 0.0 else high[item]
        for a in range(count):
            values[a] = line[0][a] + now * line[1][a]
        for r in range(rows_count):
            act[r] = line[6][r] + now * line[7][r]
        _, blocker, side = slide(state, limits, row_sides, items, count, values, act, way, item, step)
        if blocker < 0:
            return SINGULAR, found
        held, held_side = -1, 0
        other = -1
        for a in range(count):
            if items[a] == blocker:
                other = a
        is_exchange = True
        if blocker == item:  # it goes all the way to its own other side
            if is_weight:
                _rest(pieces, state, sides, item, side)
                _carry(quadratic, rows, base, base_rows, item, low[item] if sides[item] < 0 else high[item])
            else:
                row_sides[item - width] = side
            continue
        if blocker < width:
            _rest(pieces, state, sides, blocker, side)
            _carry(quadratic, rows, base, base_rows, blocker, low[blocker] if sides[blocker] < 0 else high[blocker])
        else:
            row_sides[blocker - width] = side
        if is_weight and blocker < width:
            is_exchange = exchange(inverse, count, other, column, quadratic[item, item], image)
            items[other] = item
        elif not is_weight and blocker >= width:
            row_sides[item - width] = 0
            for a in range(count):
                i = items[a]
                column[a] = rows[blocker - width, i] if i < width else 0.0
            is_exchange = exchange(inverse, count, place, column, 0.0, image)
            items[place] = blocker
        elif is_weight:  # weight and row join together
            items[count], items[count + 1] = item, blocker
            count += 2
            is_exchange = False
        else:  # row and weight leave together
            row_sides[item - width] = 0
            kept = 0
            for a in range(count):
                if a != place and a != other:
                    items[kept] = items[a]
                    kept += 1
            count = kept
            is_exchange = False
        if not is_exchange:
            since = refresh_count
