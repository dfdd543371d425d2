"""What does one rule measure of a portfolio, group by group, and where does that lie beside its limit?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.compliance.bounds import Mask, Numbers, Truths, Vector, compare
from engine.compliance.compute import Computation, Value, groups_of
from engine.compliance.meaning import ONE
from engine.compliance.program import MEASURE, Program
from engine.compliance.result import Status
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
    statuses
        Of each group.

    """

    names: tuple[str, ...]
    least: Vector
    most: Vector
    limit: Numbers
    warn_at: Numbers | None
    statuses: tuple[Status, ...]


def measure(program: Program, state: ComplianceState) -> Measured:
    """Return what a rule measures of a state."""
    rule = program.rule
    work = _work(program, state)
    named = work.named
    found: Numbers = program.measure(work)
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
    return Measured(
        tuple(names[place] for place in np.flatnonzero(possible)),
        least,
        most,
        limit,
        warn_at,
        _statuses(rule.operator, least, most, limit, warn_at, sure[possible]),
    )


def meant(program: Program, state: ComplianceState) -> Mask:
    """Return shape (n,): which positions a rule is possibly about."""
    work = _work(program, state)
    return np.ones(len(state.symbols), dtype=bool) if work.universe is None else work.universe.possible


def members(program: Program, state: ComplianceState) -> dict[str, tuple[int, ...]]:
    """Return the positions that make up the figure of each group, as places in the state.

    Where groups are taken together, or the portfolio is measured as a whole, all of them stand under the empty name.
    Positions that are only possibly meant are among them; those whose group is not known are in none.
    """
    work = _work(program, state)
    found: Numbers = program.measure(work)
    names, _, possible = _groups(program, work, found)
    rows = np.ones(len(state.symbols), dtype=bool) if work.universe is None else work.universe.possible
    if program.measured.shape == ONE:
        return {"": tuple(np.flatnonzero(rows).tolist())}
    groups = groups_of(state, program.measured.shape)
    by_group = {
        names[place]: tuple(np.flatnonzero(rows & ~groups.unknown & (groups.codes == place)).tolist())
        for place in np.flatnonzero(possible)
    }
    if program.rule.over == "each":
        return by_group
    return {"": tuple(sorted(row for places in by_group.values() for row in places))}


def _work(program: Program, state: ComplianceState) -> Computation:
    """Return a state with the values of a rule's names and the positions that the rule is about."""
    named: dict[str, Value] = dict(program.parameters)
    for name, definition in program.definitions:
        named[name] = definition(Computation(state, named))
    return Computation(state, named, _universe(program, state, named))


def _universe(program: Program, state: ComplianceState, named: Mapping[str, Value]) -> Truths | None:
    """Return the rows that a rule is about; rules that are about the same ones share the answer."""
    if program.universe is None:
        return None
    key = program.universe_key
    if key is None or key not in state.kept:
        found: Truths = program.universe(Computation(state, named))
        if found.sure.ndim == 0:
            found = found & Truths.known(np.ones(len(state.symbols), dtype=bool))
        if key is None:
            return found
        state.kept[key] = found
    kept: Truths = state.kept[key]
    return kept


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


def _statuses(
    operator: str, least: Vector, most: Vector, limit: Numbers, warn_at: Numbers | None, surely: Mask
) -> tuple[Status, ...]:
    """Return how each group stands; a group that may not be there at all fails only possibly."""
    test = compare(Numbers(least, most), operator, limit)
    sure, possible = np.broadcast_to(test.sure, least.shape), np.broadcast_to(test.possible, least.shape)
    calm = np.ones(least.size, dtype=bool)
    if warn_at is not None:
        calm = np.broadcast_to(
            compare(Numbers(least, most), _STRICT.get(operator, operator), warn_at).sure, least.shape
        )
    found: list[Status] = []
    for number in range(least.size):
        if sure[number]:
            found.append("passed" if calm[number] else "warning")
        elif possible[number] or not surely[number]:
            found.append("indeterminate")
        else:
            found.append("failed")
    return tuple(found)


_STRICT = {"<=": "<", ">=": ">"}
"""A figure at the warning level is a warning already."""
