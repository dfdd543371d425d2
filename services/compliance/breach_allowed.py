"""Which breaches does somebody let stand, up to which figure, and how does that end?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from engine.compliance.result import GroupResult
from services.compliance.breach_grandfather import wording_of
from services.compliance.breach_pool import POOL
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
    return overrides_in_force_of(uow, [portfolio_id], at_utc)[portfolio_id]


def overrides_in_force_of(
    uow: UnitOfWork, portfolio_ids: Sequence[str], at_utc: datetime
) -> dict[str, dict[tuple[str, str], OverrideInForce]]:
    """Return what is let stand in several portfolios, read at once; as `overrides_in_force` of each.

    Where what cannot be judged is one breach, each group that it named then is let stand for as long as it cannot be.
    """
    found: dict[str, dict[tuple[str, str], OverrideInForce]] = {one: {} for one in portfolio_ids}
    rows = uow.breach_overrides.in_force(portfolio_ids, at_utc.date())
    for row in rows:
        found[row.portfolio_id][row.rule_id, row.group_name] = _in_force(row, row.level)
    breaches = uow.breaches.get_many([row.breach_id for row in rows if row.group_name == POOL])
    for row in rows:
        for name in breaches[row.breach_id].unjudged_groups if row.breach_id in breaches else ():
            found[row.portfolio_id].setdefault((row.rule_id, name), _in_force(row, None))
    return found


def _in_force(row: tables.BreachOverride, level: float | None) -> OverrideInForce:
    return OverrideInForce(row.id, row.breach_id, level, row.expires_on, row.wording_sha256, row.reason)


def end_override(
    uow: UnitOfWork, row: tables.Breach, state: OverrideState, at_utc: datetime, reason: str, by_id: str | None = None
) -> tables.BreachOverride | None:
    """End the override of a breach that waits or is approved; None where there is none."""
    live = uow.breach_overrides.live_of(row.id)
    if live is None:
        return None
    values = {"state": state.value, "ended_at_utc": at_utc, "end_reason": reason, "ended_by_id": by_id}
    return uow.breach_overrides.change(live, values)
