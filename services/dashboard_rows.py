"""How does each portfolio stand: returns beside its benchmark, drift, limits and rules?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from services.dashboard_book import Book, Entry
from services.dashboard_limits import Used, light_of
from services.messages.compliance_matrix import MatrixPortfolio
from services.messages.dashboard import DashboardRow, Drift
from services.portfolios_whole import Whole
from services.valuation_returns import since, year_to_date


def rows_of(
    book: Book, used: Mapping[str, Sequence[Used]], rules: Mapping[str, MatrixPortfolio]
) -> tuple[DashboardRow, ...]:
    """Return a line of each portfolio by name; with a filter only those that hold what it lets through.

    Parameters
    ----------
    book : Book
    used : mapping of portfolio id to its limits, the one used most first
    rules : mapping of portfolio id to how it stands by the rules
        Empty for a reader who may not see them, or while no rule is in force.

    """
    made = [
        _row(one, book, used.get(one.whole.summary.id, ()), rules.get(one.whole.summary.id)) for one in book.entries
    ]
    return tuple(one for one in made if not book.is_filtered or one.share_frac is not None)


def drift_of(whole: Whole, name: str = "Target") -> Drift | None:
    """Return how far a portfolio stands from its target; None without one, or where its value is not known.

    Cash counts as an asset whose target is what the target leaves over, so that the total is what trading back would
    turn over, one-way.
    """
    target, value = whole.target_frac, whole.summary.value_ccy
    if target is None or value is None or value <= 0:
        return None
    weights = {one.asset_id: one.weight_frac or 0.0 for one in whole.holdings}
    symbols = {one.asset_id: one.symbol for one in whole.holdings}
    drifts = {key: weights.get(key, 0.0) - target.get(key, 0.0) for key in weights.keys() | target.keys()}
    cash = 1.0 - math.fsum(weights.values())
    wanted_cash = 1.0 - math.fsum(target.values())
    total = 0.5 * (math.fsum(abs(one) for one in drifts.values()) + abs(cash - wanted_cash))
    held = {key: one for key, one in drifts.items() if key in symbols}
    most = max(held, key=lambda key: (abs(held[key]), symbols[key]), default=None)
    return Drift(
        target_name=name,
        total_frac=total,
        most_symbol=None if most is None else symbols[most],
        most_frac=None if most is None else held[most],
    )


def _row(one: Entry, book: Book, used: Sequence[Used], rules: MatrixPortfolio | None) -> DashboardRow:
    summary, recent = one.whole.summary, one.whole.recent
    days, index = [point.day for point in recent], [point.twr_index for point in recent]
    month = None
    if summary.as_of is not None and summary.return_ytd_frac is not None:
        month = since(days, index, _month_end_before(summary.as_of), summary.as_of)
    beside = _benchmark_ytd(one, days)
    own = summary.return_ytd_frac
    first = used[0] if used else None
    return DashboardRow(
        **dict(summary),
        return_mtd_frac=month,
        benchmark_ytd_frac=beside,
        active_ytd_frac=None if own is None or beside is None else own - beside,
        drift=drift_of(one.whole),
        limit_light=light_of(used),
        limit_name=None if first is None else first.name,
        limit_used_frac=first.used_frac if first is not None and math.isfinite(first.used_frac) else None,
        rules=None if rules is None or not rules.cells else rules.status,
        rules_broken_count=0 if rules is None else rules.counts.failed,
        share_frac=_share(one, book),
    )


def _benchmark_ytd(one: Entry, days: Sequence[date]) -> float | None:
    """Return what the benchmark returned over the span of the portfolio's year to date."""
    as_of = one.whole.summary.as_of
    if one.benchmark is None or as_of is None:
        return None
    found = year_to_date(days, [float(level) for level in one.benchmark], as_of)
    return found if found is not None and math.isfinite(found) else None


def _share(one: Entry, book: Book) -> float | None:
    """Return the part of a portfolio's value that the filter lets through; None where that is nothing."""
    if not book.is_filtered:
        return None
    kept = [held for held in one.whole.holdings if book.lets_through(held)]
    if not kept:
        return None
    return math.fsum(held.weight_frac or 0.0 for held in kept)


def _month_end_before(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)
