"""What does a provider hand back, and how can every figure be traced to the bytes that it came from?

Arrays are read-only. A value that is absent is NaN, never 0.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from data.providers.vocabulary import Adjustment, AssetClass, Field, Flag, Frequency

FloatArray = NDArray[np.float64]
DayArray = NDArray[np.datetime64]
TimeArray = NDArray[np.datetime64]


@dataclass(frozen=True)
class Payload:
    """One provider's bytes as they came.

    Parameters
    ----------
    raw : bytes
    media_type : str
    endpoint : str
        Where they came from, without secrets.
    fetched_at_utc : datetime

    """

    raw: bytes = field(repr=False)
    media_type: str
    endpoint: str
    fetched_at_utc: datetime

    @property
    def sha256(self) -> str:
        """The hash under which the bytes can be found and compared."""
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True)
class Provenance:
    """Where an answer comes from and what was done to it.

    Parameters
    ----------
    source, dataset : str
        The provider's name and the set within it.
    endpoints : tuple of str
    payload_sha256 : tuple of str
        One hash per endpoint.
    fetched_at_utc : datetime
    licence : str
    transformations : tuple of str
        What was done between bytes and answer, in order, as sentences.
    notes : tuple of str
        What a reader must know before using the figures.
    is_sample : bool
        True when the figures are invented for trying the product out.

    """

    source: str
    dataset: str
    endpoints: tuple[str, ...]
    payload_sha256: tuple[str, ...]
    fetched_at_utc: datetime
    licence: str
    transformations: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_sample: bool = False

    @property
    def dataset_sha256(self) -> str:
        """One hash over all payloads: the version of the data set."""
        return hashlib.sha256("\n".join(self.payload_sha256).encode()).hexdigest()


@dataclass(frozen=True)
class PriceSeries:
    """The bars of one symbol.

    Parameters
    ----------
    symbol : str
    currency : str
    sessions : array of datetime64[D]
        The exchange's local session dates, strictly increasing; never falling where bars have a time of their own.
    columns : mapping of Field to float array
        As many values as sessions; prices in ``currency``, volume in units.
    flags : array of str
        One of ``vocabulary.Flag`` per session.
    adjustment : Adjustment
        What the close already contains.
    event_times_utc : array of datetime64[s] or None
        The moment in UTC at which each bar begins, strictly increasing, for bars shorter than a session; None for
        daily and longer bars.

    """

    symbol: str
    currency: str
    sessions: DayArray = field(repr=False)
    columns: dict[Field, FloatArray] = field(repr=False)
    flags: NDArray[np.str_] = field(repr=False)
    adjustment: Adjustment = Adjustment.RAW
    event_times_utc: TimeArray | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        count = self.sessions.size
        self._check_order(count)
        for name, values in self.columns.items():
            if values.size != count:
                raise ValueError(f"{self.symbol}: {name} has {values.size} values for {count} sessions.")
            values.setflags(write=False)
        if self.flags.size != count:
            raise ValueError(f"{self.symbol}: {self.flags.size} flags for {count} sessions.")
        unknown = set(np.unique(self.flags).tolist()) - {flag.value for flag in Flag}
        if unknown:
            raise ValueError(f"{self.symbol}: unknown flags {sorted(unknown)}.")
        self.sessions.setflags(write=False)
        self.flags.setflags(write=False)

    def _check_order(self, count: int) -> None:
        """Refuse bars that do not go forward in time."""
        times = self.event_times_utc
        if times is None:
            if count > 1 and not bool(np.all(self.sessions[1:] > self.sessions[:-1])):
                raise ValueError(f"{self.symbol}: sessions must be strictly increasing.")
            return
        if times.size != count:
            raise ValueError(f"{self.symbol}: {times.size} times for {count} sessions.")
        if count > 1 and not bool(np.all(times[1:] > times[:-1])):
            raise ValueError(f"{self.symbol}: the times of the bars must be strictly increasing.")
        if count > 1 and not bool(np.all(self.sessions[1:] >= self.sessions[:-1])):
            raise ValueError(f"{self.symbol}: sessions must not fall from bar to bar.")
        times.setflags(write=False)


@dataclass(frozen=True)
class PriceAnswer:
    """Bars of several symbols; symbols that the provider lacks are named, not left out silently."""

    series: tuple[PriceSeries, ...]
    missing_symbols: tuple[str, ...]
    frequency: Frequency
    provenance: Provenance


@dataclass(frozen=True)
class AssetFacts:
    """Who an asset is; None where there is nothing to say (an index has no exchange)."""

    symbol: str
    name: str
    asset_class: AssetClass
    sector: str | None
    industry: str | None
    country: str | None
    currency: str
    exchange_mic: str | None
    issuer: str | None
    is_investable: bool = True
    note: str | None = None


@dataclass(frozen=True)
class ReferenceAnswer:
    """Facts about assets."""

    assets: tuple[AssetFacts, ...]
    missing_symbols: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True)
class AttributeValue:
    """One dated fact: the period it speaks of and the day it could be known."""

    symbol: str
    name: str
    value: float
    unit: str
    event_date: date
    knowledge_date: date


@dataclass(frozen=True)
class AttributeAnswer:
    """Facts other than prices."""

    values: tuple[AttributeValue, ...]
    missing_symbols: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True)
class RateAnswer:
    """Rates of exchange: units of ``quote`` for one unit of ``base`` per session."""

    base: str
    quote: str
    sessions: DayArray = field(repr=False)
    rates: tuple[Decimal, ...] = field(repr=False)
    provenance: Provenance


@dataclass(frozen=True)
class ConstituentAnswer:
    """A benchmark's weights by date of effect; each date's weights sum to exactly 1."""

    benchmark: str
    name: str
    currency: str
    weights: dict[date, dict[str, Decimal]] = field(repr=False)
    provenance: Provenance


@dataclass(frozen=True)
class ActionFact:
    """One dividend or split.

    Parameters
    ----------
    symbol : str
    kind : "dividend" or "split"
    ex_date : date
        First local session that trades without the dividend, or with the new number of shares.
    amount_ccy : Decimal or None
        Dividend per share in ``currency``, as the source states it; None for a split.
    currency : str or None
        None for a split.
    ratio : Decimal or None
        New shares for one old share: 4 for a four-for-one split, 0.1 for a reverse split of ten to one; None for a
        dividend.

    """

    symbol: str
    kind: Literal["dividend", "split"]
    ex_date: date
    amount_ccy: Decimal | None = None
    currency: str | None = None
    ratio: Decimal | None = None


@dataclass(frozen=True)
class ActionAnswer:
    """Dividends and splits by symbol and ex-date; a symbol that has none is not missing."""

    actions: tuple[ActionFact, ...]
    missing_symbols: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True)
class MacroObservation:
    """One published value of an economic series.

    Parameters
    ----------
    series_id : str
    event_date : date
        First day of the period that the value speaks of.
    value : float
        In the unit of the series; NaN where the source says that there is none.
    realtime_start : date
        First day on which the value stood, so the day from which it could be known.
    realtime_end : date or None
        Last day on which it stood before it was revised; None while it stands.

    """

    series_id: str
    event_date: date
    value: float
    realtime_start: date
    realtime_end: date | None = None


@dataclass(frozen=True)
class MacroFacts:
    """What an economic series is about, in the source's own words."""

    series_id: str
    title: str
    unit: str
    frequency: str
    seasonal_adjustment: str


@dataclass(frozen=True)
class MacroAnswer:
    """Observations by series, event date and first day of knowledge."""

    observations: tuple[MacroObservation, ...] = field(repr=False)
    series: tuple[MacroFacts, ...]
    missing_ids: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True)
class Quote:
    """The last price of one symbol; None where the source does not say."""

    symbol: str
    price: float
    currency: str
    event_time_utc: datetime
    bid: float | None = None
    ask: float | None = None
    volume: float | None = None
    previous_close: float | None = None


@dataclass(frozen=True)
class QuoteAnswer:
    """Last prices; symbols that the provider lacks are named."""

    quotes: tuple[Quote, ...]
    missing_symbols: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True)
class FactorSeries:
    """Simple returns of one factor by day, as fractions; days without one are left out."""

    factor: str
    sessions: NDArray[np.datetime64] = field(repr=False)
    returns_frac: NDArray[np.float64] = field(repr=False)


@dataclass(frozen=True)
class FactorAnswer:
    """The factors of one set; the risk-free rate stands among them as ``RF``."""

    factor_set: str
    series: tuple[FactorSeries, ...]
    provenance: Provenance


Answer = (
    PriceAnswer
    | ReferenceAnswer
    | AttributeAnswer
    | RateAnswer
    | ConstituentAnswer
    | FactorAnswer
    | ActionAnswer
    | MacroAnswer
    | QuoteAnswer
)
