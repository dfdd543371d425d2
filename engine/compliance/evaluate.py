"""Does a portfolio keep its rules, before and after the trades that are proposed?

One function, without memory and without side effects, for the check before a trade, after every change, at the end of
the day and of the optimizer's answer. Missing data never count as kept: a rule whose figure could lie on either side of
its limit is indeterminate. A trade is stopped by a rule only if it makes that rule's figure worse: what reduces a
breach is always allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import TypeVar

import numpy as np

from engine.compliance.bounds import Numbers, Truths, Words
from engine.compliance.fields import FACTS, POSITION_FIELDS
from engine.compliance.measure import Measured, measure
from engine.compliance.program import Program, program_of
from engine.compliance.result import (
    HARSHEST_FIRST,
    WORST_FIRST,
    Cause,
    Evaluation,
    GroupResult,
    RuleResult,
    Verdict,
)
from engine.compliance.rule import Rule, Severity
from engine.compliance.state import ComplianceState, Order
from engine.kernel.errors import InputRefused, Problem

SHOWN_COUNT = 10
MISSING_COUNT = 8
_NOISE = 1e-12
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
    results = tuple(_judged(one, after, before, is_trading=bool(proposed_orders)) for one in programs)
    return Evaluation(
        status=_first(WORST_FIRST, [one.status for one in results], "passed"),
        verdict=_first(HARSHEST_FIRST, [one.verdict for one in results], "pass"),
        results=results,
    )


@dataclass(frozen=True, slots=True)
class _Earlier:
    """Figures before the trades, by group."""

    places: dict[str, int]
    measured: Measured

    @classmethod
    def of(cls, program: Program, state: ComplianceState) -> _Earlier:
        measured = measure(program, state)
        return cls({name: place for place, name in enumerate(measured.names)}, measured)


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


def _judged(
    program: Program, after: ComplianceState, before: ComplianceState | None, *, is_trading: bool
) -> RuleResult:
    rule = program.rule
    measured = measure(program, after)
    is_calm = all(one in ("passed", "warning") for one in measured.statuses)
    earlier = None if before is None or is_calm else _Earlier.of(program, before)
    shown = _worst_first(rule.operator, measured)
    groups = [_group(program, measured, place, earlier) for place in shown]
    if rule.is_acquisition_tested:
        groups = [_excused(one) for one in groups]
    status = _first(WORST_FIRST, [one.status for one in groups], "passed")
    causes = [one.cause for one in groups if one.cause is not None]
    return RuleResult(
        rule_id=rule.id,
        version=rule.version,
        title=rule.title,
        severity=rule.severity,
        status=status,
        verdict=_verdict(rule, groups, is_trading=is_trading),
        cause=None if not causes else "active" if "active" in causes else "passive",
        operator=rule.operator,
        limit=_single(measured.limit),
        warn_at=None if measured.warn_at is None else _single(measured.warn_at),
        unit=program.unit,
        groups=tuple(groups),
        tested_count=len(measured.names),
        missing=_missing(program, after) if status == "indeterminate" else (),
    )


def _worst_first(operator: str, measured: Measured) -> list[int]:
    """Return the places of all groups that did not pass and of the nearest others, the worst first."""
    side = -measured.most if operator in ("<=", "<") else measured.least
    ranks = np.array([WORST_FIRST.index(one) for one in measured.statuses])
    bad_count = int((ranks < WORST_FIRST.index("passed")).sum())
    order: list[int] = np.lexsort((side, ranks))[: max(bad_count, SHOWN_COUNT)].tolist()
    return order


def _group(program: Program, measured: Measured, place: int, earlier: _Earlier | None) -> GroupResult:
    name, status = measured.names[place], measured.statuses[place]
    least, most = float(measured.least[place]), float(measured.most[place])
    at = None if earlier is None else earlier.places.get(name)
    cause: Cause | None = None
    if earlier is not None and status in ("failed", "indeterminate"):
        cause = "active"
        if at is not None and earlier.measured.statuses[at] in ("failed", "indeterminate"):
            was = float(earlier.measured.least[at]), float(earlier.measured.most[at])
            cause = "active" if _is_worse(program.rule.operator, (least, most), was, measured.limit) else "passive"
    (made,) = GroupResult.trusted(
        [
            {
                "group": name,
                "status": status,
                "value": least if least == most and isfinite(least) else None,
                "least": least if isfinite(least) else None,
                "most": most if isfinite(most) else None,
                "before": None if at is None or earlier is None else _known(earlier.measured, at),
                "cause": cause,
            }
        ]
    )
    return made


def _known(measured: Measured, place: int) -> float | None:
    least, most = float(measured.least[place]), float(measured.most[place])
    return least if least == most and isfinite(least) else None


def _is_worse(operator: str, now: tuple[float, float], was: tuple[float, float], limit: Numbers) -> bool:
    """Return whether a figure moved away from where the rule wants it."""
    if operator in ("<=", "<"):
        return now[1] > was[1] + _NOISE or now[0] > was[0] + _NOISE
    if operator in (">=", ">"):
        return now[0] < was[0] - _NOISE or now[1] < was[1] - _NOISE
    aim = float(limit.least)
    return max(abs(now[0] - aim), abs(now[1] - aim)) > max(abs(was[0] - aim), abs(was[1] - aim)) + _NOISE


def _excused(one: GroupResult) -> GroupResult:
    """Return a group whose figure only trades can breach: what the market did is told, and is no breach."""
    if one.status == "failed" and one.cause == "passive":
        return one.model_copy(update={"status": "warning"})
    return one


def _verdict(rule: Rule, groups: Sequence[GroupResult], *, is_trading: bool) -> Verdict:
    """Return what a rule says to the trades; what came without them and is not made worse stops none."""
    stopping = [one for one in groups if one.status in ("failed", "indeterminate")]
    if is_trading:
        stopping = [one for one in stopping if one.cause != "passive"]
    if stopping:
        return _VERDICTS[rule.severity]
    return "pass_with_warning" if any(one.status != "passed" for one in groups) else "pass"


def _single(threshold: Numbers) -> float | None:
    least, most = float(threshold.least), float(threshold.most)
    return least if least == most and isfinite(least) else None


def _missing(program: Program, state: ComplianceState) -> tuple[str, ...]:
    """Return what is not known of which positions, by the names that people use."""
    said = []
    for name in program.fields:
        if name in FACTS:
            fact = state.fact(name)
            if not fact.is_exact:
                said.append(f"{FACTS[name].label} of the portfolio")
            continue
        column = state.column(name)
        if isinstance(column, Words):
            unknown = column.codes < 0
        elif isinstance(column, Truths):
            unknown = column.possible & ~column.sure
        else:
            unknown = column.least != column.most
        rows = np.flatnonzero(unknown)
        if rows.size:
            named = ", ".join(state.symbols[row] for row in rows[:MISSING_COUNT])
            more = f" and {rows.size - MISSING_COUNT} more" if rows.size > MISSING_COUNT else ""
            label = POSITION_FIELDS[name].label
            said.append(
                f"{f'whether they {label}' if POSITION_FIELDS[name].kind == 'truth' else label} of {named}{more}"
            )
    return tuple(said)


def _first(order: Sequence[Word], found: Sequence[Word], otherwise: Word) -> Word:
    return next((one for one in order if one in found), otherwise)
