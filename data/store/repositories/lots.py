"""What is left of purchases, and what came from and went to the client?"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import delete

from data.store.repositories.portfolios import Portfolios
from data.store.repositories.repository import Repository
from data.store.tables import ExternalFlow, Lot

R = TypeVar("R", Lot, ExternalFlow)


class OfPortfolio(Repository[R]):
    """Rows that are computed from a portfolio's ledger and replaced as a whole."""

    def replace(self, portfolio_id: str, rows: Iterable[R]) -> None:
        """Put new rows in place of all rows of a portfolio that the actor may change."""
        portfolio = Portfolios(self._context).get(portfolio_id, write=True)
        self._session.execute(delete(self.model).where(self.model.portfolio_id == portfolio_id))
        fresh = list(rows)
        for row in fresh:
            row.portfolio_id, row.tenant_id = portfolio_id, portfolio.tenant_id
            row.created_at_utc = self._context.now_utc()
        self._session.add_all(fresh)
        self._session.flush()


class Lots(OfPortfolio[Lot]):
    """Open and closed lots of visible portfolios, rebuilt from the ledger."""

    model = Lot
    kind = "lot"

    def open(self, portfolio_id: str) -> Sequence[Lot]:
        """Return the lots still held, by acquisition date."""
        query = self._query().where(Lot.portfolio_id == portfolio_id, Lot.closed_on.is_(None))
        return self._all(query.order_by(Lot.acquired_on, Lot.id))


class ExternalFlows(OfPortfolio[ExternalFlow]):
    """Flows between portfolios and their clients."""

    model = ExternalFlow
    kind = "external flow"

    def between(self, portfolio_id: str, start: date | None = None, end: date | None = None) -> Sequence[ExternalFlow]:
        """Return the flows of a portfolio between two days, both included."""
        query = self._query().where(ExternalFlow.portfolio_id == portfolio_id)
        if start is not None:
            query = query.where(ExternalFlow.flow_date >= start)
        if end is not None:
            query = query.where(ExternalFlow.flow_date <= end)
        return self._all(query.order_by(ExternalFlow.flow_date, ExternalFlow.id))
