"""Where does each weight and row of a portfolio stand, and is the system of its free weights regular as it is?

The quick way of `engine.frontier.settle`, which moves weights along directions of no risk where there are any.
"""

from __future__ import annotations

import numpy as np

from engine.frontier.compiled import Numbers, Places, compiled
from engine.frontier.inverse import is_regular_with
from engine.frontier.proof import piece_at

_DEPENDENT = 1e-9


@compiled
def stand_at(
    quadratic: Numbers,
    edges: Numbers,
    counts: Places,
    coefficients: Numbers,
    is_equal: Numbers,
    weights: Numbers,
    near: float,
    same: float,
) -> tuple[bool, Places, Places, Places, Numbers]:
    """Return whether the system is regular, sides (n,), sides of the rows (m,), pieces (n,), and weights put on edges.

    Parameters
    ----------
    quadratic
        P, shape (n, n).
    edges, counts, coefficients
        As in `engine.frontier.pieces`.
    is_equal
        1 for each row that is an equality, else 0, shape (m,).
    weights
        Within all limits, shape (n,).
    near, same
        How near an edge counts as on it, and how near a number counts as the same.

    """
    width, height = len(weights), len(is_equal)
    sides, piece = np.zeros(width, dtype=np.int64), np.zeros(width, dtype=np.int64)
    row_sides, at = np.zeros(height, dtype=np.int64), weights.copy()
    equal_count = 0
    for r in range(height):
        if is_equal[r] != 0.0:
            equal_count += 1
    rest, largest = np.zeros((equal_count, width)), np.zeros(equal_count)
    which = np.zeros(equal_count, dtype=np.int64)
    for i in range(width):
        j = piece_at(edges, counts, i, weights[i] - near - same)
        piece[i] = j
        if weights[i] >= edges[i, j + 1] - near:
            sides[i] = 1
            at[i] = edges[i, j + 1]
        elif weights[i] <= edges[i, j] + near:
            sides[i] = -1
            at[i] = edges[i, j]
    e = 0
    for r in range(height):
        if is_equal[r] != 0.0:
            which[e] = r
            for i in range(width):
                rest[e, i] = coefficients[piece[i], r, i]
                largest[e] = max(largest[e], abs(rest[e, i]))
            e += 1
    rows = rest.copy()
    free, active = np.zeros(width, dtype=np.int64), np.zeros(equal_count, dtype=np.int64)
    is_seen = np.zeros(width)
    count = 0
    last = edges.shape[1] - 1
    while count < equal_count:  # free weights first, of these the one with the most room
        best, best_room, is_free = -1, -1.0, False
        for i in range(width):
            if is_seen[i] != 0.0 or edges[i, 0] >= edges[i, last]:
                continue
            room = min(at[i] - edges[i, 0], edges[i, last] - at[i])
            if best < 0 or (sides[i] == 0 and not is_free) or ((sides[i] == 0) == is_free and room > best_room):
                best, best_room, is_free = i, room, sides[i] == 0
        if best < 0:
            break
        is_seen[best] = 1.0
        row = 0
        for r in range(equal_count):
            if abs(rest[r, best]) > abs(rest[row, best]):
                row = r
        if abs(rest[row, best]) <= _DEPENDENT * max(1.0, largest[row]):
            continue
        free[count], active[count] = best, row
        count += 1
        pivot = rest[row].copy()
        for r in range(equal_count):
            share = rest[r, best] / pivot[best]
            for i in range(width):
                rest[r, i] -= share * pivot[i]
    for a in range(count):
        sides[free[a]] = 0
        row_sides[which[active[a]]] = 2
    others = np.zeros(width, dtype=np.int64)
    more = 0
    for i in range(width):
        is_held = False
        for a in range(count):
            is_held = is_held or free[a] == i
        if sides[i] == 0 and not is_held:
            others[more] = i
            more += 1
    kept = np.zeros((count, width))
    for a in range(count):
        kept[a] = rows[active[a]]
    is_regular = is_regular_with(quadratic, kept, free[:count], others[:more])
    return is_regular, sides, row_sides, piece, at
