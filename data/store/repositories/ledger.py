"""What happened to a portfolio, and what does it hold after it?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, tuple_

from data.errors import RowRefused
from data.store.repositories.pages import Page
from data.store.repositories.portfolios import Portfolios
from data.store.repositories.records import LockedPeriods
from data.store.repositories.repository import Repository
from data.store.tables import LedgerTransaction


@dataclass(frozen=True)
class Positions:
    """What a portfolio holds: quantity by asset id and cash by currency; zeros are left out."""

    quantities: dict[str, Decimal] = field(default_factory=dict)
    cash_ccy: dict[str, Decimal] = field(default_factory=dict)


class Ledger(Repository[LedgerTransaction]):
    """Transactions of visible portfolios; they are added and never changed."""

    model = LedgerTransaction
    kind = "transaction"

    def append(self, portfolio_id: str, rows: Iterable[LedgerTransaction]) -> Sequence[LedgerTransaction]:
        """Add entries at the end of a portfolio's ledger, in the order given.

        Raises
        ------
        RowNotFound, RowReadOnly
            When the actor may not change the portfolio.
        RowDuplicate
            When an ``external_ref`` was entered before.
        DaysLocked
            When an entry is dated in a period that the house has locked.
        """
        portfolio = Portfolios(self._context).get(portfolio_id, write=True)
        self._session.refresh(portfolio, with_for_update=True)  # one writer numbers the entries at a time
        last = self._session.scalar(
            self._query()
            .where(LedgerTransaction.portfolio_id == portfolio_id)
            .with_only_columns(func.max(LedgerTransaction.entry_number))
        )
        added, now_utc = list(rows), self._context.now_utc()  # what is entered together has one instant
        LockedPeriods(self._context).refuse(row.trade_date for row in added)
        for number, row in enumerate(added, start=(last or 0) + 1):
            row.portfolio_id, row.tenant_id, row.entry_number = portfolio_id, portfolio.tenant_id, number
            row.entered_by_id = self._context.user_id
            row.created_at_utc = now_utc
            row.fees_ccy = Decimal(0) if row.fees_ccy is None else row.fees_ccy
            row.quantity = Decimal(0) if row.quantity is None else row.quantity
        self._session.add_all(added)
        self._session.flush()
        return added

    def entries(self, portfolio_id: str, until: date | None = None) -> Sequence[LedgerTransaction]:
        """Return a portfolio's entries up to and including a day, in the order they happened."""
        query = self._query().where(LedgerTransaction.portfolio_id == portfolio_id)
        if until is not None:
            query = query.where(LedgerTransaction.trade_date <= until)
        return self._all(query.order_by(LedgerTransaction.trade_date, LedgerTransaction.entry_number))

    def figures(self, portfolio_id: str) -> Sequence[Any]:
        """Return the columns of a portfolio's entries that valuation needs, in the order they happened.

        Long ledgers are valued often; rows of plain values read several times faster than mapped objects.
        """
        query = self._query().where(LedgerTransaction.portfolio_id == portfolio_id)
        columns = query.with_only_columns(
            LedgerTransaction.id,
            LedgerTransaction.entry_number,
            LedgerTransaction.kind,
            LedgerTransaction.trade_date,
            LedgerTransaction.asset_id,
            LedgerTransaction.quantity,
            LedgerTransaction.amount_ccy,
            LedgerTransaction.fees_ccy,
            LedgerTransaction.price,
            LedgerTransaction.currency,
            LedgerTransaction.reverses_id,
        )
        order = (LedgerTransaction.trade_date, LedgerTransaction.entry_number)
        rows: Sequence[Any] = self._session.execute(columns.order_by(*order)).all()
        return rows

    def trades(self, first: date, last: date) -> Sequence[Any]:
        """Return purchases and sales of all visible portfolios on some days, both included, as plain rows.

        Entries that take another back are among them, whatever day they are of the same span.
        """
        row = LedgerTransaction
        query = self._query().where(row.trade_date >= first, row.trade_date <= last)
        query = query.where(or_(row.kind.in_(("buy", "sell")), row.reverses_id.is_not(None)))
        columns = query.with_only_columns(
            row.id, row.portfolio_id, row.asset_id, row.trade_date, row.quantity, row.price, row.amount_ccy,
            row.fees_ccy, row.currency, row.reverses_id,
        )  # fmt: skip
        rows: Sequence[Any] = self._session.execute(columns.order_by(row.trade_date, row.id)).all()
        return rows

    def touches(self, portfolio_ids: Sequence[str], since: date) -> Sequence[Any]:
        """Return what was entered of assets of portfolios from a day on, and every entry that takes another back."""
        row = LedgerTransaction
        query = self._query().where(
            row.portfolio_id.in_(list(portfolio_ids)),
            row.asset_id.is_not(None),
            or_(row.trade_date >= since, row.reverses_id.is_not(None)),
        )
        columns = query.with_only_columns(
            row.id, row.portfolio_id, row.kind, row.trade_date, row.asset_id, row.quantity, row.reverses_id
        )
        rows: Sequence[Any] = self._session.execute(columns.order_by(row.trade_date, row.entry_number)).all()
        return rows

    def last_entries(self, portfolio_ids: Sequence[str]) -> dict[str, int]:
        """Return the number of the last entry of each portfolio that has entries: it tells whether a ledger changed."""
        query = (
            self._query()
            .where(LedgerTransaction.portfolio_id.in_(list(portfolio_ids)))
            .with_only_columns(LedgerTransaction.portfolio_id, func.max(LedgerTransaction.entry_number))
            .group_by(LedgerTransaction.portfolio_id)
        )
        return {portfolio_id: number for portfolio_id, number in self._session.execute(query)}

    def latest(self, portfolio_id: str, *, cursor: str | None = None, limit: int = 100) -> Page[LedgerTransaction]:
        """Return a portfolio's entries, the latest day first."""
        query = self._query().where(LedgerTransaction.portfolio_id == portfolio_id)
        key = tuple_(LedgerTransaction.trade_date, LedgerTransaction.entry_number)
        if cursor is not None:
            day, _, number = cursor.partition("~")
            try:
                query = query.where(key < tuple_(date.fromisoformat(day), int(number)))
            except ValueError as error:
                raise RowRefused(
                    "The cursor is not one that this list handed out; start from the first page."
                ) from error
        size = max(1, min(limit, 1000))
        order = (LedgerTransaction.trade_date.desc(), LedgerTransaction.entry_number.desc())
        rows = self._all(query.order_by(*order).limit(size + 1))
        if len(rows) <= size:
            return Page(rows, None)
        return Page(rows[:size], f"{rows[size - 1].trade_date.isoformat()}~{rows[size - 1].entry_number}")

    def positions(self, portfolio_ids: Sequence[str], as_of: date | None = None) -> dict[str, Positions]:
        """Return what portfolios hold at the end of a day (default: after every entry), exactly.

        Returns
        -------
        dict of str to Positions
            By portfolio id; a portfolio without entries or out of sight has empty positions.
        """
        query = self._query().where(LedgerTransaction.portfolio_id.in_(list(portfolio_ids)))
        if as_of is not None:
            query = query.where(LedgerTransaction.trade_date <= as_of)
        columns = query.with_only_columns(
            LedgerTransaction.portfolio_id,
            LedgerTransaction.asset_id,
            LedgerTransaction.quantity,
            LedgerTransaction.currency,
            LedgerTransaction.amount_ccy,
        )
        found = {portfolio_id: Positions() for portfolio_id in portfolio_ids}
        for portfolio_id, asset_id, quantity, currency, amount_ccy in self._session.execute(columns):
            positions = found[portfolio_id]
            if asset_id is not None:
                positions.quantities[asset_id] = positions.quantities.get(asset_id, Decimal(0)) + quantity
            positions.cash_ccy[currency] = positions.cash_ccy.get(currency, Decimal(0)) + amount_ccy
        return {
            key: Positions(
                {asset: quantity for asset, quantity in held.quantities.items() if quantity},
                {currency: amount for currency, amount in held.cash_ccy.items() if amount},
            )
            for key, held in found.items()
        }
