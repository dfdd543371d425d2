"""Which breaches does somebody let stand, up to which figure, and how does that end?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from engine.compliance.result import GroupResult
from services.compliance.breach_grandfather import wording_of
from services.compliance.breach_states import is_worse, worst_side
from services.messages.compliance_breaches import OverrideState

if TYPE_CHECKING:
    import data.store.tables.breach as tables
    from data.store.unit_of_work import UnitOfWork
    from services.compliance.in_force import RuleInForce


@dataclass(frozen=True, slots=True)
class OverrideInForce:
    """A breach that somebody let stand, up to a level and a day.

    Parameters
    ----------
    level : float or None
        In the rule's unit; None where only "cannot be judged" is let stand.
    until : date
        The last day, included.
    wording_sha256 : str
        The wording of the rule that it was given for.
    """

    override_id: str
    breach_id: str
    level: float | None
    until: date
    wording_sha256: str
    reason: str

    def covers(self, in_force: RuleInForce, group: GroupResult, limit: float | None = None) -> bool:
        """Return whether it covers how a group stands: same wording, still soft, no worse than its level."""
        if in_force.rule.severity != "soft" or wording_of(in_force) != self.wording_sha256:
            return False
        if self.level is None:
            return group.status == "indeterminate"
        operator = in_force.rule.operator
        return not is_worse(operator, worst_side(operator, group, limit), self.level, limit)


def overrides_in_force(uow: UnitOfWork, portfolio_id: str, at_utc: datetime) -> dict[tuple[str, str], OverrideInForce]:
    """Return what is let stand in a portfolio at an instant, by rule and group; the portfolio's group is empty.

    Parameters
    ----------
    uow : UnitOfWork
        Of anybody who sees the portfolio.
    portfolio_id : str
    at_utc : datetime
    """
    return {
        (row.rule_id, row.group_name): OverrideInForce(
            row.id, row.breach_id, row.level, row.expires_on, row.wording_sha256, row.reason
        )
        for row in uow.breach_overrides.in_force(portfolio_id, at_utc.date())
    }


def end_override(
    uow: UnitOfWork, row: tables.Breach, state: OverrideState, at_utc: datetime, reason: str, by_id: str | None = None
) -> tables.BreachOverride | None:
    """End the override of a breach that waits or is approved; None where there is none."""
    live = uow.breach_overrides.live_of(row.id)
    if live is None:
        return None
    values = {"state": state.value, "ended_at_utc": at_utc, "end_reason": reason, "ended_by_id": by_id}
    return uow.breach_overrides.change(live, values)
