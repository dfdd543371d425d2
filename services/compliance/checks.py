"""Does a portfolio keep its rules, as it is and after some orders, and how did it stand before?

Whoever asks gets the check that a worker made of the data as they are (`services.analyses`); of a portfolio as it is,
the check is kept with what changed, and its breaches are recorded. Nothing here computes in a web process.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.checks_book import BookChecks
from services.compliance.checks_failed import failure_of
from services.compliance.checks_judge import Judge
from services.compliance.checks_keep import keep
from services.compliance.checks_orders import check_known, check_shape
from services.compliance.checks_said import figure
from services.compliance.checks_versions import versions_of
from services.compliance.checks_views import counts_of
from services.compliance.quarter_missed import with_missed
from services.compliance.state import StateReader
from services.errors import FieldProblem, InvalidRequest, NotFound
from services.messages.compliance_checks import (
    ComplianceAnswer,
    ComplianceReport,
    ComplianceRequest,
    OrdersToCheck,
    ProposedOrder,
    RuleStanding,
    StatusChange,
)

if TYPE_CHECKING:
    from data.store import tables
    from services.analyses import Analyses
    from services.messages.analyses import AnalysisAnswer
    from services.optimize import Optimize
    from services.portfolio_facts_reader import PortfolioFactsReader
    from services.ports import Ports
    from services.runs import Runs

KIND = "compliance"
WAIT_S = 8.0
_WORDS = {None: "not looked at", "passed": "kept", "warning": "a warning", "failed": "broken",
          "indeterminate": "not to be judged"}  # fmt: skip


class ComplianceChecks:
    """Checks of the portfolios that the actor may see.

    Parameters
    ----------
    ports : Ports
    analyses : Analyses
    facts : PortfolioFactsReader
    optimize : Optimize
    runs : Runs
        Both for the orders of an optimization.

    """

    def __init__(
        self, ports: Ports, *, analyses: Analyses, facts: PortfolioFactsReader, optimize: Optimize, runs: Runs
    ) -> None:
        self._ports = ports
        self._analyses = analyses
        self._facts = facts
        self._optimize = optimize
        self._runs = runs
        self.states = StateReader(ports, facts)
        self.judge = Judge(ports, self.states)
        self.book = BookChecks(ports, facts, self.states)

    def check(
        self,
        actor: Actor,
        portfolio_id: str,
        orders: Sequence[ProposedOrder] = (),
        on: date | None = None,
        *,
        wait_s: float = WAIT_S,
        again: bool = False,
    ) -> ComplianceAnswer:
        """Return how a portfolio stands by its rules, after orders where there are any.

        Parameters
        ----------
        orders : sequence of ProposedOrder
            Only looked at: nothing is booked. Without any the portfolio is judged as it is, and the check is kept.
        on : date or None
            At the close of a day of the past, by the rules that were approved by then; as it is when None.
        wait_s, again
            As in `Analyses.answer`.

        Raises
        ------
        NotAllowed, NotFound, TooMany
        InvalidRequest
            Orders that make no sense, with every problem.

        """
        check_shape(orders)
        if orders and on is not None:
            message = "Orders are checked against the portfolio as it is, not on a day of the past."
            raise InvalidRequest(message, "Leave out the day, or the orders.", fields=(FieldProblem("on", message),))
        today = self._ports.clock.now_utc().date()
        if on is not None and on > today:
            message = f"{formatting.day(on)} is yet to come."
            advice = f"Choose a day up to {formatting.day(today)}, or none for the portfolio as it is."
            raise InvalidRequest(message, advice, fields=(FieldProblem("on", message, advice),))
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            uow.portfolios.get(portfolio_id)
            check_known(uow, orders)
        trader = actor.user_id if orders and not actor.is_system else None
        request = ComplianceRequest(portfolio_id=portfolio_id, orders=tuple(orders), on=on, person_id=trader)
        answer = self._told(self._analyses.answer(KIND, request, actor, wait_s=wait_s, again=again))
        if orders:
            self._note(actor, portfolio_id, answer)
        return answer

    def check_orders(self, actor: Actor, wanted: OrdersToCheck, *, wait_s: float = WAIT_S) -> ComplianceAnswer:
        """Return what becomes of a list of orders, or of those of an optimization that has ended.

        Raises
        ------
        NotAllowed, NotFound, TooMany
        InvalidRequest
            Neither or both are given, or an order makes no sense.

        """
        if bool(wanted.orders) == (wanted.optimization_id is not None):
            message = "Give either orders or the id of an optimization."
            raise InvalidRequest(message, fields=(FieldProblem("orders", message),))
        portfolio_id, orders = wanted.portfolio_id, wanted.orders
        if wanted.optimization_id is not None:
            portfolio_id, orders = self._orders_of(actor, wanted.optimization_id, portfolio_id)
        if portfolio_id is None:
            message = "Say for which portfolio the orders are."
            raise InvalidRequest(message, "Send portfolio_id.", fields=(FieldProblem("portfolio_id", message),))
        return self.check(actor, portfolio_id, orders, wait_s=wait_s)

    def evidence(self, actor: Actor, portfolio_id: str, rule_id: str, *, wait_s: float = WAIT_S) -> ComplianceAnswer:
        """Return how a portfolio stands by one rule, with every group and all positions behind each figure."""
        request = ComplianceRequest(portfolio_id=portfolio_id, rule_id=rule_id)
        return self._told(self._analyses.answer(KIND, request, actor, wait_s=wait_s))

    def kept(self, actor: Actor, portfolio_id: str) -> ComplianceAnswer:
        """Return the check that is kept of a portfolio, of whatever data; nothing is computed."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            portfolio = uow.portfolios.get(portfolio_id)
            row = uow.compliance_checks.of(portfolio_id)
            results = uow.compliance_results.of(portfolio_id)
        if row is None:
            return ComplianceAnswer(
                state="working", is_current=False, report=None,
                message=f"{portfolio.name} was not checked yet.", advice="It is checked within a minute.",
                retry_after_s=1.0,
            )  # fmt: skip
        version, failure = self.version(portfolio_id, actor), failure_of(row)
        return ComplianceAnswer(
            state="ready",
            is_current=row.data_version == version,
            report=_report(portfolio, row, [RuleStanding.model_validate(one.document) for one in results]),
            computed_at_utc=row.checked_at_utc,
            message=failure,
            advice=row.failed_advice if failure else None,
            failed_since_utc=row.failed_since_utc,
        )

    def course(self, actor: Actor, portfolio_id: str, rule_id: str) -> tuple[StatusChange, ...]:
        """Return when a portfolio changed how it stands by a rule, the newest change first.

        Raises
        ------
        NotAllowed, NotFound

        """
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            portfolio = uow.portfolios.get(portfolio_id)
            rows = uow.compliance_changes.course(portfolio_id, rule_id)
            rule = uow.rules.find(rule_id)
            result = {one.rule_id: one for one in uow.compliance_results.of(portfolio_id)}.get(rule_id)
        if not rows and rule is None:
            raise NotFound.of("rule", rule_id)
        unit = "plain" if result is None else str(result.document.get("unit", "plain"))
        return tuple(_change(row, unit, portfolio.base_currency) for row in rows)

    def version(self, portfolio_id: str, actor: Actor) -> str:
        """Return a word that changes with everything that a check depends on.

        Raises
        ------
        NotFound
            There is no such portfolio for this actor.

        """
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            portfolio = uow.portfolios.get(portfolio_id)
        today = self._ports.clock.now_utc().date()
        with self._ports.store.read(Actor.system(portfolio.tenant_id)) as uow:
            return versions_of(uow, self._facts.reader, [portfolio], today)[portfolio_id]

    def compute(self, request: ComplianceRequest, actor: Actor) -> ComplianceReport:
        """Judge a portfolio; as it is, keep what was found. Called by workers."""
        is_kept = not request.orders and request.on is None and request.rule_id is None
        version = self.version(request.portfolio_id, actor) if is_kept else ""
        judged = self.judge.judge(request, actor)
        if is_kept:
            product = Actor.system(actor.tenant_id)
            with self._ports.store.read(product) as uow:
                before = uow.compliance_checks.of(request.portfolio_id)
            judged = with_missed(self.states, product, judged, None if before is None else before.as_of)
            with self._ports.store.system(actor.tenant_id) as uow:
                changed = keep(uow, [(judged, version)])
                uow.commit()
            if changed:
                self._ports.bus.nudge("alerts")
        return judged.report

    def _orders_of(
        self, actor: Actor, run_id: str, portfolio_id: str | None
    ) -> tuple[str | None, tuple[ProposedOrder, ...]]:
        """Return the portfolio and the trades of an optimization, as weights that are wanted."""
        run = self._runs.get(run_id, actor)
        trades = self._optimize.trades(run_id, actor)
        orders = tuple(ProposedOrder(symbol=one.asset, weight_frac=one.proposed_frac) for one in trades.trades)
        if not orders:
            message = "The optimization proposes no trades, so there is nothing to check."
            raise InvalidRequest(message, fields=(FieldProblem("optimization_id", message),))
        return portfolio_id or run.portfolio_id, orders

    def _note(self, actor: Actor, portfolio_id: str, answer: ComplianceAnswer) -> None:
        """Record that orders were checked, and what came of it; a check that is still on its way comes again."""
        if answer.report is None or answer.state != "ready" or actor.is_system:
            return
        report = answer.report
        with self._ports.store.work(actor) as uow:
            note(
                uow,
                "compliance.orders",
                "portfolio",
                portfolio_id,
                after={
                    "verdict": report.verdict,
                    "inputs_sha256": report.inputs_sha256,
                    "orders": [[one.symbol, one.quantity] for one in report.orders],
                },
            )
            uow.commit()

    def _told(self, found: AnalysisAnswer) -> ComplianceAnswer:
        report = None if found.document is None else ComplianceReport.model_validate(found.document)
        return ComplianceAnswer(
            state=found.state.value,
            is_current=found.is_current,
            report=report,
            computed_at_utc=found.computed_at_utc,
            code=found.code,
            message=found.message,
            advice=found.advice,
            retry_after_s=found.retry_after_s if found.state.value == "working" else None,
        )


def _report(portfolio: tables.Portfolio, row: tables.ComplianceCheck, checks: list[RuleStanding]) -> ComplianceReport:
    """Return the report that is kept; the orders of a check are never kept."""
    from services.compliance.checks_said import report_sentence

    counts = counts_of(checks)
    ordered = sorted(checks, key=lambda one: one.code)
    return ComplianceReport(
        portfolio_id=portfolio.id,
        name=portfolio.name,
        base_currency=portfolio.base_currency,
        as_of=row.as_of,
        on=None,
        checked_at_utc=row.checked_at_utc,
        engine_version=row.engine_version,
        inputs_sha256=row.inputs_sha256,
        net_assets_ccy=None,
        status=row.status,
        verdict=None,
        counts=counts,
        sentence=row.message or (failure_of(row) if row.status is None else None) or report_sentence(counts, None),
        message=row.message,
        advice=row.advice,
        results=tuple(ordered),
        is_sample=row.is_sample,
    )


def _change(row: tables.ComplianceChange, unit: str, currency: str) -> StatusChange:
    before, after = _WORDS[row.before], _WORDS[row.after]
    value = "" if row.value is None else f" at {figure(row.value, unit, currency, beside=row.limit_value)}"
    said = (
        f"It was {before} and is {after}{value}."
        if row.after is not None
        else f"It was {before}; it no longer counts here."
    )
    return StatusChange(
        at_utc=row.at_utc,
        as_of=row.as_of,
        version=row.version,
        before=row.before,
        after=row.after,
        value=row.value,
        limit=row.limit_value,
        sentence=said,
    )
