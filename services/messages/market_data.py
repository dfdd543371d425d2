"""How is a table of market data asked for, and what is answered?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AwareDatetime, ConfigDict, Field

from services.messages.frozen import Message

Frequency = Literal["minute", "daily", "weekly", "monthly"]
Adjustment = Literal["raw", "splits", "splits_and_dividends"]
BarField = Literal["open", "high", "low", "close", "adjusted_close", "volume"]
Release = Literal["latest", "first"]
"""Which release of an economic figure: the one that stands, or the first one."""
FLAGS = ("ok", "filled", "missing", "suspect", "corrected", "stale")
"""Words of the codes in a table of flags, by code."""
SYMBOLS_MAX_COUNT = 500
FIRST_DAY = date(1800, 1, 1)
LAST_DAY = date(2400, 1, 1)
SessionDay = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
"""A day that there can be prices of; days far from it cannot be counted with."""
KnowledgeTime = Annotated[
    AwareDatetime,
    Field(ge=datetime.combine(FIRST_DAY, time(0), tzinfo=UTC), le=datetime.combine(LAST_DAY, time(0), tzinfo=UTC)),
]
"""An instant with its offset, of which it can be asked what was known then."""


class DataRequest(Message):
    """Which figures of which assets, over which window, seen from which instant.

    `as_of_utc` is the knowledge time: whatever became known later is not read, revisions included. Without it the
    latest figures count. `currency` brings prices into one currency at each day's rate; else each stays in its own.
    """

    model_config = ConfigDict(strict=True)

    symbols: tuple[str, ...] = Field(min_length=1, max_length=SYMBOLS_MAX_COUNT)
    start: SessionDay | None = None
    end: SessionDay | None = None
    frequency: Frequency = "daily"
    fields: tuple[BarField, ...] = Field(default=("close",), min_length=1)
    adjustment: Adjustment = "raw"
    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    as_of_utc: KnowledgeTime | None = None


@dataclass(frozen=True)
class SymbolSource:
    """Where the column of one symbol comes from.

    `adjustment` says what its prices contain in fact, which is not what was asked for where the source does not allow
    it; `notes` say so. `age_days` counts from its last session to today. `batches` maps the ids of deliveries to
    their bars in the window, superseded versions included.
    """

    symbol: str
    asset_id: str
    provider: str
    currency: str
    stored_currency: str
    adjustment: str
    first_session: date | None
    last_session: date | None
    bars_count: int
    knowledge_time_utc: datetime
    content_sha256: str
    is_sample: bool
    age_days: int
    batches: Mapping[str, int]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class MissingSymbol:
    """A symbol without figures, and why."""

    symbol: str
    reason: str


@dataclass(frozen=True)
class DataPanel:
    """Figures of several symbols side by side; arrays are read-only.

    Parameters
    ----------
    request : DataRequest
    symbols : tuple of str
        Columns: those of the request that have figures, in its order.
    sessions : array of datetime64[D], shape (T,)
        Local session dates; of a week or month the last one. Several rows share one where bars are of minutes.
    event_times_utc : array of datetime64[s], shape (T,), or None
        When each bar of a minute ended; None for longer bars.
    values : mapping of field to float array, shape (T, N)
        NaN where there is no figure.
    flags : array of int8, shape (T, N)
        Codes in the order of `FLAGS`; ``missing`` where a symbol has no bar in a row. A week or month has the worst of
        its days.
    sources : tuple of SymbolSource
        One a column.
    missing : tuple of MissingSymbol
        Symbols that were asked for and have no figures.
    notes : tuple of str
        What a reader must know of the table as a whole.

    """

    request: DataRequest
    symbols: tuple[str, ...]
    sessions: NDArray[np.datetime64]
    event_times_utc: NDArray[np.datetime64] | None
    values: Mapping[str, NDArray[np.float64]]
    flags: NDArray[np.int8]
    sources: tuple[SymbolSource, ...]
    missing: tuple[MissingSymbol, ...]
    notes: tuple[str, ...]

    @property
    def cells_count(self) -> int:
        """How many figures the table has room for."""
        return self.flags.size * len(self.values)


class BatchView(Message):
    """One delivery: what was read of it, what was stored and what was refused.

    `read_count` is `expected_count` (good rows) and `rejected_count` together; of the good ones `stored_count` said
    something new. `checksum` adds up what was stored. `updated_at_utc` is its last sign of life; `is_cut_off` says that
    a running one has been silent, so that it waits to be taken up again where it ended or to be given up.
    """

    id: str
    provider: str
    kind: str
    status: str
    created_at_utc: datetime
    finished_at_utc: datetime | None
    read_count: int
    expected_count: int
    stored_count: int
    rejected_count: int
    checksum: str | None
    source_sha256: str | None
    message: str | None
    is_cut_off: bool
    updated_at_utc: datetime
    is_own: bool
    is_sample: bool
    lineage: dict[str, Any]


class RejectedRowView(Message):
    """One row that was not taken in, with the reason."""

    row_number: int
    symbol: str | None
    field: str | None
    reason: str
    raw: dict[str, Any]


class ActionView(Message):
    """One dividend or split. Amounts and ratios are exact decimals; `ratio` is new shares for one old share.

    `batch_id` names the delivery that it came by, here and in other facts: `/ingest/batches/{id}` tells of it.
    """

    symbol: str
    kind: str
    ex_date: date
    amount_ccy: str | None
    currency: str | None
    ratio: str | None
    provider: str
    knowledge_time_utc: datetime
    batch_id: str | None


class FundamentalView(Message):
    """One fact of a company: the fiscal date it speaks of, and since when it was known."""

    symbol: str
    name: str
    value: float
    unit: str | None
    fiscal_date: date
    knowledge_time_utc: datetime
    provider: str
    batch_id: str | None
    is_sample: bool


class MacroSeriesView(Message):
    """What one economic series is."""

    series_id: str
    provider: str
    title: str
    unit: str
    frequency: str
    seasonal_adjustment: str | None
    updated_at_utc: datetime


class MacroPoint(Message):
    """One figure: the period it speaks of, the figure, and the first and last day on which it stood."""

    event_date: date
    value: float | None
    realtime_start: date
    realtime_end: date | None
    batch_id: str | None = None


class MacroView(Message):
    """One economic series as it stood on a day, or as it stands."""

    series: MacroSeriesView
    as_of: date | None
    points: tuple[MacroPoint, ...]


class SessionView(Message):
    """One session of an exchange with its hours in UTC; `is_early_close` where it ended before its usual hour."""

    session: date
    open_utc: datetime
    close_utc: datetime
    is_early_close: bool


class CalendarView(Message):
    """The sessions of an exchange over a window."""

    exchange: str
    label: str
    timezone: str
    is_open_now: bool
    next_open_utc: datetime | None
    sessions: tuple[SessionView, ...]
