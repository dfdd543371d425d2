"""Over which days is a stress test told: those of the holdings, and the earlier ones of what may stand in for them?

A portfolio of young holdings has a short history of its own. The broad index reaches farther back, and so does what
stands in; its sessions before the first day of the holdings are put in front, where the holdings have no return.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from services.portfolio_facts import FloatArray
from services.portfolio_facts_panel import Days
from services.stress_funds import EMERGING_FUNDS, SECTOR_FUNDS

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.market_series import SeriesReader

_LONG: Final = tuple(sorted({symbol for symbols in (*SECTOR_FUNDS.values(), EMERGING_FUNDS) for symbol in symbols}))


def long_days(uow: UnitOfWork, reader: SeriesReader, index_id: str | None, days: Days, most_count: int) -> Days:
    """Return the sessions of the longest stand-in before the first of the given days, then these days.

    Parameters
    ----------
    index_id : str or None
        The asset of the broad index; where there is none, the fund with the longest history counts.
    days : array (t,) of datetime64[D]
        Of the holdings.
    most_count : int
        How many days there may be in all; the oldest are left out.

    """
    ids = [index_id] if index_id is not None else [row.id for row in uow.assets.by_symbols(_LONG).values()]
    found = [one for one in reader.series(uow, ids).values() if not one.is_sample and one.sessions.size]
    if not found:
        return days
    sessions = min(found, key=lambda one: one.sessions[0]).sessions.astype("datetime64[D]")
    earlier = sessions[sessions < days[0]] if days.size else sessions
    room = max(0, most_count - days.size)
    return np.concatenate([earlier[-room:] if room else earlier[:0], days])


def padded(table: FloatArray, count: int) -> FloatArray:
    """Return a table (t,) or (t, n) with rows of NaN in front, so that it has so many rows."""
    if len(table) >= count:
        return table
    front = np.full((count - len(table), *table.shape[1:]), np.nan)
    whole: FloatArray = np.concatenate([front, table])
    return whole
