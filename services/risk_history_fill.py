"""How are the days before a limit's first report filled in, honestly?

Each missing session is measured as a report of that day would be: with the holdings that the ledger has for that day
and the prices up to it. What the prices were corrected to since then is known to it; the rows say that they are
recomputed. A day on which nothing was held stays without a row. A turn fills few days, so that no report waits behind
all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from engine.version import ENGINE_VERSION
from services.auth.actor import Actor
from services.errors import ServiceError
from services.messages.risk import RiskReport, RiskRequest
from services.portfolio_facts import PortfolioFacts
from services.portfolio_facts_reader import PortfolioFactsReader
from services.ports import Ports
from services.risk_history import FILL_SPAN_DAYS, SHOWN_COUNT
from services.risk_inputs import read_inputs
from services.risk_limits import measured
from services.risk_models import REFIT_AFTER, garch_of
from services.risk_report import build_report
from services.risk_tails import portfolio_series

if TYPE_CHECKING:
    from engine.volatility.result import GarchParameters

TURN_MAX_COUNT = 10
FITTED = ("var_", "es_", "liquidity_var")
"""How the names of figures begin that need the fitted volatility model."""


def fill(ports: Ports, reader: PortfolioFactsReader, portfolio_id: str, actor: Actor) -> int:
    """Fill in the latest missing days; return how many others are missing.

    Raises
    ------
    NotFound, Conflict
        As reading the portfolio's facts does.

    """
    facts = reader.read(portfolio_id, actor)
    with ports.store.read(actor) as uow:
        metrics = sorted({limit.metric for limit in uow.risk_limits.of(portfolio_id)})
        rows = uow.risk_days.since(portfolio_id, facts.as_of - timedelta(days=FILL_SPAN_DAYS))
        opened_on = min((entry.trade_date for entry in uow.ledger.figures(portfolio_id)), default=facts.as_of)
    known = {(row.metric, row.measured_on) for row in rows}
    days = [day for day in _sessions(facts) if day >= opened_on]
    missing = [day for day in days if any((metric, day) not in known for metric in metrics)]
    turn = missing[-TURN_MAX_COUNT:]
    past = _Past(ports, reader, actor, any(metric.startswith(FITTED) for metric in metrics))
    reports = [(day, report) for day in turn if (report := past.report(portfolio_id, day)) is not None]
    _keep(ports, actor.tenant_id, reports, metrics)
    return len(missing) - len(turn)


def _sessions(facts: PortfolioFacts) -> list[date]:
    """Return the sessions before the latest one that a course shows, oldest first."""
    days: list[date] = facts.dates[-SHOWN_COUNT:].astype("datetime64[D]").astype(object).tolist()
    earliest = facts.as_of - timedelta(days=FILL_SPAN_DAYS)
    return [day for day in days if earliest < day < facts.as_of]


def _keep(ports: Ports, tenant_id: str, reports: Sequence[tuple[date, RiskReport]], metrics: Sequence[str]) -> None:
    """Write the days of a turn at once: whoever asks meanwhile finds the turn at work, and starts no other."""
    with ports.store.system(tenant_id) as uow:
        for day, report in reports:
            uow.risk_days.keep(
                report.portfolio_id,
                day,
                {name: measured(report, name) for name in metrics},
                is_stale=bool(report.outdated_assets),
                engine_version=ENGINE_VERSION,
                is_recomputed=True,
            )
        uow.commit()


@dataclass
class _Past:
    """Reports of days of the past, oldest first; a fitted model serves a week, as long as the holdings stay."""

    ports: Ports
    reader: PortfolioFactsReader
    actor: Actor
    is_fitted: bool
    model: GarchParameters | None = None
    fitted_for: tuple[date, tuple[float, ...]] | None = None

    def report(self, portfolio_id: str, day: date) -> RiskReport | None:
        """Return the report of a day; None where nothing was held or priced then."""
        try:
            facts = self.reader.read(portfolio_id, self.actor, as_of=day)
        except ServiceError:
            return None
        inputs = read_inputs(self.ports, self.reader.reader, facts, self.actor)
        if self.is_fitted:
            self._fit(facts, inputs.ledger_number)
        request = RiskRequest(portfolio_id=portfolio_id, as_of=day)
        return build_report(facts, request, inputs, self.model, self.ports.clock.now_utc())

    def _fit(self, facts: PortfolioFacts, ledger_number: int) -> None:
        held = tuple(facts.quantities.tolist())
        if self._serves(facts.as_of, held):
            return
        series, _ = portfolio_series(facts)
        self.model = garch_of(self.ports, facts, series, ledger_number, self.actor.tenant_id, is_latest=False)
        self.fitted_for = (facts.as_of, held)

    def _serves(self, day: date, held: tuple[float, ...]) -> bool:
        """Return whether the model at hand is of the same holdings, and less than a week old on a day."""
        if self.fitted_for is None or self.fitted_for[1] != held:
            return False
        return timedelta(0) <= day - self.fitted_for[0] < REFIT_AFTER
