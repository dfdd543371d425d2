"""How do prices look that could be real, and how are errors planted in them so that it is known what is wrong?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from data.providers.embedded import EmbeddedHistory
from data.providers.protocol import ProviderContext
from data.providers.questions import PriceQuestion, ReferenceQuestion
from data.providers.vocabulary import AssetClass, Field
from data.quality.findings import Kind
from data.quality.series import Action, QualitySeries

SECTORS = 8
DAYS_COUNT = 1500
HISTORY_COUNT = 2520
CRASH_PLACES = (400, 402, 405)
"""Days on which the whole market falls and rises by about a tenth, as in 2008 and March 2020."""
PLANTED = (
    Kind.UNIT, Kind.SPLIT, Kind.OUTLIER, Kind.STALE, Kind.NONPOSITIVE, Kind.OHLC, Kind.REPEATED, Kind.OFF_CALENDAR,
    Kind.MISSING_SESSION, Kind.VOLUME_GAP, Kind.CROSS_SOURCE, Kind.DIVIDEND,
    Kind.ORDER,
)  # fmt: skip


@dataclass
class Planted:
    """One series with the errors that were planted in it: kind and the sessions concerned."""

    series: QualitySeries
    errors: list[tuple[Kind, NDArray[np.datetime64]]] = field(default_factory=list)


def worlds(size: int, seed: int, days_count: int = DAYS_COUNT) -> list[QualitySeries]:
    """Return clean series: a market with crash days, sectors, fat tails (Student's t with 4 degrees) and news.

    Every series has a few jumps of its own of 8 to 30 % that stay, with three to eight times the usual volume, and one
    squeeze: up by half on a day and down by a third the day after, on ten times the volume.
    """
    rng = np.random.default_rng(seed)
    days = np.busday_offset("2015-01-02", np.arange(days_count), roll="forward").astype("datetime64[D]")
    market = rng.standard_t(4, days_count) * 0.007
    market[list(CRASH_PLACES)] = (-0.11, 0.09, -0.12)
    sectors = rng.standard_t(5, (SECTORS, days_count)) * 0.004
    return [_clean(rng, days, market, sectors, number) for number in range(size)]


def _clean(
    rng: np.random.Generator,
    days: NDArray[np.datetime64],
    market: NDArray[np.float64],
    sectors: NDArray[np.float64],
    number: int,
) -> QualitySeries:
    count, sector = len(days), number % SECTORS
    own = rng.standard_t(4, count) * rng.uniform(0.006, 0.016)
    turnover = np.exp(rng.normal(0.0, 0.35, count))
    for place in rng.choice(np.arange(450, count - 50), 4, replace=False):
        own[place] += rng.choice((-1.0, 1.0)) * rng.uniform(0.08, 0.30)
        turnover[place : place + 2] *= rng.uniform(3.0, 8.0)
    squeeze = int(rng.integers(60, 380))
    own[squeeze], own[squeeze + 1] = np.log(1.5), -np.log(1.45)
    turnover[squeeze : squeeze + 2] *= 10.0
    close = rng.uniform(15.0, 200.0) * np.exp(np.cumsum(rng.uniform(0.7, 1.3) * market + sectors[sector] + own))
    wide = np.abs(rng.normal(0.0, 0.006, (2, count)))
    opening = np.concatenate((close[:1], close[:-1])) * np.exp(rng.normal(0.0, 0.002, count))
    return QualitySeries(
        symbol=f"S{number:03d}",
        sessions=days,
        close=close,
        adjusted=close.copy(),
        open=opening,
        high=np.maximum(close, opening) * np.exp(wide[0]),
        low=np.minimum(close, opening) * np.exp(-wide[1]),
        volume=np.round(turnover * rng.uniform(1e5, 5e6)),
        group=f"sector {sector}",
        expected=days,
    )


def history() -> list[QualitySeries]:
    """Return the closes of the twenty large stocks that come with the product, of ten years with March 2020 in them."""
    provider = EmbeddedHistory(ProviderContext(now_utc=lambda: datetime(2023, 1, 2, tzinfo=UTC)))
    facts = {one.symbol: one for one in provider.reference(ReferenceQuestion()).assets}
    symbols = tuple(symbol for symbol, one in facts.items() if one.asset_class is AssetClass.EQUITY)
    answer = provider.prices(PriceQuestion(symbols, fields=frozenset({Field.CLOSE})))
    found = []
    for one in answer.series:
        days, close = one.sessions[-HISTORY_COUNT:], one.columns[Field.CLOSE][-HISTORY_COUNT:]
        found.append(QualitySeries(one.symbol, days, close, close.copy(), group="stocks", expected=days))
    return found


def plant(clean: QualitySeries, kind: Kind, rng: np.random.Generator) -> Planted:
    """Return a series with one error of a kind, away from its ends."""
    place = int(rng.integers(500, len(clean.sessions) - 120))
    return _PLANTERS[kind](clean, place, rng)


def _scaled(clean: QualitySeries, low: int, high: int, factor: float) -> QualitySeries:
    parts = {}
    for name in ("close", "adjusted", "open", "high", "low"):
        values = getattr(clean, name)
        if values is not None:
            parts[name] = values.copy()
            parts[name][low:high] *= factor
    return replace(clean, **parts)


def _unit(clean: QualitySeries, place: int, rng: np.random.Generator) -> Planted:
    length = int(rng.choice((1, 1, 5, 40)))
    bad = _scaled(clean, place, place + length, float(rng.choice((100.0, 0.01))))
    return Planted(bad, [(Kind.UNIT, clean.sessions[place : place + length])])


def _split(clean: QualitySeries, place: int, rng: np.random.Generator) -> Planted:
    """Leave a split out of prices and volumes before it; half of the splits are known."""
    ratio = float(rng.choice((2.0, 3.0, 4.0, 5.0, 10.0, 0.1)))
    bad = _scaled(clean, 0, place, ratio)
    volume = None if bad.volume is None else bad.volume.copy()
    if volume is not None:
        volume[:place] = np.round(volume[:place] / ratio)
    known = (Action("split", clean.sessions[place], ratio=ratio),) if rng.random() < 0.5 else ()
    return Planted(replace(bad, volume=volume, actions=known), [(Kind.SPLIT, clean.sessions[:place])])


def _outlier(clean: QualitySeries, place: int, rng: np.random.Generator) -> Planted:
    factor = float(np.exp(rng.choice((-1.0, 1.0)) * rng.uniform(0.15, 1.2)))
    bad = _scaled(clean, place, place + 1, factor)
    return Planted(bad, [(Kind.OUTLIER, clean.sessions[place : place + 1])])


def _stale(clean: QualitySeries, place: int, rng: np.random.Generator) -> Planted:
    length = int(rng.integers(8, 20))
    bad = replace(clean, open=None, high=None, low=None)
    close = clean.close.copy()
    volume = None if clean.volume is None else clean.volume.copy()
    close[place : place + length] = close[place - 1]
    if volume is not None:
        volume[place : place + length] = 0.0
    return Planted(
        replace(bad, close=close, adjusted=close.copy(), volume=volume),
        [(Kind.STALE, clean.sessions[place : place + length])],
    )


def _nonpositive(clean: QualitySeries, place: int, rng: np.random.Generator) -> Planted:
    close = clean.close.copy()
    close[place] = float(rng.choice((0.0, -close[place])))
    bad = replace(clean, close=close, adjusted=close.copy(), open=None, high=None, low=None)
    return Planted(bad, [(Kind.NONPOSITIVE, clean.sessions[place : place + 1])])


def _ohlc(clean: QualitySeries, place: int, rng: np.random.Generator) -> Planted:
    assert clean.high is not None
    assert clean.low is not None
    high, low = clean.high.copy(), clean.low.copy()
    high[place], low[place] = low[place], high[place]
    return Planted(replace(clean, high=high, low=low), [(Kind.OHLC, clean.sessions[place : place + 1])])


def _repeated(clean: QualitySeries, place: int, rng: np.random.Generator) -> Planted:
    parts = {}
    for name in ("close", "adjusted", "open", "high", "low", "volume"):
        parts[name] = getattr(clean, name).copy()
        parts[name][place] = parts[name][place - 1]
    return Planted(replace(clean, **parts), [(Kind.REPEATED, clean.sessions[place : place + 1])])


def _off_calendar(clean: QualitySeries, place: int, rng: np.random.Generator) -> Planted:
    """Call a session a holiday: its bar stands on a day without trading."""
    expected = np.delete(clean.sessions, place)
    return Planted(replace(clean, expected=expected), [(Kind.OFF_CALENDAR, clean.sessions[place : place + 1])])


def _missing(clean: QualitySeries, place: int, rng: np.random.Generator) -> Planted:
    lost = np.arange(place, place + int(rng.integers(1, 4)))
    parts = {
        name: np.delete(values, lost)
        for name in ("sessions", "close", "adjusted", "open", "high", "low", "volume")
        if (values := getattr(clean, name)) is not None
    }
    return Planted(replace(clean, **parts), [(Kind.MISSING_SESSION, clean.sessions[lost])])


def _volume_gap(clean: QualitySeries, place: int, rng: np.random.Generator) -> Planted:
    assert clean.volume is not None
    volume = clean.volume.copy()
    volume[place] = np.nan
    return Planted(replace(clean, volume=volume), [(Kind.VOLUME_GAP, clean.sessions[place : place + 1])])


def _cross_source(clean: QualitySeries, place: int, rng: np.random.Generator) -> Planted:
    """Shift one close by 0.8 to 4 % against two other sources, which differ by rounding."""
    others = {
        name: (clean.sessions, clean.close * np.exp(rng.normal(0.0, 0.0003, len(clean.close)))) for name in ("a", "b")
    }
    bad = _scaled(
        replace(clean, high=None, low=None, open=None), place, place + 1, 1.0 + float(rng.uniform(0.008, 0.04))
    )
    return Planted(replace(bad, others=others), [(Kind.CROSS_SOURCE, clean.sessions[place : place + 1])])


def _dividend(clean: QualitySeries, place: int, rng: np.random.Generator) -> Planted:
    """Pay a dividend of 0.5 to 3 %, and leave it out of the adjusted closes, or put it in a hundredfold."""
    share = float(rng.uniform(0.005, 0.03))
    amount = share * float(clean.close[place - 1])
    parts = {}
    for name in ("close", "open", "high", "low"):
        parts[name] = getattr(clean, name).copy()
        parts[name][place:] *= 1.0 - share
    adjusted = parts["close"].copy()
    if rng.random() < 0.5:
        amount *= 100.0
        adjusted[:place] *= max(0.02, 1.0 - 100.0 * share)
    known = (Action("dividend", clean.sessions[place], amount_ccy=amount),)
    return Planted(replace(clean, **parts, adjusted=adjusted, actions=known), [(Kind.DIVIDEND, clean.sessions[:place])])


def _order(clean: QualitySeries, place: int, rng: np.random.Generator) -> Planted:
    """Deliver one bar twice, or four sessions late."""
    usual = np.arange(len(clean.sessions))
    is_twice = bool(rng.random() < 0.5)
    late = np.insert(usual if is_twice else np.delete(usual, place), place if is_twice else place + 4, place)
    columns = ("sessions", "close", "adjusted", "open", "high", "low", "volume")
    parts = {name: values[late] for name in columns if (values := getattr(clean, name)) is not None}
    return Planted(replace(clean, **parts), [(Kind.ORDER, clean.sessions[place : place + 1])])


_PLANTERS = {
    Kind.UNIT: _unit,
    Kind.SPLIT: _split,
    Kind.OUTLIER: _outlier,
    Kind.STALE: _stale,
    Kind.NONPOSITIVE: _nonpositive,
    Kind.OHLC: _ohlc,
    Kind.REPEATED: _repeated,
    Kind.OFF_CALENDAR: _off_calendar,
    Kind.MISSING_SESSION: _missing,
    Kind.VOLUME_GAP: _volume_gap,
    Kind.CROSS_SOURCE: _cross_source,
    Kind.DIVIDEND: _dividend,
    Kind.ORDER: _order,
}
