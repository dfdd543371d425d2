"""How is one portfolio held against its rules, as it is, on a day of the past, or after some orders?

Reads and never writes. Everything is read under the product's own name, because a check that leaves out what somebody
may not see would pass what is broken; who may not see the portfolio is refused before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.compliance.evaluate import evaluate
from engine.compliance.program import program_of
from engine.compliance.result import WORST_FIRST
from engine.kernel.canonical import sha256_of
from engine.kernel.errors import InputRefused
from engine.version import ENGINE_VERSION
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.breach_allowed import overrides_in_force
from services.compliance.checks_orders import check_shape, engine_orders, order_lines, trade_notes
from services.compliance.checks_said import report_sentence
from services.compliance.checks_views import Allowed, Told, counts_of, harshest, missing, rule_check
from services.compliance.in_force import RuleInForce, rules_in_force
from services.compliance.state import SeenState, StateReader
from services.compliance.state_unknown import unknown_of
from services.errors import Conflict, NotFound
from services.messages.compliance_checks import (
    ComplianceReport,
    ComplianceRequest,
    OrderNote,
    StatusCounts,
    Verdict,
)
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from data.store import tables
    from engine.compliance.result import RuleResult
    from engine.compliance.rule import Rule
    from engine.compliance.state import ComplianceState, Order
    from services.ports import Ports

AFTERWARDS = frozenset({"post", "eod", "quarter_end"})
EMPTY = "portfolio_empty"


@dataclass(frozen=True)
class Judged:
    """A report, what the engine said of every rule, in the order of the rules, and the portfolio it was said of.

    `missed` are tests of days before that no check looked at; see `quarter_missed`.
    """

    report: ComplianceReport
    results: tuple[tuple[RuleInForce, RuleResult], ...]
    state: ComplianceState | None = None
    missed: tuple[tuple[RuleInForce, RuleResult], ...] = ()


@dataclass(frozen=True)
class Case:
    """Everything that a portfolio is judged by.

    Parameters
    ----------
    after : ComplianceState or None
        The state after the orders; the one that was seen when None.
    facts_after : mapping of str to float or None
        Risk after the orders.
    notes : tuple of OrderNote
        What stands beside the rules.
    fields : frozenset of str or None
        Names that the rules look at, where somebody found them already.

    """

    portfolio: tables.Portfolio
    rules: tuple[RuleInForce, ...]
    seen: SeenState
    allowed: Allowed
    at_utc: datetime
    request: ComplianceRequest
    orders: tuple[Order, ...] = ()
    after: ComplianceState | None = None
    facts_after: Mapping[str, float | None] = field(default_factory=dict)
    notes: tuple[OrderNote, ...] = ()
    fields: frozenset[str] | None = None


def fields_of(rules: Sequence[RuleInForce]) -> frozenset[str]:
    """Return the names of all fields and facts that rules look at."""
    return frozenset(name for one in rules for name in program_of(one.rule).fields)


def judged_as(case: Case) -> Judged:
    """Return how a portfolio stands by its rules; computes alone.

    Raises
    ------
    Conflict
        A rule that cannot be read.

    """
    request, seen, rules = case.request, case.seen, case.rules
    after = case.after or seen.state
    try:
        found = evaluate(
            [one.rule for one in rules],
            seen.state,
            case.orders,
            reference=seen.reference,
            facts_after=case.facts_after,
        )
    except InputRefused as refusal:
        first = refusal.problems[0]
        raise Conflict(
            f"A rule cannot be read: {first.message}", "Correct it in the list of rules.", code="rule_unreadable"
        ) from refusal
    pairs = tuple(zip(rules, found.results, strict=True))
    fields = fields_of(rules) if case.fields is None else case.fields
    unknown = seen.unknown if after is seen.state and fields == seen.wanted else unknown_of(after, fields)
    told = Told(after, seen.base_currency, case.allowed, bool(case.orders), request.rule_id is not None)
    checks = tuple(rule_check(in_force, result, told) for in_force, result in pairs)
    if request.orders and not case.orders:  # they come to nothing: what stands already stops no trade
        checks = tuple(one.model_copy(update={"verdict": "pass"}) for one in checks)
    verdict = harshest([*(one.verdict for one in checks), *_said_by(case.notes)]) if request.orders else None
    counts = counts_of(checks)
    report = ComplianceReport(
        portfolio_id=case.portfolio.id,
        name=case.portfolio.name,
        base_currency=case.portfolio.base_currency,
        as_of=seen.as_of,
        on=request.on,
        checked_at_utc=case.at_utc,
        engine_version=ENGINE_VERSION,
        inputs_sha256=_fingerprint(seen, rules, case.orders, after),
        net_assets_ccy=after.net_assets_ccy,
        status=next((one for one in WORST_FIRST if one in {check.status for check in checks}), "passed"),
        verdict=verdict,
        counts=counts,
        sentence=report_sentence(counts, verdict),
        results=checks,
        orders=order_lines(seen, after, case.orders),
        notes=case.notes,
        missing=tuple(missing(one) for one in unknown),
        is_sample=seen.is_sample,
    )
    return Judged(report, pairs, after)


def looked_at_afterwards(rules: Sequence[RuleInForce]) -> tuple[RuleInForce, ...]:
    """Return the rules that are looked at after changes and at the end of the day."""
    return tuple(one for one in rules if AFTERWARDS & set(one.rule.timing))


class Judge:
    """Holds portfolios against their rules.

    Parameters
    ----------
    ports : Ports
    states : StateReader

    """

    def __init__(self, ports: Ports, states: StateReader) -> None:
        self._ports = ports
        self._states = states

    def judge(self, request: ComplianceRequest, actor: Actor, rules: Sequence[RuleInForce] | None = None) -> Judged:
        """Return how a portfolio stands.

        Parameters
        ----------
        rules : sequence of RuleInForce or None
            Held against it instead of those in force; for trying out a rule.

        Raises
        ------
        NotAllowed, NotFound
        InvalidRequest
            Orders that cannot be carried out, with every problem.
        Conflict
            A rule that cannot be read.

        """
        authorize(actor, Permission.COMPLIANCE_READ)
        check_shape(request.orders)
        with self._ports.store.read(actor) as uow:
            portfolio = uow.portfolios.get(request.portfolio_id)
        chosen = self._rules(portfolio, request) if rules is None else tuple(rules)
        try:
            return self._judged(request, actor, portfolio, chosen)
        except Conflict as refusal:
            if refusal.code != EMPTY:
                raise
            return Judged(unchecked(request, portfolio, refusal, self._ports.clock.now_utc()), ())

    def _judged(
        self, request: ComplianceRequest, actor: Actor, portfolio: tables.Portfolio, rules: tuple[RuleInForce, ...]
    ) -> Judged:
        product, now_utc = Actor.system(portfolio.tenant_id), self._ports.clock.now_utc()
        fields = {name for one in rules for name in program_of(one.rule).fields}
        seen, orders = self._seen(product, request, fields)
        after = seen.state.after(orders) if orders else seen.state
        facts_after = self._states.facts_after(product, seen, after, fields) if orders else {}
        if facts_after:
            after = replace(after, facts={**after.facts, **facts_after}, kept={}, _columns={})
        with self._ports.store.read(product) as uow:
            allowed = overrides_in_force(uow, portfolio.id, now_utc)
            notes = trade_notes(uow, seen, orders, request.person_id) if orders else ()
        return judged_as(Case(portfolio, rules, seen, allowed, now_utc, request, orders, after, facts_after, notes))

    def _rules(self, portfolio: tables.Portfolio, request: ComplianceRequest) -> tuple[RuleInForce, ...]:
        """Return the rules that are looked at: before trades, or after changes and at the end of the day."""
        with self._ports.store.read(Actor.system(portfolio.tenant_id)) as uow:
            found = rules_in_force(uow, portfolio.id, request.on)
        if request.rule_id is not None:
            named = tuple(one for one in found if one.rule_id == request.rule_id)
            if not named:
                raise NotFound.of("rule", request.rule_id)
            return named
        if request.orders:
            return tuple(one for one in found if "pre" in one.rule.timing)
        return looked_at_afterwards(found)

    def _seen(
        self, product: Actor, request: ComplianceRequest, fields: set[str]
    ) -> tuple[SeenState, tuple[Order, ...]]:
        """Return the portfolio with what is to be traded, and the trades in units."""
        symbols = [one.symbol for one in request.orders]
        seen = self._states.read(product, request.portfolio_id, request.on, fields=fields, symbols=symbols)
        orders = engine_orders(seen, request.orders)
        if {"has_locate", "is_crossed"} & fields and orders:
            from decimal import Decimal

            units = {one.position: Decimal(repr(one.quantity)) for one in orders}
            seen = self._states.read(
                product, request.portfolio_id, request.on, fields=fields, trades=units, symbols=symbols
            )
        return seen, orders


def unchecked(
    request: ComplianceRequest, portfolio: tables.Portfolio, refusal: Conflict, now_utc: datetime
) -> ComplianceReport:
    """Return a report that says why nothing could be checked."""
    return ComplianceReport(
        portfolio_id=portfolio.id,
        name=portfolio.name,
        base_currency=portfolio.base_currency,
        as_of=None,
        on=request.on,
        checked_at_utc=now_utc,
        engine_version=ENGINE_VERSION,
        inputs_sha256=sha256_of([portfolio.id, refusal.sentence]),
        net_assets_ccy=ZERO,
        status=None,
        verdict="blocked" if request.orders else None,
        counts=StatusCounts(),
        sentence=refusal.sentence,
        message=refusal.sentence,
        advice=refusal.advice,
    )


def _said_by(notes: Sequence[OrderNote]) -> list[Verdict]:
    """Return what notes beside the rules mean for the orders."""
    words: dict[str, Verdict] = {"blocked": "blocked", "warning": "pass_with_warning", "info": "pass"}
    return [words[one.severity] for one in notes]


@lru_cache(maxsize=1_024)
def _document(rule: Rule) -> str:
    """Return a rule as text; many portfolios keep the same one."""
    return rule.model_dump_json()


def _fingerprint(seen: SeenState, rules: Sequence[RuleInForce], orders: Sequence[Order], after: ComplianceState) -> str:
    """Return the fingerprint of everything that a report was made from."""
    return sha256_of(
        [
            ENGINE_VERSION,
            seen.sha256,
            [[one.rule_id, one.version, _document(one.rule)] for one in rules],
            [[one.position, repr(one.quantity), repr(one.cost_ccy)] for one in orders],
            {name: repr(value) for name, value in sorted(after.facts.items())},
        ]
    )
