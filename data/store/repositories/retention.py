"""Which records of a house are old enough to go, whom do they concern, and how do they go?

For the retention job alone: it works in a unit of the product itself, which sees one house.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from data.errors import UnitMisused
from data.store.actor import SystemActor
from data.store.repositories.context import UnitContext
from data.store.tables import (
    Alert,
    Client,
    ClientPersonal,
    LedgerTransaction,
    MailMessage,
    Notification,
    Portfolio,
    PortfolioTarget,
    Run,
    ScheduleFire,
    User,
    UserSession,
)
from data.store.visibility import condition, visible

FORMER = "Former user"
_ENDED = ("succeeded", "failed", "cancelled")


@dataclass(frozen=True)
class OldRecord:
    """One record that is old enough, and whom or what it concerns."""

    id: str
    person_id: str | None = None
    client_id: str | None = None
    portfolio_id: str | None = None


class Retention:
    """Old records of the unit's house, by class.

    Parameters
    ----------
    context : UnitContext
        Of the product itself, for one house.
    """

    def __init__(self, context: UnitContext) -> None:
        if not isinstance(context.actor, SystemActor) or context.actor.tenant_id is None:
            raise UnitMisused("Records are disposed of by the product itself, for one house at a time.")
        self._context = context
        self._session = context.session

    def old(self, record_class: str, before_utc: datetime) -> Sequence[OldRecord]:
        """Return the records of a class whose time began before an instant, in a fixed order."""
        return sorted(_OLD[record_class](self, before_utc), key=lambda one: one.id)

    def dispose(self, record_class: str, action: str, ids: Sequence[str]) -> int:
        """Do what the policy says with these records; return how many there were."""
        for start in range(0, len(ids), 500):
            _DISPOSE[record_class, action](self, list(ids[start : start + 500]))
        return len(ids)

    def clients_of_portfolios(self) -> Mapping[str, str]:
        """Return the client of every portfolio that has one, deleted ones included."""
        query = self._seen(Portfolio, deleted=True).where(Portfolio.client_id.is_not(None))
        return dict(self._session.execute(query.with_only_columns(Portfolio.id, Portfolio.client_id)).all())

    def _seen(self, model: Any, *, deleted: bool = False) -> Any:
        return visible(model, self._context.actor, deleted=deleted)

    def _rows(self, query: Any, *columns: Any) -> Sequence[Any]:
        rows: Sequence[Any] = self._session.execute(query.with_only_columns(*columns)).all()
        return rows

    def _sessions(self, before_utc: datetime) -> list[OldRecord]:
        query = self._seen(UserSession).where(UserSession.ended_at_utc < before_utc)
        query = query.where((UserSession.ip != "") | (UserSession.agent != ""))
        return [OldRecord(key, person_id=user) for key, user in self._rows(query, UserSession.key, UserSession.user_id)]

    def _notifications(self, before_utc: datetime) -> list[OldRecord]:
        query = self._seen(Notification).where(Notification.created_at_utc < before_utc)
        return [
            OldRecord(key, person_id=user) for key, user in self._rows(query, Notification.id, Notification.user_id)
        ]

    def _mails(self, before_utc: datetime) -> list[OldRecord]:
        query = self._seen(MailMessage).where(MailMessage.created_at_utc < before_utc, MailMessage.status != "pending")
        return [OldRecord(key) for (key,) in self._rows(query, MailMessage.id)]

    def _alerts(self, before_utc: datetime) -> list[OldRecord]:
        query = self._seen(Alert).where(Alert.state == "resolved", Alert.resolved_at_utc < before_utc)
        rows = self._rows(query, Alert.id, Alert.owner_id, Alert.portfolio_id)
        return [OldRecord(key, person_id=owner, portfolio_id=portfolio) for key, owner, portfolio in rows]

    def _clients(self, before_utc: datetime) -> list[OldRecord]:
        known = self._seen(ClientPersonal).with_only_columns(ClientPersonal.client_id)
        query = self._seen(Client, deleted=True).where(Client.deleted_at_utc < before_utc, Client.id.in_(known))
        return [OldRecord(key, client_id=key) for (key,) in self._rows(query, Client.id)]

    def _users(self, before_utc: datetime) -> list[OldRecord]:
        seen_at = User.last_seen_at_utc
        is_old = (seen_at < before_utc) | (seen_at.is_(None) & (User.created_at_utc < before_utc))
        query = self._seen(User).where(User.is_active.is_(False), is_old, ~User.name.startswith(FORMER))
        return [OldRecord(key, person_id=key) for (key,) in self._rows(query, User.id)]

    def _runs(self, before_utc: datetime) -> list[OldRecord]:
        """Runs from which nothing follows: no booking, no target, no other run, no firing of a schedule."""
        query = self._seen(Run, deleted=True).where(Run.status.in_(_ENDED), Run.created_at_utc < before_utc)
        for model, column in (
            (LedgerTransaction, LedgerTransaction.run_id), (PortfolioTarget, PortfolioTarget.run_id),
            (Run, Run.parent_run_id), (ScheduleFire, ScheduleFire.run_id),
        ):  # fmt: skip
            used = self._seen(model, deleted=True).where(column.is_not(None)).with_only_columns(column)
            query = query.where(Run.id.not_in(used))
        rows = self._rows(query, Run.id, Run.owner_id, Run.portfolio_id)
        return [OldRecord(key, person_id=owner, portfolio_id=portfolio) for key, owner, portfolio in rows]

    def _delete(self, model: Any, column: Any, ids: list[str]) -> None:
        self._write(delete(model).where(column.in_(ids), condition(model, self._context.actor, write=True)))

    def _change(self, model: Any, column: Any, ids: list[str], **values: Any) -> None:
        owned = condition(model, self._context.actor, write=True)
        self._write(update(model).where(column.in_(ids), owned).values(**values))

    def _write(self, statement: Any) -> None:
        self._session.execute(statement.execution_options(synchronize_session=False))

    def _delete_alerts(self, ids: list[str]) -> None:
        self._change(Notification, Notification.alert_id, ids, alert_id=None)
        self._delete(Alert, Alert.id, ids)

    def _delete_runs(self, ids: list[str]) -> None:
        self._change(Notification, Notification.run_id, ids, run_id=None)
        self._delete(Run, Run.id, ids)

    def _forget_users(self, ids: list[str]) -> None:
        """Replace what names a person by a mark that stays the same wherever the person is named."""
        for user_id in ids:
            mark = user_id.replace("-", "")[-8:]
            self._change(
                User, User.id, [user_id], name=f"{FORMER} {mark}", email=f"former-{mark}@invalid",
                email_key=f"former-{user_id}@invalid", password_hash=None, tf_totp_secret=None, tf_primary_method=None,
            )  # fmt: skip


_OLD: dict[str, Callable[[Retention, datetime], list[OldRecord]]] = {
    "sign_in": Retention._sessions,
    "notification": Retention._notifications,
    "mail": Retention._mails,
    "alert": Retention._alerts,
    "client_personal": Retention._clients,
    "user": Retention._users,
    "run": Retention._runs,
}
_DISPOSE: dict[tuple[str, str], Callable[[Retention, list[str]], None]] = {
    ("sign_in", "delete"): lambda self, ids: self._delete(UserSession, UserSession.key, ids),
    ("sign_in", "pseudonymise"): lambda self, ids: self._change(UserSession, UserSession.key, ids, ip="", agent=""),
    ("notification", "delete"): lambda self, ids: self._delete(Notification, Notification.id, ids),
    ("mail", "delete"): lambda self, ids: self._delete(MailMessage, MailMessage.id, ids),
    ("alert", "delete"): Retention._delete_alerts,
    ("client_personal", "pseudonymise"): lambda self, ids: self._delete(ClientPersonal, ClientPersonal.client_id, ids),
    ("user", "pseudonymise"): Retention._forget_users,
    ("run", "delete"): Retention._delete_runs,
}
