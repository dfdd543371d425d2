"""What is the risk of a portfolio, is it within its limits, and have the forecasts held?

Whoever asks gets the report that a worker computed from the data as they are (`services.analyses`). Limits are judged
when they are read, so that a changed limit needs no new report.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from data.store import tables
from engine.risk_limits.metrics import METRICS
from engine.version import ENGINE_VERSION
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import Conflict, NotFound, ServiceError
from services.factor_sets import FactorSets
from services.four_eyes_wish import refuse_single_handed
from services.messages.analyses import AnalysisAnswer
from services.messages.risk import (
    BacktestsAnswer,
    BacktestsRequest,
    LimitConstraint,
    RiskAnswer,
    RiskBacktests,
    RiskLimits,
    RiskLimitsInput,
    RiskLimitView,
    RiskReport,
    RiskRequest,
)
from services.portfolio_facts_reader import PortfolioFactsReader
from services.ports import Ports
from services.risk_constraints import translate
from services.risk_held import held_of
from services.risk_history import keep_day
from services.risk_limits import check, end_alert, metrics, settle, terms_of, view_of
from services.risk_limits_change import limits_differ, replace_limits

if TYPE_CHECKING:
    from services.analyses import Analyses

_log = logging.getLogger(__name__)

KIND, BACKTESTS_KIND = "risk", "risk_backtests"
WAIT_S = 8.0
FRESH_S = 5.0
PARTICIPATION_FRAC = 0.20


class Risk:
    """Reports on risk, limits and back-tests of the portfolios that the actor may see.

    Parameters
    ----------
    ports : Ports
    analyses : Analyses
    facts : PortfolioFactsReader

    """

    def __init__(self, ports: Ports, *, analyses: Analyses, facts: PortfolioFactsReader) -> None:
        self._ports = ports
        self._analyses = analyses
        self._facts = facts
        self._factor_sets = FactorSets(ports)

    def report(
        self,
        portfolio_id: str,
        actor: Actor,
        *,
        as_of: date | None = None,
        participation_frac: float = PARTICIPATION_FRAC,
        factor_sets: Sequence[str] = (),
        wait_s: float = WAIT_S,
        fresh_s: float = FRESH_S,
        again: bool = False,
    ) -> RiskAnswer:
        """Return the report on a portfolio's risk, with its limits as they stand.

        Parameters
        ----------
        portfolio_id : str
        actor : Actor
        as_of : date or None
            Holdings, closes and rates of this day; the latest when None. Limits are judged on the latest alone.
        participation_frac : float
            Share of a day's volume that would be sold; limits are judged at 20%.
        factor_sets : sequence of str
            Sets of factors that the house brought; an index and listed funds when empty.
        wait_s, fresh_s, again
            As in `Analyses.answer`; by default a report younger than 5 seconds is not computed anew.

        Raises
        ------
        InvalidRequest
            The house has no such factor set.
        NotAllowed, NotFound, TooMany

        """
        self._factor_sets.check(factor_sets, actor)
        request = RiskRequest(
            portfolio_id=portfolio_id,
            as_of=as_of,
            participation_frac=participation_frac,
            factor_sets=tuple(factor_sets),
        )
        found = self._analyses.answer(KIND, request, actor, wait_s=wait_s, fresh_s=fresh_s, again=again)
        report = None if found.document is None else RiskReport.model_validate(found.document)
        is_usual = participation_frac == PARTICIPATION_FRAC and not factor_sets
        judged = report if is_usual or as_of is not None else self._kept_report(portfolio_id, actor)
        limits = self._views(portfolio_id, actor, judged) if as_of is None else ()
        return RiskAnswer(**_standing(found), report=report, limits=limits)

    def backtests(
        self, portfolio_id: str, actor: Actor, *, wait_s: float = WAIT_S, again: bool = False
    ) -> BacktestsAnswer:
        """Return whether forecasts have held: those that were stored, and those of a walk over the past."""
        request = BacktestsRequest(portfolio_id=portfolio_id)
        found = self._analyses.answer(BACKTESTS_KIND, request, actor, wait_s=wait_s, again=again)
        tests = None if found.document is None else RiskBacktests.model_validate(found.document)
        return BacktestsAnswer(**_standing(found), backtests=tests)

    def limits(self, portfolio_id: str, actor: Actor) -> RiskLimits:
        """Return the limits of a portfolio as they stand by the latest report that is kept; nothing is computed."""
        authorize(actor, Permission.PORTFOLIOS_READ)
        report = self._kept_report(portfolio_id, actor)
        with self._ports.store.read(actor) as uow:
            row_version = uow.portfolios.get(portfolio_id).row_version
        return RiskLimits(
            portfolio_id=portfolio_id,
            row_version=row_version,
            limits=self._views(portfolio_id, actor, report),
            metrics=metrics(),
        )

    def set_limits(
        self, portfolio_id: str, wanted: RiskLimitsInput, actor: Actor, row_version: int | None = None
    ) -> RiskLimits:
        """Put limits in place of those that a portfolio has; one that stays as it is keeps how it was judged.

        Raises
        ------
        InvalidRequest
            With every problem of every limit at once; nothing is changed then.
        NotFound, NotAllowed
        Conflict
            The house wants two people for limits; see `services.compliance.limit_changes`.
        Stale
            Somebody else changed the portfolio since `row_version`.

        """
        authorize(actor, Permission.PORTFOLIOS_WRITE)
        check(wanted.limits)
        with self._ports.store.work(actor) as uow:
            portfolio = uow.portfolios.touch(portfolio_id, row_version)
            if limits_differ(uow, portfolio_id, wanted.limits):
                refuse_single_handed(uow, "limits")
            free = replace_limits(uow, portfolio_id, wanted.limits)
            uow.commit()
        self._settle(portfolio.id, actor, free)
        return self.limits(portfolio_id, actor)

    def constraint(self, portfolio_id: str, limit_id: str, actor: Actor) -> LimitConstraint:
        """Return the constraints with which an optimization keeps a limit.

        Raises
        ------
        NotFound
            There is no such limit of this portfolio for this actor.
        Conflict
            The optimizer has no constraint that keeps it; the message says why.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        report = self._kept_report(portfolio_id, actor)
        with self._ports.store.read(actor) as uow:
            row, name = uow.risk_limits.find(limit_id), uow.portfolios.get(portfolio_id).name
        if row is None or row.portfolio_id != portfolio_id:
            raise NotFound.of("risk limit", limit_id)
        made = translate(row.metric, row.direction, row.value, held_of(report))
        if isinstance(made, str):
            raise Conflict(
                made, "Choose another limit, or set the optimization's limits yourself.", code="no_constraint"
            )
        return LimitConstraint(
            limit_id=row.id,
            metric=row.metric,
            constraints=made.constraints,
            is_same=made.is_same,
            sentence=f"{METRICS[row.metric].label} of {name}: {terms_of(row.metric, row.direction, row.value)}.",
            note=made.note,
            estimates=made.estimates,
            optimize_link=f"/optimize?portfolio={portfolio_id}&limit={row.id}&step=3",
        )

    def judge_again(self, portfolio_id: str, tenant_id: str) -> None:
        """Judge the limits of a portfolio by the report that is kept, whose prices may have become too old."""
        self._settle(portfolio_id, Actor.system(tenant_id), [], is_written=False)

    def compute(self, request: RiskRequest, actor: Actor) -> RiskReport:
        """Compute a report; of the latest day its forecasts are kept and the limits judged. Called by workers."""
        from services.risk_inputs import read_inputs
        from services.risk_models import garch_of
        from services.risk_report import build_report
        from services.risk_tails import portfolio_series

        facts = self._facts.read(request.portfolio_id, actor, as_of=request.as_of)
        inputs = read_inputs(self._ports, self._facts.reader, facts, actor, request.factor_sets)
        series, _ = portfolio_series(facts)
        is_latest = request.as_of is None
        garch = garch_of(self._ports, facts, series, inputs.ledger_number, actor.tenant_id, is_latest=is_latest)
        report = build_report(facts, request, inputs, garch, self._ports.clock.now_utc())
        if is_latest and request.participation_frac == PARTICIPATION_FRAC and not request.factor_sets:
            self._keep(report, actor)
        return report

    def compute_backtests(self, portfolio_id: str, actor: Actor) -> RiskBacktests:
        """Hold forecasts against what came. Called by workers."""
        from services.risk_forecasts import ONE_DAY, TEN_DAYS, backtests_of

        facts = self._facts.read(portfolio_id, actor)
        with self._ports.store.read(actor) as uow:
            forecasts, longer = (uow.risk_forecasts.figures(portfolio_id, days) for days in (ONE_DAY, TEN_DAYS))
            first = min((row.made_on for row in (*forecasts, *longer)), default=facts.as_of)
            valuations = uow.valuations.figures(portfolio_id, first, None)
        return backtests_of(facts, forecasts, valuations, longer)

    def backtests_version(self, portfolio_id: str, actor: Actor) -> str:
        """Return a word that changes with the portfolio's data and with every day of stored forecasts."""
        version = self._facts.data_version(portfolio_id, actor)
        with self._ports.store.read(actor) as uow:
            return f"{version} {uow.risk_forecasts.last_day(portfolio_id)}"

    def _keep(self, report: RiskReport, actor: Actor) -> None:
        """Keep a report's forecasts and judge the limits by it, under the product's own name."""
        from services.risk_forecasts import rows_of

        try:
            with self._ports.store.system(actor.tenant_id) as uow:
                row = uow.portfolios.get(report.portfolio_id)
                uow.risk_forecasts.keep(row.id, report.as_of, rows_of(report), ENGINE_VERSION)
                settle(uow, row, report, self._ports.clock.now_utc())
                keep_day(uow, row, report)
                uow.commit()
        except ServiceError as refusal:  # the report is right all the same, and the next one tries again
            _log.warning("The forecasts of a portfolio could not be kept: %s", refusal.sentence)
            return
        self._ports.bus.nudge("alerts")

    def _settle(
        self, portfolio_id: str, actor: Actor, gone: list[tables.RiskLimit], *, is_written: bool = True
    ) -> None:
        """Judge the limits that are set now, and end the alerts of those that are no longer."""
        report = self._kept_report(portfolio_id, actor)
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(actor.tenant_id) as uow:
            row = uow.portfolios.get(portfolio_id)
            for limit in gone:
                end_alert(uow, row, limit, now_utc)
            if report is not None:
                settle(uow, row, report, now_utc)
                if is_written:
                    keep_day(uow, row, report)
            uow.commit()
        self._ports.bus.nudge("alerts")

    def _kept_report(self, portfolio_id: str, actor: Actor) -> RiskReport | None:
        """Return the newest report that is kept, of whatever data; None without one."""
        document = self._analyses.newest(KIND, RiskRequest(portfolio_id=portfolio_id), actor)
        return None if document is None else RiskReport.model_validate(document)

    def _views(self, portfolio_id: str, actor: Actor, report: RiskReport | None) -> tuple[RiskLimitView, ...]:
        with self._ports.store.read(actor) as uow:
            rows = list(uow.risk_limits.of(portfolio_id))
            people = self._people(rows, actor)
        now_utc = self._ports.clock.now_utc()
        return tuple(view_of(row, report, people, now_utc) for row in rows)

    def _people(self, rows: list[tables.RiskLimit], actor: Actor) -> Mapping[str, str]:
        ids = sorted({row.set_by_id for row in rows if row.set_by_id is not None})
        with self._ports.store.system(actor.tenant_id, read_only=True) as uow:
            return {key: row.name for key, row in uow.users.get_many(ids).items()}


def _standing(found: AnalysisAnswer) -> dict[str, object]:
    """Return how far an answer is, field by field."""
    return {
        "state": found.state.value,
        "is_current": found.is_current,
        "computed_at_utc": found.computed_at_utc,
        "elapsed_ms": found.elapsed_ms,
        "data_version": found.data_version,
        "code": found.code,
        "message": found.message,
        "advice": found.advice,
        "retry_after_s": found.retry_after_s,
    }
