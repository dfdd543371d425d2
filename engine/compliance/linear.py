"""Which rules are linear limits on what is held, and what are the others?

x is what is held: values over today's net assets, cash first. A row is exact where all is known; where something is
missing it is at least as tight as the rule, never looser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from engine.compliance.bounds import Mask, Vector
from engine.compliance.rule import Rule

if TYPE_CHECKING:
    from scipy.sparse import csr_array

GUARD = "guard"
"""Group of rows that do not move with the rule's limit."""
How = Literal["ceiling", "checked", "untouched", "unreachable"]


@dataclass(frozen=True, slots=True, eq=False)
class LinearRow:
    """``sign * ((part @ x) / whole + add - limit) <= 0``, over ``whole @ x``, or over nothing where that is None.

    Parameters
    ----------
    group
        Of the rule; empty for the portfolio.
    part, whole
        Shape (n,).
    sign
        1 for at most, -1 for at least.
    limit
        In the unit of the rule, in whole steps, one step within a strict comparison.

    """

    group: str
    part: Vector
    whole: Vector | None
    add: float
    sign: float
    limit: float

    @property
    def coefficients(self) -> Vector:
        """The row as ``coefficients @ x <= upper``."""
        if self.whole is None:
            return self.sign * self.part
        return self.sign * (self.part + (self.add - self.limit) * self.whole)

    @property
    def upper(self) -> float:
        """The right side."""
        return 0.0 if self.whole is not None else self.sign * (self.limit - self.add)

    def excess(self, x: Vector) -> float:
        """Return by how much x lies outside, in the unit of the rule; negative inside."""
        side = float(self.part @ x)
        if self.whole is not None:
            of = float(self.whole @ x)
            if of <= 0.0:  # the average of nothing is kept
                return float(self.coefficients @ x)
            side /= of
        return self.sign * (side + self.add - self.limit)

    def at(self, limit: float) -> LinearRow:
        """Return the row with another limit."""
        return LinearRow(self.group, self.part, self.whole, self.add, self.sign, limit)


@dataclass(frozen=True, slots=True, eq=False)
class LinearRule:
    """A rule as rows that must all hold.

    Parameters
    ----------
    nothing
        Shape (n,), positions that must not be held at all.
    still
        Shape (n,), positions of which it is not known how the rule's figure grows with them: not to be added to. The
        rule itself stays open as to them.

    """

    rule: Rule
    rows: tuple[LinearRow, ...]
    nothing: Mask
    still: Mask


@dataclass(frozen=True, slots=True, eq=False)
class NotLinear:
    """A rule that is no set of rows, and why, as the end of a sentence.

    `how` says whether it is checked afterwards, or no trade can touch it.
    """

    rule: Rule
    reason: str
    how: How = "checked"


@dataclass(frozen=True, slots=True, eq=False)
class LeastRule(NotLinear):
    """Nothing, or at least `least_frac` of net assets, for each of some positions."""

    mask: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    least_frac: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class CountRule(NotLinear):
    """How many of some positions may be held: at least, and at most."""

    mask: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    min_count: int | None = None
    max_count: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """What counts as long as it is not kept within guards, or counts only while it is kept within them.

    `part` and `add` are what it counts; each of `options` is enough to keep it so, and none does where it is empty.
    """

    name: str
    part: Vector
    add: float
    options: tuple[tuple[LinearRow, ...], ...]

    def pressure(self, x: Vector) -> float:
        """Return how far it lies outside its guards; at most 0 is inside, infinite where it has none."""
        return min((_worst(option, x) for option in self.options), default=np.inf)

    def guards(self, x: Vector) -> tuple[LinearRow, ...]:
        """Return the guards that are nearest to x."""
        return min(self.options, key=lambda option: _worst(option, x))


def _worst(option: tuple[LinearRow, ...], x: Vector) -> float:
    return max((row.excess(x) for row in option), default=-np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceRule(NotLinear):
    """A sum of units of which some are chosen to be kept within guards; each choice is linear.

    A unit that is free counts against a ceiling (`sign` 1), and does not count towards a floor (-1).
    """

    units: tuple[Unit, ...] = ()
    fixed: Vector = field(default_factory=lambda: np.zeros(0))
    whole: Vector | None = None
    add: float = 0.0
    sign: float = 1.0
    limit: float = 0.0

    def pressures(self, x: Vector) -> Vector:
        """Return how far each unit lies outside its guards, infinite where it has none; at most 0 is inside."""
        return np.array([unit.pressure(x) for unit in self.units])

    def rows(self, free: set[int], x: Vector) -> tuple[LinearRow, ...]:
        """Return the rows of one choice near x, by the places of the units that are free.

        Units without guards always are.
        """
        free = free | {place for place, unit in enumerate(self.units) if not unit.options}
        counted = free if self.sign > 0.0 else set(range(len(self.units))) - free
        part, add = self.fixed.copy(), self.add
        for place in counted:
            part = part + self.units[place].part
            add += self.units[place].add
        main = LinearRow("", part, self.whole, add, self.sign, self.limit)
        return (main, *(row for place, unit in enumerate(self.units) if place not in free for row in unit.guards(x)))


@dataclass(frozen=True, slots=True, eq=False)
class CurvedRule(NotLinear):
    """The greatest k figures together, or the sum of squares, at most some limit: as many rows as are asked for."""

    shape: Literal["top", "squares"] = "top"
    most: csr_array = field(kw_only=True)
    mask: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    whole: Vector | None = None
    most_count: int = 0
    limit: float = 0.0

    def value(self, x: Vector) -> float:
        """Return the figure that the rule limits."""
        figures = self._figures(x)
        if self.shape == "top":
            first = np.sort(figures)[::-1][: self.most_count]
            return float(first[first > 0.0].sum())
        return float(figures @ figures)

    def cut(self, x: Vector, inside_frac: float = 0.0) -> LinearRow:
        """Return a row that x breaks if it breaks the rule, and that whatever keeps the rule keeps.

        Of the greatest figures these are those that are greatest at x; of squares the plane that touches the rule's
        boundary in the direction of x. With `inside_frac` the limit is less by that share of it.
        """
        figures, limit = self._figures(x), self.limit * (1.0 - inside_frac)
        if self.shape == "top":
            first = np.argsort(-figures, kind="stable")[: self.most_count]
            chosen = np.zeros(len(figures))
            chosen[first[figures[first] > 0.0]] = 1.0
            return LinearRow("", np.asarray(chosen @ self.most), self.whole, 0.0, 1.0, limit)
        size = float(np.sqrt(figures @ figures))
        ray = figures / size if size > 0.0 else figures
        return LinearRow("", np.asarray(ray @ self.most), self.whole, 0.0, 1.0, float(np.sqrt(limit)))

    def deep_cut(self, x: Vector) -> LinearRow:
        """Return a cut that is a little tighter, so that few of them lead inside."""
        return self.cut(x, INSIDE_FRAC if self.shape == "squares" else TIES_FRAC)

    def _figures(self, x: Vector) -> Vector:
        of = 1.0 if self.whole is None else float(self.whole @ x)
        return np.where(self.mask, np.asarray(self.most @ x) / of, 0.0)


Kept: TypeAlias = LinearRule | NotLinear
INSIDE_FRAC, TIES_FRAC = 1e-3, 1e-5
UNREACHABLE = "no portfolio of these assets keeps it"
UNTOUCHED = "no trade changes it"


def rule_of_rows(rule: Rule, rows: Sequence[LinearRow], nothing: Mask | None = None) -> Kept:
    """Return a rule of rows; positions with coefficients that are not known are not to be added to."""
    count = len(rows[0].part) if rows else (0 if nothing is None else len(nothing))
    still = np.zeros(count, dtype=bool)
    kept = []
    for row in rows:
        unknown = np.isnan(row.part)
        still |= unknown
        known = np.where(unknown, 0.0, row.part) if bool(unknown.any()) else row.part
        if bool(known.any()) or row.sign * (row.add - row.limit) > 0.0:
            kept.append(LinearRow(row.group, known, row.whole, row.add, row.sign, row.limit))
    barred = np.zeros(count, dtype=bool) if nothing is None else nothing
    if not kept and not bool(still.any()) and not bool(barred.any()):
        return NotLinear(rule, UNTOUCHED, "untouched")
    return LinearRule(rule, tuple(kept), barred, still)
