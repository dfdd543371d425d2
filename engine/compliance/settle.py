"""What is done where an answer breaks a rule that is no limit by itself, and what if nothing helps?

Each such rule is tried in the ways that are enough to keep it, the whole search beside each; where it limits a figure
of risk, volatility is brought down with that figure, and tracking error by the benchmark's returns where they are
known: to the limit, or no farther than today. What breaks least, hard rules first, stands, and of such answers
the best. An answer that breaks a hard rule is none: what clashes is named in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.compliance.active_words import TRACKING, is_worse
from engine.compliance.bound import Bound
from engine.compliance.evaluate import evaluate
from engine.compliance.fields import Unit
from engine.compliance.goal import score_of
from engine.compliance.kept import KeptHow
from engine.compliance.limit import KIND
from engine.compliance.linear import Kept, LinearRow, NotLinear
from engine.compliance.program import program_of
from engine.compliance.result import RuleResult
from engine.compliance.ways import UPPER, ways_of
from engine.compliance.words import sentence, told
from engine.constraints import Constraint
from engine.constraints.volatility_ceiling import VolatilityCeiling
from engine.diagnosis import Conflict, Diagnosis, LimitName
from engine.kernel.status import SolveStatus
from engine.kernel.units import agree, listing
from engine.result import OptimizationResult

if TYPE_CHECKING:
    from engine.compliance.optimize import Search
    from engine.compliance.tracked import Tracked

SEARCHES_MAX_COUNT = 40
CALMER_MAX_COUNT = 8
SAFE = 0.999
RISKS = frozenset({"volatility", "tracking_error", "var_99_20d", "product_risk"})
"""Facts of the portfolio that fall with its volatility, and that only a model of risk tells."""
GIVEN_WAY = ("no_worse", "held", "unreachable", "untouched")
Rank = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Stand:
    """How far a search had come."""

    bound: tuple[tuple[Bound, Kept, KeptHow | None, tuple[LinearRow, ...], tuple[LinearRow, ...], bool], ...]
    own: tuple[Constraint, ...]


class Settling:
    """The answers that were looked for because others broke a rule, and what stood in their way."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.conflicts: list[Conflict] = []
        self.searches_count = 0

    def run(self, result: OptimizationResult) -> OptimizationResult:
        """Return the best answer that breaks least; the search is left as it was when it was found."""
        if not result.weights:
            return result  # limits that leave nothing are not helped by keeping one rule more
        found = next(((one, now) for one, now in self.search.broken(result) if _is_open(one)), None)
        if found is None:
            return result
        found[0].is_tried = True
        before = after = self._stand()
        best, least = result, self._rank(result)
        for answer in self._tries(*found, result, before):
            rank = self._rank(answer)
            if rank < least:
                best, least, after = answer, rank, self._stand()
        self._restore(after)
        return self.run(best)  # others may be broken still, and not tried

    def _tries(
        self, one: Bound, now: RuleResult, result: OptimizationResult, before: _Stand
    ) -> Iterator[OptimizationResult]:
        search = self.search
        for way in ways_of(one.rule, search.state, search.signs(), search.weights_of(result)):
            if self.searches_count < SEARCHES_MAX_COUNT:
                self._restore(before)
                one.kept, one.how = way, "choice"
                yield self.run(self._searched())
        if one.rule.operator not in UPPER:
            return
        if one.rule.measure.strip() == TRACKING and search.tracked is not None:
            yield from self._nearer(one, search.tracked, before)
        elif RISKS & set(program_of(one.rule).fields):
            yield from self._calmer(one, now, result, before)

    def _calmer(
        self, one: Bound, now: RuleResult, result: OptimizationResult, before: _Stand
    ) -> Iterator[OptimizationResult]:
        """Return the first answer that is calm enough, its ceiling on volatility coming down with the figure."""
        answer, figure = result, now
        for _ in range(CALMER_MAX_COUNT):
            value, limit = (figure.groups[0].most if figure.groups else None), figure.limit
            if value is None or limit is None or not 0.0 < limit < value or answer.metrics is None:
                return
            self._restore(before)
            most = min(answer.metrics.volatility_annual_frac * limit / value * SAFE, 1.5)
            self.search.own = [*before.own, VolatilityCeiling(max_annual_frac=most)]
            one.how = "ceiling"
            answer = self._searched(len(before.own))
            still = [found for other, found in self.search.broken(answer) if other is one] if answer.weights else []
            if not still:
                yield self.run(answer)
                return
            figure = still[0]

    def _nearer(self, one: Bound, tracked: Tracked, before: _Stand) -> Iterator[OptimizationResult]:
        """Return the answer near enough to the benchmark; where there is none, for a soft rule one no farther than now.

        The ceiling comes down with the figure of the check, which may rest on other estimates.
        """
        was = evaluate([one.rule], self.search.state).results[0]
        value, limit = (was.groups[0].most if was.groups else None), was.limit
        goals: list[tuple[KeptHow, float]] = [] if limit is None else [("ceiling", limit)]
        if limit is not None and value is not None and value > limit and one.rule.severity == "soft":
            goals.append(("no_worse", value))
        first = len(self.conflicts)
        for how, goal in goals:
            answer = self._within(one, tracked, before, how, goal)
            names = {limit.label for found in self.conflicts[first:] for limit in found.limits}
            one.in_the_way = tuple(sorted(names - {one.rule.title}))
            if answer is not None:
                yield self.run(answer)
                return

    def _within(
        self, one: Bound, tracked: Tracked, before: _Stand, how: KeptHow, goal: float
    ) -> OptimizationResult | None:
        """Return an answer whose tracking error is at most a goal by the check; None where none is found."""
        most = goal
        for _ in range(CALMER_MAX_COUNT):
            ceiling = tracked.ceiling(most)
            if ceiling is None:
                return None
            self._restore(before)
            self.search.own, one.how = [*before.own, ceiling], how
            answer = self._searched(len(before.own))
            figure = self.search.figure_of(one, answer)
            if figure is None or figure <= goal:
                return answer if figure is not None else None
            most *= goal / figure * SAFE
        return None

    def _searched(self, tried: int | None = None) -> OptimizationResult:
        """Search once more, choices made anew; `tried` is the place of a limit that nobody asked for."""
        self.searches_count += 1
        for one in self.search.bound:
            one.choice = ()
        self.search.is_chosen = True
        answer = self.search.searched()
        for found in () if answer.diagnosis is None else answer.diagnosis.conflicts:
            limits = tuple(limit for limit in found.limits if tried is None or limit.constraint_index != tried)
            self.conflicts.append(found.model_copy(update={"limits": limits}))
        return answer

    def _rank(self, answer: OptimizationResult) -> Rank:
        """Return how many hard rules an answer breaks, how many others, how many distances grew, and its goal."""
        if not answer.weights:
            return (np.inf, np.inf, np.inf, np.inf)
        broken = self.search.broken(answer)
        hard = sum(now.severity == "hard" for _, now in broken)
        farther = sum(
            one.rule.measure.strip() == TRACKING and is_worse(evaluate([one.rule], self.search.state).results[0], now)
            for one, now in broken
        )
        return (float(hard), float(len(broken) - hard), float(farther), score_of(answer, self.search.request))

    def _stand(self) -> _Stand:
        bound = tuple((one, one.kept, one.how, tuple(one.cuts), one.choice, one.is_tried) for one in self.search.bound)
        return _Stand(bound, tuple(self.search.own))

    def _restore(self, stand: _Stand) -> None:
        self.search.own = list(stand.own)
        for one, kept, how, cuts, choice, is_tried in stand.bound:
            one.kept, one.how, one.cuts, one.choice, one.is_tried = kept, how, list(cuts), choice, is_tried


def _is_open(one: Bound) -> bool:
    """Return whether a rule can be kept in another way that was not tried yet."""
    return type(one.kept) is NotLinear and one.kept.how in ("checked", "ceiling") and not one.is_tried


def hard_broken(search: Search, result: OptimizationResult) -> list[tuple[Bound, RuleResult]]:
    """Return the hard rules that an answer breaks, or that its trades leave open; none of those that had to give way.

    A figure of risk that nobody tells is left open by no trade; what lists keep as it is may stay as it was.
    """
    found = []
    for one, now in search.broken(result) if result.weights else []:
        is_given = one.how in GIVEN_WAY or (isinstance(one.kept, NotLinear) and one.kept.how in GIVEN_WAY)
        if now.severity != "hard" or is_given or (search.lists.held and now.cause == "passive"):
            continue
        is_untold = search.facts_after is None and bool(set(program_of(one.rule).fields) & RISKS)
        if now.status == "failed" or (now.cause == "active" and not is_untold):
            found.append((one, now))
    return found


def clashing(
    result: OptimizationResult, broken: Sequence[tuple[Bound, RuleResult]], conflicts: Sequence[Conflict]
) -> OptimizationResult:
    """Return no weights in place of an answer that breaks hard rules, and what clashes.

    Parameters
    ----------
    result
        The answer.
    broken
        The rules with what became of them.
    conflicts
        What stood in the way of what was tried in order to keep them.

    """
    named = tuple(_conflict(one, now, conflicts) for one, now in broken)
    message = " ".join(one.sentence for one in named)
    return OptimizationResult(
        status=SolveStatus.INFEASIBLE,
        message=message,
        advice=named[0].advice,
        notes=result.notes,
        frontier=result.frontier,
        diagnosis=Diagnosis(is_feasible=False, sentence=message, conflicts=named),
        lineage=result.lineage,
        elapsed_ms=result.elapsed_ms,
    )


def _conflict(one: Bound, now: RuleResult, conflicts: Sequence[Conflict]) -> Conflict:
    """Return a rule that was not kept, with the limits that stood in the way of each attempt."""
    rule = one.rule
    own = LimitName(constraint_index=None, kind=KIND, label=rule.title, sentence=sentence(rule))
    beside = {
        (limit.kind, limit.label): limit for found in conflicts for limit in found.limits if limit.label != rule.title
    }
    names = [f"“{limit.label}”" for limit in beside.values()]
    lead = f"No portfolio was found that keeps the rule “{rule.title}”"
    lead += f" beside {listing(names)}" if names else ""
    easing = f"ease {listing(names)}" if names else "ease a limit"
    return Conflict(
        limits=(own, *beside.values()),
        sentence=f"{lead}: {_figures(now, program_of(rule).unit)}.",
        advice=f"Have the rule changed for this portfolio, {easing}, or choose other assets.",
    )


def _figures(now: RuleResult, unit: Unit) -> str:
    """Return by how much the best portfolio breaks a rule, or what is not known of it."""
    if now.status == "indeterminate":
        missing = list(now.missing)
        return f"{listing(missing)} {agree(missing, 'is', 'are')} not known of what it would hold"
    worst = now.groups[0] if now.groups else None
    figure = None if worst is None else worst.value
    if worst is None or figure is None or now.limit is None:
        return "the best one breaks it"
    group = f" of {worst.group}" if worst.group else ""
    side = "at most" if now.operator in UPPER else "exactly" if now.operator == "==" else "at least"
    return f"the figure{group} would be {told(figure, unit)}, and {side} {told(now.limit, unit)} is demanded"
