"""How do stored closes become the table of returns that the engine takes, and what is told of its source?

One rule for missing prices: the common window, the days on which every asset has a close. Closes in other currencies
are brought into the base currency first, so that a return is what an investor in that currency earned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.kernel.frames import PricePanel, ReturnsPanel
from services import formatting
from services.market_marks import rates_note, sample_note
from services.market_origins import origin_documents, origin_notes
from services.market_series import StoredSeries
from services.valuation_prices import CloseSeries

DEFAULT_CURRENCY = "USD"
COVARIANCE_NEEDS_COUNT = 3
"""Closes that two returns need, the fewest that have a covariance."""


@dataclass(frozen=True)
class PanelSource:
    """One column: the symbol with its series."""

    symbol: str
    series: StoredSeries


def base_currency_of(sources: Sequence[PanelSource], wanted: str | None) -> str:
    """Return the currency of the returns: the one asked for, else the one all share, else dollars."""
    if wanted is not None:
        return wanted
    currencies = {source.series.currency for source in sources}
    return currencies.pop() if len(currencies) == 1 else DEFAULT_CURRENCY


def build_panel(
    sources: Sequence[PanelSource],
    rates: Mapping[str, CloseSeries],
    base_currency: str,
    as_of: date,
    lookback_days: int,
) -> tuple[ReturnsPanel, dict[str, Any]]:
    """Return simple returns over the last `lookback_days` common sessions up to a day, with their lineage.

    Parameters
    ----------
    sources : sequence of PanelSource
        One per column, in the order of the columns.
    rates : mapping of currency to CloseSeries
        Rates of the other currencies into the base currency.
    base_currency : str
    as_of : date
        Nothing after it is used.
    lookback_days : int
        Number of returns wanted; fewer are given when the common history is shorter.

    Returns
    -------
    ReturnsPanel, dict
        The lineage is JSON-native: sources, hashes, window, rows, currency, notes.

    Raises
    ------
    engine.kernel.errors.PanelRefused
        The assets share fewer than two sessions.

    """
    columns = [_usable(source.series, rates, base_currency, as_of) for source in sources]
    common = _common_sessions([sessions for sessions, _ in columns])
    begin = common[-(lookback_days + 1)] if common.size > lookback_days else (common[0] if common.size else None)
    panel = ReturnsPanel.from_prices(_table(sources, columns, begin))
    lineage = lineage_of(sources, rates, panel, base_currency, lookback_days)
    lineage["fewest_sessions"] = min(sources, key=lambda source: source.series.sessions.size).symbol
    marks: list[str] = lineage["sample_notes"]
    return (replace(panel, notes=(*marks, *panel.notes)) if marks else panel), lineage


def build_prices(
    sources: Sequence[PanelSource], rates: Mapping[str, CloseSeries], base_currency: str, as_of: date
) -> PricePanel:
    """Return all closes up to a day, on every session that any of the assets has; parameters as for `build_panel`."""
    return _table(sources, [_usable(source.series, rates, base_currency, as_of) for source in sources], None)


def _table(
    sources: Sequence[PanelSource],
    columns: Sequence[tuple[NDArray[np.datetime64], NDArray[np.float64]]],
    begin: np.datetime64 | None,
) -> PricePanel:
    """Return sessions and closes of each asset as one table from a day on; NaN where an asset has no close."""
    dates = _all_sessions([sessions for sessions, _ in columns], begin)
    table = np.full((dates.size, len(columns)), np.nan)
    for number, (sessions, values) in enumerate(columns):
        keep = sessions >= begin if begin is not None else np.ones(sessions.size, dtype=bool)
        table[np.searchsorted(dates, sessions[keep]), number] = values[keep]
    return PricePanel(dates, tuple(source.symbol for source in sources), table)


def first_possible_day(
    sources: Sequence[PanelSource], rates: Mapping[str, CloseSeries], base_currency: str
) -> date | None:
    """Return the first day up to which these assets have two returns in common: their third common session."""
    columns = [_usable(source.series, rates, base_currency, date.max) for source in sources]
    common = _common_sessions([sessions for sessions, _ in columns])
    if common.size < COVARIANCE_NEEDS_COUNT:
        return None
    found: date = common[COVARIANCE_NEEDS_COUNT - 1].astype("datetime64[D]").astype(object)
    return found


def _usable(
    series: StoredSeries, rates: Mapping[str, CloseSeries], base_currency: str, as_of: date
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Return sessions and adjusted closes in the base currency up to a day, without days that lack close or rate."""
    last = int(np.searchsorted(series.sessions, np.datetime64(as_of, "D"), side="right"))
    sessions, values = series.sessions[:last], series.adjusted_closes[:last]
    if series.currency != base_currency:
        rate = rates[series.currency]
        place = np.searchsorted(rate.sessions, sessions)
        inside = place < rate.sessions.size
        inside[inside] = rate.sessions[place[inside]] == sessions[inside]
        converted = np.full(values.size, np.nan)
        converted[inside] = values[inside] * rate.closes[place[inside]]
        values = converted
    keep = np.isfinite(values) & (values > 0)
    return (sessions, values) if bool(keep.all()) else (sessions[keep], values[keep])


def _common_sessions(columns: Sequence[NDArray[np.datetime64]]) -> NDArray[np.datetime64]:
    """Return the sessions that all columns have."""
    common = columns[0]
    for sessions in columns[1:]:
        if sessions.size != common.size or not bool((sessions == common).all()):
            common = np.intersect1d(common, sessions, assume_unique=True)
    return common


def _all_sessions(columns: Sequence[NDArray[np.datetime64]], begin: np.datetime64 | None) -> NDArray[np.datetime64]:
    """Return the sessions that any column has, from the window's first on."""
    distinct = [columns[0]]
    for sessions in columns[1:]:
        if not any(sessions.size == seen.size and bool((sessions == seen).all()) for seen in distinct):
            distinct.append(sessions)
    union = distinct[0] if len(distinct) == 1 else np.unique(np.concatenate(distinct))
    return union if begin is None else union[union >= begin]


class Span(Protocol):
    """What a lineage has to know of the table whose source it tells."""

    @property
    def start(self) -> date:
        """The first day."""
        ...

    @property
    def end(self) -> date:
        """The last day."""
        ...

    @property
    def observations_count(self) -> int:
        """The number of returns."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What was noted of it."""
        ...


def lineage_of(
    sources: Sequence[PanelSource],
    rates: Mapping[str, CloseSeries],
    panel: Span,
    base_currency: str,
    lookback_days: int,
) -> dict[str, Any]:
    """Return where the table comes from, JSON-native."""
    hashes = {source.symbol: source.series.content_sha256 for source in sources}
    joined = "\n".join(f"{symbol} {value}" for symbol, value in sorted(hashes.items()))
    origins = {source.symbol: source.series.origins for source in sources}
    samples = sorted(source.symbol for source in sources if source.series.is_sample)
    notes = list(panel.notes)
    if panel.observations_count < lookback_days:
        youngest = max(sources, key=lambda source: source.series.sessions[0])
        notes.append(
            f"{formatting.count(panel.observations_count, 'return')} instead of {formatting.number(lookback_days, 0)}: "
            f"the common history begins on {formatting.day(panel.start)} (shortest: {youngest.symbol})."
        )
    foreign = sorted(source.symbol for source in sources if source.series.currency != base_currency)
    if foreign:
        notes.append(f"Closes of {', '.join(foreign)} were brought into {base_currency} at each day's rate.")
    used_rates = {source.series.currency for source in sources if source.series.currency != base_currency}
    sample_rates = sorted(currency for currency in used_rates if rates[currency].is_sample)
    marks = [sample_note(samples, len(sources))] if samples else []
    marks += [rates_note(sample_rates)] if sample_rates else []
    return {
        "providers": sorted({source.series.provider for source in sources}),
        "dataset_sha256": hashlib.sha256(joined.encode()).hexdigest(),
        "series_sha256": hashes,
        "currency": base_currency,
        "as_of": panel.end.isoformat(),
        "window_start": panel.start.isoformat(),
        "window_end": panel.end.isoformat(),
        "observations_count": panel.observations_count,
        "lookback_days": lookback_days,
        "field": "adjusted_close",
        "is_sample": bool(marks),
        "sample_assets": samples,
        "sample_rates": sample_rates,
        "sample_notes": marks,
        "imports": origin_documents(origins),
        "notes": [*marks, *notes, *origin_notes(origins)],
    }
