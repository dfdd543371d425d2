"""What did a portfolio really do, day by day: what it held, what each holding earned, what cash, trades and fees did?

The days are those of the stored values. A day's return is taken apart without a remainder::

    R_t = sum over i of  w_i,t r_i,t   +  cash_t  +  trades_t  -  fees_t

with ``w_i,t`` the holding's value at the close before over the base of the day, and ``r_i,t`` what that holding
returned, dividends included. What trades of the day earned until the close, their costs included, is ``trades_t``;
entries of the kind "fee" are ``fees_t``; interest, taxes and rates on foreign cash are ``cash_t``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from services.valuation_daily import DayValue, value_holdings
from services.valuation_ledger import ZERO, LedgerEntry
from services.valuation_prices import PriceBook

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.valuation import Valuator

CASH = ""
FEE = "fee"
SPLIT = "split"
Vector = NDArray[np.float64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class PerformanceHistory:
    """A portfolio's actual history on t sessions with the n assets that it ever held; returns net of fees.

    Attributes
    ----------
    dates
        Shape (t,), datetime64[D]; the sessions on which the portfolio could be valued.
    values_ccy, flows_ccy, bases_ccy
        Shape (t,): value at the close, what came in that day (negative went out), and what the return is a fraction of.
    returns_frac
        Shape (t,): time-weighted return of the day; NaN on a day that cannot have one.
    weights_begin_frac
        Shape (t, n): value of each holding at the close before, over the base; 0 where nothing was held.
    asset_returns_frac
        Shape (t, n): what the holding of the close before returned, in the base currency; NaN where nothing was held.
    fx_returns_frac
        Shape (t, n): change of the rate of the asset's currency; 0 for the base currency, NaN where no rate is known.
    trades_frac
        Shape (t, n): what the trades of the day earned until the close less their costs, over the base.
    cash_frac, fees_frac
        Shape (t,): what cash added, fees apart, and what fees took (positive), over the base.
    trade_costs_ccy
        Shape (t,): costs that were booked with trades; they are inside `trades_frac`.
    flow_timing_first
        Whether the first flow counts at the start of its day, as everywhere in the product.
    cash_fx_frac
        Change of the portfolio's own currency in the one that is reported, shape (t,) or (1,): 0 in its own.
    unvalued_count
        Sessions that could not be valued, because a holding had no usable close; their gains count on the next one.

    """

    asset_ids: tuple[str, ...]
    dates: Days = field(repr=False)
    values_ccy: Vector = field(repr=False)
    flows_ccy: Vector = field(repr=False)
    bases_ccy: Vector = field(repr=False)
    returns_frac: Vector = field(repr=False)
    weights_begin_frac: Vector = field(repr=False)
    asset_returns_frac: Vector = field(repr=False)
    fx_returns_frac: Vector = field(repr=False)
    trades_frac: Vector = field(repr=False)
    cash_frac: Vector = field(repr=False)
    fees_frac: Vector = field(repr=False)
    trade_costs_ccy: Vector = field(repr=False)
    cash_fx_frac: Vector = field(repr=False, default_factory=lambda: np.zeros(1))
    unvalued_count: int = 0

    @property
    def cash_weights_begin_frac(self) -> Vector:
        """Return what was not in holdings at the close before, shape (t,)."""
        rest: Vector = 1.0 - self.weights_begin_frac.sum(axis=1)
        return rest

    @property
    def gross_returns_frac(self) -> Vector:
        """Return the returns with the booked fees added back, shape (t,); costs of trades stay in."""
        gross: Vector = self.returns_frac + self.fees_frac
        return gross

    @property
    def contributions_frac(self) -> Vector:
        """Return what each asset added to the day, trades included, shape (t, n)."""
        held: Vector = self.weights_begin_frac * np.nan_to_num(self.asset_returns_frac) + self.trades_frac
        return held

    def between(self, start: date, end: date) -> slice:
        """Return the days after the close of `start` up to the close of `end`."""
        low = int(np.searchsorted(self.dates, np.datetime64(start, "D"), side="right"))
        high = int(np.searchsorted(self.dates, np.datetime64(end, "D"), side="right"))
        return slice(low, high)


def read_history(uow: UnitOfWork, valuator: Valuator, row: tables.Portfolio) -> PerformanceHistory:
    """Return the actual history of one portfolio; without days when nothing was ever booked or valued."""
    entries = valuator.entries(uow, row.id)
    path = valuator.path(uow, row)
    book = valuator.book_of(uow, row, entries)
    return history_of(entries, path.days, book, len(path.unvalued))


def history_of(
    entries: Sequence[LedgerEntry], days: Sequence[DayValue], book: PriceBook, unvalued_count: int = 0
) -> PerformanceHistory:
    """Return the history that a ledger, its daily path and its prices make up.

    Parameters
    ----------
    entries
        The ledger, in any order.
    days
        Its daily path (`services.valuation_daily`), with the gains and values of each holding.
    book
        Closes and rates of the same ledger.
    unvalued_count
        Sessions that the path left out.

    """
    ids = tuple(sorted({key for day in days for key in day.gains_ccy if key != CASH}))
    place = {key: number for number, key in enumerate(ids)}
    size = (len(days), len(ids))
    gains, begins, trades = np.zeros(size), np.zeros(size), np.zeros(size)
    dates = np.array([day.day for day in days], dtype="datetime64[D]")
    fees, costs = np.zeros(len(days)), np.zeros(len(days))
    bases = np.array([float(day.base_ccy) for day in days])
    for number, day in enumerate(days):
        for key, gain in day.gains_ccy.items():
            if key != CASH:
                gains[number, place[key]] = float(gain)
        if number:
            for key, value in days[number - 1].values_ccy.items():
                begins[number, place[key]] = float(value)
    fixed = book.on_days([day.day for day in days])
    for entry in entries:
        number = int(np.searchsorted(dates, np.datetime64(entry.trade_date, "D")))
        if number < len(days):
            _book_entry(entry, days[number].day, fixed, (trades, fees, costs), number, place)
    gone = (begins == 0.0) & (gains != 0.0)
    trades[gone] = gains[gone]  # nothing was held before: what was earned came from trades, or from income after a sale
    with np.errstate(divide="ignore", invalid="ignore"):
        over = np.where(bases > 0.0, bases, np.nan)
        asset_returns = np.where(begins != 0.0, (gains - trades) / begins, np.nan)
        weights = np.nan_to_num(begins / over[:, None])
        rest = np.array([float(day.gains_ccy.get(CASH, ZERO)) for day in days])
        parts = [np.nan_to_num(one) for one in (trades / over[:, None], (rest + fees) / over, fees / over)]
    return PerformanceHistory(
        asset_ids=ids,
        dates=dates,
        values_ccy=np.array([float(day.value_ccy) for day in days]),
        flows_ccy=np.array([float(day.external_flow_ccy) for day in days]),
        bases_ccy=bases,
        returns_frac=np.array([np.nan if day.return_frac is None else day.return_frac for day in days]),
        weights_begin_frac=weights,
        asset_returns_frac=asset_returns,
        fx_returns_frac=_rates(ids, dates, book),
        trades_frac=parts[0],
        cash_frac=parts[1],
        fees_frac=parts[2],
        trade_costs_ccy=costs,
        unvalued_count=unvalued_count,
    )


def _book_entry(
    entry: LedgerEntry,
    day: date,
    book: PriceBook,
    into: tuple[Vector, Vector, Vector],
    number: int,
    place: dict[str, int],
) -> None:
    """Add to trades, fees and costs what one entry brought until the close of its day."""
    trades, fees, costs = into
    rate = book.rate(entry.currency, day)
    if rate is None or entry.is_external:
        return
    if entry.kind == FEE:
        fees[number] -= float(entry.amount_ccy * rate) if entry.asset_id is None else 0.0
        return
    costs[number] += float(entry.fees_ccy * rate)
    if entry.asset_id is None or entry.quantity == ZERO or entry.kind == SPLIT:
        return
    (held,) = value_holdings({entry.asset_id: entry.quantity}, book, day)
    if held.value_ccy is not None and entry.asset_id in place:
        trades[number, place[entry.asset_id]] += float(held.value_ccy + entry.amount_ccy * rate)


def _rates(ids: Sequence[str], dates: Days, book: PriceBook) -> Vector:
    """Return by how much the rate of each asset's currency changed from one day to the next, shape (t, n)."""
    changes = np.zeros((dates.size, len(ids)))
    fixed = book.on_days(dates.astype(object).tolist())
    known: dict[str, Vector] = {book.base_currency: np.zeros(dates.size)}
    for number, key in enumerate(ids):
        series = book.series.get(key)
        currency = book.base_currency if series is None else series.currency
        if currency not in known:
            levels = [fixed.rate(currency, day) for day in dates.astype(object).tolist()]
            values = np.array([np.nan if level is None else float(level) for level in levels])
            known[currency] = np.concatenate(([0.0], values[1:] / values[:-1] - 1.0))[: dates.size]
        changes[:, number] = known[currency]
    return changes


def days_of(history: PerformanceHistory) -> list[date]:
    """Return the days as dates."""
    days: list[date] = history.dates.astype(object).tolist()
    return days


def exact_total(history: PerformanceHistory) -> Decimal:
    """Return the value at the last close."""
    return Decimal(repr(float(history.values_ccy[-1]))) if history.values_ccy.size else ZERO
