"""How does what is given of positions become figures, words and truths, with bounds where it is not known?"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np

from engine.compliance.bounds import Numbers, Truths, Words, steps

Ratio: TypeAlias = "tuple[int, int] | None"
"""An amount as a fraction of whole numbers, which divides exactly and fast; None where it is not known."""


def ratios(values: Sequence[Decimal | None]) -> tuple[Ratio, ...]:
    """Return amounts as fractions."""
    return tuple(None if value is None else value.as_integer_ratio() for value in values)


def shares(amounts: Sequence[Ratio], whole: Decimal | None, *, is_signed: bool = False) -> Numbers:
    """Return amounts over a whole, each the float that lies nearest to the exact share.

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
    unknown = np.isnan(found)
    if not bool(unknown.any()):
        return Numbers.exact(found)
    return Numbers(np.where(unknown, -np.inf if is_signed else 0.0, found), np.where(unknown, np.inf, found))


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
