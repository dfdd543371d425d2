"""Which trades make a portfolio keep its rules again?

Whoever asks gets what a worker computes; nothing is booked. Everything is read under the product's own name, because a
remedy that leaves out what somebody may not see would be none; who may not see the portfolio is refused before.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from engine.compliance.program import program_of
from engine.compliance.repair_result import ComplianceRepair
from engine.compliance.repair_result import RepairWay as EngineWay
from engine.compliance.repair_wish import RepairWish
from engine.compliance.state import Order
from engine.kernel.errors import InputRefused
from engine.version import ENGINE_VERSION
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.checks_orders import trade_notes
from services.compliance.in_force import RuleInForce, rules_in_force
from services.compliance.remedies_words import WAY_TITLES, assumptions, remedy_sentence, told_sentence
from services.compliance.run_lists import allowances_of, among, lists_of
from services.errors import Conflict, FieldProblem, InvalidRequest, NotFound
from services.messages.compliance_remedies import (
    RemedyAnswer,
    RemedyReport,
    RemedyRequest,
    RemedyTrade,
    RemedyWay,
    RemedyWish,
)
from services.stress_markets import QUOTED_SPREAD, stated

if TYPE_CHECKING:
    from engine.compliance.bounds import Vector
    from engine.compliance.state import ComplianceState
    from services.analyses import Analyses
    from services.compliance.checks import ComplianceChecks
    from services.compliance.state import SeenState
    from services.ports import Ports

KIND = "compliance_remedy"
WAIT_S = 8.0
CENT = Decimal("0.01")


class Remedies:
    """Finds trades that mend portfolios.

    Parameters
    ----------
    ports : Ports
    analyses : Analyses
    checks : ComplianceChecks

    """

    def __init__(self, ports: Ports, *, analyses: Analyses, checks: ComplianceChecks) -> None:
        self._ports = ports
        self._analyses = analyses
        self._checks = checks

    def find(self, actor: Actor, portfolio_id: str, wish: RemedyWish, *, wait_s: float = WAIT_S) -> RemedyAnswer:
        """Return trades that mend a portfolio, or how far the search is; they are looked at, not booked.

        Raises
        ------
        NotAllowed, NotFound, TooMany
        InvalidRequest
            Rules and a breach are named at once, or a rule that is not in force here.

        """
        authorize(actor, Permission.COMPLIANCE_READ)
        request = RemedyRequest(
            portfolio_id=portfolio_id,
            wish=self._resolved(actor, portfolio_id, wish),
            person_id=None if actor.is_system else actor.user_id,
        )
        found = self._analyses.answer(KIND, request, actor, wait_s=wait_s)
        report = None if found.document is None else RemedyReport.model_validate(found.document)
        if report is not None and found.state.value == "ready":
            self._note(actor, report)
        return RemedyAnswer(
            state=found.state.value,
            is_current=found.is_current,
            report=report,
            computed_at_utc=found.computed_at_utc,
            code=found.code,
            message=found.message,
            advice=found.advice,
            retry_after_s=found.retry_after_s if found.state.value == "working" else None,
        )

    def _resolved(self, actor: Actor, portfolio_id: str, wish: RemedyWish) -> RemedyWish:
        """Return the wish with the rule of the breach in its place."""
        if wish.breach_id is None:
            return wish
        if wish.rule_ids:
            message = "Give either rules or a breach."
            raise InvalidRequest(message, fields=(FieldProblem("breach_id", message, "Leave out the other."),))
        with self._ports.store.read(actor) as uow:
            row = uow.breaches.find(wish.breach_id)
        if row is None or row.portfolio_id != portfolio_id:
            raise NotFound.of("breach", wish.breach_id)
        return wish.model_copy(update={"rule_ids": (row.rule_id,), "breach_id": None})

    def version(self, portfolio_id: str, actor: Actor) -> str:
        """Return a word that changes with everything that a remedy depends on."""
        return self._checks.version(portfolio_id, actor)

    def compute(self, request: RemedyRequest, actor: Actor) -> RemedyReport:
        """Find the trades. Called by workers."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            portfolio = uow.portfolios.get(request.portfolio_id)
        product = Actor.system(portfolio.tenant_id)
        with self._ports.store.read(product) as uow:
            rules = rules_in_force(uow, portfolio.id, None)
        targets = _codes(rules, request.wish.rule_ids)
        fields = {name for one in rules for name in program_of(one.rule).fields}
        seen = self._checks.states.read(product, portfolio.id, fields=fields)
        costs, unknown = self._costs(product, seen)
        with self._ports.store.read(product) as uow:
            lists = lists_of(uow, seen, request.person_id)
            allowances = allowances_of(uow, portfolio.id, rules, self._ports.clock.now_utc())
        symbols = seen.state.symbols
        wish = RepairWish(
            rule_ids=targets,
            costs_frac=costs,
            fixed=np.array([line.asset is None for line in seen.lines]),
            lots=np.ones(len(seen.lines)) if request.wish.whole_shares else None,
            buffer_frac=request.wish.buffer_frac,
            cash_min_frac=request.wish.cash_min_frac,
            turnover_max_frac=request.wish.turnover_max_frac,
            locked=np.array(among(symbols, lists.held)),
            unbought=np.array(among(symbols, lists.unbought)),
            allowances=allowances,
        )

        def facts_after(after: ComplianceState) -> dict[str, float | None]:
            return self._checks.states.facts_after(product, seen, after, fields)

        from engine.compliance.repair import repair  # loads scipy, which only a worker needs

        try:
            found = repair([one.rule for one in rules], seen.state, wish, facts_after=facts_after)
        except InputRefused as refusal:
            first = refusal.problems[0]
            raise Conflict(first.message, first.advice or "Bring the missing data.", code="not_repairable") from refusal
        ways = tuple(self._way(product, seen, way, request.person_id) for way in found.ways)
        return self._report(seen, found, ways, assumptions(unknown, request.wish))

    def _report(
        self, seen: SeenState, found: ComplianceRepair, ways: tuple[RemedyWay, ...], assumed: tuple[str, ...]
    ) -> RemedyReport:
        return RemedyReport(
            portfolio_id=seen.portfolio_id,
            name=seen.name,
            base_currency=seen.base_currency,
            as_of=seen.as_of,
            net_assets_ccy=seen.state.net_assets_ccy,
            broken=found.broken,
            helpless=found.helpless,
            let_stand=found.let_stand,
            ways=ways,
            sentence=remedy_sentence(seen.name, found),
            assumptions=assumed,
            is_sample=seen.is_sample,
            engine_version=ENGINE_VERSION,
            inputs_sha256=seen.sha256,
            computed_at_utc=self._ports.clock.now_utc(),
        )

    def _costs(self, product: Actor, seen: SeenState) -> tuple[Vector, tuple[str, ...]]:
        """Return half the stated spread of each position, NaN where none is stated, and of which that is so."""
        ids = [line.asset.id for line in seen.lines if line.asset is not None]
        with self._ports.store.read(product) as uow:
            spreads = stated(uow, ids, QUOTED_SPREAD, seen.as_of)
        costs = np.zeros(len(seen.lines))
        unknown = []
        for place, line in enumerate(seen.lines):
            if line.asset is not None:
                spread = spreads.get(line.asset.id)
                costs[place] = np.nan if spread is None else 0.5 * spread
                unknown += [line.symbol] if spread is None else []
        return costs, tuple(unknown)

    def _way(self, product: Actor, seen: SeenState, way: EngineWay, person_id: str | None) -> RemedyWay:
        """Return one way with its amounts, and what stands beside the rules against its trades."""
        orders = tuple(Order(one.symbol, one.quantity, one.cost_ccy) for one in way.orders)
        with self._ports.store.read(product) as uow:
            notes = trade_notes(uow, seen, orders, person_id) if orders else ()
        whole = seen.state.net_assets_ccy or Decimal(0)
        return RemedyWay(
            way=way.way,
            title=WAY_TITLES[way.way],
            outcome=way.outcome,
            sentence=told_sentence(way, seen.base_currency),
            trades=tuple(
                RemedyTrade(
                    symbol=one.symbol,
                    side="buy" if one.quantity > 0 else "sell",
                    quantity=one.quantity,
                    price_ccy=one.price_ccy,
                    value_ccy=_money(one.value_ccy),
                    cost_ccy=_money(one.cost_ccy),
                    weight_before_frac=one.before_frac,
                    weight_after_frac=one.after_frac,
                )
                for one in way.orders
            ),
            rules=way.rules,
            verdict=way.verdict,
            turnover_frac=way.turnover_frac,
            turnover_ccy=(whole * Decimal(repr(way.turnover_frac))).quantize(CENT),
            cost_ccy=_money(way.cost_ccy),
            cost_frac=way.cost_frac,
            cash_before_frac=way.cash_before_frac,
            cash_after_frac=way.cash_after_frac,
            clash=way.clash,
            unmended=way.unmended,
            worse=way.worse,
            is_proven=way.is_proven,
            notes=notes,
        )

    def _note(self, actor: Actor, report: RemedyReport) -> None:
        """Record that remedies were asked for, and what they came to."""
        if actor.is_system:
            return
        with self._ports.store.work(actor) as uow:
            note(
                uow,
                "compliance.remedies",
                "portfolio",
                report.portfolio_id,
                after={
                    "inputs_sha256": report.inputs_sha256,
                    "broken": list(report.broken),
                    "outcomes": {way.way: way.outcome for way in report.ways},
                },
            )
            uow.commit()


def _codes(rules: tuple[RuleInForce, ...], rule_ids: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the codes of stored rules; None where none is named."""
    if not rule_ids:
        return None
    known = {one.rule_id: one.rule.id for one in rules}
    unknown = [rule_id for rule_id in rule_ids if rule_id not in known]
    if unknown:
        message = f"The rule {unknown[0]} is not in force for this portfolio."
        raise InvalidRequest(
            message, fields=(FieldProblem("rule_ids", message, "Name rules of the portfolio's own check."),)
        )
    return tuple(known[rule_id] for rule_id in rule_ids)


def _money(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(CENT)
