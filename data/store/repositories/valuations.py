"""What was each portfolio worth, day by day?"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, update

from data.store.repositories.portfolios import Portfolios
from data.store.repositories.repository import Repository
from data.store.tables import DailyValuation, Portfolio


class Valuations(Repository[DailyValuation]):
    """Daily values of visible portfolios, recomputed from ledger and prices."""

    model = DailyValuation
    kind = "valuation"

    def replace_from(
        self,
        portfolio_id: str,
        start: date | None,
        rows: Iterable[DailyValuation],
        valued_with_sha256: str | None = None,
    ) -> int:
        """Put new values in place of those from a day on (None: of all); return how many were written.

        The portfolio keeps from which closes and rates they were computed; its own version stays as it is.
        """
        portfolio = Portfolios(self._context).get(portfolio_id, write=True)
        old = delete(DailyValuation).where(DailyValuation.portfolio_id == portfolio_id)
        self._session.execute(old if start is None else old.where(DailyValuation.valued_on >= start))
        now = self._context.now_utc()
        values = [
            {
                "portfolio_id": portfolio_id,
                "valued_on": row.valued_on,
                "tenant_id": portfolio.tenant_id,
                "value_ccy": row.value_ccy,
                "cash_ccy": row.cash_ccy,
                "external_flow_ccy": row.external_flow_ccy,
                "return_frac": row.return_frac,
                "twr_index": row.twr_index,
                "created_at_utc": now,
            }
            for row in rows
        ]
        if values:
            self._session.connection().execute(insert(DailyValuation.__table__), values)  # type: ignore[arg-type]
        known = update(Portfolio).where(Portfolio.id == portfolio_id).values(valued_with_sha256=valued_with_sha256)
        self._session.execute(known.execution_options(synchronize_session=False))
        return len(values)

    def history(
        self, portfolio_id: str, start: date | None = None, end: date | None = None
    ) -> Sequence[DailyValuation]:
        """Return the values of one portfolio between two days, both included, in order."""
        query = self._query().where(DailyValuation.portfolio_id == portfolio_id)
        if start is not None:
            query = query.where(DailyValuation.valued_on >= start)
        if end is not None:
            query = query.where(DailyValuation.valued_on <= end)
        return self._all(query.order_by(DailyValuation.valued_on))

    def figures(self, portfolio_id: str, start: date | None = None, end: date | None = None) -> Sequence[Any]:
        """Return the columns of one portfolio's values that charts need, in order; plain rows, being many."""
        query = self._query().where(DailyValuation.portfolio_id == portfolio_id)
        if start is not None:
            query = query.where(DailyValuation.valued_on >= start)
        if end is not None:
            query = query.where(DailyValuation.valued_on <= end)
        columns = query.with_only_columns(
            DailyValuation.valued_on,
            DailyValuation.value_ccy,
            DailyValuation.external_flow_ccy,
            DailyValuation.return_frac,
            DailyValuation.twr_index,
        )
        rows: Sequence[Any] = self._session.execute(columns.order_by(DailyValuation.valued_on)).all()
        return rows

    def first_day(self, portfolio_id: str) -> date | None:
        """Return the first valued day of a portfolio; None while it has none."""
        query = self._query().where(DailyValuation.portfolio_id == portfolio_id)
        day: date | None = self._session.scalar(query.with_only_columns(func.min(DailyValuation.valued_on)))
        return day

    def histories(self, portfolio_ids: Sequence[str], start: date) -> dict[str, list[DailyValuation]]:
        """Return the values of several portfolios from a day on, by portfolio id, in one query."""
        query = self._query().where(
            DailyValuation.portfolio_id.in_(list(portfolio_ids)), DailyValuation.valued_on >= start
        )
        found: dict[str, list[DailyValuation]] = {portfolio_id: [] for portfolio_id in portfolio_ids}
        for row in self._all(query.order_by(DailyValuation.portfolio_id, DailyValuation.valued_on)):
            found[row.portfolio_id].append(row)
        return found

    def last_days(self, portfolio_ids: Sequence[str]) -> dict[str, date]:
        """Return the last valued day of each portfolio that has one."""
        query = (
            self._query()
            .where(DailyValuation.portfolio_id.in_(list(portfolio_ids)))
            .with_only_columns(DailyValuation.portfolio_id, func.max(DailyValuation.valued_on))
            .group_by(DailyValuation.portfolio_id)
        )
        return {portfolio_id: day for portfolio_id, day in self._session.execute(query)}
