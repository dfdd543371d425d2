"""What is the sum, the greatest, the average of figures, by group, where some of them are known only within bounds?

What may belong to any group widens the bounds of every one, and is a last group by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.compliance.bounds import Mask, Numbers, Truths, Vector, Words

UNKNOWN_GROUP = "Not known"
Aggregate: TypeAlias = "Callable[[Sequence[Any], Truths, Groups | None], Numbers]"


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of a field: their names, the group of each row, and which rows could be of any group."""

    names: tuple[str, ...]
    codes: NDArray[np.int64]
    unknown: Mask
    has_unknown: bool

    @classmethod
    def of(cls, words: Words) -> Groups:
        """Return the groups, one more at the end for rows whose word is not known, if there are any."""
        unknown = words.codes < 0
        if not bool(unknown.any()):
            return cls(words.labels, words.codes, unknown, has_unknown=False)
        return cls(
            (*words.labels, UNKNOWN_GROUP), np.where(unknown, len(words.labels), words.codes), unknown, has_unknown=True
        )

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.names)

    def sizes(self, rows: Mask | None = None) -> Numbers:
        """Return for how many groups each stands: the last one for up to as many as it has rows, where not known."""
        ones = np.ones(self.count)
        if not self.has_unknown:
            return Numbers.exact(ones)
        most = ones.copy()
        most[-1] = float((self.unknown if rows is None else self.unknown & rows).sum())
        return Numbers(ones, most)


def _summed(values: Numbers, where: Truths, groups: Groups | None) -> Numbers:
    if values.is_exact and where.is_known:
        chosen = np.where(where.sure, values.least, 0.0)
        if groups is None:
            return Numbers.exact(np.array(chosen.sum()))
        if not (groups.has_unknown and bool((groups.unknown & where.sure).any())):
            return Numbers.exact(_counted(groups, chosen))
        least, most = chosen, chosen
    else:
        least = np.where(where.sure, values.least, np.where(where.possible, np.minimum(values.least, 0.0), 0.0))
        most = np.where(where.sure, values.most, np.where(where.possible, np.maximum(values.most, 0.0), 0.0))
        if groups is None:
            return Numbers(np.array(least.sum()), np.array(most.sum()))
    return _by_group(least, most, groups)


def _by_group(least: Vector, most: Vector, groups: Groups) -> Numbers:
    """Return sums by group; what may belong to any group widens the bounds of every one."""
    unknown = groups.unknown
    if not groups.has_unknown:
        return Numbers(_counted(groups, least), _counted(groups, most))
    known_least, known_most = np.where(unknown, 0.0, least), np.where(unknown, 0.0, most)
    loose_least = float(np.minimum(np.where(unknown, least, 0.0), 0.0).sum())
    loose_most = float(np.maximum(np.where(unknown, most, 0.0), 0.0).sum())
    return Numbers(
        _counted(groups, known_least) + loose_least,
        _counted(groups, known_most) + loose_most,
    )


def _counted(groups: Groups, values: Vector) -> Vector:
    found: Vector = np.bincount(groups.codes, values, groups.count).astype(np.float64, copy=False)
    return found


def _extreme(values: Numbers, where: Truths, groups: Groups | None, *, is_max: bool) -> Numbers:
    """Return the greatest or the least; NaN of nothing."""
    if not is_max:
        return -_extreme(-values, where, groups, is_max=True)
    least = np.where(where.sure, values.least, -np.inf)
    most = np.where(where.possible, values.most, -np.inf)
    if groups is None:
        return _or_nan(Numbers(np.array(least.max(initial=-np.inf)), np.array(most.max(initial=-np.inf))), where, None)
    found_least, found_most = np.full(groups.count, -np.inf), np.full(groups.count, -np.inf)
    np.maximum.at(found_least, groups.codes, np.where(groups.unknown, -np.inf, least))
    np.maximum.at(found_most, groups.codes, most)
    if groups.has_unknown:
        found_most = np.maximum(found_most, np.where(groups.unknown, most, -np.inf).max())
    return _or_nan(Numbers(found_least, found_most), where, groups)


def _or_nan(found: Numbers, where: Truths, groups: Groups | None) -> Numbers:
    """Return figures with NaN where there is nothing that they could be taken of."""
    if groups is None:
        return found if bool(where.possible.any()) else Numbers.exact(np.array(np.nan))
    is_there = _counted(groups, where.possible.astype(np.float64)) > 0.0
    if groups.has_unknown and bool((where.possible & groups.unknown).any()):
        return found
    if found.is_exact:
        return Numbers.exact(np.where(is_there, found.least, np.nan))
    return Numbers(np.where(is_there, found.least, np.nan), np.where(is_there, found.most, np.nan))


def _top(values: Numbers, most_count: int, where: Truths, groups: Groups | None) -> Numbers:
    def of(side: Vector, rows: Mask) -> float:
        kept = np.sort(side[rows])[::-1][: max(most_count, 0)]
        return float(kept[kept > 0.0].sum())

    if groups is None:
        return Numbers(np.array(of(values.least, where.sure)), np.array(of(values.most, where.possible)))
    inside = [groups.codes == number for number in range(groups.count)]
    return Numbers(
        np.array([of(values.least, where.sure & rows & ~groups.unknown) for rows in inside]),
        np.array([of(values.most, where.possible & (rows | groups.unknown)) for rows in inside]),
    )


def _averaged(values: Numbers, weights: Numbers, where: Truths, groups: Groups | None) -> Numbers:
    """Return weighted averages, NaN of nothing; bounds of an unknown value move them only by its own weight."""
    whole = _summed(weights, where, groups)
    return _or_nan(_summed(values * weights, where, groups) / whole, where, groups)


def _distinct(words: Words, where: Truths, groups: Groups | None) -> Numbers:
    def count(rows: Mask, *, is_most: bool) -> float:
        codes = words.codes[rows]
        known = float(np.unique(codes[codes >= 0]).size)
        return known + float((codes < 0).sum()) if is_most else max(known, float(bool(codes.size)))

    if groups is None:
        return Numbers(np.array(count(where.sure, is_most=False)), np.array(count(where.possible, is_most=True)))
    inside = [groups.codes == number for number in range(groups.count)]
    return Numbers(
        np.array([count(where.sure & rows & ~groups.unknown, is_most=False) for rows in inside]),
        np.array([count(where.possible & (rows | groups.unknown), is_most=True) for rows in inside]),
    )


def _values(given: Sequence[Any], where: Truths) -> Numbers:
    """Return the first of the values as one of each row or group."""
    found: Numbers = given[0]
    shape = where.sure.shape
    if found.least.shape == shape:
        return found
    if found.is_exact:
        return Numbers.exact(np.broadcast_to(found.least, shape))
    return Numbers(np.broadcast_to(found.least, shape), np.broadcast_to(found.most, shape))


def _ones(given: Sequence[Any], where: Truths) -> Numbers:
    return _values(given, where) if given else Numbers.exact(np.ones(where.sure.shape))


AGGREGATE: dict[str, Aggregate] = {
    "sum": lambda given, where, groups: _summed(_values(given, where), where, groups),
    "max": lambda given, where, groups: _extreme(_values(given, where), where, groups, is_max=True),
    "min": lambda given, where, groups: _extreme(_values(given, where), where, groups, is_max=False),
    "count": lambda given, where, groups: _summed(_ones(given, where), where, groups),
    "average": lambda given, where, groups: _averaged(_values(given, where), _values(given[1:], where), where, groups),
    "top": lambda given, where, groups: _top(_values(given, where), int(given[1].most), where, groups),
    "squares": lambda given, where, groups: _summed(_values(given, where) * _values(given, where), where, groups),
    "distinct": lambda given, where, groups: _distinct(given[0], where, groups),
}
