"""How is the inverse of a symmetric system kept while items join and leave it?

By bordering: an item that joins or leaves costs O(m²) where a fresh inverse costs O(m³). `march` refreshes the inverse
every few dozen steps and refines what it solves, so that rounding does not grow.
"""

from __future__ import annotations

import numpy as np

from engine.frontier.compiled import Numbers, Places, compiled

_REGULAR = 1e-10  # a curvature of less is none: along it the gradient changes by less than the check of a corner sees
_REMOVABLE = 1e-14


@compiled
def invert(system: Numbers, count: int, inverse: Numbers) -> bool:
    """Write the inverse of a (count, count) system, which is destroyed, into `inverse`; return whether it is regular.

    Gauss-Jordan with row exchanges.
    """
    for i in range(count):
        for j in range(count):
            inverse[i, j] = 0.0
        inverse[i, i] = 1.0
    for k in range(count):
        best = k
        for i in range(k + 1, count):
            if abs(system[i, k]) > abs(system[best, k]):
                best = i
        if system[best, k] == 0.0:
            return False
        if best != k:
            for j in range(count):
                kept = system[k, j]
                system[k, j] = system[best, j]
                system[best, j] = kept
                kept = inverse[k, j]
                inverse[k, j] = inverse[best, j]
                inverse[best, j] = kept
        share = 1.0 / system[k, k]
        for j in range(count):
            system[k, j] *= share
            inverse[k, j] *= share
        for i in range(count):
            factor = system[i, k]
            if i != k and factor != 0.0:
                for j in range(k, count):
                    system[i, j] -= factor * system[k, j]
                for j in range(count):
                    inverse[i, j] -= factor * inverse[k, j]
    return True


@compiled
def border(inverse: Numbers, count: int, column: Numbers, corner: float, image: Numbers) -> bool:
    """Add an item with that column and corner to the inverse in place; return whether the system stays regular."""
    pivot = corner
    size, length = abs(corner), 0.0
    for a in range(count):
        image[a] = 0.0
    for b in range(count):  # the inverse is symmetric, and whole rows are added quickly
        held = column[b]
        for a in range(count):
            image[a] += inverse[b, a] * held
    for a in range(count):
        total = image[a]
        pivot -= column[a] * total
        size += abs(column[a] * total)
        length += column[a] * column[a]
    if corner == 0.0:  # a row: its pivot says how much of it the others do not hold already
        size = max(size, length)
    if abs(pivot) <= _REGULAR * size:
        return False
    for a in range(count):
        share = image[a] / pivot
        for b in range(count):
            inverse[a, b] += share * image[b]
        inverse[a, count] = -share
        inverse[count, a] = -share
    inverse[count, count] = 1.0 / pivot
    return True


@compiled
def unborder(inverse: Numbers, count: int, place: int, image: Numbers) -> bool:
    """Take the item at a place out of the inverse, the last one moving there; return whether that is possible."""
    pivot = inverse[place, place]
    largest = 0.0
    for a in range(count):
        image[a] = inverse[a, place]
        largest = max(largest, abs(image[a]))
    if abs(pivot) <= _REMOVABLE * largest:
        return False
    for a in range(count):
        share = image[a] / pivot
        for b in range(count):
            inverse[a, b] -= share * image[b]
    last = count - 1
    for a in range(count):
        inverse[place, a] = inverse[last, a]
    for a in range(count):
        inverse[a, place] = inverse[a, last]
    inverse[place, place] = inverse[last, last]
    return True


@compiled
def exchange(inverse: Numbers, count: int, place: int, column: Numbers, corner: float, image: Numbers) -> bool:
    """Put an item in the place of another one, at once; return whether that is possible.

    Neither step may be possible alone: with the new item the system is singular, without the old one it may be. With M
    the inverse, u = M times the new column and p = corner - columnᵀu, the entries become, with D = M_jj p + u_j²,
    M_ab + (M_jj u_a u_b - p M_aj M_bj - u_j (M_aj u_b + u_a M_bj)) / D, (u_j M_aj - M_jj u_a) / D and M_jj / D.
    """
    pivot = corner
    for a in range(count):
        total = 0.0
        for b in range(count):
            total += inverse[a, b] * column[b]
        image[a] = total
        pivot -= column[a] * total
    own, turn = inverse[place, place], image[place]
    below = own * pivot + turn * turn
    if abs(below) <= _REMOVABLE * max(1.0, turn * turn):
        return False
    old = inverse[:count, place].copy()
    for a in range(count):
        for b in range(count):
            inverse[a, b] += (
                own * image[a] * image[b] - pivot * old[a] * old[b] - turn * (old[a] * image[b] + image[a] * old[b])
            ) / below
    for a in range(count):
        inverse[a, place] = inverse[place, a] = (turn * old[a] - own * image[a]) / below
    inverse[place, place] = own / below
    return True


@compiled
def is_flat(inverse: Numbers, count: int, place: int, items: Places, width: int) -> bool:
    """Return whether there is no curvature along the way that opens when the row at a place is dropped."""
    length = 0.0
    for a in range(count):
        if items[a] < width:
            length += inverse[a, place] * inverse[a, place]
    return bool(abs(inverse[place, place]) <= _REGULAR * length)


@compiled
def is_regular_with(quadratic: Numbers, rows: Numbers, free: Places, others: Places) -> bool:
    """Return whether the system of free weights and active rows stays regular as other weights join, one by one.

    `rows` are the active ones, shape (r, n); there are as many `free` weights as rows.
    """
    height, held, more = rows.shape[0], len(free), len(others)
    size = height + held + more
    inverse, system = np.zeros((size, size)), np.zeros((size, size))
    column, image = np.zeros(size), np.zeros(size)
    count = held + height
    for a in range(held):
        for b in range(held):
            system[a, b] = quadratic[free[a], free[b]]
        for r in range(height):
            system[a, held + r] = rows[r, free[a]]
            system[held + r, a] = rows[r, free[a]]
    if not invert(system, count, inverse):
        return False
    for k in range(more):
        i = others[k]
        for a in range(held):
            column[a] = quadratic[i, free[a]]
        for r in range(height):
            column[held + r] = rows[r, i]
        for b in range(k):
            column[held + height + b] = quadratic[i, others[b]]
        if not border(inverse, count, column, quadratic[i, i], image):
            return False
        count += 1
    return True
