"""What is told about sources of market data: who answered, how each one stands, and what a house chose?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, Field

from data.providers.answers import Answer, Payload
from data.providers.feed_mapping import FeedMapping
from services.messages.frozen import Message


class Outcome(StrEnum):
    """How one source met one question."""

    ANSWERED = "answered"
    UNAVAILABLE = "unavailable"
    LIMITED = "limited"
    REFUSED = "refused"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    RESTING = "resting"
    QUOTA = "quota"
    NO_KEY = "no_key"


class Attempt(Message):
    """One source that was turned to, in order, with what came of it as a sentence."""

    provider: str
    label: str
    outcome: Outcome
    sentence: str
    elapsed_ms: float = 0.0


@dataclass(frozen=True)
class Answered:
    """An answer of a source, how old it is, and who was turned to before.

    Parameters
    ----------
    answer : data.providers.answers.Answer
    provider : str
        Who gave it.
    is_stale : bool
        True when nobody could be asked now and what was kept from before is served; its age must then be shown.
    age_s : float
        Seconds since the answer was fetched.
    attempts : tuple of Attempt
        Sources turned to for it, in order, the one that answered last; empty where a fresh answer was kept already.
    payloads : tuple of Payload
        The bytes that it was read from, where they were fetched for this very call; empty for kept answers.

    """

    answer: Answer
    provider: str
    is_stale: bool
    age_s: float
    attempts: tuple[Attempt, ...] = ()
    payloads: tuple[Payload, ...] = field(default=(), repr=False)


class ProviderLight(StrEnum):
    """How a source stands, in one word."""

    WORKING = "working"
    READY = "ready"
    OFF = "off"
    NEEDS_KEY = "needs_key"
    LIMITED = "limited"
    REFUSED = "refused"
    BROKEN = "broken"
    BUILT_IN = "built_in"


class KeyView(Message):
    """One key that a source needs; only its last four characters are ever told."""

    name: str
    is_set: bool
    last4: str | None = None


class QuotaView(Message):
    """How many requests of a day or a minute (UTC) are used; `limit_count` is null where there is no limit."""

    span: str
    used_count: int
    limit_count: int | None
    default_count: int | None
    resets_at_utc: datetime
    sentence: str


class ProviderView(Message):
    """One source of market data as a house has set it up.

    `light` is its state in a word. `breaker` is ``closed``, ``open`` (left alone until `paused_until_utc` after several
    failures in a row) or ``trying`` (the next question decides). `newest_age_days` is the age of its newest stored day.
    """

    name: str
    label: str
    licence: str
    light: ProviderLight
    sentence: str
    is_enabled: bool
    is_outside: bool
    is_custom: bool
    has_keys: bool
    keys: tuple[KeyView, ...]
    keys_set_at_utc: datetime | None
    answers: tuple[str, ...]
    asset_classes: tuple[str, ...]
    quotas: tuple[QuotaView, ...]
    failed_today_count: int
    received_today_bytes: int
    breaker: str
    paused_until_utc: datetime | None
    last_success_at_utc: datetime | None
    last_failure_at_utc: datetime | None
    last_failure: str | None
    newest_session: date | None
    newest_age_days: int | None
    test_symbol: str
    configuration: dict[str, Any] = Field(default_factory=dict)
    row_version: int


class OrderView(Message):
    """In which order sources are turned to for one kind of assets, and whether the house chose it."""

    asset_class: str
    providers: tuple[str, ...]
    is_own: bool


class ProvidersView(Message):
    """All sources and their order; `outside_enabled_count` is 0 while the product works offline."""

    providers: tuple[ProviderView, ...]
    orders: tuple[OrderView, ...]
    outside_enabled_count: int
    sentence: str


FeedDescription = FeedMapping
"""How a house describes a feed of its own; one class for the page, the API and the adapter."""


class _Wish(Message):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class ProviderChange(_Wish):
    """What to change of one source; what is left out stays. A limit of 0 asks nothing, null takes the usual one."""

    is_enabled: bool | None = None
    day_limit_count: int | None = Field(default=None, ge=0, le=10_000_000)
    minute_limit_count: int | None = Field(default=None, ge=0, le=100_000)


class OrderChange(_Wish):
    """The sources for one kind of assets, the one to turn to first at the front."""

    providers: tuple[str, ...] = Field(max_length=50)


class CredentialsChange(_Wish):
    """The keys of one source by name; they are sealed, and never told again."""

    keys: dict[str, str] = Field(min_length=1, max_length=10)


class TrialView(Message):
    """What a trial of a source's key brought: `state` in a word and a sentence; `elapsed_s` is the time it took."""

    provider: str
    state: str
    sentence: str
    symbol: str
    elapsed_s: float
    newest_day: date | None = None
    retry_at_utc: datetime | None = None
