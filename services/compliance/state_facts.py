"""What is known of a portfolio as a whole beside its positions: turnover, falls, and what its client said?

- Turnover of a year: the smaller of all purchases and all sales, at their prices without fees, over the average of the
  daily values of the same days, up to a year back; for a portfolio that is younger, since it began.
- A fall since the last report: reports cover calendar quarters (Delegated Regulation (EU) 2017/565, Article 60(3)); the
  fall is that of the time-weighted index since the end of the last quarter, so that paying out is no fall.
- The client's score runs from 1 to 5 and is put on the scale of 1 to 7 evenly.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from services.clients_profile import rate_answers
from services.messages.clients import Knowledge, ProfileAnswers

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.valuation import PortfolioState

YEAR = timedelta(days=365)
SCORE_LEAST, SCORE_MOST, SCALE_MOST = 1.0, 5.0, 7.0
CLIENT = frozenset({"risk_score", "review_age_days"})
LEDGER = frozenset({"turnover_year", "fall_since_report"})


def ledger_facts(state: PortfolioState, day: date, wanted: Collection[str]) -> dict[str, float | None]:
    """Return what follows from the ledger and the stored daily values; None where not known."""
    found: dict[str, float | None] = {}
    if "turnover_year" in wanted:
        found["turnover_year"] = turnover_frac(state, day)
    if "fall_since_report" in wanted:
        found["fall_since_report"] = fall_frac(state, day)
    return found


def turnover_frac(state: PortfolioState, day: date) -> float | None:
    """Return the smaller of a year's purchases and sales over the average value; None without values or rates."""
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
    return float(min(sums.values()) / average)


def fall_frac(state: PortfolioState, day: date) -> float | None:
    """Return by how much the time-weighted index fell since the last quarter's end; negative where it rose."""
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
    return None if then <= 0.0 else 1.0 - points[-1].twr_index / then


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
    rows = () if portfolio.client_id is None else uow.clients.profiles(portfolio.client_id)
    dated = [row for row in rows if row.dated_on <= on]
    if not dated:
        return dict.fromkeys(names)
    row = max(dated, key=lambda one: (one.dated_on, one.version))
    found = {"review_age_days": float((on - row.dated_on).days), "risk_score": risk_score(_score(row))}
    return {name: found[name] for name in names}


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
