"""Which bars stand in a window, and how do days become weeks and months?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.lineage_words import FLAGS
from services.market_data_bars import Column, resampled
from services.messages.explorer import Frequency, QualityMonth, Range, ShownBar

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]
Codes = NDArray[np.int8]
Shown = Literal["daily", "weekly", "monthly"]

MONTHS: dict[Range, int] = {"1m": 1, "6m": 6, "1y": 12, "5y": 60, "10y": 120}
FIGURES = ("open", "high", "low", "close", "volume")
GRAVITY = np.array([0, 1, 4, 5, 2, 3], dtype=np.int8)
"""How grave each flag is, by its code: ok, filled, missing, suspect, corrected, stale."""
DAILY_MAX_COUNT = 530
WEEKLY_MAX_COUNT = 2700


@dataclass(frozen=True)
class Columns:
    """Daily or longer bars of one asset as arrays of equal length; opens, highs, lows and volumes may be absent.

    NaN stands for what the source does not say of a day.
    """

    days: Days
    close: Floats
    open: Floats | None
    high: Floats | None
    low: Floats | None
    volume: Floats | None
    flags: Codes

    @property
    def has_spread(self) -> bool:
        """Whether candles can be drawn: most bars have open, high and low."""
        parts = [self.open, self.high, self.low]
        return self.days.size > 0 and all(part is not None and np.isfinite(part).mean() > 0.5 for part in parts)

    def cut(self, keep: slice) -> Columns:
        """Return the bars of some places."""

        def part(values: Floats | None) -> Floats | None:
            return None if values is None else values[keep]

        return Columns(
            self.days[keep], self.close[keep], part(self.open), part(self.high), part(self.low), part(self.volume),
            self.flags[keep],
        )  # fmt: skip

    def scaled(self, factors: Floats, of_volume: Floats) -> Columns:
        """Return the bars with prices and volumes multiplied, each by its own factors."""

        def part(values: Floats | None) -> Floats | None:
            return None if values is None else values * factors

        return replace(
            self,
            close=self.close * factors,
            open=part(self.open),
            high=part(self.high),
            low=part(self.low),
            volume=None if self.volume is None else self.volume * of_volume,
        )


def place_of(days: Days, range_: Range) -> int:
    """Return the place of the first bar of a range, which ends at the last bar."""
    if range_ == "max" or days.size == 0:
        return 0
    last = days[-1]
    month = last.astype("datetime64[M]") - np.timedelta64(MONTHS[range_], "M")
    offset = (last - last.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    length = int(((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int))
    first = month.astype("datetime64[D]") + np.timedelta64(min(offset, length - 1), "D")
    return min(int(np.searchsorted(days, first, side="left")), days.size - 1)


def shown_frequency(asked: Frequency, bars_count: int) -> Shown:
    """Return how dense the bars are drawn: as asked, else so that a candle can still be told from the next."""
    if asked != "auto":
        return asked
    return "daily" if bars_count <= DAILY_MAX_COUNT else "weekly" if bars_count <= WEEKLY_MAX_COUNT else "monthly"


def grouped(bars: Columns, frequency: Shown) -> Columns:
    """Return weeks or months of daily bars, as requests for market data get them.

    A bar carries the day of its last session and the gravest flag of its days. What is unknown of all of its days stays
    NaN.
    """
    if frequency == "daily" or bars.days.size == 0:
        return bars
    days = bars.days.astype("datetime64[D]")
    known = {name: values for name in FIGURES if (values := getattr(bars, name)) is not None}
    long = resampled(Column(days.astype(np.int64), days, known, bars.flags), frequency)
    got = long.values.get
    return Columns(long.sessions, long.values["close"], got("open"), got("high"), got("low"), got("volume"), long.flags)


def shown_bars(bars: Columns) -> tuple[ShownBar, ...]:
    """Return the bars as they are handed over."""
    count = bars.days.size

    def column(values: Floats | None) -> list[float | None]:
        return [None] * count if values is None else [v if np.isfinite(v) else None for v in values.tolist()]

    rows = zip(
        bars.days.astype("datetime64[D]").tolist(), column(bars.open), column(bars.high), column(bars.low),
        bars.close.tolist(), column(bars.volume), bars.flags.tolist(), strict=True,
    )  # fmt: skip
    return tuple(
        ShownBar(session=day, open=opened, high=high, low=low, close=close, volume=volume, flag=FLAGS[flag][0])
        for day, opened, high, low, close, volume, flag in rows
    )


def quality_months(sessions: Sequence[tuple[date, str]]) -> tuple[QualityMonth, ...]:
    """Return for each month how many of its sessions are marked, and the gravest mark.

    Parameters
    ----------
    sessions : sequence of (day, flag)
        In order of time, days without a value included.

    """
    gravity = {name: int(GRAVITY[code]) for code, (name, _words) in enumerate(FLAGS)}
    found: list[QualityMonth] = []
    for (year, month), days in groupby(sessions, key=lambda one: (one[0].year, one[0].month)):
        flags = [flag for _day, flag in days]
        found.append(
            QualityMonth(
                month=date(year, month, 1),
                sessions_count=len(flags),
                marked_count=sum(flag != FLAGS[0][0] for flag in flags),
                worst=max(flags, key=lambda flag: gravity[flag]),
            )
        )
    return tuple(found)
