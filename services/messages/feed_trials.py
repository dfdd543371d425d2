"""What is told of a description of a feed that is tried before it is kept?"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field, SecretStr

from services.messages.frozen import Message
from services.messages.imports import ImportProblem
from services.messages.providers import FeedDescription


class FeedTrialWish(Message):
    """A description to try: with its key, which is used once and not kept, on one symbol."""

    mapping: FeedDescription
    api_key: SecretStr | None = Field(default=None, max_length=4096)
    symbol: str | None = Field(default=None, min_length=1, max_length=40)


class FeedTrialRow(Message):
    """One bar, or one record of facts, as it was understood.

    `number` is its place in the answer, counted from 1 (in CSV its line). `known_on` and `facts` are there for feeds
    of facts only; `facts` holds figures by name, each in the unit that the name says.
    """

    number: int
    symbol: str
    day: date
    instant_utc: datetime | None
    currency: str
    open: float | None
    high: float | None
    low: float | None
    close: float | None
    adjusted_close: float | None
    volume: float | None
    known_on: date | None = None
    facts: dict[str, float] = Field(default_factory=dict)


class FeedTrialView(Message):
    """What a description makes of a feed's answer: the latest rows as they were understood, and everything wrong.

    `problems` holds the first few hundred of `problems_count`; their `line` is the bar. `address` shows no key.
    """

    is_good: bool
    sentence: str
    address: str
    rows: tuple[FeedTrialRow, ...]
    rows_count: int
    problems: tuple[ImportProblem, ...]
    problems_count: int
    notes: tuple[str, ...]
