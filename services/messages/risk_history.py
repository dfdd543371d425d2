"""What is told of the course of a limited figure?

Values are in the figure's unit, fractions never percent. `use_frac` is the used part of the limit as it is now: 1 is
exactly at it; null where the figure is not known, or beyond every number.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from services.messages.frozen import Message
from services.messages.risk import LimitLight, LimitSide


class RiskHistoryRequest(Message):
    """Of which portfolio the missing days of limits are to be filled in."""

    portfolio_id: str = Field(min_length=1, max_length=64)


class LimitDay(Message):
    """One day: the figure of its last report, or computed afterwards (`is_recomputed`).

    `state` is what the limit as it is now would have said, going on from the day before; grey where the figure was not
    known or rested on stale data.
    """

    day: date
    value: float | None
    is_unbounded: bool
    use_frac: float | None
    state: LimitLight
    word: str
    is_recomputed: bool


class LimitCourse(Message):
    """The days of one limit, oldest first.

    `begins_on` is the first day that is told; `written_since` the first that a report wrote down on the day itself,
    null before there is one. `is_filling` tells that workers compute missing days.
    """

    limit_id: str
    metric: str
    label: str
    unit: str
    direction: LimitSide
    limit_value: float
    amber_use_frac: float
    days: tuple[LimitDay, ...]
    begins_on: date | None
    written_since: date | None
    is_filling: bool
    sentence: str
