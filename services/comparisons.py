"""How do two to four portfolios stand side by side: value, returns, risk, sectors, what they hold in common?

The figures are those of the dashboard's rows and of the report on risk, so that no two screens disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from services import formatting
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.comparisons_courses import courses_of
from services.comparisons_parts import deepest_fall, holdings_of, overlaps_of, sectors_of, sentence_of
from services.errors import FieldProblem, InvalidRequest, NotFound, ServiceError
from services.messages.comparison import LEAST_COUNT, MOST_COUNT, ComparedCourse, ComparedPortfolio, Comparison
from services.portfolios_what_if import Figures, figures_of

if TYPE_CHECKING:
    from services.dashboard import Dashboards
    from services.dashboard_book import Entry
    from services.messages.dashboard import DashboardRow
    from services.portfolio_facts_reader import PortfolioFactsReader
    from services.ports import Ports

CENT = Decimal("0.01")
NO_RATE = "{} has no rate of exchange into {}, so its amounts are left out."
UNDRAWN = "{} has no daily values on the days of the others, so it has no line in the charts."


class Comparisons:
    """Portfolios that the actor may see, side by side.

    Parameters
    ----------
    ports : Ports
    dashboards : Dashboards
        Has each portfolio's row.
    facts : PortfolioFactsReader
        Has the history of today's holdings.

    """

    def __init__(self, ports: Ports, *, dashboards: Dashboards, facts: PortfolioFactsReader) -> None:
        self._ports = ports
        self._dashboards = dashboards
        self._facts = facts

    def compare(self, portfolio_ids: Sequence[str], actor: Actor, *, currency: str | None = None) -> Comparison:
        """Return the portfolios in the order in which they are named.

        Parameters
        ----------
        portfolio_ids : sequence of str
            Two to four, none twice.
        actor : Actor
        currency : str or None
            Of all amounts; that of the first portfolio when None.

        Raises
        ------
        InvalidRequest
            Fewer than two or more than four are named, one is named twice, or nothing can be brought into the currency.
        NotFound
            One of them is not there for this actor.

        """
        authorize(actor, Permission.PORTFOLIOS_READ)
        _refuse_miscounted(portfolio_ids)
        found = self._dashboards.lines(actor, portfolio_ids, currency)
        missing = next((one for one in portfolio_ids if one not in found.lines), None)
        if missing is not None:
            raise NotFound.of("portfolio", missing)
        pairs = [found.lines[one] for one in portfolio_ids]
        notes: list[str] = []
        entries = [entry for entry, _ in pairs]
        made = tuple(self._compared(entry, row, found.currency, actor, notes) for entry, row in pairs)
        courses = courses_of(
            {row.id: entry.whole.recent for entry, row in pairs}, {row.id: row.as_of for _, row in pairs}
        )
        overlaps = overlaps_of(entries)
        holdings, shared, others = holdings_of(entries)
        return Comparison(
            currency=found.currency,
            currencies=found.currencies,
            made_at_utc=self._ports.clock.now_utc(),
            portfolios=made,
            courses=courses,
            sectors=sectors_of(entries),
            overlaps=overlaps,
            holdings=holdings,
            shared_count=shared,
            others_count=others,
            sentence=sentence_of(made, overlaps),
            notes=(*notes, *_days_note(made), *_undrawn(made, courses)),
        )

    def _compared(
        self, entry: Entry, row: DashboardRow, currency: str, actor: Actor, notes: list[str]
    ) -> ComparedPortfolio:
        value, day = entry.into(row.value_ccy), entry.into(row.day_pnl_ccy)
        if row.value_ccy is not None and value is None:
            notes.append(NO_RATE.format(row.name, currency))
        risk = self._risk(row, actor, notes)
        first = entry.whole.holdings[0] if entry.whole.holdings else None
        return ComparedPortfolio(
            portfolio_id=row.id,
            name=row.name,
            client_name=row.client_name,
            base_currency=row.base_currency,
            benchmark_name=row.benchmark_name,
            as_of=row.as_of,
            is_sample=row.is_sample,
            value_ccy=None if value is None else value.quantize(CENT),
            day_pnl_ccy=None if day is None else day.quantize(CENT),
            day_frac=_day_frac(row),
            return_ytd_frac=row.return_ytd_frac,
            active_ytd_frac=row.active_ytd_frac,
            return_1y_frac=row.return_1y_frac,
            volatility_1y_annual_frac=row.volatility_1y_annual_frac,
            volatility_annual_frac=risk.get("volatility"),
            var_95_1d_frac=risk.get("var_95_1d"),
            tracking_error_annual_frac=risk.get("tracking_error"),
            max_drawdown_1y_frac=deepest_fall(entry.whole.recent, row.as_of),
            drift=row.drift,
            holdings_count=row.holdings_count,
            largest_symbol=None if first is None or first.weight_frac is None else first.symbol,
            largest_frac=None if first is None else first.weight_frac,
            limits_broken_count=row.breaches_count + row.risk_breaches_count,
            limit_used_frac=row.limit_used_frac,
            rules=row.rules,
            rules_broken_count=row.rules_broken_count,
        )

    def _risk(self, row: DashboardRow, actor: Actor, notes: list[str]) -> Figures:
        """Return the risk of today's holdings; nothing, with the reason, where the data do not allow it."""
        try:
            return figures_of(self._facts.read(row.id, actor))
        except ServiceError as refusal:
            notes.append(f"{row.name} has no figures of risk: {refusal.message}")
            return {}


def _day_frac(row: DashboardRow) -> float | None:
    if row.value_ccy is None or row.day_pnl_ccy is None or row.value_ccy == row.day_pnl_ccy:
        return None
    return float(row.day_pnl_ccy / (row.value_ccy - row.day_pnl_ccy))


def _days_note(made: Sequence[ComparedPortfolio]) -> list[str]:
    days = sorted({one.as_of for one in made if one.as_of is not None})
    if len(days) < 2:
        return []
    return [
        f"They do not stand at the same close: the earliest is of {formatting.day_short(days[0])}, "
        f"the latest of {formatting.day_short(days[-1])}."
    ]


def _undrawn(made: Sequence[ComparedPortfolio], courses: Sequence[ComparedCourse]) -> list[str]:
    """Say which portfolios have no line in the charts."""
    drawn = {one.portfolio_id for one in courses}
    return [UNDRAWN.format(one.name) for one in made if one.portfolio_id not in drawn]


def _refuse_miscounted(portfolio_ids: Sequence[str]) -> None:
    if len(set(portfolio_ids)) != len(portfolio_ids):
        message, advice = "A portfolio is named twice.", "Name each of them once."
    elif not LEAST_COUNT <= len(portfolio_ids) <= MOST_COUNT:
        message = f"{formatting.count(len(portfolio_ids), 'portfolio')} cannot be compared."
        advice = f"Choose {LEAST_COUNT} to {MOST_COUNT}."
    else:
        return
    raise InvalidRequest(message, advice, fields=(FieldProblem("portfolios", message, advice),))
