"""What does a provider hand back, and how can every figure be traced to the bytes that it came from?

Arrays are read-only. A value that is absent is NaN, never 0.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from data.providers.vocabulary import Adjustment, AssetClass, Field, Flag, Frequency

FloatArray = NDArray[np.float64]
DayArray = NDArray[np.datetime64]


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
        The exchange's local session dates, strictly increasing.
    columns : mapping of Field to float array
        As many values as sessions; prices in ``currency``, volume in units.
    flags : array of str
        One of ``vocabulary.Flag`` per session.
    adjustment : Adjustment
        What the close already contains.

    """

    symbol: str
    currency: str
    sessions: DayArray = field(repr=False)
    columns: dict[Field, FloatArray] = field(repr=False)
    flags: NDArray[np.str_] = field(repr=False)
    adjustment: Adjustment = Adjustment.RAW

    def __post_init__(self) -> None:
        count = self.sessions.size
        if count > 1 and not bool(np.all(self.sessions[1:] > self.sessions[:-1])):
            raise ValueError(f"{self.symbol}: sessions must be strictly increasing.")
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


Answer = PriceAnswer | ReferenceAnswer | AttributeAnswer | RateAnswer | ConstituentAnswer
