"""For which positions or groups does a statement hold, where that depends on what is held?

A statement is a list of cases of which one must hold; a case is what is known beforehand, and comparisons that depend
on what is held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.compliance.affine import Bent, Form, row_signs
from engine.compliance.bounds import STEPS_PER_MONEY, STEPS_PER_UNIT, Mask, Truths, Vector
from engine.compliance.fields import Unit
from engine.compliance.meaning import ONE, ROWS

CASES_MAX_COUNT = 8
Presence = Literal["held", "unheld", "compared"]
_OPPOSITE = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """``form <= 0`` with `step` of room taken off for a strict comparison, or whether a position is held at all.

    The form is that of the left side less the right one; `kind` says that it is the position itself.
    """

    kind: Presence
    form: Form | None = None
    operator: str = "<="
    step: float = 0.0

    def negated(self) -> Atom:
        """Return the opposite."""
        if self.kind != "compared":
            return Atom("unheld" if self.kind == "held" else "held")
        return Atom("compared", self.form, _OPPOSITE[self.operator], self.step)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What is known beforehand, shape (m,) each, and comparisons that must all hold besides."""

    sure: Mask
    possible: Mask
    atoms: tuple[Atom, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """A statement about m positions or groups: one of the cases must hold."""

    shape: str
    cases: tuple[Case, ...]

    @classmethod
    def known(cls, truths: Truths, shape: str) -> Cases:
        """Return a statement that does not depend on what is held."""
        return cls(shape, (Case(np.atleast_1d(truths.sure), np.atleast_1d(truths.possible)),))

    @property
    def size(self) -> int:
        """How many positions or groups it speaks of."""
        return max(len(one.sure) for one in self.cases)

    @property
    def is_plain(self) -> bool:
        """Whether nothing of it depends on what is held."""
        return all(not one.atoms for one in self.cases)

    @property
    def has_only_presence(self) -> bool:
        """Whether it is one case that depends on what is held only by whether it is held."""
        return len(self.cases) == 1 and all(atom.kind == "held" for atom in self.cases[0].atoms)

    def negated(self) -> Cases:
        """Return the opposite statement."""
        made: Cases | None = None
        for one in self.cases:
            parts = [Case(~one.possible, ~one.sure)]
            parts += [Case(np.ones_like(one.sure), np.ones_like(one.sure), (atom.negated(),)) for atom in one.atoms]
            part = Cases(self.shape, tuple(parts))
            made = part if made is None else made.both(part)
        assert made is not None
        return made.simpler()

    def both(self, other: Cases) -> Cases:
        """Return the statement that both hold."""
        one, two = _alike(self, other)
        found = [
            Case(left.sure & right.sure, left.possible & right.possible, (*left.atoms, *right.atoms))
            for left in one.cases
            for right in two.cases
        ]
        return Cases(one.shape, tuple(found)).simpler()

    def either(self, other: Cases) -> Cases:
        """Return the statement that one of both holds."""
        one, two = _alike(self, other)
        return Cases(one.shape, (*one.cases, *two.cases)).simpler()

    def simpler(self) -> Cases:
        """Return the same without cases that cannot be, all that is known beforehand as one case."""
        plain = [one for one in self.cases if not one.atoms]
        rest = [one for one in self.cases if one.atoms and bool(one.possible.any())]
        found = list(rest)
        if plain:
            whole = Case(
                np.logical_or.reduce([one.sure for one in plain]), np.logical_or.reduce([one.possible for one in plain])
            )
            if bool(whole.possible.any()) or not rest:
                found.insert(0, whole)
        if not found:
            never = np.zeros(self.size, dtype=bool)
            found = [Case(never, never)]
        if len(found) > CASES_MAX_COUNT:
            raise Bent("it has too many cases")
        return Cases(self.shape, tuple(found))

    def spread(self, codes: NDArray[np.int64]) -> Cases:
        """Return a statement about groups as one about the positions in them.

        Of a position whose group is not known (-1) it may be so or not; comparisons must say so themselves.
        """
        unknown = codes < 0
        return Cases(
            ROWS,
            tuple(
                Case(
                    one.sure[codes] & ~unknown,
                    one.possible[codes] | unknown,
                    tuple(
                        atom
                        if atom.form is None
                        else Atom(atom.kind, atom.form.spread(codes), atom.operator, atom.step)
                        for atom in one.atoms
                    ),
                )
                for one in self.cases
            ),
        )


def compared(left: Form, operator: str, right: Form, unit: Unit, signs: Vector) -> Cases:
    """Return the statement that figures compare so; one side depends on what is held."""
    form = left.plus(right.negated())
    step = 1.0 / (STEPS_PER_MONEY if unit == "ccy" else STEPS_PER_UNIT)
    every = np.ones(len(form.add_least), dtype=bool)
    if form.is_proportional and form.is_sure and (operator in ("==", "!=") or _is_single(form)):
        return _presence(form, operator, signs)
    if operator in ("==", "!="):
        raise Bent("it asks whether what is held has exactly some size")
    return Cases(form.shape, (Case(every, every, (Atom("compared", form, operator, step),)),))


def _is_single(form: Form) -> bool:
    """Return whether every row is a multiple of one position by itself."""
    return bool((np.diff(form.least.indptr) <= 1).all())


def _presence(form: Form, operator: str, signs: Vector) -> Cases:
    """Return a comparison of multiples of positions with zero, as whether they are held and on which side."""
    if not _is_single(form):
        raise Bent("it asks whether what is held has exactly some size")
    if operator == "!=":
        return _where(form, np.diff(form.least.indptr) == 1, "held")
    if operator == "==":
        return _presence(form, "!=", signs).negated()
    side = row_signs(form.least, signs)
    if operator in (">", "<"):
        return _where(form, side > 0.0 if operator == ">" else side < 0.0, "held")
    return _presence(form, "<" if operator == ">=" else ">", signs).negated()


def _where(form: Form, mask: Mask, kind: Presence) -> Cases:
    return Cases(form.shape, (Case(mask, mask, (Atom(kind),)),))


def _alike(one: Cases, two: Cases) -> tuple[Cases, Cases]:
    if one.shape == two.shape and one.size == two.size:
        return one, two
    if one.shape == ONE and one.is_plain:
        return Cases(two.shape, tuple(_widened(case, two.size) for case in one.cases)), two
    if two.shape == ONE and two.is_plain:
        return one, Cases(one.shape, tuple(_widened(case, one.size) for case in two.cases))
    raise Bent("it joins statements about positions and about groups")


def _widened(case: Case, count: int) -> Case:
    return Case(np.broadcast_to(case.sure, count), np.broadcast_to(case.possible, count))
