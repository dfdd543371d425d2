"""How is the inverse of a square system of active limits kept while limits and weights join and leave it?

Row a of the inverse belongs to the a-th free weight, column b to the b-th active limit; every change costs O(m²).
"""

from __future__ import annotations

from engine.frontier.compiled import Numbers, compiled


@compiled
def exchange_limit(inverse: Numbers, count: int, place: int, row: Numbers, image: Numbers) -> None:
    """Put a limit with that row over the free weights in the place of another one; `image` is row times inverse."""
    pivot = image[place]
    for a in range(count):
        share = inverse[a, place] / pivot
        for b in range(count):
            if b != place:
                inverse[a, b] -= share * image[b]
        inverse[a, place] = share


@compiled
def exchange_weight(inverse: Numbers, count: int, place: int, image: Numbers) -> None:
    """Put a weight in the place of another one; `image` is the inverse times its column over the active limits."""
    pivot = image[place]
    for b in range(count):
        inverse[place, b] /= pivot
    for a in range(count):
        if a != place and image[a] != 0.0:
            for b in range(count):
                inverse[a, b] -= image[a] * inverse[place, b]


@compiled
def join(inverse: Numbers, count: int, left: Numbers, right: Numbers, pivot: float) -> None:
    """Let a weight and a limit join as the last ones.

    `left` is the inverse times the weight's column, `right` the limit's row times the inverse, and `pivot` what the
    limit holds of the weight less the limit's row times `left`.
    """
    for a in range(count):
        share = left[a] / pivot
        for b in range(count):
            inverse[a, b] += share * right[b]
    for a in range(count):
        inverse[a, count] = -left[a] / pivot
        inverse[count, a] = -right[a] / pivot
    inverse[count, count] = 1.0 / pivot


@compiled
def leave(inverse: Numbers, count: int, weight: int, limit: int) -> None:
    """Let the weight and the limit at these places leave; the last ones move there."""
    pivot = inverse[weight, limit]
    for a in range(count):
        if a != weight:
            share = inverse[a, limit] / pivot
            if share != 0.0:
                for b in range(count):
                    if b != limit:
                        inverse[a, b] -= share * inverse[weight, b]
    last = count - 1
    for b in range(count):
        inverse[weight, b] = inverse[last, b]
    for a in range(count):
        inverse[a, limit] = inverse[a, last]
