"""What needs attention?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from data.store.repositories.pages import Page
from data.store.repositories.repository import Repository
from data.store.tables import Alert


class Alerts(Repository[Alert]):
    """Alerts of the actor, about portfolios it may see, and about the installation as a whole."""

    model = Alert
    kind = "alert"
    editable = frozenset({"severity", "state", "title", "sentence", "owner_id", "details", "snoozed_until_utc"})

    def find_open(self, key: str) -> Alert | None:
        """Return the alert under a key that is not resolved."""
        return self._one(self._query().where(Alert.key == key, Alert.state != "resolved"))

    def page(self, *, states: Sequence[str] | None = None, cursor: str | None = None, limit: int = 100) -> Page[Alert]:
        """Return alerts, the newest first."""
        query = self._query()
        return self._page(query if states is None else query.where(Alert.state.in_(list(states))), cursor, limit)

    def set_state(self, alert_id: str, state: str, row_version: int | None = None, **changes: Any) -> Alert:
        """Move an alert to another state and note since when and by whom."""
        row = self.get(alert_id, write=True)
        self._check_version(row, row_version)
        now = self._context.now_utc()
        if row.state != state:
            row.state, row.state_since_utc = state, now
        if state == "acknowledged":
            row.acknowledged_by_id, row.acknowledged_at_utc = self._context.user_id, now
        if state == "resolved":
            row.resolved_at_utc = now
        for name, value in changes.items():
            setattr(row, name, value)
        self._flush(row)
        return row

    def seen_again(self, alert: Alert, changes: Mapping[str, Any]) -> Alert:
        """Count one more occurrence of an open alert."""
        alert.occurrences_count += 1
        alert.last_seen_at_utc = self._context.now_utc()
        for name, value in changes.items():
            setattr(alert, name, value)
        self._flush(alert)
        return alert

    def snoozed_until(self, now_utc: datetime) -> Sequence[Alert]:
        """Return snoozed alerts whose pause is over."""
        return self._all(self._query().where(Alert.state == "snoozed", Alert.snoozed_until_utc <= now_utc))
