"""How is a cap on sizes kept where positions may become long or short?

Of a group of few positions every choice of signs is a row, so that the rows together are exact. A large group, and the
greatest sizes together, are curves: at a portfolio that breaks them the signs that it has give a row that it breaks,
and that whatever keeps the rule keeps, because a size is never less than the figure with a sign.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

from engine.compliance.affine import Bent
from engine.compliance.bounds import Vector
from engine.compliance.linear import TIES_FRAC, CurvedRule, Kept, LinearRow, rule_of_rows
from engine.compliance.reading import Gathered
from engine.compliance.rule import Rule

SMALL_COUNT = 3
"""Positions of a group up to which every choice of signs becomes a row."""


@dataclass(frozen=True, slots=True, eq=False)
class SizeRule(CurvedRule):
    """The sizes of each group, or the greatest k of all, at most some limit.

    `members` has shape (groups, m), true where a figure counts in a group; `most_count` is k, or the number of figures
    in the largest group.
    """

    members: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))
    names: tuple[str, ...] = ()

    def value(self, x: Vector) -> float:
        """Return the figure of the group that is largest at x."""
        signed, place = self._worst(x)
        return float(np.abs(signed)[place].sum())

    def cut(self, x: Vector, inside_frac: float = 0.0) -> LinearRow:
        """Return the row of the signs and the group that are largest at x."""
        signed, place = self._worst(x)
        chosen = np.zeros(len(signed))
        chosen[place] = np.where(signed[place] < 0.0, -1.0, 1.0)
        part = np.asarray(chosen @ self.most)
        return LinearRow("", part, self.whole, 0.0, 1.0, self.limit * (1.0 - inside_frac))

    def deep_cut(self, x: Vector) -> LinearRow:
        """Return a cut that is a little tighter."""
        return self.cut(x, TIES_FRAC)

    def _worst(self, x: Vector) -> tuple[Vector, NDArray[np.int64]]:
        """Return the figures with their signs, and the places of those that count most together."""
        of = 1.0 if self.whole is None else float(self.whole @ x)
        signed = np.asarray(self.most @ x) / of
        sizes = np.where(self.members, np.abs(signed)[None, :], 0.0)
        order = np.argsort(-sizes, axis=1, kind="stable")[:, : self.most_count]
        sums = np.take_along_axis(sizes, order, axis=1).sum(axis=1)
        group = int(np.argmax(sums))
        first = order[group]
        return signed, first[sizes[group, first] > 0.0]


def sized(rule: Rule, one: Gathered, limit: float, whole: Vector | None) -> Kept:
    """Return a cap on sizes of either sign, whose figures `one` has with their signs.

    Raises
    ------
    Bent
        The figures are no multiples of what is held, or what counts depends on it.

    """
    values = one.values
    is_plain = one.counted.has_only_presence and values.is_proportional and values.is_sure and values.shape == "rows"
    if not is_plain or bool(np.isnan(values.most.data).any()) or limit <= 0.0:
        raise Bent("it takes the size of what may have either sign")
    members = _members(one)
    counts = members.sum(axis=1)
    if one.function == "sum" and int(counts.max(initial=0)) <= SMALL_COUNT:
        matrix = np.asarray(values.most.todense())
        rows = [
            LinearRow(one.names[group], np.asarray(np.array(signs) @ matrix[inside]), whole, 0.0, 1.0, limit)
            for group in np.flatnonzero(counts)
            for inside in (np.flatnonzero(members[group]),)
            for signs in product((1.0, -1.0), repeat=len(inside))
        ]
        return rule_of_rows(rule, rows)
    return SizeRule(
        rule,
        "it adds up sizes of either sign",
        shape="top",
        most=values.most,
        mask=one.counted.cases[0].possible,
        whole=whole,
        most_count=one.most_count if one.function == "top" else int(counts.max(initial=0)),
        limit=limit,
        members=members,
        names=one.names,
    )


def _members(one: Gathered) -> NDArray[np.bool_]:
    """Return which figures count in which group; what is of no known group may be of any."""
    counted = one.counted.cases[0].possible
    groups = np.arange(len(one.names))[:, None]
    members: NDArray[np.bool_] = ((one.codes[None, :] == groups) | (one.codes[None, :] < 0)) & counted[None, :]
    return members
