"""What was a portfolio worth at each close, and what did it earn that day apart from what the client paid in?

A day's time-weighted return breaks at every external flow. Entries are made at the close, so flows count at the end of
their day; only where nothing was invested the day before do they count at its start::

    gain_t = V_t - V_(t-1) - F_t         r_t = gain_t / V_(t-1),  or gain_t / F_t  where V_(t-1) = 0
    index_t = index_(t-1) (1 + r_t),     index = 1 before the first day

The sum of the holdings' gains and of what cash earned or paid is the gain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from services.valuation_ledger import ZERO, LedgerEntry, entries_until
from services.valuation_prices import PriceBook, Quote


@dataclass(frozen=True)
class ValuedHolding:
    """One holding at one close.

    Parameters
    ----------
    quote : Quote or None
        None when no close is known that is fresh enough; the value is then None too, never zero.
    value_ccy : Decimal or None
        In the portfolio's base currency.

    """

    asset_id: str
    quantity: Decimal
    quote: Quote | None
    value_ccy: Decimal | None


@dataclass(frozen=True)
class DayValue:
    """One portfolio at one close, in its base currency.

    Parameters
    ----------
    return_frac : float or None
        Time-weighted return of the day; None on a day that cannot have one (nothing was invested).
    twr_index : float
        1.0 before the first day.
    gains_ccy : dict of str to Decimal
        Gain of the day by asset id; cash under the key "".
    base_ccy : Decimal
        What the day's return is a fraction of.
    values_ccy : dict of str to Decimal
        Value of each holding at the close, by asset id.

    """

    day: date
    value_ccy: Decimal
    cash_ccy: Decimal
    external_flow_ccy: Decimal
    return_frac: float | None
    twr_index: float
    gains_ccy: dict[str, Decimal] = field(repr=False, default_factory=dict)
    base_ccy: Decimal = ZERO
    values_ccy: dict[str, Decimal] = field(repr=False, default_factory=dict)


@dataclass(frozen=True)
class DailyPath:
    """All days of a portfolio; days that could not be valued are listed with the assets that lacked a close."""

    days: tuple[DayValue, ...]
    unvalued: dict[date, tuple[str, ...]]


def value_holdings(quantities: dict[str, Decimal], book: PriceBook, day: date) -> list[ValuedHolding]:
    """Return each holding with its close and its value in the base currency."""
    valued = []
    for asset_id, quantity in quantities.items():
        quote = book.quote(asset_id, day)
        rate = None if quote is None else book.rate(quote.currency, day)
        value = None if quote is None or rate is None else quantity * quote.price * rate
        valued.append(ValuedHolding(asset_id, quantity, quote, value))
    return valued


def value_cash(balances: dict[str, Decimal], book: PriceBook, day: date) -> Decimal | None:
    """Return all cash in the base currency; None when a rate is missing."""
    total = ZERO
    for currency, amount in balances.items():
        rate = book.rate(currency, day)
        if rate is None:
            return None
        total += amount * rate
    return total


def external_flow(entry: LedgerEntry, book: PriceBook, day: date) -> Decimal:
    """Return what an entry brought in (positive) or took out, in the base currency, assets at the day's close.

    Raises
    ------
    LookupError
        An asset was brought in on a day without a close or a currency without a rate.

    """
    if not entry.is_external:
        return ZERO
    total = ZERO
    if entry.amount_ccy != ZERO:
        rate = book.rate(entry.currency, day)
        if rate is None:
            raise LookupError(f"There is no rate from {entry.currency} to {book.base_currency} on {day.isoformat()}.")
        total += entry.amount_ccy * rate
    if entry.asset_id is not None and entry.quantity != ZERO:
        (holding,) = value_holdings({entry.asset_id: entry.quantity}, book, day)
        if holding.value_ccy is None:
            raise LookupError(f"There is no close of {entry.asset_id} on {day.isoformat()}.")
        total += holding.value_ccy
    return total


def value_daily(entries: Sequence[LedgerEntry], book: PriceBook, until: date) -> DailyPath:
    """Return the portfolio's value and return on every session from its first entry to a day.

    Parameters
    ----------
    entries : sequence of LedgerEntry
        In any order; entries of days without a session count on the next session.
    book : PriceBook
        Closes of every asset in the ledger and the rates of its currencies.
    until : date
        Last day, included.

    Returns
    -------
    DailyPath
        A day on which some holding has no usable close has no row; its flow counts on the next valued day.

    """
    ordered = entries_until(entries, until)
    if not ordered:
        return DailyPath((), {})
    calendar = _calendar(ordered, book, until)
    state = _State(book.on_days(calendar))
    days: list[DayValue] = []
    unvalued: dict[date, tuple[str, ...]] = {}
    position = 0
    for session in calendar:
        while position < len(ordered) and ordered[position].trade_date <= session:
            state.apply(ordered[position])
            position += 1
        result = state.close(session)
        if isinstance(result, DayValue):
            days.append(result)
        else:
            unvalued[session] = result
    return DailyPath(tuple(days), unvalued)


class _State:
    """The running holdings, cash and flows while the days go by."""

    def __init__(self, book: PriceBook) -> None:
        self.book = book
        self.quantities: dict[str, Decimal] = {}
        self.balances: dict[str, Decimal] = {}
        self.flow = ZERO
        self.awaiting: list[LedgerEntry] = []
        self.paid: dict[str, Decimal] = {}
        self.last_values: dict[str, Decimal] = {}
        self.last_total = ZERO
        self.index = 1.0

    def apply(self, entry: LedgerEntry) -> None:
        """Take one entry in; what it was worth to the client is settled at the day's close."""
        self.awaiting.append(entry)
        if entry.amount_ccy != ZERO:
            self.balances[entry.currency] = self.balances.get(entry.currency, ZERO) + entry.amount_ccy
        if entry.asset_id is not None:
            self.quantities[entry.asset_id] = self.quantities.get(entry.asset_id, ZERO) + entry.quantity

    def _settle(self, session: date) -> set[str]:
        """Price what waits; return what cannot be priced yet, which then waits for the next session."""
        still: list[LedgerEntry] = []
        for entry in self.awaiting:
            rate = self.book.rate(entry.currency, session)
            try:
                flow = external_flow(entry, self.book, session)
            except LookupError:
                still.append(entry)
                continue
            if rate is None:
                still.append(entry)
                continue
            self.flow += flow
            if entry.asset_id is not None:
                cash_part = entry.amount_ccy * rate
                spent = flow - cash_part if entry.is_external else -cash_part
                self.paid[entry.asset_id] = self.paid.get(entry.asset_id, ZERO) + spent
        self.awaiting = still
        return {entry.asset_id or entry.currency for entry in still}

    def close(self, session: date) -> DayValue | tuple[str, ...]:
        """Value the day, or return what lacks a close or a rate."""
        unpriced = self._settle(session)
        self.quantities = {key: quantity for key, quantity in self.quantities.items() if quantity != ZERO}
        holdings = value_holdings(self.quantities, self.book, session)
        cash = value_cash(self.balances, self.book, session)
        missing = {holding.asset_id for holding in holdings if holding.value_ccy is None} | unpriced
        if cash is None or missing:
            return tuple(sorted(missing | (set() if cash is not None else set(self.balances))))
        values = {holding.asset_id: holding.value_ccy or ZERO for holding in holdings}
        total = sum(values.values(), cash)
        gain = total - self.last_total - self.flow
        base = self.last_total if self.last_total > ZERO else self.flow
        return_frac = float(gain / base) if base > ZERO else None
        self.index *= 1.0 + (return_frac or 0.0)
        gains = {
            key: values.get(key, ZERO) - self.last_values.get(key, ZERO) - self.paid.get(key, ZERO)
            for key in values.keys() | self.last_values.keys() | self.paid.keys()
        }
        gains[""] = gain - sum(gains.values(), ZERO)
        row = DayValue(session, total, cash, self.flow, return_frac, self.index, gains, base, values)
        self.last_total, self.last_values, self.paid, self.flow = total, values, {}, ZERO
        return row


def _calendar(ordered: Sequence[LedgerEntry], book: PriceBook, until: date) -> list[date]:
    """Return the sessions to value: those of the assets ever held, else of every series in the book."""
    assets = frozenset(entry.asset_id for entry in ordered if entry.asset_id is not None)
    sessions: NDArray[np.datetime64] = book.calendar(assets & frozenset(book.series))
    first = np.datetime64(ordered[0].trade_date, "D")
    kept = sessions[(sessions >= first) & (sessions <= np.datetime64(until, "D"))]
    return list(kept.astype("datetime64[D]").astype(object))
