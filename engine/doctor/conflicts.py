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

from collections import Counter
from collections.abc import Generator, Sequence
from itertools import chain

from engine.doctor.judge import Judge
from engine.doctor.program import level_of
from engine.doctor.verdict import Set

QUESTIONS_MAX_COUNT = 16
QUESTIONS_WHOLE_MAX_COUNT = 6
EFFORT_OF_CONFLICTS = 0.6  # the rest of the budget is for repairs
EFFORT_OF_MORE = 0.4
FEW_COUNT = 8
SMALL_COUNT = 3
HUB_FROM_COUNT = 2
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
        fresh = [conflict for conflict in find_apart(judge, kept) if conflict] or [find_conflict(judge, kept)]
        if not fresh[0]:
            break
        for conflict in fresh:
            if conflict <= kept:
                found.append(conflict)
                kept = kept - {aside_of(judge, conflict, found[:-1])}
    return found


def find_apart(judge: Judge, kept: Set) -> list[Set]:
    """Return irreducible sets of convex limits, narrowed side by side from the proofs that are known; often several.

    One program answers what becomes of all of them when each goes without one of its limits: far fewer programs than
    one by one where there are many.
    """
    if judge.violation(kept)[0] == 0.0:
        return []
    narrowing = [_filtering(judge, known) for known in judge.impossible_within(kept) if known]
    asked: dict[int, Set] = {at: next(one) for at, one in enumerate(narrowing)}
    found: dict[int, Set] = {}
    while asked:
        if len(asked) > 1:
            judge.violation(frozenset().union(*asked.values()))
        for at, question in list(asked.items()):
            try:
                asked[at] = narrowing[at].send(judge.violation(question))
            except StopIteration as end:
                found[at] = end.value
                del asked[at]
    return [found[at] for at in sorted(found) if not judge.whole_of(found[at])]


def find_more(judge: Judge, found: Sequence[Set], start: Set | None = None) -> list[Set]:
    """Return irreducible sets beside the given ones, as far as a fixed number of questions leads."""
    kept = judge.everyone if start is None else start
    known = list(found)
    pending: list[Set] = [frozenset()]  # deepest first: with k sets apart there are 2^k ways to hit them and more
    met: set[Set] = set()
    possible: list[Set] = []
    questions_count = QUESTIONS_WHOLE_MAX_COUNT if judge.whole_of(kept) else QUESTIONS_MAX_COUNT
    while pending:
        without = pending.pop()
        if without in met or any(enough <= without for enough in possible):
            continue
        met.add(without)
        label = next((item for item in known if not item & without), None)
        if label is None:
            if questions_count == 0 or judge.effort.is_over(EFFORT_OF_MORE):
                break
            questions_count -= 1
            if judge.holds(kept - without):
                possible.append(without)
                continue
            label = find_conflict(judge, kept - without)
            if not label:
                continue
            known.append(label)
        pending += [without | {j} for j in sorted(label, reverse=True)]
    return known[len(found) :]


def aside_of(judge: Judge, conflict: Set, before: Sequence[Set]) -> int:
    """Return the limit of a set that the search goes on without: soft, low in priority, narrow, not seen before.

    Of a larger set it is the one that was in most sets already, in two at least, where there is one: a turnover clashes
    with every choice of a dozen floors on positions, and without it all that is said at once.
    """
    seen_count = Counter(chain.from_iterable(before))

    def rank(j: int) -> tuple[object, ...]:
        limit = judge.mandate.limits[j]
        is_own = limit.index is not None
        is_hub = is_own and len(conflict) > SMALL_COUNT and seen_count[j] >= HUB_FROM_COUNT
        hub_count = seen_count[j] if is_hub else 0
        return (hub_count, level_of(limit), is_own, not seen_count[j], -_width(judge, j), j)

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
    narrowing = _filtering(judge, candidates)
    answer: tuple[float, Set] | None = None
    while True:
        try:
            question = next(narrowing) if answer is None else narrowing.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        answer = judge.violation(question)


def _filtering(judge: Judge, candidates: Set) -> Generator[Set, tuple[float, Set], Set]:
    """Ask set by set how far it is from holding, and return the irreducible one at the end."""
    kept = candidates
    order, at, size = _order(judge, candidates), 0, 1
    while at < len(order):
        block = frozenset(order[at : at + size]) & kept
        if not block:
            at += size
            continue
        fewer = kept - block
        value, support = yield fewer
        if value > 0.0:
            kept = support if support < fewer and judge.violation(support)[0] > 0.0 else fewer
            at += size
            size *= 2 if len(kept) > FEW_COUNT else 1  # in a large set much is needless: more and more at a time
        elif len(block) == 1:
            at += size
        else:
            size = 1
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
