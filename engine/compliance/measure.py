"""What does one rule measure of a portfolio, group by group, and where does that lie beside its limit?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from engine.compliance.bounds import Mask, Numbers, Truths, Vector, compare
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

    """

    names: tuple[str, ...]
    least: Vector
    most: Vector
    limit: Numbers
    warn_at: Numbers | None
    ranks: NDArray[np.int64]

    def status(self, place: int) -> Status:
        """Return how a group stands."""
        return WORST_FIRST[int(self.ranks[place])]


def measure(program: Program, state: ComplianceState, only: Mask | None = None) -> Measured:
    """Return what a rule measures of a state; with `only`, shape (n,), as if it were about no other positions."""
    rule = program.rule
    named, universe, found = _found(program, state)
    if only is not None:
        universe = Truths.known(only) if universe is None else universe & Truths.known(only)
        found = program.measure(Computation(state, named, universe))
    work = Computation(state, named, universe)
    names, sure, possible = _groups(program, work, found)
    if rule.over != "each":
        sizes = _sizes(program, work)
        found = _together(rule.over, found, sure, possible, sizes)
        names, sure, possible = ("",), np.ones(1, dtype=bool), np.ones(1, dtype=bool)
    found = found.rounded(program.unit)
    possible = possible & ~np.isnan(np.atleast_1d(found.most))  # the average of nothing is no figure to be judged
    least, most = np.atleast_1d(found.least)[possible], np.atleast_1d(found.most)[possible]
    plain = Computation(state, named)
    limit = program.limit(plain).rounded(program.unit)
    warn_at = None if program.warn_at is None else program.warn_at(plain).rounded(program.unit)
    ranks = _ranks(rule.operator, Numbers(least, most), limit, warn_at, sure[possible])
    return Measured(
        names if bool(possible.all()) else tuple(compress(names, possible.tolist())),
        least,
        most,
        limit,
        warn_at,
        ranks,
    )


def named_values(program: Program, state: ComplianceState) -> dict[str, Value]:
    """Return what the names of a rule stand for in a state."""
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


def _found(program: Program, state: ComplianceState) -> tuple[dict[str, Value], Truths | None, Numbers]:
    """Return the values of a rule's names, the positions that it is about, and what it measures; once for a state."""
    key = ("measured", id(program))
    if key not in state.kept or state.kept[key][0] is not program:
        named = named_values(program, state)
        universe = _universe(program, state, named)
        state.kept[key] = (program, named, universe, program.measure(Computation(state, named, universe)))
    _, named, universe, found = state.kept[key]
    return named, universe, found


def _universe(program: Program, state: ComplianceState, named: Mapping[str, Value]) -> Truths | None:
    """Return the rows that a rule is about; rules that are about the same ones share the answer."""
    if program.universe is None:
        return None
    if program.universe_key is None:
        return _meant_rows(program, state, named)
    key, words = ("universe", program.universe_key), program.universe_words
    kept = state.kept if words is None else state.shared
    columns = [] if words is None else [state.column(name) for name in words]
    if key not in kept or any(one is not two for one, two in zip(kept[key][0], columns, strict=True)):
        kept[key] = (columns, _meant_rows(program, state, named))
    found: Truths = kept[key][1]
    return found


def _meant_rows(program: Program, state: ComplianceState, named: Mapping[str, Value]) -> Truths:
    assert program.universe is not None
    found: Truths = program.universe(Computation(state, named))
    if found.sure.ndim == 0:
        found = found & Truths.known(np.ones(len(state.symbols), dtype=bool))
    return found


def _groups(program: Program, work: Computation, found: Numbers) -> tuple[tuple[str, ...], Mask, Mask]:
    """Return the groups' names, which of them surely count, and which possibly do."""
    if program.measured.shape == ONE:
        names: tuple[str, ...] = ("",)
        kept = Truths.known(np.ones(1, dtype=bool))
    else:
        groups = groups_of(work.state, program.measured.shape)
        names = groups.names
        everywhere = Truths.known(np.ones(len(work.state.symbols), dtype=bool))
        rows = everywhere if work.universe is None else work.universe
        kept = Truths(
            np.bincount(groups.codes, rows.sure & ~groups.unknown, groups.count) > 0,
            np.bincount(groups.codes, rows.possible, groups.count) > 0,
        )
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


def _ranks(operator: str, found: Numbers, limit: Numbers, warn_at: Numbers | None, surely: Mask) -> NDArray[np.int64]:
    """Return how each group stands; a group that may not be there at all fails only possibly."""
    test = compare(found, operator, limit)
    calm = True if warn_at is None else compare(found, _STRICT.get(operator, operator), warn_at).sure
    bad = np.where(test.possible | ~surely, _OPEN, _FAILED)
    ranks: NDArray[np.int64] = np.where(test.sure, np.where(calm, _PASSED, _WARNING), bad)
    return ranks


_STRICT = {"<=": "<", ">=": ">"}
"""A figure at the warning level is a warning already."""
_FAILED, _OPEN, _WARNING, _PASSED = (WORST_FIRST.index(one) for one in ("failed", "indeterminate", "warning", "passed"))
