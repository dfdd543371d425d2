"""How do bars become arrays and bytes, and back?"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from data.errors import RowRefused

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]
Codes = NDArray[np.int8]
MINUTE = "1m"
"""The one frequency of which a session has several bars, so that they have no packed series."""
CORRECTED_CODE = 4
"""Place of ``corrected`` in ``vocabulary.Flag``, whose order the codes of flags follow."""
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Bars:
    """Bars of one asset as a provider delivers them; arrays of equal length, days strictly increasing.

    Bars of minutes share their session's day: there the days only never fall, and the event times increase strictly.

    Attributes
    ----------
    asset_id : str
        Whose bars they are.
    dates : array of datetime64[D]
        Local session dates of the exchange.
    close, adjusted_close : array of float
        Prices per unit; without ``adjusted_close`` the close counts as adjusted.
    open, high, low, volume : array of float, optional
        NaN where unknown.
    event_times_utc : array of datetime64[s], optional
        When each session closed; the end of the day in UTC where the provider does not say.
    flags : array of int8, optional
        One code a bar, in the order of ``vocabulary.Flag``; all ok where absent.
    """

    asset_id: str
    dates: Days
    close: Floats
    adjusted_close: Floats | None = None
    open: Floats | None = None
    high: Floats | None = None
    low: Floats | None = None
    volume: Floats | None = None
    event_times_utc: NDArray[np.datetime64] | None = None
    flags: Codes | None = None

    def __post_init__(self) -> None:
        count = len(self.dates)
        for name in ("close", "adjusted_close", "open", "high", "low", "volume", "event_times_utc", "flags"):
            values = getattr(self, name)
            if values is not None and len(values) != count:
                raise RowRefused(f"Bars of {self.asset_id}: {name} has {len(values)} values for {count} dates.")
        if count > 1:
            steps = np.diff(self.dates.astype("datetime64[D]").astype(np.int64))
            if not bool((steps >= 0).all()) or not (bool((steps > 0).all()) or _is_rising(self.event_times_utc)):
                raise RowRefused(f"Bars of {self.asset_id}: the dates must increase strictly.")
        for name, values in (("close", self.close), ("adjusted_close", self.adjusted)):
            if not bool(np.isfinite(values).all()):
                raise RowRefused(f"Bars of {self.asset_id}: {name} has a value that is not a finite number.")

    @property
    def adjusted(self) -> Floats:
        """Adjusted closes, or the closes where nothing was adjusted."""
        return self.close if self.adjusted_close is None else self.adjusted_close

    @property
    def is_one_a_day(self) -> bool:
        """Whether no two bars share a day."""
        return len(self.dates) < 2 or bool(np.all(self.dates[1:] > self.dates[:-1]))


@dataclass(frozen=True)
class Series:
    """The latest known bars of one asset; arrays are read-only.

    Attributes
    ----------
    asset_id, provider, frequency : str
        Whose bars, by whom, how often.
    dates : array of datetime64[D]
        Session dates, increasing.
    close, adjusted_close : array of float
        Prices per unit.
    volume : array of float, optional
        NaN where unknown; None where the provider has none at all.
    is_sample : bool
        Whether the figures are fictitious.
    knowledge_time_utc : datetime
        When the latest of it became known.
    content_sha256 : str
        Fingerprint of dates and prices, for data lineage.
    open, high, low : array of float, optional
        NaN where unknown; None where the provider has none, or where they were not asked for.
    flags : array of int8, optional
        Codes in the order of ``vocabulary.Flag``; None where all are ok.
    revision_count : int
        Grows with every write, those of flags included.
    tenant_scope : str
        Whose it is: empty for all tenants.
    """

    asset_id: str
    provider: str
    frequency: str
    dates: Days
    close: Floats
    adjusted_close: Floats
    volume: Floats | None
    is_sample: bool
    knowledge_time_utc: datetime
    content_sha256: str
    open: Floats | None = None
    high: Floats | None = None
    low: Floats | None = None
    flags: Codes | None = None
    revision_count: int = 1
    tenant_scope: str = ""


@dataclass(frozen=True)
class SeriesSummary:
    """What a list shows about a series, without its arrays."""

    asset_id: str
    provider: str
    frequency: str
    first_date: date
    last_date: date
    observations_count: int
    last_close: float
    previous_close: float | None
    is_sample: bool
    knowledge_time_utc: datetime
    has_volume: bool
    content_sha256: str = ""
    revision_count: int = 1
    tenant_scope: str = ""


@dataclass(frozen=True)
class PricePanel:
    """Prices of several assets on all days on which at least one of them has one.

    Attributes
    ----------
    asset_ids : tuple of str
        Columns, in the order asked for.
    dates : array of datetime64[D], shape (T,)
        Rows.
    values : array of float, shape (T, N)
        NaN where an asset has no price on a day.
    sources : tuple of SeriesSummary or None
        Where each column comes from; None for an asset without prices.
    content_sha256 : tuple of str or None
        Fingerprint of each column's whole series.
    """

    asset_ids: tuple[str, ...]
    dates: Days
    values: Floats
    sources: tuple[SeriesSummary | None, ...]
    content_sha256: tuple[str | None, ...]


def pack_days(dates: Days) -> bytes:
    """Return days as little-endian int32 since 1970-01-01."""
    return dates.astype("datetime64[D]").astype(np.int64).astype("<i4").tobytes()


def unpack_days(content: bytes) -> Days:
    """Return days packed by ``pack_days``."""
    return np.frombuffer(content, dtype="<i4").astype(np.int64).astype("datetime64[D]")


def pack(values: Floats) -> bytes:
    """Return numbers as little-endian float64."""
    return np.ascontiguousarray(values, dtype="<f8").tobytes()


def unpack(content: bytes) -> Floats:
    """Return numbers packed by ``pack``; the array is read-only and shares the bytes."""
    return np.frombuffer(content, dtype="<f8")


def pack_codes(codes: Codes | None) -> bytes | None:
    """Return flags as int8; None where all are ok, which is what an absent column means."""
    return None if codes is None or not bool(codes.any()) else np.ascontiguousarray(codes, dtype=np.int8).tobytes()


def unpack_codes(content: bytes) -> Codes:
    """Return flags packed by ``pack_codes``; the array is read-only."""
    return np.frombuffer(content, dtype=np.int8)


def to_date(day: np.datetime64) -> date:
    """Return one day as a date."""
    return date.fromordinal(_EPOCH_ORDINAL + int(day.astype("datetime64[D]").astype(np.int64)))


def to_days(dates: Sequence[date]) -> Days:
    """Return dates as an array."""
    ordinals = np.fromiter((day.toordinal() for day in dates), dtype=np.int64, count=len(dates))
    return (ordinals - _EPOCH_ORDINAL).astype("datetime64[D]")


def fingerprint(*parts: bytes | None) -> str:
    """Return the SHA-256 of packed arrays, each preceded by its length."""
    digest = hashlib.sha256()
    for part in parts:
        content = b"" if part is None else part
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()


def _is_rising(instants: NDArray[np.datetime64] | None) -> bool:
    return instants is not None and bool(np.all(instants[1:] > instants[:-1]))
