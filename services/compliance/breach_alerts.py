"""When do breaches ring the bell, for whom, and how often?

One alert for a rule and a portfolio, however many groups break it, and one notification for a check, however many rules
it found broken. It rings while somebody has to do something, is quiet once all of it is acknowledged, and ends when the
rule is kept, let stand, or broken only by what was held before it. Escalation is `services.compliance.breach_watch`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from services import formatting
from services.alerts_states import ESCALATED, NOTIFIED, Observation, observe, tell
from services.auth.roles import Role
from services.compliance import breach_words as words
from services.compliance.breach_states import UNSETTLED
from services.events_outbox import notify
from services.messages.alerts import AlertState, Severity
from services.messages.compliance_breaches import BreachStatus

if TYPE_CHECKING:
    import data.store.tables.alert as alert_tables
    from data.store.tables import Breach, Portfolio
    from data.store.unit_of_work import UnitOfWork

S = BreachStatus
LISTED_COUNT = 5
Rung = tuple["alert_tables.Alert", Observation]


def settle_alerts(uow: UnitOfWork, portfolio: Portfolio, rule_ids: Collection[str], now_utc: datetime) -> None:
    """Let the alerts of these rules follow their breaches; runs in a unit of the product's own."""
    rung: list[Rung] = []
    rows = uow.breaches.unclosed(portfolio.id)
    for rule_id in sorted(rule_ids):
        one = _settle(uow, portfolio, rule_id, [row for row in rows if row.rule_id == rule_id], now_utc)
        if one is not None:
            rung.append(one)
    if len(rung) == 1:
        tell(uow, *rung[0])
    elif rung:
        _tell_together(uow, portfolio, rung)


def key_of(portfolio_id: str, rule_id: str) -> str:
    """Return the key of the alert of a rule and a portfolio."""
    return f"breach:{portfolio_id}:{rule_id}"


def _settle(
    uow: UnitOfWork, portfolio: Portfolio, rule_id: str, rows: Sequence[Breach], now_utc: datetime
) -> Rung | None:
    """Move the alert of one rule; return it with what was seen if its owner is to be told."""
    key = key_of(portfolio.id, rule_id)
    alert = uow.alerts.find_open(key)
    unsettled = [row for row in rows if row.status in UNSETTLED]
    if not unsettled and alert is None:
        return None
    seen = (
        _holds(portfolio, key, unsettled, owner_of(uow, portfolio)) if unsettled else _gone(portfolio, key, alert, rows)
    )
    is_attended = bool(unsettled) and all(row.status != S.OPEN for row in unsettled)
    if alert is not None and unsettled and not is_attended and alert.state == AlertState.ACKNOWLEDGED:
        kept = {name: value for name, value in alert.details.items() if name != NOTIFIED}
        uow.alerts.set_state(alert.id, AlertState.PENDING.value, details=kept)  # something new is told again
    told_before = None if alert is None else alert.details.get(NOTIFIED)
    row = observe(uow, seen, now_utc)
    if row is None:
        return None
    is_told = row.details.get(NOTIFIED) != told_before or _is_end(row, told_before)
    if ESCALATED not in row.details:  # whoever looks after the house is told by the age of the breach
        row.details = {**row.details, ESCALATED: now_utc.isoformat()}
    if is_attended and row.state == AlertState.FIRING:
        row = uow.alerts.set_state(row.id, AlertState.ACKNOWLEDGED.value)
        return None
    return (row, seen) if is_told else None


def _is_end(row: alert_tables.Alert, told_before: object) -> bool:
    return row.state == AlertState.RESOLVED and told_before is not None


def _holds(portfolio: Portfolio, key: str, rows: Sequence[Breach], owner_id: str | None) -> Observation:
    broken = [row for row in rows if not row.is_unjudged]
    shown = broken or list(rows)
    title = shown[0].rule_title
    severity = Severity(min(shown, key=lambda row: row.severity_rank).severity)
    if not broken and severity in (Severity.HARD, Severity.SOFT):
        severity = Severity.WARNING
    return Observation(
        tenant_id=portfolio.tenant_id,
        key=key,
        condition="holds",
        severity=severity,
        title=f"{portfolio.name}: “{title}” {_state_words(shown[0], is_judged=bool(broken))}",
        sentence=words.together(shown, portfolio.base_currency),
        owner_id=owner_id,
        portfolio_id=portfolio.id,
        object_kind="breach",
        object_id=shown[0].id,
        link=words.link_of(portfolio.id, shown[0].id),
        is_told_elsewhere=True,
    )


def _state_words(row: Breach, *, is_judged: bool) -> str:
    if not is_judged:
        return "cannot be judged"
    return "is to be reported" if words.is_notice(row) else "is broken"


def _gone(portfolio: Portfolio, key: str, alert: alert_tables.Alert | None, rows: Sequence[Breach]) -> Observation:
    stands = [row for row in rows if row.status in (S.OVERRIDDEN, S.GRANDFATHERED)]
    said = "The rule is kept again, or no longer looked at."
    if stands:
        said = f"Let stand: {words.together(stands, portfolio.base_currency)}"
    return Observation(
        tenant_id=portfolio.tenant_id,
        key=key,
        condition="gone",
        title="" if alert is None else alert.title,
        sentence=said,
        link=words.link_of(portfolio.id),
        is_told_elsewhere=True,
    )


def _tell_together(uow: UnitOfWork, portfolio: Portfolio, rung: Sequence[Rung]) -> None:
    """Put one notification for all that began, and one for all that ended, into the owner's inbox."""
    ended = [one for one in rung if one[0].state == AlertState.RESOLVED]
    begun = [one for one in rung if one[0].state != AlertState.RESOLVED]
    for several in (ended, begun):
        if len(several) == 1:
            tell(uow, *several[0])
    if len(ended) > 1:
        said = " ".join(f"{row.title}: {seen.sentence}" for row, seen in ended[:LISTED_COUNT])
        _notify(uow, portfolio, f"{formatting.count(len(ended), 'rule')} are settled", said, ended, "info")
    if len(begun) > 1:
        _tell_begun(uow, portfolio, begun)


def _tell_begun(uow: UnitOfWork, portfolio: Portfolio, begun: list[Rung]) -> None:
    order = [one.value for one in (Severity.HARD, Severity.SOFT, Severity.WARNING, Severity.INFO)]
    begun.sort(key=lambda one: order.index(one[0].severity))
    more = len(begun) - LISTED_COUNT
    listed = " ".join(row.sentence for row, _ in begun[:LISTED_COUNT])
    rest = f" {formatting.count(more, 'more rule')} are listed on the page." if more > 0 else ""
    title = f"{formatting.count(len(begun), 'rule')} need somebody"
    _notify(uow, portfolio, title, listed + rest, begun, begun[0][0].severity)


def _notify(
    uow: UnitOfWork, portfolio: Portfolio, title: str, sentence: str, rung: Sequence[Rung], severity: str
) -> None:
    for user_id in owners_of(uow, portfolio):
        notify(
            uow,
            user_id,
            f"{portfolio.name}: {title}",
            sentence,
            tenant_id=portfolio.tenant_id,
            severity=severity,
            link=words.link_of(portfolio.id),
            alert_id=rung[0][0].id,
        )


def owner_of(uow: UnitOfWork, portfolio: Portfolio) -> str | None:
    """Return who is told of a portfolio's breaches: whoever made it, else its team's manager or advisor, else
    compliance; None in a house without any of them. Administrators may not be told what is held.
    """
    maker = uow.users.find(portfolio.created_by_id) if portfolio.created_by_id else None
    if maker is not None and maker.is_active:
        return maker.id
    members = uow.users.get_many(uow.teams.member_ids(portfolio.team_id)) if portfolio.team_id else {}
    for role in (Role.PORTFOLIO_MANAGER, Role.ADVISOR):
        fit = sorted(user.id for user in members.values() if user.is_active and user.role == role)
        if fit:
            return fit[0]
    keepers = uow.users.all(role=Role.COMPLIANCE, is_active=True)
    return keepers[0].id if keepers else None


def owners_of(uow: UnitOfWork, portfolio: Portfolio) -> list[str]:
    """Return who is told of what happens to a portfolio's breaches: its owner, else the administrators."""
    owner_id = owner_of(uow, portfolio)
    if owner_id is not None:
        return [owner_id]
    return [user.id for user in uow.users.all(role=Role.ADMINISTRATOR, is_active=True)]
