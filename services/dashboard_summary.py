"""What are all portfolios worth together, what did the day and the year bring, and how much of the risk is used?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import numpy as np

from services import formatting
from services.dashboard_book import Book, Entry
from services.dashboard_limits import Used, most_used
from services.dashboard_returns import Composite, Member, composite, values_on_days
from services.market_marks import rates_note
from services.messages.alerts import Severity
from services.messages.compliance_breaches import BreachStatistics
from services.messages.dashboard import DashboardSummary, LeftOutPortfolio, OpenBreaches
from services.portfolios_whole import Whole

CENT = Decimal("0.01")
NAMES_MAX_COUNT = 3


def summary_of(book: Book, used: Sequence[tuple[Whole, Used]], breaches: OpenBreaches | None) -> DashboardSummary:
    """Return all portfolios of the book together.

    Parameters
    ----------
    book : Book
    used : sequence of (portfolio, limit)
        Every limit that can be judged.
    breaches : OpenBreaches or None
        None for a reader who may not see them.

    """
    counted = book.counted
    summaries = [one.whole.summary for one in counted]
    ends = [one.as_of for one in summaries if one.as_of is not None]
    value = book.total_ccy() if counted else None
    days = [amount for one in counted if (amount := one.into(one.whole.summary.day_pnl_ccy)) is not None]
    day = sum(days, Decimal(0)) if days else None
    before = _before(counted)
    last = max(ends, default=None)
    members = [] if last is None else [_member(one, book) for one in counted if one.whole.summary.as_of == last]
    year = Composite(None, None, None, 0, ()) if last is None else composite(members, _year_end_before(last), last)
    return DashboardSummary(
        currency=book.currency,
        currencies=book.currencies,
        portfolios_count=len(book.entries),
        counted_count=len(counted),
        value_ccy=None if value is None else value.quantize(CENT),
        day_pnl_ccy=None if day is None else day.quantize(CENT),
        day_frac=None if day is None or before <= 0 else float(day / before),
        day_count=len(days),
        rates={one.whole.summary.id: one.rate for one in counted if one.rate is not None},
        left_out=tuple(
            LeftOutPortfolio(portfolio_id=one.whole.summary.id, name=one.whole.summary.name, reason=reason)
            for one in book.entries
            if (reason := one.why_left_out) is not None
        ),
        as_of_first=min(ends, default=None),
        as_of=last,
        is_historical=any(one.is_historical for one in summaries),
        return_ytd_frac=year.return_frac,
        compared_ytd_frac=year.compared_frac,
        benchmark_ytd_frac=year.benchmark_frac,
        active_ytd_frac=year.active_frac,
        compared_count=year.compared_count,
        value_spark=() if last is None else values_on_days(members, last),
        return_spark=year.index,
        risk_used=most_used(used),
        breaches=breaches,
        notes=tuple(_notes(book, ends, len(days), len(members))),
        is_sample=any(one.whole.summary.is_sample for one in book.entries),
    )


def breaches_of(found: BreachStatistics) -> OpenBreaches:
    """Return how many breaches wait for somebody."""
    hard = sum(
        one.open_count + one.acknowledged_count + one.in_remediation_count
        for one in found.severities
        if one.severity is Severity.HARD
    )
    return OpenBreaches(
        unsettled_count=found.unsettled_count,
        hard_count=hard,
        late_count=found.late_count,
        sentence=found.sentence,
    )


def _member(one: Entry, book: Book) -> Member:
    points = one.whole.recent
    currency = one.whole.summary.base_currency
    if currency == book.currency:
        rates = np.ones(len(points))
    else:
        days = [point.day for point in points]
        at = book.rates.on_days(days)
        found = [at.rate(currency, day) for day in days]
        rates = np.array([np.nan if rate is None else float(rate) for rate in found])
    return Member(points, rates, one.benchmark)


def _before(counted: Sequence[Entry]) -> Decimal:
    """Return the value at the close before of those whose day is known, after what flowed in on the day."""
    total = Decimal(0)
    for one in counted:
        value, day = one.into(one.whole.summary.value_ccy), one.into(one.whole.summary.day_pnl_ccy)
        if value is not None and day is not None:
            total += value - day
    return total


def _year_end_before(day: date) -> date:
    return date(day.year - 1, 12, 31)


def _notes(book: Book, ends: Sequence[date], known_days: int, members: int) -> list[str]:
    """Return what a reader must know before using the totals."""
    notes = []
    for one in book.entries:
        if (reason := one.why_left_out) is not None:
            notes.append(f"{one.whole.summary.name} is in no total: {reason}.")
    foreign = sorted({one.whole.summary.base_currency for one in book.counted} - {book.currency})
    if foreign:
        notes.append(
            f"{' and '.join(foreign)} {'is' if len(foreign) == 1 else 'are'} brought into {book.currency} "
            "at the rate of each portfolio's last day."
        )
    invented = book.rates.sample_rates(foreign)
    if invented:
        notes.append(rates_note(invented))
    if ends and min(ends) != max(ends):
        first, last = formatting.day_short(min(ends)), formatting.day_short(max(ends))
        notes.append(f"Prices end between {first} and {last}, each portfolio is valued at its own last day.")
        if members < len(book.counted):
            count = formatting.count(len(book.counted) - members, "portfolio")
            notes.append(f"The return of the year leaves out {count} whose prices end before {last}.")
    if known_days < len(book.counted):
        count = formatting.count(len(book.counted) - known_days, "portfolio")
        notes.append(f"The day's result of {count} is not known and not in the sum.")
    return notes
