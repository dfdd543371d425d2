"""What is told about where one price comes from, and what was done to it?"""

from __future__ import annotations

from datetime import date, datetime

from services.messages.frozen import Message


class PayloadMark(Message):
    """One answer of a provider, named by the SHA-256 of its bytes; `is_kept` says whether the bytes themselves are."""

    sha256: str
    is_kept: bool
    media_type: str | None = None
    size_bytes_count: int | None = None
    endpoint: str | None = None
    fetched_at_utc: datetime | None = None


class DeliveryMark(Message):
    """One delivery of market data: who sent it, from where, when, under which licence, and what was done to it.

    `endpoints` are shown without keys or tokens. `by` and `file_name` are those of a file that a person brought.
    """

    batch_id: str
    kind: str
    provider: str
    provider_label: str
    dataset: str | None
    endpoints: tuple[str, ...]
    payloads: tuple[PayloadMark, ...]
    fetched_at_utc: datetime | None
    stored_at_utc: datetime
    licence: str | None
    transformations: tuple[str, ...]
    notes: tuple[str, ...]
    file_name: str | None
    by: str | None
    is_own: bool
    is_sample: bool


class PriceVersion(Message):
    """One word about one bar; `is_shown` marks the one that counts.

    `is_correction` is True for a corrected value; the value it corrects stays in the list.
    """

    value: float
    knowledge_time_utc: datetime
    event_time_utc: datetime
    provider: str
    provider_label: str
    batch_id: str | None
    is_correction: bool
    is_own: bool
    is_shown: bool


class CorrectionMark(Message):
    """One correction of the value: from what, to what, why, by whom and when.

    `is_standing` is False once the source has changed the bar that was corrected, or the decision was taken back; the
    source's figure is shown then.
    """

    raw_value: float | None
    value: float
    reason: str
    by: str | None
    at_utc: datetime
    is_standing: bool
    sentence: str


class CurrencyMark(Message):
    """The value in another currency, with the rate that was used: units of it for one unit of the price's own.

    `batch_id` names the delivery of the rate, which is among the `deliveries` of the value.
    """

    currency: str
    value: float
    rate: float
    rate_session: date
    provider: str
    provider_label: str
    knowledge_time_utc: datetime
    batch_id: str | None
    is_sample: bool


class ValueLineage(Message):
    """One stored price with everything that is known about its origin.

    `session` is the exchange's local day of the bar; `asked_session` the day that was asked for, where the asset has no
    bar of that day and the last one before it counts. `flag` is one of ``ok filled missing suspect corrected stale``.
    `event_time_utc` is when the price was made, `knowledge_time_utc` when it was stored here. `sentences` tell the same
    in words, the most important first. With `known_at_utc` the answer is the one of that moment.
    """

    symbol: str
    name: str
    currency: str
    field: str
    session: date
    asked_session: date | None
    value: float
    raw_value: float
    flag: str
    flag_sentence: str
    provider: str
    provider_label: str
    licence: str | None
    event_time_utc: datetime
    knowledge_time_utc: datetime
    fetched_at_utc: datetime | None
    age_days: int
    is_sample: bool
    known_at_utc: datetime | None
    adjustment: str
    versions: tuple[PriceVersion, ...]
    deliveries: tuple[DeliveryMark, ...]
    corrections: tuple[CorrectionMark, ...]
    converted: CurrencyMark | None
    sentences: tuple[str, ...]


class RunSource(Message):
    """One delivery that a run's prices came from, with the symbols of the run that it brought."""

    delivery: DeliveryMark
    symbols: tuple[str, ...]


class RunLineage(Message):
    """What one run used: deliveries, fingerprints of its series, and the last moment of knowledge it could see.

    `series_sha256` holds one fingerprint a symbol. `is_whole` is False where a delivery that the run used is not kept
    any more.
    """

    run_id: str
    as_of: date | None
    knowledge_time_utc: datetime | None
    window_start: date | None
    window_end: date | None
    series_sha256: dict[str, str]
    sources: tuple[RunSource, ...]
    is_whole: bool
    sentences: tuple[str, ...]
