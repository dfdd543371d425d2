"""What does an answer of Yahoo's chart address hold, and which session does each of its moments belong to?"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data.providers.answers import ActionFact, DayArray, FloatArray, TimeArray
from data.providers.symbols import MINOR_UNITS

Finite = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Moment = Annotated[int, Field(ge=-10_000_000_000, le=100_000_000_000, strict=True)]
"""Seconds since 1970 in UTC."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Period(_Part):
    """One stretch of trading."""

    start: Moment
    end: Moment


class Periods(_Part):
    """The stretches of the session under way, or of the next one."""

    regular: Period | None = None


class Meta(_Part):
    """Who the series is and how it stands."""

    currency: str = Field(min_length=3, max_length=5)
    symbol: str
    timezone_name: str = Field(alias="exchangeTimezoneName", min_length=1)
    price: Finite | None = Field(None, alias="regularMarketPrice")
    price_time: Moment | None = Field(None, alias="regularMarketTime")
    volume: Finite | None = Field(None, alias="regularMarketVolume")
    previous_close: Finite | None = Field(None, alias="chartPreviousClose")
    trading_periods: Periods | None = Field(None, alias="currentTradingPeriod")


class Bars(_Part):
    """One column of values per field, as many as there are moments; null where there was no trade."""

    open: list[Finite | None] = []
    high: list[Finite | None] = []
    low: list[Finite | None] = []
    close: list[Finite | None] = []
    volume: list[Finite | None] = []


class Adjusted(_Part):
    """Closes with dividends taken out."""

    adjclose: list[Finite | None] = []


class Indicators(_Part):
    """The columns of a chart."""

    quote: list[Bars] = Field(min_length=1)
    adjclose: list[Adjusted] = []


class Dividend(_Part):
    """An amount per share and its ex-date."""

    amount: Finite
    date: Moment


class Split(_Part):
    """New shares for old ones."""

    date: Moment
    numerator: Finite
    denominator: Finite


class Events(_Part):
    """Dividends and splits by their moment."""

    dividends: dict[str, Dividend] = {}
    splits: dict[str, Split] = {}


class Chart(_Part):
    """The series of one symbol."""

    meta: Meta
    timestamp: list[Moment] = []
    indicators: Indicators
    events: Events = Events()

    @property
    def zone(self) -> ZoneInfo:
        """The exchange's time zone; the fixed offset beside it is today's, and wrong in the other half of the year."""
        return ZoneInfo(self.meta.timezone_name)

    def column(self, name: str) -> FloatArray:
        """Return one column, NaN where it has null.

        Raises
        ------
        ValueError
            It has another length than the moments.

        """
        if name == "adjclose":
            values = [value for part in self.indicators.adjclose[:1] for value in part.adjclose]
        else:
            values = getattr(self.indicators.quote[0], name)
        if len(values) != len(self.timestamp):
            raise ValueError(f"{name} with as many values as moments")
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    def times_utc(self) -> TimeArray:
        """Return the moments."""
        return np.array(self.timestamp, dtype=np.int64).astype("datetime64[s]")

    def sessions(self) -> DayArray:
        """Return the local date of each moment."""
        return local_days(self.timestamp, self.zone)

    def open_session(self, now_utc: datetime) -> date | None:
        """Return the local date of the session whose close is still to come, or None when none is named."""
        periods = self.meta.trading_periods
        if periods is None or periods.regular is None or now_utc.timestamp() >= periods.regular.end:
            return None
        return datetime.fromtimestamp(periods.regular.start, self.zone).date()


def local_days(moments: list[int], zone: ZoneInfo) -> NDArray[np.datetime64]:
    """Return the local date of each moment, summer time or not."""
    return np.array([local_day(moment, zone) for moment in moments], dtype="datetime64[D]")


def local_day(moment: int, zone: ZoneInfo) -> date:
    """Return the local date of one moment."""
    return datetime.fromtimestamp(moment, zone).date()


def facts(symbol: str, chart: Chart) -> list[ActionFact]:
    """Return the dividends and splits of one chart, in whole units of their currency."""
    unit = chart.meta.currency
    part, currency = (Decimal(100), MINOR_UNITS[unit]) if unit in MINOR_UNITS else (Decimal(1), unit)
    dividends = [
        ActionFact(
            symbol,
            "dividend",
            local_day(event.date, chart.zone),
            amount_ccy=Decimal(repr(event.amount)) / part,
            currency=currency,
        )
        for event in chart.events.dividends.values()
    ]
    return dividends + [
        ActionFact(
            symbol,
            "split",
            local_day(event.date, chart.zone),
            ratio=Decimal(repr(event.numerator)) / Decimal(repr(event.denominator)),
        )
        for event in chart.events.splits.values()
        if event.denominator > 0 and event.numerator > 0
    ]
