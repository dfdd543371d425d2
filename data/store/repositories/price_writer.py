"""What of a delivery is news, what does it add up to, and how is the packed series kept in step with it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from data.store.repositories.context import UnitContext
from data.store.repositories.inserts import upsert
from data.store.repositories.series import (
    Bars,
    Codes,
    Days,
    Floats,
    Series,
    fingerprint,
    pack,
    pack_codes,
    pack_days,
    to_date,
)
from data.store.tables import PriceSeries

OPTIONAL = ("open", "high", "low", "volume")
"""Columns that a delivery may have no word about."""
_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype="<u8")


@dataclass(frozen=True)
class Packed:
    """The columns of one packed series; None where a column has no figure at all."""

    dates: Days
    close: Floats
    adjusted_close: Floats
    volume: Floats | None = None
    open: Floats | None = None
    high: Floats | None = None
    low: Floats | None = None
    flags: Codes | None = None


@dataclass
class Tally:
    """Count and checksum of bars, in whatever order they come.

    The checksum adds up, modulo 2**64, the bits of every close and volume and the day's number, each times an odd
    number of its own, so that a figure that is lost, doubled or altered changes it.
    """

    count: int = 0
    total: int = 0

    def add(self, days: Days, close: Floats, volume: Floats | None) -> None:
        """Count bars; a volume that is NaN counts like none at all."""
        numbers = np.ascontiguousarray(close, dtype="<f8").view("<u8") * _ODD[0]
        numbers += days.astype("datetime64[D]").astype(np.int64).astype("<u8") * _ODD[1]
        if volume is not None:
            known = np.where(np.isnan(volume), 0.0, volume)
            numbers += np.ascontiguousarray(known, dtype="<f8").view("<u8") * _ODD[2]
        self.count += len(days)
        self.total = (self.total + int(np.add.reduce(numbers))) % 2**64

    def add_sums(self, count: int, days: int, close_bits: int, volume_bits: int) -> None:
        """Count bars whose days' numbers and bits of closes and volumes were added up elsewhere, modulo 2**64."""
        parts = zip((close_bits, days, volume_bits), _ODD.tolist(), strict=True)
        self.count += count
        self.total = (self.total + sum(value * odd for value, odd in parts)) % 2**64

    @property
    def checksum(self) -> str:
        """The sum as 16 hexadecimal digits."""
        return f"{self.total:016x}"


def changed(bars: Bars, current: Series | None) -> Bars:
    """Return those of the bars that say something new: a new day, or other figures for a known one.

    A delivery without a word about opens, highs, lows or volumes changes nothing about them.
    """
    if current is None or not len(current.dates) or not len(bars.dates):
        return bars
    same = same_figures(bars, current, bars.dates.astype("datetime64[D]"))
    return bars if not bool(same.any()) else taken(bars, ~same)


def same_figures(bars: Bars, current: Series, keys: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return of which bars another series says the same; `keys` are theirs among its dates, in whatever unit."""
    spot = np.minimum(np.searchsorted(current.dates, keys), len(current.dates) - 1)
    same: np.ndarray[Any, Any] = (
        (current.dates[spot] == keys)
        & (current.close[spot] == bars.close)
        & (current.adjusted_close[spot] == bars.adjusted)
    )
    for name in OPTIONAL:
        old = getattr(current, name)
        same &= _is_same(getattr(bars, name), None if old is None else old[spot])
    return same


def merged(current: Series | None, news: Bars) -> Packed:
    """Return all columns after the news; a day in both takes the news as a whole, what they lack included."""
    new_days = news.dates.astype("datetime64[D]")
    if current is None:
        return Packed(new_days, news.close, news.adjusted, news.volume, news.open, news.high, news.low, news.flags)
    keep = ~np.isin(current.dates, new_days)
    days = np.concatenate([current.dates[keep], new_days])
    order = np.argsort(days, kind="stable")

    def joined(name: str) -> Any:
        old, new = getattr(current, name), getattr(news, name)
        if old is None and new is None:
            return None
        before = np.full(len(current.dates), np.nan) if old is None else old
        after = np.full(len(new_days), np.nan) if new is None else new
        return np.concatenate([before[keep], after])[order]

    flags = None
    if current.flags is not None or news.flags is not None:
        before = np.zeros(len(current.dates), dtype=np.int8) if current.flags is None else current.flags
        after = np.zeros(len(new_days), dtype=np.int8) if news.flags is None else news.flags
        flags = np.concatenate([before[keep], after])[order]
    return Packed(
        days[order],
        np.concatenate([current.close[keep], news.close])[order],
        np.concatenate([current.adjusted_close[keep], news.adjusted])[order],
        joined("volume"), joined("open"), joined("high"), joined("low"), flags,
    )  # fmt: skip


def series_row(
    *,
    scope: str,
    asset_id: str,
    provider: str,
    frequency: str,
    packed: Packed,
    knowledge_time_utc: datetime,
    is_sample: bool,
    revision_count: int,
) -> dict[str, Any]:
    """Return the row that holds the packed series of one asset, for ``write_series``."""
    days, close = packed.dates, packed.close
    row = {
        "tenant_scope": scope,
        "asset_id": asset_id,
        "provider": provider,
        "frequency": frequency,
        "observations_count": len(days),
        "first_date": to_date(days[0]),
        "last_date": to_date(days[-1]),
        "last_close": float(close[-1]),
        "previous_close": float(close[-2]) if len(close) > 1 else None,
        "is_sample": is_sample,
        "knowledge_time_utc": knowledge_time_utc,
        "revision_count": revision_count,
        "dates": pack_days(days),
        "close": pack(close),
        "adjusted_close": pack(packed.adjusted_close),
        "volume": _packed(packed.volume),
        "open": _packed(packed.open),
        "high": _packed(packed.high),
        "low": _packed(packed.low),
        "flags": pack_codes(packed.flags),
    }
    row["content_sha256"] = content_of(packed)
    return row


def write_series(context: UnitContext, rows: Sequence[dict[str, Any]]) -> None:
    """Insert or replace packed series."""
    upsert(context, PriceSeries, rows)


def content_of(packed: Packed) -> str:
    """Return the fingerprint of dates and prices; opens, highs and lows count where there are any, flags never."""
    parts = [pack_days(packed.dates), pack(packed.close), pack(packed.adjusted_close), _packed(packed.volume)]
    spread = [_packed(packed.open), _packed(packed.high), _packed(packed.low)]
    return fingerprint(*parts, *(spread if any(part is not None for part in spread) else ()))


def taken(bars: Bars, which: np.ndarray[Any, Any]) -> Bars:
    """Return some of the bars, chosen by a mask or by places."""

    def part(values: Any) -> Any:
        return None if values is None else values[which]

    return Bars(
        bars.asset_id, bars.dates[which], bars.close[which], part(bars.adjusted_close), part(bars.open),
        part(bars.high), part(bars.low), part(bars.volume), part(bars.event_times_utc), part(bars.flags),
    )  # fmt: skip


def _packed(values: Floats | None) -> bytes | None:
    return None if values is None or bool(np.isnan(values).all()) else pack(values)


def _is_same(new: Floats | None, old: Floats | None) -> Any:
    if new is None:
        return True  # no word about a column changes nothing
    if old is None:
        return np.isnan(new)
    return (new == old) | (np.isnan(new) & np.isnan(old))
