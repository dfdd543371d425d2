"""How did the figures that limits are put on stand, day by day?

One row a portfolio, day and limited figure: the last report of the day writes it (`keep_day`), and workers fill in the
days before the first from the holdings of each day (`services.risk_history_fill`). The use is told against the limit as
it is now, so that a course never jumps because somebody moved the limit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from engine.risk_limits.judge import judge
from engine.risk_limits.metrics import METRICS
from engine.risk_limits.result import State
from engine.version import ENGINE_VERSION
from services import formatting
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import NotFound, ServiceError
from services.messages.analyses import AnalysisState
from services.messages.risk import RiskReport
from services.messages.risk_history import LimitCourse, LimitDay, RiskHistoryRequest
from services.portfolio_facts_reader import PortfolioFactsReader
from services.ports import Ports
from services.risk_limits import limit_of, measured

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.analyses import Analyses

KIND = "risk_history"
SHOWN_COUNT = 30
KEEP_DAYS = 400
"""Calendar days after which a day is forgotten: a year and a month."""
EVER = date(1900, 1, 1)
FILL_SPAN_DAYS = 50
"""Calendar days in which the sessions that are filled in lie."""


def keep_day(uow: UnitOfWork, row: tables.Portfolio, report: RiskReport) -> None:
    """Note the figures that limits are put on, and forget those of more than a year ago; a unit of the product."""
    metrics = {limit.metric for limit in uow.risk_limits.of(row.id)}
    if not metrics:
        return
    uow.risk_days.keep(
        row.id,
        report.as_of,
        {name: measured(report, name) for name in metrics},
        is_stale=bool(report.outdated_assets),
        engine_version=ENGINE_VERSION,
    )
    uow.risk_days.forget_before(row.id, report.as_of - timedelta(days=KEEP_DAYS))


class LimitHistory:
    """The course of limited figures of the portfolios that the actor may see.

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

    def courses(self, portfolio_id: str, actor: Actor, *, days_count: int = SHOWN_COUNT) -> tuple[LimitCourse, ...]:
        """Return the course of every limit over its last days, in the order of the limits; asks for missing ones.

        Parameters
        ----------
        portfolio_id : str
        actor : Actor
        days_count : int
            The most days of each.

        Raises
        ------
        NotFound, NotAllowed

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        with self._ports.store.read(actor) as uow:
            uow.portfolios.get(portfolio_id)
            limits = list(uow.risk_limits.of(portfolio_id))
        if not limits:
            return ()
        is_filling = self._ask(portfolio_id, actor)
        with self._ports.store.read(actor) as uow:
            rows = uow.risk_days.since(portfolio_id, EVER)
        return tuple(
            course_of(limit, [row for row in rows if row.metric == limit.metric], days_count, is_filling=is_filling)
            for limit in limits
        )

    def course(self, portfolio_id: str, limit_id: str, actor: Actor, *, days_count: int = KEEP_DAYS) -> LimitCourse:
        """Return the course of one limit; see `courses`."""
        found = self.courses(portfolio_id, actor, days_count=days_count)
        one = next((course for course in found if course.limit_id == limit_id), None)
        if one is None:
            raise NotFound.of("risk limit", limit_id)
        return one

    def version(self, portfolio_id: str, actor: Actor) -> str:
        """Return a word that changes with the ledger, the limited figures and every day that is written."""
        with self._ports.store.read(actor) as uow:
            uow.portfolios.get(portfolio_id)
            metrics = sorted({limit.metric for limit in uow.risk_limits.of(portfolio_id)})
            last = uow.ledger.last_entries([portfolio_id]).get(portfolio_id, 0)
            rows = uow.risk_days.since(portfolio_id, EVER)
        days = max((row.measured_on for row in rows), default=None)
        return f"{last} {len(rows)} {days} {'+'.join(metrics)}"[:200]

    def fill(self, portfolio_id: str, actor: Actor) -> int:
        """Fill in some of the missing days; return how many are still missing. Called by workers."""
        from services.risk_history_fill import fill

        return fill(self._ports, self._facts, portfolio_id, actor)

    def _ask(self, portfolio_id: str, actor: Actor) -> bool:
        """Have missing days filled in; return whether more are on their way."""
        request = RiskHistoryRequest(portfolio_id=portfolio_id)
        try:
            found = self._analyses.answer(KIND, request, actor, wait_s=0.0)
        except ServiceError:  # too many at once: whoever looks next asks again
            return False
        left = 0 if found.document is None else int(found.document["left_count"])
        return found.state is AnalysisState.WORKING or left > 0


def course_of(limit: tables.RiskLimit, rows: Sequence[Any], days_count: int, *, is_filling: bool) -> LimitCourse:
    """Return the course of a limit from its stored days, oldest first.

    Every day is judged by the limit as it is now, going on from the day before.
    """
    metric, bound = METRICS[limit.metric], limit_of(limit)
    days: list[LimitDay] = []
    state: State | None = None
    known: State | None = None
    for row in rows:
        value = math.inf if row.is_unbounded else row.value
        found = judge(bound, value, state, bool(row.is_stale), known)
        state, known = found.state, known if found.state == "grey" else found.state
        days.append(
            LimitDay(
                day=row.measured_on,
                value=found.value,
                is_unbounded=row.is_unbounded,
                use_frac=found.use_frac,
                state=found.state,
                word=found.word,
                is_recomputed=row.is_recomputed,
            )
        )
    shown = tuple(days[-days_count:])
    begins = next((one.day for one in days if not one.is_recomputed), None)
    return LimitCourse(
        limit_id=limit.id,
        metric=limit.metric,
        label=metric.label,
        unit=metric.unit,
        direction=bound.direction,
        limit_value=limit.value,
        amber_use_frac=limit.amber_use_frac,
        days=shown,
        begins_on=shown[0].day if shown else None,
        written_since=begins,
        is_filling=is_filling,
        sentence=_sentence(shown, begins, is_filling=is_filling),
    )


def _sentence(days: Sequence[LimitDay], begins: date | None, *, is_filling: bool) -> str:
    """Say where the course is from."""
    if not days:
        return "Its days are being computed." if is_filling else "Its history begins with the next report."
    count = sum(1 for one in days if one.is_recomputed)
    parts = [f"History begins {formatting.day(days[0].day)}."]
    if count:
        since = "" if begins is None else f"; from {formatting.day(begins)} on each day was written down as it was"
        parts.append(
            f"{formatting.count(count, 'day')} recomputed from the holdings of that day and prices as known now{since}."
        )
    parts.append("Used is told against the limit as it is now.")
    if is_filling:
        parts.append("More days are being computed.")
    return " ".join(parts)
