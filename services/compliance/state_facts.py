"""What is known of a portfolio as a whole beside its positions: turnover, falls, and what its client said?

- Turnover of a year: the smaller of all purchases and all sales, at their prices without fees, over the average of the
  daily values of the same days, up to a year back; for a portfolio that is younger, since it began. Before a trade, the
  trades that are looked at are among them.
- A fall since the last report: reports cover calendar quarters (Delegated Regulation (EU) 2017/565, Article 60(3)); the
  fall is that of the time-weighted index since the end of the last quarter, so that paying out is no fall.
- The client's score runs from 1 to 5 and is put on the scale of 1 to 7 evenly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from services.clients_profile import rate_answers
from services.compliance.state_products import profile_on
from services.messages.clients import Knowledge, ProfileAnswers

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from engine.compliance.state import ComplianceState
    from services.valuation import PortfolioState

YEAR = timedelta(days=365)
SCORE_LEAST, SCORE_MOST, SCALE_MOST = 1.0, 5.0, 7.0
CLIENT = frozenset({"risk_score", "review_age_days", "horizon_days", "loss_capacity", "sustainable_min"})
TURNOVER = "turnover_year"
LEDGER = frozenset({TURNOVER, "fall_since_report", "worst_fall_since_report", "borrowing_days"})
YEAR_DAYS = 365.0
WISHED, LEAST = "sustainable", "sustainable_min_frac"
"""What a client's profile says of sustainable investments: whether they are wished for, and the least share."""


def ledger_facts(
    state: PortfolioState, day: date, wanted: Collection[str], traded: Traded | None
) -> dict[str, float | None]:
    """Return what follows from the ledger and the stored daily values; None where not known."""
    found: dict[str, float | None] = {}
    if TURNOVER in wanted:
        found[TURNOVER] = None if traded is None else traded.turnover_frac()
    if "fall_since_report" in wanted:
        found["fall_since_report"] = fall_frac(state, day)
    if "worst_fall_since_report" in wanted:
        found["worst_fall_since_report"] = fall_frac(state, day, is_worst=True)
    if "borrowing_days" in wanted:
        found["borrowing_days"] = float(borrowing_days(state, day))
    return found


def borrowing_days(state: PortfolioState, day: date) -> int:
    """Return for how many calendar days in a row, up to a day, cash of some currency was owed at their end."""
    balances: dict[str, Decimal] = {}
    by_day: dict[date, list[tuple[str, Decimal]]] = {}
    for entry in state.entries:
        if entry.trade_date <= day and entry.amount_ccy:
            by_day.setdefault(entry.trade_date, []).append((entry.currency, entry.amount_ccy))
    since: date | None = None
    for trade_date in sorted(by_day):
        for currency, amount in by_day[trade_date]:
            balances[currency] = balances.get(currency, Decimal(0)) + amount
        is_owed = any(amount < 0 for amount in balances.values())
        since = (since or trade_date) if is_owed else None
    return 0 if since is None else (day - since).days + 1


@dataclass(frozen=True)
class Traded:
    """A year's purchases and sales, and the average of its daily values, in the portfolio's currency."""

    bought_ccy: Decimal
    sold_ccy: Decimal
    average_ccy: Decimal

    def turnover_frac(self, more_bought_ccy: Decimal = Decimal(0), more_sold_ccy: Decimal = Decimal(0)) -> float:
        """Return the smaller of purchases and sales, those that are looked at among them, over the average value."""
        bought, sold = self.bought_ccy + more_bought_ccy, self.sold_ccy + more_sold_ccy
        return float(min(bought, sold) / self.average_ccy)


def turnover_after(
    traded: Traded | None, before: ComplianceState, after: ComplianceState, is_cash: Sequence[bool]
) -> float | None:
    """Return the turnover of the year that ends with some trades at today's closes; None where it is not known.

    Parameters
    ----------
    before, after
        The same positions before and after the trades.
    is_cash
        Of each position, whether it is a balance: what is paid is no trade.

    """
    bought = sold = Decimal(0)
    for was, now, is_balance in zip(before.values_ccy, after.values_ccy, is_cash, strict=True):
        if is_balance:
            continue
        if was is None or now is None:
            return None
        bought, sold = bought + max(now - was, Decimal(0)), sold + max(was - now, Decimal(0))
    return None if traded is None else traded.turnover_frac(bought, sold)


def traded_of(state: PortfolioState, day: date) -> Traded | None:
    """Return what was traded in the year up to a day; None without values or rates."""
    since = day - YEAR
    values = [point.value_ccy for point in state.recent if since < point.day <= day]
    average = sum(values, Decimal(0)) / len(values) if values else Decimal(0)
    if average <= 0:
        return None
    sums = {"buy": Decimal(0), "sell": Decimal(0)}
    for entry in state.entries:
        if entry.kind not in sums or not since < entry.trade_date <= day:
            continue
        rate = state.book.rate(entry.currency, entry.trade_date)
        if rate is None:
            return None
        amount = abs(entry.quantity * entry.price) if entry.price is not None else abs(entry.amount_ccy)
        sums[entry.kind] += amount * rate
    return Traded(sums["buy"], sums["sell"], average)


def fall_frac(state: PortfolioState, day: date, *, is_worst: bool = False) -> float | None:
    """Return by how much the time-weighted index fell since the last quarter's end; negative where it rose.

    With `is_worst` that of the lowest close since then: what was told to a client once is told no second time in the
    same period (ESMA, answer 1812 of 23 March 2018).
    """
    start = quarter_end_before(day)
    points = [point for point in state.recent if point.day <= day]
    if not points:
        return None
    before = [point for point in points if point.day <= start]
    if before:
        then = before[-1].twr_index
    elif state.entries and min(entry.trade_date for entry in state.entries) > start:
        then = 1.0  # it began in this quarter
    else:
        return None
    since = [point.twr_index for point in points if point.day > start] or [points[-1].twr_index]
    return None if then <= 0.0 else 1.0 - (min(since) if is_worst else points[-1].twr_index) / then


def quarter_end_before(day: date) -> date:
    """Return the last day of the calendar quarter before that of a day."""
    first_month = 3 * ((day.month - 1) // 3) + 1
    return date(day.year, first_month, 1) - timedelta(days=1)


def client_facts(
    uow: UnitOfWork, portfolio: tables.Portfolio, on: date, wanted: Collection[str]
) -> dict[str, float | None]:
    """Return what the client's profile in force on a day says; None without a client or a profile."""
    names = CLIENT & set(wanted)
    if not names:
        return {}
    row = profile_on(uow, portfolio, on)
    if row is None:
        return dict.fromkeys(names)
    found = {
        "review_age_days": float((on - row.dated_on).days),
        "risk_score": risk_score(_score(row)),
        "horizon_days": row.horizon_years * YEAR_DAYS,
        "loss_capacity": row.loss_capacity_frac,
        "sustainable_min": sustainable_min(row.preferences),
    }
    return {name: found[name] for name in names}


def sustainable_min(preferences: Mapping[str, Any]) -> float | None:
    """Return the least share of sustainable investments that a client asks for; None where it was not asked."""
    least = preferences.get(LEAST)
    if isinstance(least, int | float) and not isinstance(least, bool):
        return min(1.0, max(0.0, float(least)))
    return 0.0 if preferences.get(WISHED) is False else None


def risk_score(score: float) -> float:
    """Return a score from 1 to 5 on the scale from 1 to 7."""
    return 1.0 + (score - SCORE_LEAST) * (SCALE_MOST - 1.0) / (SCORE_MOST - SCORE_LEAST)


def _score(row: tables.ClientProfile) -> float:
    if row.score is not None:
        return row.score
    answers = ProfileAnswers(
        risk_tolerance=row.risk_tolerance,
        horizon_years=row.horizon_years,
        loss_capacity_frac=row.loss_capacity_frac,
        knowledge=Knowledge(row.knowledge),
    )
    return rate_answers(answers).value
