"""What is shown of one asset's prices by the minute?"""

from __future__ import annotations

from datetime import date, datetime

from services.messages.frozen import Message


class MinuteBar(Message):
    """One minute: the session it belongs to, the moment at which it ended, prices as delivered; unknown is None."""

    session: date
    ended_at_utc: datetime
    open: float | None
    high: float | None
    low: float | None
    close: float
    volume: float | None
    flag: str


class MinuteView(Message):
    """One asset's last sessions by the minute, the oldest bar first.

    `timezone` is the exchange's IANA name, UTC where the exchange is not known. Without bars `sentence` says why; with
    bars it says how they are to be read. `change_frac` compares the last close with the first.
    """

    symbol: str
    currency: str
    timezone: str
    sessions: tuple[date, ...]
    bars: tuple[MinuteBar, ...]
    has_candles: bool
    change_frac: float | None
    provider_label: str
    knowledge_time_utc: datetime | None
    is_sample: bool
    sentence: str
