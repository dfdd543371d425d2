"""What is each portfolio worth now, and how are its stored daily values kept true to ledger and prices?

Daily values, external flows and lots are stored, so that lists and charts read them instead of computing them anew.
They are rewritten in the transaction that changes the ledger; when any close or rate changes, of today or of years ago,
the first reader finds that they were computed from others, and has them rewritten under the product's own name.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from data.store import tables
from services.auth.actor import Actor
from services.market_series import SeriesReader
from services.ports import Ports
from services.valuation_daily import (
    DailyPath,
    DayValue,
    ValuedHolding,
    external_flow,
    value_cash,
    value_daily,
    value_holdings,
)
from services.valuation_ledger import (
    ZERO,
    CostBasis,
    LedgerEntry,
    OpenLot,
    average_costs,
    cash,
    fifo_lots,
    first_day,
    positions,
)
from services.valuation_prices import PriceBook

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

STATES_KEPT_COUNT = 256
RECENT_DAYS = 430
"""Calendar days of stored values that a state carries: one year and what the year to date needs."""
PENNY = Decimal("0.00000001")


@dataclass(frozen=True)
class DayPoint:
    """One stored daily value."""

    day: date
    value_ccy: Decimal
    external_flow_ccy: Decimal
    return_frac: float | None
    twr_index: float


@dataclass(frozen=True)
class PortfolioState:
    """What a portfolio holds and is worth at its as-of date; immutable, so it can be shared between requests.

    Parameters
    ----------
    as_of : date or None
        The last day up to which every holding has closes; None for an empty ledger.
    value_ccy : Decimal or None
        None when some holding or some cash cannot be valued.
    recent : tuple of DayPoint
        The stored values of a bit more than a year.

    """

    portfolio_id: str
    base_currency: str
    as_of: date | None
    entries: tuple[LedgerEntry, ...] = field(repr=False)
    book: PriceBook = field(repr=False)
    holdings: tuple[ValuedHolding, ...]
    balances: dict[str, Decimal]
    cash_ccy: Decimal | None
    value_ccy: Decimal | None
    costs: dict[str, CostBasis] = field(repr=False)
    recent: tuple[DayPoint, ...] = field(repr=False)
    previous_values: dict[str, Decimal] = field(repr=False)

    @property
    def previous(self) -> DayPoint | None:
        """The stored value of the session before the as-of date."""
        return self.recent[-2] if len(self.recent) > 1 else None


class Valuator:
    """Reads and keeps the values of portfolios.

    Parameters
    ----------
    ports : Ports
    reader : SeriesReader

    """

    def __init__(self, ports: Ports, reader: SeriesReader) -> None:
        self._ports = ports
        self._reader = reader
        self._states: OrderedDict[tuple[str, int, str], PortfolioState] = OrderedDict()
        self._lock = threading.Lock()

    def states(self, actor: Actor, rows: Sequence[tables.Portfolio]) -> dict[str, PortfolioState]:
        """Return the present state of each portfolio, by id; what is unchanged comes from memory."""
        ids = [row.id for row in rows]
        with self._ports.store.read(actor) as uow:
            version = self._reader.version(uow)
            last_entries = uow.ledger.last_entries(ids)
            keys = {row.id: (row.id, last_entries.get(row.id, 0), version) for row in rows}
            with self._lock:
                known = {key[0]: self._states[key] for key in keys.values() if key in self._states}
            fresh = {row.id: self._load(uow, row) for row in rows if row.id not in known}
        outdated = [row for row in rows if row.id in fresh and _is_outdated(fresh[row.id], row)]
        if outdated:
            self._rewrite(actor, outdated)
            with self._ports.store.read(actor) as uow:
                fresh |= {row.id: self._load(uow, row) for row in outdated}
        self._keep({keys[key]: state for key, state in fresh.items()})
        return known | fresh

    def state(self, actor: Actor, row: tables.Portfolio) -> PortfolioState:
        """Return the present state of one portfolio."""
        return self.states(actor, [row])[row.id]

    def state_on(self, uow: UnitOfWork, row: tables.Portfolio, day: date) -> PortfolioState:
        """Return the state at the close of a day, computed anew; without a date when nothing was held yet."""
        return self._load(uow, row, day)

    def entries(self, uow: UnitOfWork, portfolio_id: str) -> tuple[LedgerEntry, ...]:
        """Return a portfolio's ledger, as far as valuation needs it.

        An entry and the one that reverses it on its own day leave nothing: neither holdings nor flows, costs or lots.
        """
        return entries_of(uow, portfolio_id)

    def book_of(self, uow: UnitOfWork, row: tables.Portfolio, entries: Iterable[LedgerEntry]) -> PriceBook:
        """Return closes and rates for entries that are about to be booked."""
        return self._book(uow, row, entries)

    def path(self, uow: UnitOfWork, row: tables.Portfolio) -> DailyPath:
        """Compute the portfolio's whole daily path from ledger and prices, with the gain of each holding."""
        entries = self.entries(uow, row.id)
        book = self._book(uow, row, entries)
        as_of = _as_of(entries, book)
        return DailyPath((), {}) if as_of is None else value_daily(entries, book, as_of)

    def revalue(self, uow: UnitOfWork, row: tables.Portfolio) -> None:
        """Rewrite the stored values, flows and lots of a portfolio in the unit of work that changed its ledger.

        The unit must be one of the product's own, or one of an actor who may change the portfolio.
        """
        entries = self.entries(uow, row.id)
        book = self._book(uow, row, entries)
        as_of = _as_of(entries, book)
        path = DailyPath((), {}) if as_of is None else value_daily(entries, book, as_of)
        uow.valuations.replace_from(row.id, None, (_value_row(day) for day in path.days), book.fingerprint())
        uow.flows.replace(row.id, _flow_rows(entries, book, path))
        uow.lots.replace(row.id, (_lot_row(lot) for lot in fifo_lots(entries)))

    def _load(self, uow: UnitOfWork, row: tables.Portfolio, day: date | None = None) -> PortfolioState:
        """Value the holdings at the as-of date, or on a day, and read the stored days before it."""
        entries = self.entries(uow, row.id)
        book = self._book(uow, row, entries)
        as_of = _as_of(entries, book)
        if as_of is not None and day is not None:
            begin = first_day(entries)
            as_of = None if begin is None or day < begin else day
        if as_of is None:
            return PortfolioState(row.id, row.base_currency, None, entries, book, (), {}, ZERO, ZERO, {}, (), {})
        balances = cash(entries, as_of)
        holdings = tuple(value_holdings(positions(entries, as_of), book, as_of))
        cash_ccy = value_cash(balances, book, as_of)
        values = [holding.value_ccy for holding in holdings]
        is_whole = cash_ccy is not None and all(value is not None for value in values)
        total = sum((value for value in values if value is not None), cash_ccy or ZERO) if is_whole else None
        stored = uow.valuations.figures(row.id, as_of - timedelta(days=RECENT_DAYS), as_of)
        recent = tuple(
            DayPoint(
                day.valued_on,
                day.value_ccy,
                day.external_flow_ccy,
                day.return_frac,
                day.twr_index if day.twr_index is not None else 1.0,
            )
            for day in stored
        )
        return PortfolioState(
            portfolio_id=row.id,
            base_currency=row.base_currency,
            as_of=as_of,
            entries=entries,
            book=book,
            holdings=holdings,
            balances=balances,
            cash_ccy=cash_ccy,
            value_ccy=total,
            costs=average_costs(entries, as_of),
            recent=recent,
            previous_values=_previous_values(entries, book, recent),
        )

    def _book(self, uow: UnitOfWork, row: tables.Portfolio, entries: Iterable[LedgerEntry]) -> PriceBook:
        """Return the closes of every asset in the ledger and the rates of its currencies."""
        listed = list(entries)
        assets = sorted({entry.asset_id for entry in listed if entry.asset_id is not None})
        book = self._reader.book(uow, row.base_currency, assets, {entry.currency for entry in listed})
        begin, calendar = first_day(listed), book.calendar()
        if begin is None or not book.series or not calendar.size or np.datetime64(begin, "D") >= calendar[0]:
            return book
        return replace(book, market_sessions=self._reader.market_sessions(uow))  # cash lay there before any price

    def _rewrite(self, actor: Actor, rows: Sequence[tables.Portfolio]) -> None:
        """Store the values of portfolios anew, under the product's own name."""
        with self._ports.store.system(actor.tenant_id) as uow:
            for row in rows:
                self.revalue(uow, row)
            uow.commit()

    def _keep(self, states: dict[tuple[str, int, str], PortfolioState]) -> None:
        """Remember states; the oldest are forgotten."""
        with self._lock:
            self._states.update(states)
            while len(self._states) > STATES_KEPT_COUNT:
                self._states.popitem(last=False)


def entries_of(uow: UnitOfWork, portfolio_id: str) -> tuple[LedgerEntry, ...]:
    """Return a portfolio's ledger; see `Valuator.entries`."""
    rows = uow.ledger.figures(portfolio_id)
    days = {row.id: row.trade_date for row in rows}
    taken_back = {row.reverses_id: row.id for row in rows if days.get(row.reverses_id) == row.trade_date}
    gone = {*taken_back, *taken_back.values()}
    return tuple(_entry(row) for row in rows if row.id not in gone)


def _entry(row: Any) -> LedgerEntry:
    """Return one row of the ledger's figures."""
    return LedgerEntry(
        id=row.id,
        entry_number=row.entry_number,
        kind=row.kind,
        trade_date=row.trade_date,
        asset_id=row.asset_id,
        quantity=row.quantity,
        amount_ccy=row.amount_ccy,
        fees_ccy=row.fees_ccy,
        price=row.price,
        currency=row.currency,
    )


def _as_of(entries: Sequence[LedgerEntry], book: PriceBook) -> date | None:
    """Return the last day up to which all holdings have closes; of cash alone the last day of its calendar."""
    begin = first_day(entries)
    if begin is None:
        return None
    held = frozenset(positions(entries))
    common = book.last_common_session(held) if held else book.last_session()
    return begin if common is None or common < begin else common


def _is_outdated(state: PortfolioState, row: tables.Portfolio) -> bool:
    """Whether the stored values were computed from other closes or rates than those that count now."""
    return state.as_of is not None and state.book.fingerprint() != row.valued_with_sha256


def _previous_values(entries: Sequence[LedgerEntry], book: PriceBook, recent: Sequence[DayPoint]) -> dict[str, Decimal]:
    """Return the value of each holding at the session before the as-of date, for the gain of the day."""
    if len(recent) < 2:
        return {}
    day = recent[-2].day
    valued = value_holdings(positions(entries, day), book, day)
    return {holding.asset_id: holding.value_ccy for holding in valued if holding.value_ccy is not None}


def _value_row(day: DayValue) -> tables.DailyValuation:
    """Return the row of one daily value; amounts to a hundred-millionth."""
    return tables.DailyValuation(
        valued_on=day.day,
        value_ccy=day.value_ccy.quantize(PENNY),
        cash_ccy=day.cash_ccy.quantize(PENNY),
        external_flow_ccy=day.external_flow_ccy.quantize(PENNY),
        return_frac=day.return_frac,
        twr_index=day.twr_index,
    )


def _flow_rows(entries: Sequence[LedgerEntry], book: PriceBook, path: DailyPath) -> list[tables.ExternalFlow]:
    """Return the rows of what came in and went out, at the close of the first valued day on or after the entry."""
    valued = [day.day for day in path.days]
    rows = []
    for entry in entries:
        day = next((day for day in valued if day >= entry.trade_date), None) if entry.is_external else None
        if day is None:
            continue
        rows.append(
            tables.ExternalFlow(
                transaction_id=entry.id,
                flow_date=day,
                amount_ccy=external_flow(entry, book, day).quantize(PENNY),
                timing="start_of_day" if day == valued[0] else "end_of_day",
            )
        )
    return rows


def _lot_row(lot: OpenLot) -> tables.Lot:
    """Return the row of one open lot."""
    return tables.Lot(
        asset_id=lot.asset_id,
        opened_by_id=lot.opened_by_id,
        acquired_on=lot.acquired_on,
        quantity=lot.quantity,
        cost_ccy=lot.cost_ccy.quantize(PENNY),
        currency=lot.currency,
    )
