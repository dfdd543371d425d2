"""Which funds of the house's data stand in for assets without a history, move as a factor, or hedge?

Funds are known by their symbols. One counts only where real prices of it are stored: what was invented stands in for
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from services.market_series import SeriesReader
from services.portfolio_facts import FloatArray
from services.portfolio_facts_panel import Aligner, Days, changes

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

SECTOR_FUNDS: Final[Mapping[str, tuple[str, ...]]] = {
    "Communication Services": ("XLC", "VOX"),
    "Consumer Discretionary": ("XLY", "VCR"),
    "Consumer Staples": ("XLP", "VDC"),
    "Energy": ("XLE", "VDE"),
    "Financials": ("XLF", "VFH"),
    "Health Care": ("XLV", "VHT"),
    "Industrials": ("XLI", "VIS"),
    "Information Technology": ("XLK", "VGT"),
    "Materials": ("XLB", "VAW"),
    "Real Estate": ("VNQ", "IYR", "XLRE"),
    "Utilities": ("XLU", "VPU"),
}
"""Sector to funds that hold it, the first that has prices counts."""

OTHER_NAMES: Final[Mapping[str, str]] = {
    "Technology": "Information Technology",
    "Healthcare": "Health Care",
    "Financial Services": "Financials",
    "Financial": "Financials",
    "Consumer Cyclical": "Consumer Discretionary",
    "Consumer Defensive": "Consumer Staples",
    "Basic Materials": "Materials",
    "Telecommunications": "Communication Services",
}
"""What other vendors call the same sectors."""

CLASS_FUNDS: Final[Mapping[str, tuple[str, ...]]] = {"bond": ("AGG", "BND"), "commodity": ("DBC", "GSG")}
EMERGING_FUNDS: Final = ("EEM", "VWO", "IEMG")
TREASURY_FUNDS: Final = ("IEF", "VGIT", "GOVT", "TLT")
GOLD_FUNDS: Final = ("GLD", "IAU", "GLDM")


@dataclass(frozen=True, eq=False)
class Fund:
    """A fund with its returns (t,) on the days of the facts, simple, in its own currency; NaN where there is none."""

    asset_id: str
    symbol: str
    name: str
    sector: str | None
    currency: str
    returns_frac: FloatArray = field(repr=False)


def moves_of(levels: FloatArray) -> FloatArray:
    """Return simple returns of the same length; the first is not known."""
    moves: FloatArray = np.concatenate([[np.nan], changes(levels)])
    return moves


def read_funds(uow: UnitOfWork, reader: SeriesReader, days: Days) -> dict[str, Fund]:
    """Return the funds of the tables above that have real prices, by symbol.

    Parameters
    ----------
    days : array (t,) of datetime64[D]
        Of the portfolio's facts.

    """
    if not days.size:
        return {}
    tables = (*SECTOR_FUNDS.values(), *CLASS_FUNDS.values(), EMERGING_FUNDS, TREASURY_FUNDS, GOLD_FUNDS)
    rows = uow.assets.by_symbols(sorted({symbol for symbols in tables for symbol in symbols}))
    series = reader.series(uow, [row.id for row in rows.values()])
    aligner, found = Aligner(days), {}
    for symbol, row in rows.items():
        stored = series.get(row.id)
        if stored is None or stored.is_sample or row.is_sample:
            continue
        moves = moves_of(aligner.levels(stored.sessions, stored.adjusted_closes))
        if bool(np.isfinite(moves).any()):
            found[symbol] = Fund(row.id, symbol, row.name, row.sector, stored.currency, moves)
    return found


def first_of(symbols: tuple[str, ...], funds: Mapping[str, Fund]) -> Fund | None:
    """Return the first of some funds that there is."""
    return next((funds[symbol] for symbol in symbols if symbol in funds), None)


def by_sector(funds: Mapping[str, Fund]) -> dict[str, str]:
    """Return for each sector the symbol of its fund; sectors without one are left out."""
    chosen = {sector: first_of(symbols, funds) for sector, symbols in SECTOR_FUNDS.items()}
    found = {sector: fund.symbol for sector, fund in chosen.items() if fund is not None}
    return found | {other: found[sector] for other, sector in OTHER_NAMES.items() if sector in found}


def by_class(funds: Mapping[str, Fund]) -> dict[str, str]:
    """Return for each class of assets that is no share the symbol of its fund."""
    chosen = {name: first_of(symbols, funds) for name, symbols in CLASS_FUNDS.items()}
    return {name: fund.symbol for name, fund in chosen.items() if fund is not None}
