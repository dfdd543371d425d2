"""What is shown of one asset's prices over time, and of all assets in a list?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from services.messages.frozen import Message

Range = Literal["1m", "6m", "1y", "5y", "10y", "max"]
Frequency = Literal["auto", "daily", "weekly", "monthly"]
Adjust = Literal["raw", "splits", "total"]


class ExplorerAsset(Message):
    """One asset of the list.

    `change_1d_frac` is the simple return of the last session. `age_days` counts from the last session to today.
    `quality_score` is between 0 and 100, None where nobody has checked the asset yet.
    """

    symbol: str
    name: str
    asset_class: str
    currency: str
    exchange: str | None
    last_price: float | None
    change_1d_frac: float | None
    last_date: date | None
    age_days: int | None
    provider: str | None
    provider_label: str | None
    quality_score: float | None
    is_sample: bool


class ShownBar(Message):
    """One bar as it is drawn: prices in the asset's currency after the adjustment, volume in units; unknown is None.

    `session` is the last local day of the bar, `flag` the gravest one among its days.
    """

    session: date
    open: float | None
    high: float | None
    low: float | None
    close: float
    volume: float | None
    flag: str


class MarketEvent(Message):
    """Something that moved the price on one day: a dividend, a split, or a move far outside of what is usual."""

    session: date
    kind: Literal["dividend", "split", "move"]
    sentence: str


class ComparedSeries(Message):
    """One asset brought to 100 on the first day that all compared assets have in common."""

    symbol: str
    currency: str
    sessions: tuple[date, ...]
    index: tuple[float, ...]
    change_frac: float
    is_sample: bool


class AdjustChoice(Message):
    """One way to adjust prices; `sentence` says what it means, or why it is not possible."""

    key: Adjust
    label: str
    is_possible: bool
    sentence: str


class QualityMonth(Message):
    """How many sessions of one month have a value that is not plainly fine, or none; `worst` is the gravest flag."""

    month: date
    sessions_count: int
    marked_count: int
    worst: str


class SourceFacts(Message):
    """Where a series comes from and how old it is. `versions_count` counts what was ever stored of the series'
    `bars_count` bars; more than those are later revisions or corrections.
    """

    provider: str
    provider_label: str
    licence: str | None
    adjustment: str
    fetched_at_utc: datetime | None
    knowledge_time_utc: datetime
    age_days: int
    bars_count: int
    versions_count: int
    content_sha256: str
    notes: tuple[str, ...]
    is_sample: bool


class SymbolView(Message):
    """One asset's prices in a window, with events, comparison, quality and source.

    `range`, `frequency` and `adjust` are what was asked for; `shown_frequency` and `shown_adjust` what is drawn.
    `change_frac` compares the last close with the first. `has_candles` is False where only closes are stored;
    `candles_sentence` then says why.
    """

    symbol: str
    name: str
    asset_class: str
    currency: str
    exchange: str | None
    sector: str | None
    range: Range
    frequency: Frequency
    shown_frequency: Literal["daily", "weekly", "monthly"]
    adjust: Adjust | None
    shown_adjust: Adjust
    choices: tuple[AdjustChoice, ...]
    first_date: date
    last_date: date
    bars: tuple[ShownBar, ...]
    has_candles: bool
    candles_sentence: str
    change_frac: float | None
    high: float | None
    low: float | None
    events: tuple[MarketEvent, ...]
    compared: tuple[ComparedSeries, ...]
    compare_sentence: str
    quality: tuple[QualityMonth, ...]
    quality_score: float | None
    source: SourceFacts
    is_sample: bool
