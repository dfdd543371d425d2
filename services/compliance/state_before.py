"""What did a portfolio hold before the trades of its last session?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from services.valuation_daily import value_holdings
from services.valuation_ledger import cash, positions

if TYPE_CHECKING:
    from services.valuation import PortfolioState

TRADES = frozenset({"buy", "sell"})


def before_trades(state: PortfolioState) -> PortfolioState | None:
    """Return the portfolio without the purchases and sales since the session before, at the same prices.

    What came from or went to the client stays: a breach that a payment brought about is none that trades did. The same
    state where there were no trades, None where there was nothing before them.
    """
    assert state.as_of is not None
    last = state.previous.day if state.previous is not None else state.as_of - timedelta(days=1)
    entries = tuple(one for one in state.entries if not (one.kind in TRADES and last < one.trade_date <= state.as_of))
    if len(entries) == len(state.entries):
        return state
    holdings = tuple(value_holdings(positions(entries, state.as_of), state.book, state.as_of))
    balances = cash(entries, state.as_of)
    if not holdings and not any(balances.values()):
        return None
    return replace(state, entries=entries, holdings=holdings, balances=balances)
