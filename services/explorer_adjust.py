"""By what are stored prices multiplied, so that they read as paid, without jumps at splits, or as total returns?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from services.messages.explorer import Adjust, AdjustChoice

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

ORDER: tuple[tuple[Adjust, str], ...] = (("raw", "As paid"), ("splits", "Splits"), ("total", "Total return"))
MEANINGS: dict[Adjust, str] = {
    "raw": "Prices as they were paid on the day; a split is a jump.",
    "splits": "Earlier prices are divided by later splits, so that a split is no jump. Dividends still are.",
    "total": "Earlier prices are also lowered by later dividends, so that every change is a total return.",
}


@dataclass(frozen=True)
class Stored:
    """Prices of one asset as they are stored, with the actions that are known of it.

    Parameters
    ----------
    days : array of datetime64[D], increasing
    closes, adjusted : array of float
        In the asset's currency.
    basis : str
        What a close already contains: ``raw``, ``splits``, or ``splits_and_dividends``.
    splits : sequence of (ex-date, new shares for one old)
    dividends : sequence of (ex-date, amount a share as announced, in the asset's currency)

    """

    days: Days
    closes: Floats
    adjusted: Floats
    basis: str
    splits: Sequence[tuple[date, float]] = ()
    dividends: Sequence[tuple[date, float]] = ()


def split_factors(days: Days, splits: Sequence[tuple[date, float]]) -> Floats:
    """Return what a price as paid is multiplied by to lose the jumps of splits: one over the later ratios' product."""
    factors = np.ones(days.size)
    for ex_date, ratio in splits:
        if ratio > 0.0:
            factors[days < np.datetime64(ex_date, "D")] /= ratio
    return factors


def dividend_factors(days: Days, paid: Floats, dividends: Sequence[tuple[date, float]]) -> Floats:
    """Return what a price is multiplied by so that changes are total returns: the product of 1 - D / C of later days.

    C is the last close as paid before the ex-date, so that the change over it becomes (C' + D) / C as a ratio of
    C' / (C - D). A dividend without such a close, or not below it, is left out.
    """
    factors = np.ones(days.size)
    for ex_date, amount in dividends:
        place = int(np.searchsorted(days, np.datetime64(ex_date, "D"), side="left"))
        if 0 < place < days.size and 0.0 < amount < paid[place - 1]:
            factors[:place] *= 1.0 - amount / paid[place - 1]
    return factors


def factors_of(stored: Stored, wanted: Adjust) -> Floats | None:
    """Return the factor of each day's prices for a way to adjust; None where the stored figures do not allow it."""
    if stored.basis == "splits_and_dividends":
        return np.ones(stored.days.size) if wanted == "total" else None
    to_split = split_factors(stored.days, stored.splits)
    to_paid = np.ones(stored.days.size) if stored.basis == "raw" else 1.0 / to_split
    if wanted == "raw":
        return to_paid
    if wanted == "splits":
        return to_paid * to_split
    if bool(np.any(stored.adjusted != stored.closes)):
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = stored.adjusted / stored.closes
        return np.where(np.isfinite(ratio), ratio, 1.0)
    if stored.dividends:
        return to_paid * to_split * dividend_factors(stored.days, stored.closes * to_paid, stored.dividends)
    return None


def volume_factors(stored: Stored, shown: Adjust) -> Floats:
    """Return what volumes are multiplied by so that they count the same shares as the prices shown do."""
    if stored.basis == "splits_and_dividends" or (stored.basis == "raw") == (shown == "raw"):
        return np.ones(stored.days.size)
    to_split = split_factors(stored.days, stored.splits)
    return to_split if shown == "raw" else 1.0 / to_split


def choices_of(stored: Stored) -> tuple[AdjustChoice, ...]:
    """Return the three ways to adjust with what they mean here, or why one is not possible."""
    return tuple(
        AdjustChoice(
            key=key, label=label, is_possible=possible, sentence=MEANINGS[key] if possible else _why_not(stored)
        )
        for key, label in ORDER
        for possible in [factors_of(stored, key) is not None]
    )


def _why_not(stored: Stored) -> str:
    if stored.basis == "splits_and_dividends":
        return (
            "The source delivers prices that already contain splits and dividends; the prices as paid are not stored."
        )
    return "No adjusted closes and no dividends of this asset are stored, so total returns cannot be told."


def usual_of(stored: Stored) -> Adjust:
    """Return the way that is shown when nobody chose: without the jumps of splits where possible."""
    return "total" if stored.basis == "splits_and_dividends" else "splits"
