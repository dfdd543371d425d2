"""How does one calculate with figures that are known only within bounds, and with what may be true?

Nothing unknown is guessed: a figure has a least and a greatest value that it can have, a statement is surely true,
possibly true, or neither. Where all is known both sides are one and the same array, and nothing is computed twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.compliance.fields import Unit

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]
STEPS_PER_UNIT = 1e8
STEPS_PER_MONEY = 1e2
"""Figures are compared in steps of 1e-8, money in steps of 0.01, so that no rounding error of a sum decides."""
_EXACT_BELOW = 2.0**53


@dataclass(slots=True, eq=False)  # never changed; a frozen one takes twice as long to make, and rules make many
class Numbers:
    """Figures within bounds; `least` is `most`, the same object, where all is known."""

    least: Vector
    most: Vector

    @classmethod
    def exact(cls, values: Vector) -> Numbers:
        """Return known figures."""
        return cls(values, values)

    @property
    def is_exact(self) -> bool:
        """Whether every figure is known."""
        return self.least is self.most

    def __neg__(self) -> Numbers:
        if self.is_exact:
            return Numbers.exact(-self.least)
        return Numbers(-self.most, -self.least)

    def __add__(self, other: Numbers) -> Numbers:
        if self.is_exact and other.is_exact:
            return Numbers.exact(self.least + other.least)
        return Numbers(self.least + other.least, self.most + other.most)

    def __sub__(self, other: Numbers) -> Numbers:
        return self + (-other)

    def __mul__(self, other: Numbers) -> Numbers:
        if self.is_exact and other.is_exact:
            return Numbers.exact(self.least * other.least)
        with np.errstate(invalid="ignore"):
            ways = [_product(one, two) for one in (self.least, self.most) for two in (other.least, other.most)]
        return Numbers(np.minimum.reduce(ways), np.maximum.reduce(ways))

    def __truediv__(self, other: Numbers) -> Numbers:
        """Return the quotient; where the divisor may be zero nothing is known of it."""
        least, most = np.broadcast_arrays(other.least, other.most)
        is_unclear = (least <= 0.0) & (most >= 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            inverse = Numbers(1.0 / np.where(is_unclear, 1.0, most), 1.0 / np.where(is_unclear, 1.0, least))
        if other.is_exact and self.is_exact and not bool(np.any(is_unclear)):
            return Numbers.exact(self.least / other.least)
        found = self * inverse
        return Numbers(np.where(is_unclear, -np.inf, found.least), np.where(is_unclear, np.inf, found.most))

    def absolute(self) -> Numbers:
        """Return the sizes."""
        if self.is_exact:
            return Numbers.exact(np.abs(self.least))
        sizes = np.abs(self.least), np.abs(self.most)
        straddles = (self.least < 0.0) & (self.most > 0.0)
        return Numbers(np.where(straddles, 0.0, np.minimum(*sizes)), np.maximum(*sizes))

    def rounded(self, unit: Unit) -> Numbers:
        """Return figures in whole steps of their unit, halves to even."""
        per_unit = STEPS_PER_MONEY if unit == "ccy" else STEPS_PER_UNIT
        if self.is_exact:
            return Numbers.exact(steps(self.least, per_unit))
        return Numbers(steps(self.least, per_unit), steps(self.most, per_unit))


@dataclass(slots=True, eq=False)
class Truths:
    """What is surely true and what is possibly true; the first implies the second, the same object where known."""

    sure: Mask
    possible: Mask

    @classmethod
    def known(cls, values: Mask) -> Truths:
        """Return what is known."""
        return cls(values, values)

    @property
    def is_known(self) -> bool:
        """Whether nothing is in doubt."""
        return self.sure is self.possible

    def __invert__(self) -> Truths:
        if self.is_known:
            return Truths.known(~self.sure)
        return Truths(~self.possible, ~self.sure)

    def __and__(self, other: Truths) -> Truths:
        if self.is_known and other.is_known:
            return Truths.known(self.sure & other.sure)
        return Truths(self.sure & other.sure, self.possible & other.possible)

    def __or__(self, other: Truths) -> Truths:
        if self.is_known and other.is_known:
            return Truths.known(self.sure | other.sure)
        return Truths(self.sure | other.sure, self.possible | other.possible)


@dataclass(frozen=True, slots=True)
class Words:
    """One word of each position as a place in `labels`; -1 where it is not known."""

    codes: NDArray[np.int64]
    labels: tuple[str, ...]

    def among(self, options: tuple[str, ...]) -> Truths:
        """Return which are one of some words."""
        wanted = [place for place, label in enumerate(self.labels) if label in options]
        sure = np.isin(self.codes, wanted)
        unknown = self.codes < 0
        return Truths(sure, sure | unknown) if bool(unknown.any()) else Truths.known(sure)


def compare(left: Numbers, operator: str, right: Numbers) -> Truths:
    """Return which comparisons hold; figures are to be rounded before."""
    if left.is_exact and right.is_exact:
        one, two = left.least, right.least
        known = {
            "<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two, "==": one == two, "!=": one != two,
        }[operator]  # fmt: skip
        return Truths.known(np.asarray(known))
    match operator:
        case "<":
            return Truths(np.asarray(left.most < right.least), np.asarray(left.least < right.most))
        case "<=":
            return Truths(np.asarray(left.most <= right.least), np.asarray(left.least <= right.most))
        case ">" | ">=":
            return compare(right, operator.replace(">", "<"), left)
    apart = (left.most < right.least) | (right.most < left.least)
    same = (left.least == left.most) & (right.least == right.most) & (left.least == right.least)
    equal = Truths(np.asarray(same), np.asarray(~apart))
    return equal if operator == "==" else ~equal


def steps(values: Vector, per_unit: float = STEPS_PER_UNIT) -> Vector:
    """Return figures in whole steps, halves to even; infinity and what is too large for steps stay."""
    if np.ndim(values) == 0:  # the same for one figure, without the costs of an array
        return np.array(step(float(values), per_unit))
    scaled = np.asarray(values) * per_unit
    if np.maximum.reduce(np.abs(scaled), axis=None, initial=0.0) < _EXACT_BELOW:  # not so where one is no number
        rounded: Vector = np.rint(scaled, scaled)
        rounded /= per_unit
        return rounded
    rounded = np.where(np.abs(scaled) < _EXACT_BELOW, np.rint(scaled) / per_unit, values)
    return rounded


def step(figure: float, per_unit: float = STEPS_PER_UNIT) -> float:
    """Return one figure in whole steps, as `steps` does."""
    scaled = figure * per_unit
    return round(scaled) / per_unit if abs(scaled) < _EXACT_BELOW else figure


def _product(one: Vector, two: Vector) -> Vector:
    """Return a product in which nothing times the unbounded is nothing."""
    return np.where((one == 0.0) | (two == 0.0), 0.0, one * two)


def open_rows(column: Numbers | Truths | Words) -> Mask:
    """Return shape (n,): of which positions a field is not known."""
    found: Mask
    if isinstance(column, Words):
        found = column.codes < 0
    elif isinstance(column, Truths):
        found = column.possible & ~column.sure
    else:
        found = column.least != column.most
    return found
