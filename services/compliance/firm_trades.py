"""How much did the whole firm trade in a day and a month, and did its portfolios trade against each other?

- Large traders (17 CFR 240.13h-1): purchases and sales add up, over every portfolio of the house, in shares and funds
  that are listed in the United States; what is quoted in US dollars and has no exchange counts too. Options are not
  among them. The busiest day and month of this calendar year and the last count, because who reached neither for a full
  calendar year may declare itself inactive. Each figure is that of the day or month in which it was greatest.
- Against each other: what two portfolios trade in opposite directions on one day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.market_series import SeriesReader
    from services.valuation_prices import PriceBook

DAY, MONTH = ("day_shares", "day_trades_ccy"), ("month_shares", "month_trades_ccy")
LARGE = frozenset({*DAY, *MONTH})
LISTED_KINDS = frozenset({"equity", "etf"})
US_EXCHANGES = frozenset(
    {"XNYS", "XNAS", "XNGS", "XNMS", "XNCM", "ARCX", "XASE", "BATS", "BATY", "BZX", "EDGA", "EDGX", "IEXG", "XCHI",
     "XBOS", "XPHL", "MEMX", "LTSE", "XCIS", "EPRL"}
)  # fmt: skip
"""Market codes of the national securities exchanges."""
DOLLARS = "USD"


@dataclass(frozen=True)
class Trade:
    """One purchase or sale; `quantity` is negative for a sale, `amount_ccy` the size of its price without fees."""

    portfolio_id: str
    asset_id: str
    on: date
    quantity: Decimal
    amount_ccy: Decimal
    currency: str


class FirmTrades:
    """Reads what the whole house traded, and remembers what came of the rows that it was given last.

    Parameters
    ----------
    reader : SeriesReader
        Reads the rates of trades in other currencies.

    """

    def __init__(self, reader: SeriesReader) -> None:
        self._reader = reader
        self._last: tuple[Sequence[Any], dict[str, float | None]] | None = None

    def large(self, uow: UnitOfWork, on: date, wanted: Collection[str]) -> dict[str, float | None]:
        """Return the busiest day and month of the house, in shares and in US dollars.

        Parameters
        ----------
        uow : UnitOfWork
            Of the product itself, which sees every portfolio of the house.
        on : date
            The year of this day and the one before are looked at.
        wanted : collection of str
            Which of `LARGE`.

        Returns
        -------
        dict of str to float or None
            In units and US dollars, zero where nothing was traded; None where a rate is missing.

        """
        names = LARGE & set(wanted)
        if not names:
            return {}
        rows = uow.ledger.trades(date(on.year - 1, 1, 1), on)
        last = self._last
        if last is None or last[0] is not rows:  # one unit answers a whole book with the same rows
            last = self._last = (rows, self._figures(uow, rows))
        return {name: last[1][name] for name in names}

    def _figures(self, uow: UnitOfWork, rows: Sequence[Any]) -> dict[str, float | None]:
        trades = _standing(rows)
        assets = uow.assets.get_many(sorted({one.asset_id for one in trades}))
        counted = [one for one in trades if one.asset_id in assets and is_listed_in_us(assets[one.asset_id])]
        foreign = {one.currency for one in counted} - {DOLLARS}
        rates = self._reader.book(uow, DOLLARS, (), foreign) if foreign else None
        found: dict[str, float | None] = {}
        for shares, dollars in (DAY, MONTH):
            is_month = shares == MONTH[0]
            found[shares] = float(_busiest((_period(one.on, is_month=is_month), abs(one.quantity)) for one in counted))
            priced = [(_period(one.on, is_month=is_month), _in_dollars(one, rates)) for one in counted]
            known = [(period, amount) for period, amount in priced if amount is not None]
            found[dollars] = float(_busiest(known)) if len(known) == len(priced) else None
        return found


def is_listed_in_us(asset: tables.Asset) -> bool:
    """Return whether an asset is an NMS security as far as it can be told from where it is listed."""
    if asset.asset_class not in LISTED_KINDS:
        return False
    return asset.exchange.upper() in US_EXCHANGES if asset.exchange else asset.currency == DOLLARS


def trades_between(uow: UnitOfWork, first: date, last: date) -> list[Trade]:
    """Return the purchases and sales of every visible portfolio on some days, without those that were taken back."""
    return _standing(uow.ledger.trades(first, last))


def _standing(rows: Sequence[Any]) -> list[Trade]:
    taken_back = {row.reverses_id for row in rows if row.reverses_id is not None}
    return [
        Trade(row.portfolio_id, row.asset_id, row.trade_date, row.quantity, _amount(row), row.currency)
        for row in rows
        if row.asset_id is not None and row.reverses_id is None and row.id not in taken_back
    ]


def crossed(uow: UnitOfWork, portfolio_id: str, on: date, day: date, trades: Mapping[str, Decimal]) -> frozenset[str]:
    """Return the assets that a portfolio and another one of the house trade in opposite directions on one day.

    Parameters
    ----------
    on, day : date
        The day of the orders, and that of the closes: what was traded on either counts.
    trades : mapping of str to Decimal
        Units that are to be traded, by asset id.

    """
    found: set[str] = set()
    for each in {on, day}:
        booked = trades_between(uow, each, each)
        own: dict[str, set[bool]] = {}
        others: dict[str, set[bool]] = {}
        for one in booked:
            sides = own if one.portfolio_id == portfolio_id else others
            sides.setdefault(one.asset_id, set()).add(one.quantity > 0)
        if each == on:
            for asset_id, units in trades.items():
                if units:
                    own.setdefault(asset_id, set()).add(units > 0)
        found |= {key for key, sides in own.items() if any((not side) in others.get(key, ()) for side in sides)}
    return frozenset(found)


def _amount(row: Any) -> Decimal:
    """Return the size of a trade at its price; without one what was paid, without its fees."""
    priced = None if row.price is None else Decimal(row.quantity * row.price)
    return abs(Decimal(row.amount_ccy) + Decimal(row.fees_ccy or 0) if priced is None else priced)


def _in_dollars(trade: Trade, rates: PriceBook | None) -> Decimal | None:
    if trade.currency == DOLLARS:
        return trade.amount_ccy
    rate = None if rates is None else rates.rate(trade.currency, trade.on)
    return None if rate is None else trade.amount_ccy * rate


def _period(day: date, *, is_month: bool) -> date:
    return day.replace(day=1) if is_month else day


def _busiest(sizes: Iterable[tuple[date, Decimal]]) -> Decimal:
    sums: dict[date, Decimal] = {}
    for period, size in sizes:
        sums[period] = sums.get(period, Decimal(0)) + size
    return max(sums.values(), default=Decimal(0))
