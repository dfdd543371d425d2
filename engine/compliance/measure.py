"""What does one rule measure of a portfolio, group by group, and where does that lie beside its limit?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import compress
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.compliance.aggregates import Groups
from engine.compliance.bounds import STEPS_PER_MONEY, STEPS_PER_UNIT, Mask, Numbers, Truths, Vector, compare, step
from engine.compliance.compute import Computation, Value, groups_of
from engine.compliance.meaning import ONE
from engine.compliance.program import MEASURE, Program
from engine.compliance.result import WORST_FIRST, Status
from engine.compliance.state import ComplianceState


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of g groups, with bounds, and how each stands.

    Parameters
    ----------
    names
        Of the groups; one empty name for the portfolio as a whole.
    least, most
        Shape (g,).
    limit, warn_at
        Bounds of the thresholds; the second None where there is none.
    ranks
        Shape (g,): how each group stands, as places in `WORST_FIRST`.
    is_calm
        Whether every group passed, if only with a warning.

    """

    names: tuple[str, ...]
    least: Vector
    most: Vector
    limit: Numbers
    warn_at: Numbers | None
    ranks: NDArray[np.int64]
    is_calm: bool

    def status(self, place: int) -> Status:
        """Return how a group stands."""
        return WORST_FIRST[int(self.ranks[place])]


def measure(program: Program, state: ComplianceState, only: Mask | None = None) -> Measured:
    """Return what a rule measures of a state; with `only`, shape (n,), as if it were about no other positions."""
    named, universe, found = _found(program, state)
    if only is not None:
        universe = Truths.known(only) if universe is None else universe & Truths.known(only)
        found = program.measure(Computation(state, named, universe))
    limit, warn_at = _thresholds(program, state, named)
    if program.keep is None and program.rule.over == "each":
        if program.measured.shape == ONE:
            return _one_figure(program, found, limit, warn_at)
        return _by_group(program, state, universe, found.rounded(program.unit), limit, warn_at)
    work = Computation(state, named, universe)
    names, sure, possible = _groups(program, work, found)
    if program.rule.over != "each":
        sizes = _sizes(program, work)
        found = _together(program.rule.over, found, sure, possible, sizes)
        names, sure, possible = ("",), np.ones(1, dtype=bool), np.ones(1, dtype=bool)
    found = found.rounded(program.unit)
    return _held_against(program, Counted(names, sure, possible), found, limit, warn_at)


def _thresholds(program: Program, state: ComplianceState, named: Mapping[str, Value]) -> tuple[Numbers, Numbers | None]:
    """Return the limit and the warning level in whole steps."""
    limit, warn_at = program.fixed_limit, program.fixed_warn_at
    if limit is None:
        limit = program.limit(Computation(state, named)).rounded(program.unit)
    if warn_at is None and program.warn_at is not None:
        warn_at = program.warn_at(Computation(state, named)).rounded(program.unit)
    assert limit is not None
    return limit, warn_at


def _by_group(
    program: Program,
    state: ComplianceState,
    universe: Truths | None,
    found: Numbers,
    limit: Numbers,
    warn_at: Numbers | None,
) -> Measured:
    """Return the figures of groups that count wherever something belongs to them; rules about the same share which."""
    key = ("counted", program.measured.shape)
    counted: dict[int, tuple[Truths | None, Counted]] = state.kept.setdefault(key, {})
    if id(universe) not in counted or counted[id(universe)][0] is not universe:
        groups = groups_of(state, program.measured.shape)
        kept = _of_rows(groups, universe)
        counted[id(universe)] = (universe, Counted(groups.names, kept.sure, kept.possible))
    return _held_against(program, counted[id(universe)][1], found, limit, warn_at)


@dataclass(slots=True)
class Counted:
    """Which of g groups count.

    Parameters
    ----------
    names
    sure, possible
        Shape (g,).

    """

    names: tuple[str, ...]
    sure: Mask
    possible: Mask
    are_all: bool = field(init=False)
    picked: tuple[tuple[str, ...], Mask | None] = field(init=False)
    """The names of those that possibly count, and which of these surely do; None where all do."""

    def __post_init__(self) -> None:
        self.are_all = bool(self.possible.all())
        self.picked = self.pick(self.possible, self.are_all)

    def pick(self, places: Mask, are_all: bool) -> tuple[tuple[str, ...], Mask | None]:
        """Return the names of some groups, and which of them surely count; None where all of them do."""
        names = self.names if are_all else tuple(compress(self.names, places.tolist()))
        sure = self.sure if are_all else self.sure[places]
        return names, None if bool(sure.all()) else sure


def _held_against(
    program: Program, counted: Counted, found: Numbers, limit: Numbers, warn_at: Numbers | None
) -> Measured:
    """Return how the figures of groups stand; the average of nothing is no figure to be judged."""
    least, most = found.least, found.most
    if least.ndim == 0:
        least, most = np.atleast_1d(least), np.atleast_1d(most)
    nothing = np.isnan(most)
    if np.logical_or.reduce(nothing):
        places = counted.possible & ~nothing
        are_all = bool(places.all())
        names, sure = counted.pick(places, are_all)
    else:
        places, are_all, (names, sure) = counted.possible, counted.are_all, counted.picked
    if not are_all:
        is_exact, least = found.is_exact, least[places]
        most = least if is_exact else most[places]
    elif found.is_exact:
        most = least
    ranks, is_calm = _ranks(program.rule.operator, Numbers(least, most), limit, warn_at, sure)
    return Measured(names, least, most, limit, warn_at, ranks, is_calm)


def _one_figure(program: Program, found: Numbers, limit: Numbers, warn_at: Numbers | None) -> Measured:
    """Return how the one figure of a portfolio stands, as `_held_against` does, without the costs of arrays."""
    per_unit = STEPS_PER_MONEY if program.unit == "ccy" else STEPS_PER_UNIT
    most = step(float(found.most), per_unit)
    if isnan(most):
        nothing = np.zeros(0)
        return Measured((), nothing, nothing, limit, warn_at, np.zeros(0, dtype=np.int64), is_calm=True)
    least = most if found.is_exact else step(float(found.least), per_unit)
    operator = program.rule.operator
    sure, possible = _holds(operator, least, most, limit)
    if not sure:
        rank = _OPEN if possible else _FAILED
    elif warn_at is None or _holds(_STRICT.get(operator, operator), least, most, warn_at)[0]:
        rank = _PASSED
    else:
        rank = _WARNING
    low = np.array([least])
    high = low if least == most else np.array([most])
    return Measured(("",), low, high, limit, warn_at, np.array([rank]), rank > _OPEN)


def _holds(operator: str, least: float, most: float, limit: Numbers) -> tuple[bool, bool]:
    """Return whether one figure surely and possibly keeps a limit, as `compare` does."""
    low, high = float(limit.least), float(limit.most)
    match operator:
        case "<":
            return most < low, least < high
        case "<=":
            return most <= low, least <= high
        case ">":
            return high < least, low < most
        case ">=":
            return high <= least, low <= most
    return least == most == low == high, not (most < low or high < least)


def named_values(program: Program, state: ComplianceState) -> Mapping[str, Value]:
    """Return what the names of a rule stand for in a state."""
    if not program.definitions:
        return program.parameters
    named: dict[str, Value] = dict(program.parameters)
    for name, definition in program.definitions:
        named[name] = definition(Computation(state, named))
    return named


def meant(program: Program, state: ComplianceState) -> Mask:
    """Return shape (n,): which positions a rule is possibly about."""
    return meant_truths(program, state).possible


def meant_truths(program: Program, state: ComplianceState) -> Truths:
    """Return shape (n,): which positions a rule is about, surely and possibly."""
    universe = _found(program, state)[1]
    return Truths.known(np.ones(len(state.symbols), dtype=bool)) if universe is None else universe


def members(program: Program, state: ComplianceState) -> dict[str, tuple[int, ...]]:
    """Return the positions that make up the figure of each group, as places in the state.

    Where groups are taken together, or the portfolio is measured as a whole, all of them stand under the empty name.
    Positions that are only possibly meant are among them; those whose group is not known are in none.
    """
    named, universe, found = _found(program, state)
    work = Computation(state, named, universe)
    names, _, possible = _groups(program, work, found)
    rows = np.ones(len(state.symbols), dtype=bool) if work.universe is None else work.universe.possible
    if program.measured.shape == ONE:
        return {"": tuple(np.flatnonzero(rows).tolist())}
    groups = groups_of(state, program.measured.shape)
    by_place: dict[int, list[int]] = {place: [] for place in np.flatnonzero(possible).tolist()}
    known = np.flatnonzero(rows & ~groups.unknown)
    for row, place in zip(known.tolist(), groups.codes[known].tolist(), strict=True):
        if place in by_place:
            by_place[place].append(row)
    if program.rule.over == "each":
        return {names[place]: tuple(found_rows) for place, found_rows in by_place.items()}
    return {"": tuple(sorted(row for found_rows in by_place.values() for row in found_rows))}


def _found(program: Program, state: ComplianceState) -> tuple[Mapping[str, Value], Truths | None, Numbers]:
    """Return the values of a rule's names, the positions that it is about, and what it measures; once for a state."""
    key = ("measured", id(program))
    kept = state.kept.get(key)
    if kept is None or kept[0] is not program:
        named = named_values(program, state)
        universe = _universe(program, state, named)
        kept = state.kept[key] = (program, named, universe, program.measure(Computation(state, named, universe)))
    return kept[1:]


def _universe(program: Program, state: ComplianceState, named: Mapping[str, Value]) -> Truths | None:
    """Return the rows that a rule is about; rules that are about the same ones share the answer."""
    if program.universe is None:
        return None
    if program.universe_key is None:
        return _meant_rows(program, state, named)
    key, words = ("universe", program.universe_key), program.universe_words
    found: Truths | None = state.kept.get(key)
    if found is not None:
        return found
    if words is None:
        found = _meant_rows(program, state, named)
    else:  # no trade changes it: states that are made of one another share it
        columns = [state.column(name) for name in words]
        known = state.shared.get(key)
        if known is None or any(one is not two for one, two in zip(known[0], columns, strict=True)):
            known = state.shared[key] = (columns, _meant_rows(program, state, named))
        found = known[1]
    state.kept[key] = found
    return found


def _meant_rows(program: Program, state: ComplianceState, named: Mapping[str, Value]) -> Truths:
    assert program.universe is not None
    found: Truths = program.universe(Computation(state, named))
    if found.sure.ndim == 0:
        found = found & Truths.known(np.ones(len(state.symbols), dtype=bool))
    return found


def _of_rows(groups: Groups, universe: Truths | None) -> Truths:
    """Return to which groups something that a rule is about belongs, surely and possibly."""
    if universe is None:
        everywhere = np.ones(groups.codes.shape, dtype=bool)
        universe = Truths.known(everywhere)
    possible = np.bincount(groups.codes, universe.possible, groups.count) > 0
    if universe.is_known and not groups.has_unknown:
        return Truths.known(possible)
    return Truths(np.bincount(groups.codes, universe.sure & ~groups.unknown, groups.count) > 0, possible)


def _groups(program: Program, work: Computation, found: Numbers) -> tuple[tuple[str, ...], Mask, Mask]:
    """Return the groups' names, which of them surely count, and which possibly do."""
    if program.measured.shape == ONE:
        names: tuple[str, ...] = ("",)
        kept = Truths.known(np.ones(1, dtype=bool))
    else:
        groups = groups_of(work.state, program.measured.shape)
        names = groups.names
        kept = _of_rows(groups, work.universe)
    if program.keep is not None:
        kept = kept & program.keep(Computation(work.state, {**work.named, MEASURE: found}))
    return names, np.atleast_1d(kept.sure), np.atleast_1d(kept.possible)


def _sizes(program: Program, work: Computation) -> Vector:
    """Return for how many groups each may stand."""
    if program.measured.shape == ONE:
        return np.ones(1)
    rows = None if work.universe is None else work.universe.possible
    return groups_of(work.state, program.measured.shape).sizes(rows).most


def _together(over: str, found: Numbers, sure: Mask, possible: Mask, sizes: Vector) -> Numbers:
    least, most = np.atleast_1d(found.least), np.atleast_1d(found.most)
    if over == "count":
        return Numbers(np.array([float(sure.sum())]), np.array([float(sizes[possible].sum())]))
    if over == "max":
        low = np.where(sure, least, -np.inf).max(initial=-np.inf)
        return Numbers(np.array([low]), np.array([np.where(possible, most, -np.inf).max(initial=-np.inf)]))
    low = np.where(sure, least, np.where(possible, np.minimum(least, 0.0), 0.0)).sum()
    high = np.where(sure, most, np.where(possible, np.maximum(most, 0.0), 0.0)).sum()
    return Numbers(np.array([low]), np.array([high]))


def _ranks(
    operator: str, found: Numbers, limit: Numbers, warn_at: Numbers | None, surely: Mask | None
) -> tuple[NDArray[np.int64], bool]:
    """Return how each group stands, and whether all passed; one that may not be there fails only possibly."""
    test = compare(found, operator, limit)
    calm = None if warn_at is None else compare(found, _STRICT.get(operator, operator), warn_at).sure
    passed: Any = _PASSED if calm is None else np.where(calm, _PASSED, _WARNING)
    if np.logical_and.reduce(test.sure):
        return (np.full(test.sure.shape, _PASSED) if calm is None else passed), True
    is_open = test.possible if surely is None else test.possible | ~surely
    bad: Any = _FAILED if test.is_known and surely is None else np.where(is_open, _OPEN, _FAILED)
    return np.where(test.sure, passed, bad), False


_STRICT = {"<=": "<", ">=": ">"}
"""A figure at the warning level is a warning already."""
_FAILED, _OPEN, _WARNING, _PASSED = (WORST_FIRST.index(one) for one in ("failed", "indeterminate", "warning", "passed"))
