"""How much is sold short of each asset on an average day of the month, in US dollars and as a share of its class?

The gross short position at the close of every session of the month (17 CFR 240.13f-2(a)), by trade date, without what
is held long elsewhere; the month's average counts days without a short position as zero. The sessions are those of the
asset itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.market_series import SeriesReader
    from services.valuation import PortfolioState

SHORT = frozenset({"short_month_ccy", "short_month_share"})
DOLLARS = "USD"


def short_averages(
    uow: UnitOfWork, reader: SeriesReader, state: PortfolioState, day: date, units_of_class: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Return of each asset that was short on a session of the month its average value and share of its class.

    Parameters
    ----------
    day : date
        The month up to this day, included.
    units_of_class : mapping of str to float
        Units that exist, by asset id; NaN where not known.

    Returns
    -------
    dict of str to (float, float)
        US dollars and a fraction, both positive; NaN where a close, a rate or the number of units is not known. Assets
        that are not among them were never short.

    """
    first = day.replace(day=1)
    ids = {entry.asset_id for entry in state.entries if entry.asset_id is not None and entry.trade_date <= day}
    found: dict[str, tuple[float, float]] = {}
    for asset_id in sorted(ids):
        own = [entry for entry in state.entries if entry.asset_id == asset_id and entry.trade_date <= day]
        at_start = sum((entry.quantity for entry in own if entry.trade_date < first), Decimal(0))
        if at_start >= 0 and not any(entry.quantity < 0 for entry in own if entry.trade_date >= first):
            continue
        book = reader.book(uow, DOLLARS, [asset_id], [])
        sessions = _sessions(book.series[asset_id].sessions if asset_id in book.series else None, first, day)
        values, units = [], []
        for session in sessions:
            held = sum((entry.quantity for entry in own if entry.trade_date <= session), Decimal(0))
            quote = book.quote(asset_id, session) if held < 0 else None
            rate = None if quote is None else book.rate(quote.currency, session)
            price = 0.0 if held >= 0 else np.nan if quote is None or rate is None else float(quote.price * rate)
            units.append(max(-float(held), 0.0))
            values.append(units[-1] * price)
        if any(units):
            count = units_of_class.get(asset_id, np.nan)
            share = float(np.mean(units)) / count if count > 0 else np.nan
            found[asset_id] = float(np.mean(values)), share
    return found


def _sessions(stored: NDArray[np.datetime64] | None, first: date, day: date) -> list[date]:
    """Return the sessions of a month up to a day; the day itself where none is known."""
    if stored is None:
        return [day]
    inside = stored[(stored >= np.datetime64(first)) & (stored <= np.datetime64(day))]
    return [one.astype(object) for one in inside.astype("datetime64[D]")] or [day]
