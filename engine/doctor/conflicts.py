"""Which limits cannot hold together, as a list of smallest sets that together explain everything?

Each set is irreducible: its limits cannot hold, and without any one of them the others can. Convex sets come from the
multipliers of the elastic program, narrowed by a deletion filter (Chinneck and Dravnieks 1991, ORSA Journal on
Computing 3(2)); sets that need whole numbers from QuickXplain (Junker 2004, AAAI), which asks far fewer questions when
the set is small. After a set is found its least important limit is set aside and the search goes on, until the rest can
hold (Parker and Ryan 1996, Annals of Mathematics and Artificial Intelligence 17): relaxing every set is then enough.
Sets that share limits with those are looked for in the tree of hitting sets (Reiter 1987, Artificial Intelligence 32)
for a counted number of questions.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.doctor.judge import Judge
from engine.doctor.program import level_of
from engine.doctor.verdict import Set

QUESTIONS_MAX_COUNT = 16
QUESTIONS_WHOLE_MAX_COUNT = 6
EFFORT_OF_CONFLICTS = 0.6  # the rest of the budget is for repairs
EFFORT_OF_MORE = 0.4
FURTHER = "The search for conflicts ended at its limit of work: there may be others beside those listed."


def find_conflicts(judge: Judge, start: Set | None = None) -> list[Set]:
    """Return irreducible sets such that relaxing every one of them leaves limits that can hold together.

    Where the judge's effort is over, the search ends after the first set or a later one, and a note says so.
    """
    kept = judge.everyone if start is None else start
    found: list[Set] = []
    while not judge.holds(kept):
        if found and judge.effort.is_over(EFFORT_OF_CONFLICTS):
            judge.effort.skip(FURTHER)
            break
        conflict = find_conflict(judge, kept)
        if not conflict:
            break
        found.append(conflict)
        kept = kept - {aside_of(judge, conflict, found[:-1])}
    return found


def find_more(judge: Judge, found: Sequence[Set]) -> list[Set]:
    """Return irreducible sets beside the given ones, as far as a fixed number of questions leads."""
    known = list(found)
    pending: list[Set] = [frozenset()]
    met: set[Set] = set()
    possible: list[Set] = []
    questions_count = QUESTIONS_WHOLE_MAX_COUNT if judge.whole_of(judge.everyone) else QUESTIONS_MAX_COUNT
    while pending:
        without = pending.pop(0)
        if without in met or any(enough <= without for enough in possible):
            continue
        met.add(without)
        label = next((item for item in known if not item & without), None)
        if label is None:
            if questions_count == 0 or judge.effort.is_over(EFFORT_OF_MORE):
                break
            questions_count -= 1
            if judge.holds(judge.everyone - without):
                possible.append(without)
                continue
            label = find_conflict(judge, judge.everyone - without)
            if not label:
                continue
            known.append(label)
        pending += [without | {j} for j in sorted(label)]
    return known[len(found) :]


def aside_of(judge: Judge, conflict: Set, before: Sequence[Set]) -> int:
    """Return the limit of a set that the search goes on without: soft, low in priority, narrow, not seen before."""
    seen: Set = frozenset().union(*before)

    def rank(j: int) -> tuple[object, ...]:
        limit = judge.mandate.limits[j]
        return (level_of(limit), limit.index is not None, j not in seen, -_width(judge, j), j)

    return max(conflict, key=rank)


def _width(judge: Judge, j: int) -> int:
    """Return about how many assets a limit touches."""
    demands = judge.mandate.limits[j].demands
    return (
        int(demands.touched.sum())
        if not demands.is_curved and not demands.is_whole
        else judge.mandate.universe.count + 1
    )


def find_conflict(judge: Judge, kept: Set) -> Set:
    """Return one irreducible set among limits that cannot hold together; empty when a search gave no proof."""
    value, support = judge.violation(kept)
    if value > 0.0:
        candidates = support if support and judge.violation(support)[0] > 0.0 else kept
        conflict = _filtered(judge, candidates)
        if not judge.whole_of(conflict):
            return conflict
        kept = conflict
    return _explained(judge, kept)


def _order(judge: Judge, kept: Set) -> list[int]:
    """Return limits in the order in which leaving them out is tried: budgets first, then what matters least."""
    limits = judge.mandate.limits
    return sorted(kept, key=lambda j: (limits[j].demands.net is None, level_of(limits[j])[0], -limits[j].priority, -j))


def _filtered(judge: Judge, candidates: Set) -> Set:
    """Leave out one limit after another; where the others still cannot hold, it stays out."""
    kept = candidates
    for j in _order(judge, candidates):
        if j not in kept:
            continue
        fewer = kept - {j}
        value, support = judge.violation(fewer)
        if value > 0.0:
            kept = support if support < fewer and judge.violation(support)[0] > 0.0 else fewer
    return kept


def _explained(judge: Judge, kept: Set) -> Set:
    """Return a smallest set by QuickXplain; limits that are all or nothing, and wide ones, are kept in mind first."""
    limits = judge.mandate.limits
    order = sorted(
        kept,
        key=lambda j: (
            not limits[j].demands.is_whole,
            not limits[j].demands.is_curved,
            -_width(judge, j),
            j,
        ),
    )
    if judge.holds(kept):
        return frozenset()
    return frozenset(_explain(judge, frozenset(), False, order))


def _explain(judge: Judge, behind: Set, has_news: bool, limits: list[int]) -> list[int]:
    if has_news and not judge.holds(behind):
        return []
    if len(limits) == 1:
        return limits
    first, second = limits[: len(limits) // 2], limits[len(limits) // 2 :]
    late = _explain(judge, behind | frozenset(first), bool(first), second)
    early = _explain(judge, behind | frozenset(late), bool(late), first)
    return early + late
