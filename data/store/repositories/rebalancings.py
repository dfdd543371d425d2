"""Which proposals of trades are there for the portfolios that the actor may see?"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func

from data.store.repositories.pages import Page
from data.store.repositories.repository import Repository
from data.store.tables import Rebalancing


class Rebalancings(Repository[Rebalancing]):
    """Proposals of visible portfolios; they are never deleted."""

    model = Rebalancing
    kind = "rebalancing"

    def next_number(self, portfolio_id: str) -> int:
        """Return the number of a portfolio's next proposal; one writer at a time has it."""
        query = self._query().where(Rebalancing.portfolio_id == portfolio_id)
        return (self._session.scalar(query.with_only_columns(func.max(Rebalancing.number))) or 0) + 1

    def of(self, portfolio_id: str, *, cursor: str | None = None, limit: int = 50) -> Page[Rebalancing]:
        """Return the proposals of one portfolio, the newest first."""
        return self._page(self._query().where(Rebalancing.portfolio_id == portfolio_id), cursor, limit)

    def in_state(self, *states: str) -> Sequence[Rebalancing]:
        """Return all that are in one of some states, the oldest first."""
        query = self._query().where(Rebalancing.state.in_(states))
        return self._all(query.order_by(Rebalancing.created_at_utc, Rebalancing.id))

    def change(self, row: Rebalancing, values: Mapping[str, Any], row_version: int | None = None) -> Rebalancing:
        """Change a row that `get` of this unit handed out for writing.

        Raises
        ------
        RowStale
            When it was changed since `row_version` was read.
        """
        self._check_version(row, row_version)
        for name, value in values.items():
            setattr(row, name, value)
        self._flush(row)
        return row
