"""How has the house set up its sources, how much of their quotas is used, and who is left alone until when?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete

from data.store.repositories.inserts import insert_new
from data.store.repositories.repository import Repository
from data.store.tables import ProviderSetting, ProviderState, ProviderUsage

DAY, MINUTE = "day", "minute"
_KEPT = {MINUTE: timedelta(hours=1), DAY: timedelta(days=400)}


class ProviderSettings(Repository[ProviderSetting]):
    """What the house chose for each provider; administrators change it."""

    model = ProviderSetting
    kind = "provider setting"

    def all(self) -> dict[str, ProviderSetting]:
        """Return the settings by the provider's name; a provider that nobody set up has none."""
        return {row.provider: row for row in self._all(self._query().order_by(ProviderSetting.provider))}

    def of(self, provider: str) -> ProviderSetting | None:
        """Return the settings of one provider, or None."""
        return self._one(self._query().where(ProviderSetting.provider == provider))

    def put(self, provider: str, changes: Mapping[str, Any], row_version: int | None = None) -> ProviderSetting:
        """Change what is set for one provider, making its row where there is none.

        Raises
        ------
        RowReadOnly, RowStale
            The actor is no administrator; or the row changed since `row_version` was read (0 stands for no row).

        """
        self._refuse_unless_administrator(self.kind, provider)
        row = self._one(self._query(write=True).where(ProviderSetting.provider == provider))
        if row is None:
            row = ProviderSetting(provider=provider, is_enabled=False, credentials_hints={}, configuration={})
            row = self.add(row)
        elif row_version is not None:
            self._check_version(row, row_version)
        for name, value in changes.items():
            setattr(row, name, value)
        self._flush(row)
        return row

    def remove(self, provider: str) -> None:
        """Forget what is set for one provider, its keys included."""
        self._refuse_unless_administrator(self.kind, provider)
        row = self._one(self._query(write=True).where(ProviderSetting.provider == provider))
        if row is not None:
            self._session.delete(row)
            self._session.flush()


@dataclass(frozen=True)
class Limits:
    """How many requests a provider may be sent in a day and in a minute (UTC); None stands for no limit."""

    day_count: int | None = None
    minute_count: int | None = None


class ProviderUsages(Repository[ProviderUsage]):
    """Counters of requests; only for ``store.system(tenant_id)``."""

    model = ProviderUsage
    kind = "provider usage"

    def reserve(self, provider: str, wanted_count: int, limits: Limits) -> int:
        """Take requests out of the running minute and day, and return how many are granted: 0 to `wanted_count`.

        The rows are locked until the unit ends, so that two processes never grant the same request twice.
        """
        rows = self._running(provider)
        granted = max(0, wanted_count)
        for span, limit in ((DAY, limits.day_count), (MINUTE, limits.minute_count)):
            if limit is not None:
                granted = min(granted, max(0, limit - rows[span].asked_count))
        for row in rows.values():
            row.asked_count += granted
        self._forget_old(provider)
        self._session.flush()
        return granted

    def settle(self, provider: str, *, more_count: int, failed_count: int, received_bytes: int) -> None:
        """Correct the running counters by what a question really took.

        Parameters
        ----------
        more_count : int
            Requests sent beyond those reserved; negative where fewer were sent.

        """
        for row in self._running(provider).values():
            row.asked_count = max(0, row.asked_count + more_count)
            row.failed_count += failed_count
            row.received_bytes += received_bytes
        self._session.flush()

    def used(self) -> dict[tuple[str, str], ProviderUsage]:
        """Return the counters of the running day and minute by provider and span."""
        starts = list(self._starts().values())
        rows: Sequence[ProviderUsage] = self._all(self._query().where(ProviderUsage.started_at_utc.in_(starts)))
        known = self._starts()
        return {(row.provider, row.span): row for row in rows if row.started_at_utc == known[row.span]}

    def _starts(self) -> dict[str, datetime]:
        now = self._context.now_utc()
        return {
            DAY: now.replace(hour=0, minute=0, second=0, microsecond=0),
            MINUTE: now.replace(second=0, microsecond=0),
        }

    def _running(self, provider: str) -> dict[str, ProviderUsage]:
        """Return the locked rows of the running day and minute."""
        tenant_id = self._require_tenant()
        found: dict[str, ProviderUsage] = {}
        for span, started in self._starts().items():
            fresh = {
                "tenant_id": tenant_id,
                "provider": provider,
                "span": span,
                "started_at_utc": started,
                "asked_count": 0,
                "failed_count": 0,
                "received_bytes": 0,
            }
            insert_new(self._context, ProviderUsage, fresh)
            query = self._query(write=True).where(
                ProviderUsage.provider == provider,
                ProviderUsage.span == span,
                ProviderUsage.started_at_utc == started,
            )
            locked = query.with_for_update().execution_options(populate_existing=True)
            found[span] = self._session.scalars(locked).one()
        return found

    def _forget_old(self, provider: str) -> None:
        now = self._context.now_utc()
        for span, kept in _KEPT.items():
            old = (
                ProviderUsage.provider == provider,
                ProviderUsage.span == span,
                ProviderUsage.started_at_utc < now - kept,
            )
            self._session.execute(delete(ProviderUsage).where(*old, self._may()))


class ProviderStates(Repository[ProviderState]):
    """How providers last answered the house; only for ``store.system(tenant_id)``."""

    model = ProviderState
    kind = "provider state"

    def all(self) -> dict[str, ProviderState]:
        """Return the states by the provider's name."""
        return {row.provider: row for row in self._all(self._query())}

    def locked(self, provider: str) -> ProviderState:
        """Return the state of one provider for changing it, made if it is new."""
        fresh = {"tenant_id": self._require_tenant(), "provider": provider, "failures_count": 0}
        insert_new(self._context, ProviderState, fresh)
        query = self._query(write=True).where(ProviderState.provider == provider).with_for_update()
        row: ProviderState = self._session.scalars(query.execution_options(populate_existing=True)).one()
        return row
