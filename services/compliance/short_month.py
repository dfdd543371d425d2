"""How much is sold short of each asset on an average day of the month, in US dollars and as a share of its class?

The gross short position at the close of every session of the month (17 CFR 240.13f-2(a)), by trade date. Who reports is
the manager for all accounts over which it decides together: short positions of all portfolios of the house add up, and
what others hold long takes nothing away. The month's average counts days without a short position as zero. The sessions
are those of the asset itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.market_series import SeriesReader
    from services.valuation import PortfolioState

SHORT = frozenset({"short_month_ccy", "short_month_share"})
DOLLARS = "USD"
History: TypeAlias = "Sequence[tuple[date, Decimal]]"
"""What was entered of one asset in one portfolio: day and units."""


def short_averages(
    uow: UnitOfWork,
    reader: SeriesReader,
    portfolio_id: str,
    state: PortfolioState,
    day: date,
    units_of_class: Mapping[str, float],
) -> dict[str, tuple[float, float]]:
    """Return of each asset that was short here on a session of the month the house's average value and class share.

    Parameters
    ----------
    uow : UnitOfWork
        Of the product itself, which sees every portfolio of the house.
    portfolio_id, state
        The portfolio that is looked at.
    day : date
        The month up to this day, included.
    units_of_class : mapping of str to float
        Units that exist, by asset id; NaN where not known.

    Returns
    -------
    dict of str to (float, float)
        US dollars and a fraction, both positive; NaN where a close, a rate or the number of units is not known. Assets
        that are not among them were never short here.

    """
    first = day.replace(day=1)
    own = _histories(state, day)
    ids = sorted(key for key, history in own.items() if _was_short(history, first))
    others = _elsewhere(uow, portfolio_id, ids, first, day) if ids else {}
    found: dict[str, tuple[float, float]] = {}
    for asset_id in ids:
        book = reader.book(uow, DOLLARS, [asset_id], [])
        sessions = _sessions(book.series[asset_id].sessions if asset_id in book.series else None, first, day)
        if not any(_short(own[asset_id], session) for session in sessions):
            continue
        values, units = [], []
        for session in sessions:
            short = sum((_short(one, session) for one in (own[asset_id], *others[asset_id])), Decimal(0))
            quote = book.quote(asset_id, session) if short else None
            rate = None if quote is None else book.rate(quote.currency, session)
            price = 0.0 if not short else np.nan if quote is None or rate is None else float(quote.price * rate)
            units.append(float(short))
            values.append(units[-1] * price)
        count = units_of_class.get(asset_id, np.nan)
        share = float(np.mean(units)) / count if count > 0 else np.nan
        found[asset_id] = float(np.mean(values)), share
    return found


def closed_shorts(uow: UnitOfWork, state: PortfolioState, day: date) -> set[str]:
    """Return the symbols of what was sold short here within the month up to a day and is not held any more.

    It stands in a check with quantity 0, for the month's average counts it.
    """
    histories = _histories(state, day)
    held, first = {one.asset_id for one in state.holdings}, day.replace(day=1)
    ids = [key for key, history in histories.items() if key not in held and _was_short(history, first)]
    return {row.symbol for row in uow.assets.get_many(ids).values()} if ids else set()


def _histories(state: PortfolioState, day: date) -> dict[str, list[tuple[date, Decimal]]]:
    """Return by asset what was entered of it up to a day."""
    found: dict[str, list[tuple[date, Decimal]]] = {}
    for entry in state.entries:
        if entry.asset_id is not None and entry.trade_date <= day:
            found.setdefault(entry.asset_id, []).append((entry.trade_date, entry.quantity))
    return found


def _was_short(history: History, first: date) -> bool:
    """Whether anything was short at the end of a day since then, or when it began."""
    days = {first - timedelta(days=1), *(day for day, _ in history if day >= first)}
    return any(_short(history, day) for day in days)


def _short(history: History, session: date) -> Decimal:
    """Return how many units were sold short at the end of a day; zero where any were held or none."""
    return max(-sum((units for day, units in history if day <= session), Decimal(0)), Decimal(0))


def _elsewhere(
    uow: UnitOfWork, portfolio_id: str, asset_ids: Collection[str], first: date, day: date
) -> dict[str, list[History]]:
    """Return by asset what the other visible portfolios held before a month, and what was entered in it up to a day."""
    before = first - timedelta(days=1)
    ids = sorted(row.id for row in uow.portfolios.all())
    histories: dict[tuple[str, str], list[tuple[date, Decimal]]] = {}
    for key, held in uow.ledger.positions(ids, before).items():
        for asset_id, units in held.quantities.items():
            histories[key, asset_id] = [(before, units)]
    for row in uow.ledger.touches(ids, first):
        if first <= row.trade_date <= day:
            histories.setdefault((row.portfolio_id, row.asset_id), []).append((row.trade_date, row.quantity))
    found: dict[str, list[History]] = {one: [] for one in asset_ids}
    for (key, asset_id), history in histories.items():
        if key != portfolio_id and asset_id in found:
            found[asset_id].append(history)
    return found


def _sessions(stored: NDArray[np.datetime64] | None, first: date, day: date) -> list[date]:
    """Return the sessions of a month up to a day; the day itself where none is known."""
    if stored is None:
        return [day]
    inside = stored[(stored >= np.datetime64(first)) & (stored <= np.datetime64(day))]
    return [one.astype(object) for one in inside.astype("datetime64[D]")] or [day]
