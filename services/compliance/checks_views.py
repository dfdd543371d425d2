"""How is what the engine says of a rule told: figures, headroom, evidence, and what is missing?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from engine.compliance.fields import POSITION_FIELDS
from engine.compliance.measure import meant, members
from engine.compliance.program import program_of
from engine.compliance.result import HARSHEST_FIRST
from engine.compliance.words import sentence as demand_of
from services.compliance.checks_orders import weight_at
from services.compliance.checks_said import OwnWords, group_sentence, rule_sentence, words_of
from services.compliance.quarter_days import next_test_day
from services.compliance.state_unknown import Unknown, unknown_of
from services.messages.compliance_checks import (
    EvidenceLine,
    GroupStanding,
    MissingFact,
    OverriddenFigure,
    RuleStanding,
    StatusCounts,
    Verdict,
)

if TYPE_CHECKING:
    from engine.compliance.program import Program
    from engine.compliance.result import GroupResult, RuleResult
    from engine.compliance.rule import Rule
    from engine.compliance.state import ComplianceState
    from services.compliance.breach_allowed import OverrideInForce
    from services.compliance.in_force import RuleInForce

PASSED_COUNT, EVIDENCE_COUNT, EVIDENCE_MOST = 3, 10, 1_000
CENT = Decimal("0.01")
_NOTHING = Decimal(0)
OPEN = frozenset({"failed", "indeterminate"})
_SHARES_OF_NET = frozenset({"weight", "exposure", "gross_exposure", "net_exposure", "borrowing"})
Allowed = Mapping[tuple[str, str], "OverrideInForce"]


@dataclass(frozen=True)
class Told:
    """What is needed to tell of results.

    Parameters
    ----------
    state : ComplianceState
        That was judged: after the orders, where there are any.
    currency : str
    allowed : mapping of (rule id, group) to OverrideInForce
        What somebody let stand.
    is_trading : bool
        Whether there were orders.
    is_whole : bool
        Whether all groups and all evidence are told.
    lines : dict
        Positions as evidence, by place, as they come up.

    """

    state: ComplianceState
    currency: str
    allowed: Allowed
    is_trading: bool
    is_whole: bool = False
    lines: dict[int, EvidenceLine] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def size_ranks(self) -> list[int]:
        """The place of each position among all, the largest first, those of no size in their order."""
        values = self.state.values_ccy
        order = sorted(range(len(values)), key=lambda row: (-abs(values[row] or _NOTHING), row))
        ranks = [0] * len(values)
        for rank, row in enumerate(order):
            ranks[row] = rank
        return ranks

    @cached_property
    def is_held(self) -> list[bool]:
        """Of each position whether any unit of it is held."""
        found: list[bool] = (self.state.quantities != 0.0).tolist()
        return found

    def line(self, row: int) -> EvidenceLine:
        """Return a position as evidence; many rules show the same."""
        found = self.lines.get(row)
        if found is None:
            found = self.lines[row] = _evidence(self.state, row)
        return found


@dataclass(frozen=True, slots=True)
class _Wording:
    """What of a rule is the same whoever keeps it."""

    program: Program
    demand: str
    words: OwnWords
    has_positions: bool


@lru_cache(maxsize=1_024)
def _wording_of(rule: Rule) -> _Wording:
    """Return what is told of a rule; many portfolios keep the same."""
    program = program_of(rule)
    has_positions = any(name in POSITION_FIELDS for name in program.fields)
    return _Wording(program, demand_of(rule), words_of(rule), has_positions)


def rule_check(in_force: RuleInForce, result: RuleResult, told: Told) -> RuleStanding:
    """Return how a portfolio stands by one rule."""
    rule, wording = in_force.rule, _wording_of(in_force.rule)
    program, words = wording.program, wording.words
    bad = [one for one in result.groups if one.status != "passed"]
    good = [one for one in result.groups if one.status == "passed"]
    shown = [*bad, *(good if told.is_whole else good[:PASSED_COUNT])]
    next_tested_on = None if told.state.on is None else next_test_day(rule, told.state.on)
    rows = members(program, told.state) if wording.has_positions and (bad or told.is_whole) else {}
    return RuleStanding.trusted(
        rule_id=in_force.rule_id,
        version=in_force.version,
        code=rule.id,
        title=rule.title,
        citation=rule.citation,
        demand=wording.demand,
        severity=rule.severity,
        timing=rule.timing,
        origin=in_force.origin,
        origin_name=in_force.origin_name,
        overridden=tuple(
            OverriddenFigure(
                name=one.name,
                label=one.label,
                inherited=one.inherited,
                own=one.own,
                level=one.level,
                level_name=one.level_name,
                reason=one.reason,
            )
            for one in in_force.overridden
        ),
        status=result.status,
        verdict=verdict_of(in_force, result, told),
        cause=result.cause,
        operator=result.operator,
        limit=result.limit,
        warn_at=result.warn_at,
        unit=result.unit,
        sentence=rule_sentence(in_force, result, told.currency, next_tested_on, words),
        groups=tuple(_group(in_force, program, result, one, rows.get(one.group, ()), told, words) for one in shown),
        tested_count=result.tested_count,
        missing=missing_of(program, told.state) if result.status == "indeterminate" else (),
        cure_days=rule.cure_days,
        since_utc=None,
        is_preview=result.is_preview,
        next_tested_on=next_tested_on,
    )


def verdict_of(in_force: RuleInForce, result: RuleResult, told: Told) -> Verdict:
    """Return what a rule says to the orders, where an override lets a breach of a soft rule stand."""
    if result.verdict != "needs_override":
        return result.verdict
    stopping = [one for one in result.groups if one.status in OPEN]
    if told.is_trading:
        stopping = [one for one in stopping if one.cause != "passive"]
    covered = all(_covering(in_force, one, result, told.allowed) is not None for one in stopping)
    return "pass_with_warning" if covered else "needs_override"


def _covering(
    in_force: RuleInForce, group: GroupResult, result: RuleResult, allowed: Allowed
) -> OverrideInForce | None:
    found = allowed.get((in_force.rule_id, group.group))
    return found if found is not None and found.covers(in_force, group, result.limit) else None


def _group(
    in_force: RuleInForce,
    program: Program,
    result: RuleResult,
    group: GroupResult,
    rows: Sequence[int],
    told: Told,
    words: OwnWords,
) -> GroupStanding:
    room = headroom(result, group)
    covering = _covering(in_force, group, result, told.allowed) if group.status in OPEN else None
    until: date | None = None if covering is None else covering.until
    held = [row for row in rows if told.is_held[row]]
    if len(held) > 1:
        held.sort(key=told.size_ranks.__getitem__)
    return GroupStanding.trusted(
        group=group.group,
        status=group.status,
        value=group.value,
        least=group.least,
        most=group.most,
        before=group.before,
        cause=group.cause,
        headroom=room,
        headroom_ccy=_headroom_ccy(program, room, told.state),
        sentence=group_sentence(in_force.rule, result, group, told.currency, words),
        evidence=tuple(map(told.line, held[: EVIDENCE_MOST if told.is_whole else EVIDENCE_COUNT])),
        evidence_count=len(held),
        allowed_until=until,
        allowed_reason=None if covering is None else covering.reason,
        step=group.step,
    )


def headroom(result: RuleResult, group: GroupResult) -> float | None:
    """Return how far a figure may still move towards its limit; of one that is not known exactly, at the worse end."""
    if result.limit is None:
        return None
    if result.operator in ("<=", "<"):
        return None if group.most is None else result.limit - group.most
    if result.operator in (">=", ">"):
        return None if group.least is None else group.least - result.limit
    return None


def _headroom_ccy(program: Program, room: float | None, state: ComplianceState) -> Decimal | None:
    """Return headroom in money, never more than there is; None where the figure is no share of net assets."""
    if room is None or program.unit != "frac" or program.rule.measure.strip() not in _SUMS or not math.isfinite(room):
        return None
    whole = state.net_assets_ccy
    if whole is None or whole <= 0:
        return None
    return (Decimal(repr(room)) * whole).quantize(CENT, rounding=ROUND_FLOOR)


_SUMS = frozenset({"sum(weight)", "sum(exposure)", "gross_exposure", "net_exposure", "borrowing"})
"""Measures that a purchase for one unit of money moves by that unit over net assets."""


def _evidence(state: ComplianceState, row: int) -> EvidenceLine:
    value = state.values_ccy[row]
    return EvidenceLine.trusted(
        symbol=state.symbols[row],
        value_ccy=None if value is None else value.quantize(CENT),
        weight_frac=weight_at(state, row),
    )


def missing_of(program: Program, state: ComplianceState) -> tuple[MissingFact, ...]:
    """Return what a rule needs of the positions that it is about and nobody knows; every price among it."""
    needed = set(program.fields)
    if needed & _PRICED:
        needed |= {"value_ccy"}
    found = unknown_of(state, needed, meant(program, state)) or unknown_of(state, needed)
    return tuple(missing(one) for one in found)


_PRICED = frozenset({"weight", "weight_total", "weight_gross", "exposure", "active_weight", *_SHARES_OF_NET})


def missing(one: Unknown) -> MissingFact:
    """Return one thing that is not known, as it is told."""
    return MissingFact(field=one.field, symbols=one.symbols, sentence=one.why, advice=one.advice)


def counts_of(checks: Sequence[RuleStanding]) -> StatusCounts:
    """Return how many rules stand how."""
    found = [one.status for one in checks]
    return StatusCounts(
        passed=found.count("passed"),
        warning=found.count("warning"),
        failed=found.count("failed"),
        indeterminate=found.count("indeterminate"),
    )


def harshest(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the harshest verdict; ``pass`` where there is none."""
    return next((one for one in HARSHEST_FIRST if one in verdicts), "pass")
