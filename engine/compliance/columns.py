"""How does what is given of positions become figures, words and truths, with bounds where it is not known?"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from engine.compliance.bounds import STEPS_PER_UNIT, Numbers, Truths, Vector, Words, step, steps

_REACH = 1e-15
"""How far a float may lie from the exact figure, as a share of it: some units of its last place."""
_SCALED_MAX = 1e13
"""Steps above which a float has no digits left for halves."""
Ratio: TypeAlias = "tuple[int, int] | None"
"""An amount as a fraction of whole numbers, which divides exactly and fast; None where it is not known."""


def ratios(values: Sequence[Decimal | None]) -> tuple[Ratio, ...]:
    """Return amounts as fractions."""
    return tuple(None if value is None else value.as_integer_ratio() for value in values)


def shares(amounts: Sequence[Ratio], whole: Decimal | None, *, is_signed: bool = False) -> Numbers:
    """Return amounts over a whole: floats nearest to the exact shares that round to the same steps as these.

    Unbounded where that or an amount is not known, or the whole not positive; what is nothing has no share of any.
    """
    if whole is None or whole <= 0:
        unknown = np.full(len(amounts), np.inf)
        nothing = np.array([one is not None and one[0] == 0 for one in amounts], dtype=bool)
        least = -unknown if is_signed else np.zeros(len(amounts))
        return Numbers(np.where(nothing, 0.0, least), np.where(nothing, 0.0, unknown))
    above, below = whole.as_integer_ratio()
    try:
        found = np.array([np.nan if one is None else (one[0] * below) / (one[1] * above) for one in amounts])
    except OverflowError:  # a share beyond all floats
        found = np.array([np.nan if one is None else float(Decimal(one[0]) / one[1] / whole) for one in amounts])
    _halves_to_even(found, amounts, (above, below))
    unknown = np.isnan(found)
    if not bool(unknown.any()):
        return Numbers.exact(found)
    return Numbers(np.where(unknown, -np.inf if is_signed else 0.0, found), np.where(unknown, np.inf, found))


def _halves_to_even(found: Vector, amounts: Sequence[Ratio], whole: tuple[int, int]) -> None:
    """Move what lies within floats' reach of half a step to the side on which the exact share is rounded.

    A float of an exact half may scale to a hair above or below it, and would then be rounded to that side.
    """
    with np.errstate(invalid="ignore"):
        scaled = np.abs(found) * STEPS_PER_UNIT
        near = (np.abs(scaled - np.floor(scaled) - 0.5) < _REACH * np.maximum(scaled, 1.0)) & (scaled < _SCALED_MAX)
    for place in np.flatnonzero(near):
        above, below = amounts[int(place)] or (0, 1)  # what is not known is never near
        exact = round(Fraction(above * whole[1] * int(STEPS_PER_UNIT), below * whole[0])) / STEPS_PER_UNIT
        while step(float(found[place])) != exact:
            found[place] = np.nextafter(found[place], exact)


def bounded(values: Sequence[Any] | None, count: int, least: float, most: float, *, is_share: bool) -> Numbers:
    """Return numbers; one that is None or NaN lies between its bounds. Fractions are taken in whole steps."""
    found = (
        np.full(count, np.nan)
        if values is None
        else np.array([np.nan if v is None else v for v in values], dtype=float)
    )
    unknown = np.isnan(found)
    if is_share:
        found = steps(found)
    if not bool(unknown.any()):
        return Numbers.exact(found)
    return Numbers(np.where(unknown, least, found), np.where(unknown, most, found))


def words(values: Sequence[Any] | None, count: int) -> Words:
    """Return words; one that is None or empty is not known."""
    if values is None:
        return Words(np.full(count, -1), ())
    labels = tuple(sorted({value for value in values if value}))
    places = {label: place for place, label in enumerate(labels)}
    return Words(np.array([places.get(value, -1) if value else -1 for value in values], dtype=np.int64), labels)


def truths(values: Sequence[Any] | None, count: int) -> Truths:
    """Return what is true; what is neither True nor False is not known."""
    if values is None:
        return Truths(np.zeros(count, dtype=bool), np.ones(count, dtype=bool))
    sure = np.array([value is True for value in values])
    possible = np.array([value is not False for value in values])
    return Truths.known(sure) if bool(np.array_equal(sure, possible)) else Truths(sure, possible)
