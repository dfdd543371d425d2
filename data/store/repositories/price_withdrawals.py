"""Which corrections did a house take back, since when, and which versions of bars count without them?

A correction that was taken back leaves its bars behind: as of an instant before that they count, from then on they do
not. So no answer about an earlier instant ever changes, and nothing has to be said again over what lies below.
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_

from data.store.repositories.repository import Repository
from data.store.tables import PriceBar, PriceWithdrawal
from data.store.visibility import visible


class PriceWithdrawals(Repository[PriceBar]):
    """Knows which versions of bars are taken back; those of shared bars never are."""

    model = PriceBar
    kind = "price"

    def taken_back(self, known_at_utc: datetime | None = None) -> dict[str, datetime]:
        """Return which corrections the unit's tenant had taken back by an instant (None: by now): batch id to when."""
        conditions = self._mine(known_at_utc)
        if conditions is None:
            return {}
        query = visible(PriceWithdrawal, self._context.actor).where(*conditions)
        columns = query.with_only_columns(PriceWithdrawal.batch_id, PriceWithdrawal.withdrawn_at_utc)
        return {batch_id: at for batch_id, at in self._session.execute(columns)}

    def _taken_back_at(self, frequency: str, known_at_utc: datetime | None = None) -> dict[tuple[str, str], datetime]:
        """Return when the last correction was taken back, by asset id and provider: the raw bars count since then."""
        conditions = self._mine(known_at_utc)
        if conditions is None:
            return {}
        query = visible(PriceWithdrawal, self._context.actor).where(*conditions, PriceWithdrawal.frequency == frequency)
        keys = (PriceWithdrawal.asset_id, PriceWithdrawal.provider)
        columns = query.with_only_columns(*keys, func.max(PriceWithdrawal.withdrawn_at_utc)).group_by(*keys)
        return {(asset_id, provider): at for asset_id, provider, at in self._session.execute(columns)}

    def _window(self, known_at_utc: datetime | None, start: date | None, end: date | None) -> list[ColumnElement[bool]]:
        """Return the conditions of a window of sessions and of knowledge; what was taken back by then is outside."""
        conditions: list[ColumnElement[bool]] = []
        if known_at_utc is not None:
            conditions.append(PriceBar.knowledge_time_utc <= known_at_utc)
        if start is not None:
            conditions.append(PriceBar.session_date >= start)
        if end is not None:
            conditions.append(PriceBar.session_date <= end)
        mine = self._mine(known_at_utc)
        if mine is not None and self.taken_back(known_at_utc):  # most houses took nothing back: they pay for no look-up
            gone = visible(PriceWithdrawal, self._context.actor).where(*mine)
            is_gone = PriceBar.batch_id.in_(gone.with_only_columns(PriceWithdrawal.batch_id))
            conditions.append(or_(PriceBar.tenant_scope == "", PriceBar.batch_id.is_(None), ~is_gone))
        return conditions

    def _mine(self, known_at_utc: datetime | None) -> list[ColumnElement[bool]] | None:
        tenant_id = self._context.actor.tenant_id
        if tenant_id is None:
            return None
        conditions = [PriceWithdrawal.tenant_scope == tenant_id]
        if known_at_utc is not None:
            conditions.append(PriceWithdrawal.withdrawn_at_utc <= known_at_utc)
        return conditions
