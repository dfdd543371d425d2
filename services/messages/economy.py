"""What is shown of economic series, and of every release of one of them?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from services.messages.frozen import Message
from services.messages.lineage import DeliveryMark

Reading = Literal["latest", "first", "known"]
"""Which release of each period counts: the latest, the first, or the one that stood on a day."""


class EconomicSeries(Message):
    """One economic series of the list.

    `last_value` is the latest figure of the period that begins on `last_period`, published on `released_on`; None
    where no figure stands. `age_days` counts from the day on which its source was last asked to today.
    """

    series_id: str
    title: str
    unit: str
    frequency: str
    seasonal_adjustment: str | None
    provider: str
    provider_label: str
    last_period: date | None
    last_value: float | None
    released_on: date | None
    updated_at_utc: datetime
    age_days: int
    is_sample: bool


class PeriodFigure(Message):
    """One period: the figure that the reading chooses with its day of publication, beside the first and the latest.

    A figure is None where its source says that there is none; the latest one also where it was withdrawn.
    """

    period: date
    value: float | None
    released_on: date
    first_value: float | None
    first_on: date
    latest_value: float | None
    releases_count: int


class EconomicView(Message):
    """One economic series as its latest, its first, or on a day its known releases tell it, the oldest period first.

    `known_on` is the day that a reading ``known`` asks about, None otherwise. `revised_count` counts the periods whose
    first figure and latest one differ.
    """

    series: EconomicSeries
    reading: Reading
    known_on: date | None
    periods: tuple[PeriodFigure, ...]
    revised_count: int
    delivery: DeliveryMark | None
