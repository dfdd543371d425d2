"""What does a report on risk read beside the facts of the portfolio: highs and lows, and the returns of factors?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from services.auth.actor import Actor
from services.factor_sets import ChosenFactors, read_chosen
from services.formatting import day
from services.market_series import SeriesReader
from services.portfolio_facts import FloatArray, PortfolioFacts
from services.portfolio_facts_panel import Aligner, changes
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from engine.decompose.factors import FactorReturns
    from engine.liquidity.given import Bars

BARS_COUNT = 252
MARKET_SYMBOL = "SP500"
FACTOR_FUNDS = {"Momentum": "MTUM", "Quality": "QUAL", "Low volatility": "USMV", "Value": "VLUE", "Size": "SIZE"}
FUNDS_MIN_COUNT = 2
QUOTED_SPREAD = "quoted_spread_frac"
"""What a file calls the spread between bid and ask over the price."""
QUOTES_MAX_COUNT = 60
QUOTES_MAX_DAYS = 183
"""How many of an asset's stated spreads, and how far back, tell how much its spread moves."""
FACTOR_CURRENCY = "USD"
"""The currency of most libraries of factors; another base currency is worth a word."""


@dataclass(frozen=True)
class RiskInputs:
    """What was read; None where there is nothing. `imports` are the deliveries of the factors, JSON-native."""

    bars: Bars | None
    factors: FactorReturns | None
    ledger_number: int
    imports: tuple[dict[str, Any], ...] = ()
    quoted_spreads_frac: FloatArray | None = None
    quoted_series_frac: FloatArray | None = None


def read_inputs(
    ports: Ports, reader: SeriesReader, facts: PortfolioFacts, actor: Actor, factor_sets: Sequence[str] = ()
) -> RiskInputs:
    """Return bars, factors and the number of the portfolio's last entry.

    Parameters
    ----------
    factor_sets : sequence of str
        Names of sets that the house brought; an index and listed funds when empty.

    """
    with ports.store.read(actor) as uow:
        number = uow.ledger.last_entries([facts.portfolio_id]).get(facts.portfolio_id, 0)
        bars, quoted = read_bars(uow, reader, facts), (_quoted_spreads(uow, facts), _quoted_series(uow, facts))
        if not factor_sets:
            return RiskInputs(bars, _factors(uow, reader, facts), number, (), *quoted)
        chosen = read_chosen(uow, factor_sets, facts.dates)
        return RiskInputs(bars, _chosen_factors(chosen, facts), number, chosen.imports, *quoted)


def _quoted_spreads(uow: UnitOfWork, facts: PortfolioFacts) -> FloatArray | None:
    """Return the spreads between bid and ask that the house states, NaN where it states none; None without any."""
    ids = [one.asset_id for one in facts.assets if not one.is_cash]
    known_by_utc = datetime.combine(facts.as_of, time.max, UTC)
    rows = uow.assets.attributes(ids, QUOTED_SPREAD, facts.as_of, known_by_utc=known_by_utc) if ids else {}
    stated = {key: float(row.value) for key, row in rows.items() if not row.is_sample}
    if not stated:
        return None
    return np.array([stated.get(one.asset_id, np.nan) for one in facts.assets], dtype=np.float64)


def _quoted_series(uow: UnitOfWork, facts: PortfolioFacts) -> FloatArray | None:
    """Return the last stated spreads of half a year, shape (t, n), oldest first, NaN before an asset's first.

    None where no asset has two.
    """
    ids = [one.asset_id for one in facts.assets if not one.is_cash]
    known_by_utc = datetime.combine(facts.as_of, time.max, UTC)
    first = facts.as_of - timedelta(days=QUOTES_MAX_DAYS)
    rows = uow.assets.attribute_series(ids, QUOTED_SPREAD, first, facts.as_of, known_by_utc) if ids else {}
    stated = {key: [float(row.value) for row in by_day.values()][-QUOTES_MAX_COUNT:] for key, by_day in rows.items()}
    size = max(map(len, stated.values()), default=0)
    if size < 2:
        return None
    table = np.full((size, len(facts.assets)), np.nan)
    for place, asset in enumerate(facts.assets):
        values = stated.get(asset.asset_id, [])
        table[size - len(values) :, place] = values
    return table


def _chosen_factors(chosen: ChosenFactors, facts: PortfolioFacts) -> FactorReturns | None:
    """Return the factors of the chosen sets; None where they have none beside the risk-free rate."""
    from engine.decompose.factors import FactorReturns

    if not chosen.names:
        return None
    abroad = (
        ()
        if facts.base_currency == FACTOR_CURRENCY
        else (
            f"Factors stay in the currency of their file; moves of that currency to {facts.base_currency} are in what "
            "no factor explains.",
        )
    )
    return FactorReturns(names=chosen.names, returns_frac=chosen.returns_frac, notes=(*chosen.notes, *abroad))


def read_bars(uow: UnitOfWork, reader: SeriesReader, facts: PortfolioFacts) -> Bars | None:
    """Return a year of highs, lows and closes of the positions, from the first source that has highs; None without."""
    from engine.liquidity.given import Bars

    days = facts.dates[-BARS_COUNT:]
    count = len(facts.assets)
    tables: dict[str, FloatArray] = {name: np.full((days.size, count), np.nan) for name in ("high", "low", "close")}
    places = {asset.asset_id: number for number, asset in enumerate(facts.assets) if not asset.is_cash}
    left = list(places)
    for provider in reader.preference:
        found = uow.prices.series_of(left, (provider,), is_whole=True) if left else {}
        for asset_id, series in found.items():
            is_invented = series.is_sample and not facts.assets[places[asset_id]].is_sample
            if is_invented or series.high is None or series.low is None:
                continue
            if not bool(np.isfinite(series.high[-BARS_COUNT:]).any()):
                continue
            left.remove(asset_id)
            sessions = series.dates.astype("datetime64[D]")
            inside = np.isin(sessions, days)
            rows = np.searchsorted(days, sessions[inside])
            for name, values in (("high", series.high), ("low", series.low), ("close", series.close)):
                tables[name][rows, places[asset_id]] = values[inside]
    if len(left) == len(places):
        return None
    return Bars(**tables)


def _factors(uow: UnitOfWork, reader: SeriesReader, facts: PortfolioFacts) -> FactorReturns | None:
    """Return the market and the factor funds that have prices, on the days of the facts, in dollars as they trade."""
    from engine.decompose.factors import FactorReturns, fund_factors

    symbols = [MARKET_SYMBOL, *FACTOR_FUNDS.values()]
    rows = uow.assets.by_symbols(symbols)
    series = reader.series(uow, [row.id for row in rows.values()])
    before = facts.dates[:1] - np.timedelta64(1, "D")
    aligner = Aligner(np.concatenate((before, facts.dates)))
    known = {
        symbol: changes(aligner.levels(series[row.id].sessions, series[row.id].adjusted_closes))
        for symbol, row in rows.items()
        if row.id in series
    }
    funds = {name: known[symbol] for name, symbol in FACTOR_FUNDS.items() if symbol in known}
    if MARKET_SYMBOL not in known or len(funds) < FUNDS_MIN_COUNT:
        return None
    made = fund_factors(funds, known[MARKET_SYMBOL])
    whole = np.isfinite(made.returns_frac).all(axis=1)
    first = None if not whole.any() else facts.dates[int(np.argmax(whole))].astype("datetime64[D]").astype(object)
    note = (
        "Factors are an index for the market and listed funds beside it, at their closes in dollars: "
        f"{', '.join(FACTOR_FUNDS[name] for name in funds)}; all are known from {day(first)} on."
    )
    return FactorReturns(names=made.names, returns_frac=made.returns_frac, notes=(*made.notes, note))
