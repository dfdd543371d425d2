"""How does a portfolio's history read in another currency than its own?

Values and flows are brought over at the rate of their day; every return r becomes (1 + r)(1 + g) - 1 with g, the change
of the portfolio's currency in the other one. Weights stay, and the lines of a day still sum to its return.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from services.errors import Conflict
from services.formatting import day
from services.performance_history import PerformanceHistory, Vector
from services.portfolio_facts_panel import Aligner

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.market_series import SeriesReader


def read_in_currency(
    uow: UnitOfWork, reader: SeriesReader, history: PerformanceHistory, own: str, currency: str
) -> PerformanceHistory:
    """Return the history in a currency.

    Raises
    ------
    Conflict
        There is no rate on some day.

    """
    if currency == own or not history.dates.size:
        return history
    rates = reader.rates(uow, own, currency)
    nothing = np.full(history.dates.size, np.nan)
    levels = nothing if rates is None else Aligner(history.dates).levels(rates.sessions, rates.closes)
    missing = np.flatnonzero(~np.isfinite(levels))
    if missing.size:
        first = day(history.dates[missing[0]].astype(object))
        raise Conflict(
            f"There is no rate from {own} to {currency} on {first}.",
            f"Import rates, or ask in {own}.",
            code="no_rates",
        )
    return in_currency(history, levels)


def in_currency(history: PerformanceHistory, levels: Vector) -> PerformanceHistory:
    """Return the history with every figure in another currency.

    Parameters
    ----------
    levels
        Units of the other currency for one of the history's own at each close, shape (t,), positive.

    """
    change = np.zeros(levels.size)
    change[1:] = levels[1:] / levels[:-1] - 1.0
    before = np.concatenate((levels[:1], levels[:-1]))
    grown = 1.0 + change
    column = grown[:, None]
    return replace(
        history,
        values_ccy=history.values_ccy * levels,
        flows_ccy=history.flows_ccy * levels,
        bases_ccy=history.bases_ccy * before,
        returns_frac=(1.0 + history.returns_frac) * grown - 1.0,
        asset_returns_frac=(1.0 + history.asset_returns_frac) * column - 1.0,
        fx_returns_frac=(1.0 + history.fx_returns_frac) * column - 1.0,
        trades_frac=history.trades_frac * column,
        cash_frac=history.cash_frac * grown + change * history.cash_weights_begin_frac,
        fees_frac=history.fees_frac * grown,
        trade_costs_ccy=history.trade_costs_ccy * levels,
        cash_fx_frac=change,
    )
