"""How do moved limits and a point stand in an address, so that a link shows them again?

    moves=max:0.08;max:Technology:0.25;esg:61.5

A key may hold colons itself; the number is what stands behind the last one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

MOVES_MAX_COUNT = 200
TEXT_MAX_COUNT = 20_000


def moves_of(text: str | None) -> dict[str, float]:
    """Return key to value; what is no number is left out, as an address may be cut anywhere."""
    found: dict[str, float] = {}
    for part in (text or "")[:TEXT_MAX_COUNT].split(";")[:MOVES_MAX_COUNT]:
        key, _, number = part.rpartition(":")
        try:
            value = float(number)
        except ValueError:
            continue
        if key and math.isfinite(value):
            found[key] = value
    return found


def moves_text(moves: Mapping[str, float]) -> str:
    """Return the moves as an address holds them, without needless digits."""
    return ";".join(f"{key}:{value:.12g}" for key, value in moves.items())


def number_of(text: str | None) -> float | None:
    """Return a number of an address, None where it is none."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
