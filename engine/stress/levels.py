"""How far does a factor move to reach a stated level, and from where?

A supervisor's peak of the volatility index or of a spread, and a user's "VIX to 40", are levels. They become moves by
the last stored level of the factor; where none is stored, by its median, which is told.
"""

from __future__ import annotations

from collections.abc import Mapping

CALM_LEVELS: Mapping[str, float] = {"volatility": 17.8, "credit": 4.86, "ig": 1.4}
"""Medians: closes of the VIX from 1990 to 2022; the ICE BofA spreads of US high yield and of US investment grade bonds
from 1999 to 2022."""

FLOORS: Mapping[str, float] = {"volatility": 9.0, "credit": 2.0, "ig": 0.5}
"""Levels below every figure of the same years: what follows from other moves goes no lower."""

CALM_WORDS: Mapping[str, str] = {
    "volatility": "its median close of 1990 to 2022",
    "ig": "its median of 1999 to 2022",
}
NOUNS: Mapping[str, str] = {"volatility": "The volatility index", "ig": "The investment grade spread"}
UNITS: Mapping[str, str] = {"volatility": "", "ig": " percentage points"}


def start_of(factor: str, levels: Mapping[str, float] | None = None) -> float:
    """Return the level that a factor starts from: the last stored one, else its median; both in its own unit."""
    known = dict(levels or {})
    return known.get(factor, CALM_LEVELS[factor])


def move_to(factor: str, level: float, levels: Mapping[str, float] | None = None) -> float:
    """Return the move that takes a factor to a level, in its unit; negative where it stands above it already."""
    return level - start_of(factor, levels)


def least_moves(levels: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return the lowest move that may follow from others, for each factor with a floor; never above zero."""
    return {name: min(0.0, move_to(name, floor, levels)) for name, floor in FLOORS.items()}


def level_note(factor: str, level: float, levels: Mapping[str, float] | None = None) -> str:
    """Say from where to where a factor goes."""
    start = start_of(factor, levels)
    why = "its last stored level" if factor in (levels or {}) else CALM_WORDS[factor]
    unit = UNITS[factor]
    digits = 1 if factor == "volatility" else 2
    return f"{NOUNS[factor]} is taken from {start:.{digits}f}{unit}, {why}, to {level:.{digits}f}{unit}."
