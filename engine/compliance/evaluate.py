"""Does a portfolio keep its rules, before and after the trades that are proposed?

One function, without memory and without side effects, for the check before a trade, after every change, at the end of
the day and of the optimizer's answer. Missing data never count as kept: a rule whose figure could lie on either side of
its limit is indeterminate. A trade is stopped by a rule only if it breaks the rule, or makes worse what was broken
(`worse`): what reduces a breach is always allowed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any, TypeVar

import numpy as np

from engine.compliance.bounds import Numbers
from engine.compliance.compute import Computation
from engine.compliance.ladder import farthest
from engine.compliance.measure import Measured, measure, named_values
from engine.compliance.missing import missing_of
from engine.compliance.program import Program, program_of
from engine.compliance.quarters import is_test_day
from engine.compliance.result import (
    BAD,
    HARSHEST_FIRST,
    WORST_FIRST,
    Evaluation,
    GroupResult,
    RuleResult,
    Status,
    Verdict,
)
from engine.compliance.rule import Rule, Severity
from engine.compliance.state import ComplianceState, Order
from engine.compliance.worse import Earlier, Moves
from engine.kernel.errors import InputRefused, Problem

SHOWN_COUNT = 10
_OPEN, _PASSED = WORST_FIRST.index("indeterminate"), WORST_FIRST.index("passed")
Word = TypeVar("Word", bound=str)
_VERDICTS: dict[Severity, Verdict] = {
    "info": "pass", "warning": "pass_with_warning", "soft": "needs_override", "hard": "blocked",
}  # fmt: skip


def evaluate(
    rules: Sequence[Rule],
    state: ComplianceState,
    proposed_orders: Sequence[Order] = (),
    *,
    reference: ComplianceState | None = None,
    facts_after: Mapping[str, float | None] | None = None,
) -> Evaluation:
    """Return what becomes of every rule.

    Parameters
    ----------
    rules
        In force on the day of the state.
    state
        The portfolio before the trades.
    proposed_orders
        Trades that are looked at; the rules are held against the portfolio after them.
    reference
        The holdings of the day before at today's prices, to tell what trades did from what the market did where there
        are no proposed orders; without it the cause of a breach is not told.
    facts_after
        Facts of the portfolio after the trades that do not follow from its positions, such as its risk; without them
        they are not known.

    Returns
    -------
    Evaluation
        Results in the order of the rules.

    Raises
    ------
    InputRefused
        A rule that makes no sense, or an order that cannot be carried out, with every problem found.

    """
    programs = _programs(rules)
    after = state.after(proposed_orders) if proposed_orders else state
    if proposed_orders and facts_after:
        after = replace(after, facts={**after.facts, **facts_after}, kept={}, _columns={})
    before = state if proposed_orders else reference
    moves = None if before is None else Moves(before, after)
    results = tuple(_judged(one, after, moves, is_trading=bool(proposed_orders)) for one in programs)
    return Evaluation(
        status=_first(WORST_FIRST, [one.status for one in results], "passed"),
        verdict=_first(HARSHEST_FIRST, [one.verdict for one in results], "pass"),
        results=results,
    )


def _programs(rules: Sequence[Rule]) -> list[Program]:
    programs, problems = [], []
    for number, rule in enumerate(rules):
        try:
            programs.append(program_of(rule))
        except InputRefused as refusal:
            problems += [Problem(f"rules.{number}.{one.path}", one.message, one.advice) for one in refusal.problems]
    if problems:
        raise InputRefused(problems)
    return programs


def _judged(program: Program, after: ComplianceState, moves: Moves | None, *, is_trading: bool) -> RuleResult:
    rule = program.rule
    measured = measure(program, after)
    is_calm = measured.is_calm
    is_compared = not is_calm or (is_trading and bool(np.any(measured.ranks < _PASSED)))  # a warning is told with both
    earlier = Earlier(program, measured, moves) if moves is not None and is_compared else None
    groups = _groups(program, measured, earlier)
    if not is_calm and (program.further is not None or program.ladder):
        groups = _with_steps(program, after, groups)
    if rule.is_acquisition_tested and not is_calm:
        groups = tuple(_excused(one) for one in groups)
    is_preview = not is_test_day(rule, after)
    if is_preview and not is_calm:
        groups = tuple(_foreseen(one) for one in groups)
    if is_calm:  # nothing was excused or foreseen, and the worst comes first
        status: Status = groups[0].status if groups else "passed"
        verdict: Verdict = "pass" if status == "passed" else "pass_with_warning"
    else:
        status = _first(WORST_FIRST, {one.status for one in groups}, "passed")
        verdict = _verdict(rule, groups, is_trading=is_trading, is_preview=is_preview)
    causes = [] if earlier is None else [one.cause for one in groups if one.cause is not None]
    row = {
        "rule_id": rule.id,
        "version": rule.version,
        "title": rule.title,
        "severity": rule.severity,
        "status": status,
        "verdict": verdict,
        "cause": None if not causes else "active" if "active" in causes else "passive",
        "operator": rule.operator,
        "limit": _single(measured.limit),
        "warn_at": None if measured.warn_at is None else _single(measured.warn_at),
        "unit": program.unit,
        "groups": groups,
        "tested_count": len(measured.names),
        "missing": missing_of(program, after) if status == "indeterminate" else (),
        "is_preview": is_preview,
    }
    return RuleResult.trusted([row])[0]


def _worst_first(operator: str, measured: Measured) -> list[int]:
    """Return the places of all groups that did not pass and of the nearest others, the worst first."""
    if len(measured.names) < 2:
        return list(range(len(measured.names)))
    side = -measured.most if operator in ("<=", "<") else measured.least
    bad_count = int(np.count_nonzero(measured.ranks < _PASSED))
    keys = (side, measured.ranks) if bad_count else (side,)
    order: list[int] = np.lexsort(keys)[: max(bad_count, SHOWN_COUNT)].tolist()
    return order


def _groups(program: Program, measured: Measured, earlier: Earlier | None) -> tuple[GroupResult, ...]:
    """Return the groups that are told, the worst first."""
    places = _worst_first(program.rule.operator, measured)
    lows = measured.least[places].tolist()
    highs = lows if measured.least is measured.most else measured.most[places].tolist()
    ranks, names = measured.ranks[places].tolist(), measured.names
    rows: list[dict[str, Any]] = []
    for place, rank, least, most in zip(places, ranks, lows, highs, strict=True):
        status, name = WORST_FIRST[rank], names[place]
        low, high = least if isfinite(least) else None, most if isfinite(most) else None
        rows.append(
            {
                "group": name,
                "status": status,
                "value": low if least == most else None,
                "least": low,
                "most": high,
                "before": None if earlier is None else earlier.value(name),
                "cause": None if earlier is None or rank > _OPEN else earlier.cause(place),
                "step": None,
            }
        )
    return GroupResult.trusted(rows)


def _with_steps(program: Program, state: ComplianceState, groups: Sequence[GroupResult]) -> tuple[GroupResult, ...]:
    """Return the groups with the farthest of the rule's limits that each is surely beyond."""
    work = Computation(state, named_values(program, state))
    limits = [_single(one(work).rounded(program.unit)) for one in (program.limit, *program.ladder)]
    further = None if program.further is None else _single(program.further(work).rounded(program.unit))
    if any(one is None for one in limits):
        return tuple(groups)
    known = [one for one in limits if one is not None]
    operator = program.rule.operator
    found = []
    for one in groups:
        figure = one.least if operator in ("<=", "<") else one.most
        step = None if figure is None else farthest(operator, figure, known, further, program.unit)
        found.append(one if step is None else one.model_copy(update={"step": step}))
    return tuple(found)


def _foreseen(one: GroupResult) -> GroupResult:
    """Return a group on a day on which its rule is not tested: what would break it is a warning."""
    return one.model_copy(update={"status": "warning"}) if one.status == "failed" else one


def _excused(one: GroupResult) -> GroupResult:
    """Return a group whose figure only trades can breach: what the market did is told, and is no breach."""
    if one.status == "failed" and one.cause == "passive":
        return one.model_copy(update={"status": "warning"})
    return one


def _verdict(rule: Rule, groups: Sequence[GroupResult], *, is_trading: bool, is_preview: bool) -> Verdict:
    """Return what a rule says to the trades; what came without them and is not made worse stops none."""
    stopping = [] if is_preview else [one for one in groups if one.status in BAD]
    if is_trading:
        stopping = [one for one in stopping if one.cause != "passive"]
    if stopping:
        return _VERDICTS[rule.severity]
    return "pass_with_warning" if any(one.status != "passed" for one in groups) else "pass"


def _single(threshold: Numbers) -> float | None:
    least, most = float(threshold.least), float(threshold.most)
    return least if least == most and isfinite(least) else None


def _first(order: Sequence[Word], found: Collection[Word], otherwise: Word) -> Word:
    return next((one for one in order if one in found), otherwise)
