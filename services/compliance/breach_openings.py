"""Does what fails open a breach already, and is it news that it is beyond a further limit?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

import data.store.tables.breach as tables
from services.compliance import breach_words as words
from services.compliance.breach_alerts import owners_of
from services.compliance.breach_states import is_within, is_worse, worst_side
from services.events_outbox import notify

if TYPE_CHECKING:
    from data.store.tables import Portfolio
    from data.store.unit_of_work import UnitOfWork
    from engine.compliance.result import GroupResult, RuleResult
    from services.compliance.in_force import RuleInForce


def opens(uow: UnitOfWork, portfolio_id: str, in_force: RuleInForce, result: RuleResult, today: date) -> bool:
    """Return whether a failing rule opens a breach where none stands.

    What is found between the days on which a rule is tested opens none, and neither does a rule that has to fail on
    several business days in a row before they are over. They are counted from the check that found it first.

    Parameters
    ----------
    uow : UnitOfWork
        In which the results of the check are stored already.
    today : date
        Of the check, in UTC.

    """
    if result.is_preview:
        return False
    asked = in_force.rule.consecutive_days
    if asked == 1:
        return True
    since = next(
        (row.since_utc.date() for row in uow.compliance_results.figures([portfolio_id])
         if row.rule_id == in_force.rule_id and row.status == result.status),
        today,
    )  # fmt: skip
    return int(np.busday_count(since, today)) + 1 >= asked


def unexcused(group: GroupResult, result: RuleResult) -> GroupResult:
    """Return how a group stands that broke the rule before.

    A rule that is tested at acquisition excuses whatever stood the day before: what trades brought beyond its limit
    would be cured a day later without anybody's doing. The same is true between the days on which a rule is tested. It
    stays a breach until its figure is within the limit.
    """
    side = worst_side(result.operator, group, result.limit)
    if group.status != "warning" or is_within(result.operator, side, result.limit):
        return group
    return group.model_copy(update={"status": "failed"})


def farthest_step(group: GroupResult, row: tables.Breach | None, result: RuleResult) -> float | None:
    """Return the farthest limit that a figure was beyond since its breach was opened; None of a rule with one limit."""
    before = None if row is None else row.step_value
    if group.step is None or (before is not None and not is_worse(result.operator, group.step, before, result.limit)):
        return before
    return group.step


def tell_step(uow: UnitOfWork, portfolio: Portfolio, row: tables.Breach) -> None:
    """Tell that a further limit is passed: the alert of the rule is there since the first, and is not told again."""
    for user_id in owners_of(uow, portfolio):
        notify(
            uow,
            user_id,
            f"{portfolio.name}: “{row.rule_title}” has passed a further limit",
            words.broken(row, portfolio.base_currency),
            tenant_id=portfolio.tenant_id,
            severity=row.severity,
            link=words.link_of(portfolio.id, row.id),
        )
