"""Which positions does a compliance check look at, and what is each worth?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from services.errors import FieldProblem, InvalidRequest
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.market_series import SeriesReader
    from services.valuation import PortfolioState
    from services.valuation_daily import ValuedHolding
    from services.valuation_prices import PriceBook, Quote

CASH = "CASH"


@dataclass(frozen=True)
class Owed:
    """What a counterparty owes from derivatives after collateral, and whether it is a credit institution."""

    body: str
    is_bank: bool
    amount_ccy: float


@dataclass(frozen=True)
class Line:
    """One position.

    Parameters
    ----------
    symbol : str
        Of cash ``CASH`` and its currency.
    asset : tables.Asset or None
        None for cash and claims on counterparties.
    quantity : Decimal
        Units held, negative for what is short; of cash the balance; zero for what is only traded.
    price_ccy : float
        In the portfolio's currency, of foreign cash the rate; NaN where not known.
    value_ccy : Decimal or None
        None where no usable close or rate is known.
    is_sample : bool
        Whether its price was invented.
    owed : Owed or None
        Of a claim on a counterparty, which has neither units nor a value of its own.

    """

    symbol: str
    asset: tables.Asset | None
    currency: str
    quantity: Decimal
    price_ccy: float
    value_ccy: Decimal | None
    is_sample: bool = False
    owed: Owed | None = None

    @property
    def is_cash(self) -> bool:
        """Whether it is a balance."""
        return self.asset is None and self.owed is None


def lines_of(
    uow: UnitOfWork, reader: SeriesReader, state: PortfolioState, day: date, symbols: Sequence[str]
) -> tuple[Line, ...]:
    """Return cash in the base currency first, then what is held, the largest first, other cash, and what is traded.

    Parameters
    ----------
    state : PortfolioState
        At the day.
    symbols : sequence of str
        Assets to be traded; those that are held stand only once.

    Raises
    ------
    InvalidRequest
        A symbol that is no asset, naming every one.

    """
    base = state.base_currency
    rows = uow.assets.get_many([held.asset_id for held in state.holdings])
    traded = _traded(uow, [one for one in symbols if not one.startswith(f"{CASH} ")])
    fresh = [row for row in traded if row.id not in rows]
    book = reader.book(uow, base, [row.id for row in fresh], [row.currency for row in fresh]) if fresh else state.book
    held = sorted(state.holdings, key=lambda one: (-abs(one.value_ccy or ZERO), one.asset_id))
    rates: dict[str, Decimal | None] = {base: Decimal(1)}
    foreign = sorted(one for one, amount in state.balances.items() if amount and one != base)
    return _told_apart(
        _cash(base, state.balances.get(base, ZERO), Decimal(1)),
        *(_held(rows[one.asset_id], one, rates, state, day) for one in held if one.asset_id in rows),
        *(_cash(one, state.balances[one], state.book.rate(one, day)) for one in foreign),
        *(_asset(row, ZERO, book, day, ZERO) for row in fresh),
    )


def _told_apart(*lines: Line) -> tuple[Line, ...]:
    """Return the lines with names of their own, where a house's own asset is called like one that all share."""
    seen: dict[str, int] = {}
    made = []
    for line in lines:
        seen[line.symbol] = seen.get(line.symbol, 0) + 1
        count = seen[line.symbol]
        made.append(line if count == 1 else replace(line, symbol=f"{line.symbol} ({count})"))
    return tuple(made)


def _traded(uow: UnitOfWork, symbols: Sequence[str]) -> list[tables.Asset]:
    found = uow.assets.by_symbols(sorted(set(symbols))) if symbols else {}
    unknown = sorted(set(symbols) - set(found))
    if unknown:
        raise InvalidRequest(
            "Some orders name what is not known.",
            "Choose symbols from the list of assets, or import their prices first.",
            fields=tuple(
                FieldProblem("orders", f"There is no asset with the symbol {one!r}.", "Import its prices first.")
                for one in unknown
            ),
        )
    return [found[one] for one in sorted(found)]


def _held(
    row: tables.Asset, held: ValuedHolding, rates: dict[str, Decimal | None], state: PortfolioState, day: date
) -> Line:
    """Return what is held, with the close by which the state was valued on that day."""
    if day != state.as_of:
        return _asset(row, held.quantity, state.book, day, held.value_ccy)
    quote = held.quote
    if quote is not None and quote.currency not in rates:
        rates[quote.currency] = state.book.rate(quote.currency, day)
    return _line(row, held.quantity, quote, None if quote is None else rates[quote.currency], held.value_ccy)


def _asset(row: tables.Asset, quantity: Decimal, book: PriceBook, day: date, value: Decimal | None) -> Line:
    quote = book.quote(row.id, day)
    return _line(row, quantity, quote, None if quote is None else book.rate(quote.currency, day), value)


def _line(
    row: tables.Asset, quantity: Decimal, quote: Quote | None, rate: Decimal | None, value: Decimal | None
) -> Line:
    price = np.nan if quote is None or rate is None else float(quote.price * rate)
    currency = row.currency if quote is None else quote.currency
    is_sample = row.is_sample or (quote is not None and quote.is_sample)
    return Line(row.symbol, row, currency, quantity, price, value, is_sample)


def _cash(currency: str, amount: Decimal, rate: Decimal | None) -> Line:
    value = None if rate is None else amount * rate
    return Line(f"{CASH} {currency}", None, currency, amount, np.nan if rate is None else float(rate), value)
