"""Did a dry run look at enough of the past, so that somebody may approve a wording by it?

It must have looked at every portfolio that the rule is for and that had a value within the last year, and at twenty
days of one of them, or at all that there are. Where no such portfolio has had a value yet there is nothing to look at,
and nothing is asked for: a house may have rules in force before its first purchase.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from services import formatting

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.messages.compliance_dry_run import DryRunPortfolio

DAYS_LEAST = 20
WAY_OUT = "Make it over the last year, of all portfolios."


def gap_of(uow: UnitOfWork, portfolio_ids: Collection[str], rows: Sequence[DryRunPortfolio]) -> str | None:
    """Return why a dry run looked at too little for an approval, and what to do; None where it is enough.

    Parameters
    ----------
    uow : UnitOfWork
        Of the product itself: what whoever made the dry run does not see has to be looked at as well.
    portfolio_ids : collection of str
        The portfolios that the rule is for.
    rows : sequence of DryRunPortfolio
        What was looked at.

    """
    last_days = uow.valuations.last_days(sorted(portfolio_ids))
    if not last_days:
        return None
    newest = max(last_days.values())
    since = newest - timedelta(days=365)
    wanted = {key for key, day in last_days.items() if day >= since}
    looked_at = {one.portfolio_id: one.days_count for one in rows if one.days_count}
    if not looked_at:
        return f"The dry run looked at no day on which a portfolio held anything. {WAY_OUT}"
    if wanted - set(looked_at):
        count = formatting.number(len(wanted & set(looked_at)), 0)
        of = formatting.count(len(wanted), "portfolio")
        return f"The dry run looked at {count} of {of} that the rule is for and had a value within the year. {WAY_OUT}"
    most = max(looked_at.values())
    if most < DAYS_LEAST:
        there_are = max(len(uow.valuations.figures(key, since, newest)) for key in sorted(wanted))
        if most < min(DAYS_LEAST, there_are):
            days = formatting.count(most, "day")
            return f"The dry run looked at {days}, where at least {DAYS_LEAST} are asked for. {WAY_OUT}"
    return None
