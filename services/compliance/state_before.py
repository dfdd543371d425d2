"""What did a portfolio hold before the trades of its last session?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from services.valuation_daily import value_holdings
from services.valuation_ledger import ZERO, LedgerEntry, cash, positions

if TYPE_CHECKING:
    from services.valuation import PortfolioState
    from services.valuation_prices import PriceBook

TRADES = frozenset({"buy", "sell"})
STATED = "transfer"
"""What is booked where holdings are stated as they shall be: whoever states them decided on them, as with a trade."""
PAYMENTS = frozenset({"deposit", "withdrawal"})


def before_trades(state: PortfolioState) -> PortfolioState | None:
    """Return the portfolio without the purchases and sales since the session before, at the same prices.

    Holdings that were stated anew count as bought and sold, with the cash that was stated with them as far as it pays
    for them. What came from or went to the client stays: a breach that a payment brought about is none that trades did.
    The same state where there were no trades, None where there was nothing before them.
    """
    assert state.as_of is not None
    last = state.previous.day if state.previous is not None else state.as_of - timedelta(days=1)
    entries = tuple(_without_trades(state.entries, state.book, last, state.as_of))
    if entries == state.entries:
        return state
    holdings = tuple(value_holdings(positions(entries, state.as_of), state.book, state.as_of))
    balances = cash(entries, state.as_of)
    if not holdings and not any(balances.values()):
        return None
    return replace(state, entries=entries, holdings=holdings, balances=balances)


def _without_trades(
    entries: tuple[LedgerEntry, ...], book: PriceBook, last: date, as_of: date
) -> Iterator[LedgerEntry]:
    """Give the entries that are no trades; of a payment stated with holdings, what is left for the client."""
    unpaid, day = ZERO, None  # value of what was stated anew, in the base currency, and when
    for one in entries:
        is_new = last < one.trade_date <= as_of
        if is_new and one.kind in TRADES:
            continue
        if is_new and one.kind == STATED and one.asset_id is not None:
            unpaid = (unpaid if day == one.trade_date else ZERO) + _value(one, book)
            day = one.trade_date
            continue
        if one.kind not in PAYMENTS or one.trade_date != day:
            unpaid, day = ZERO, None
            yield one
            continue
        rate = book.rate(one.currency, one.trade_date) or ZERO
        paid = _nearer(one.amount_ccy * rate, -unpaid)
        unpaid += paid
        if paid == ZERO:
            yield one
        elif rest := one.amount_ccy - paid / rate:
            yield replace(one, amount_ccy=rest)


def _value(one: LedgerEntry, book: PriceBook) -> Decimal:
    """Return what was stated anew in the base currency; nothing where there is no rate."""
    quote = book.quote(one.asset_id or "", one.trade_date)
    price = one.price if quote is None else quote.price
    return one.quantity * (price or ZERO) * (book.rate(one.currency, one.trade_date) or ZERO)


def _nearer(amount: Decimal, wanted: Decimal) -> Decimal:
    """Return as much of an amount as is wanted; nothing where the signs differ."""
    if amount * wanted <= ZERO:
        return ZERO
    return min(amount, wanted, key=abs)
