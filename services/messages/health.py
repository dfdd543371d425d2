"""What is told of the product's condition?"""

from __future__ import annotations

from datetime import date, datetime

from services.messages.frozen import Message


class HealthReport(Message):
    """Versions, ages and counts, for people who are signed in.

    `scheduler_age_s` is the time since the leading process last gave a sign of life, `oldest_waiting_s` how long the
    run at the head of the line has waited; both None where there is none. Runs are those of one's own house.
    """

    product_version: str
    engine_version: str
    schema_version: str
    prices_as_of: date | None
    prices_age_days: int | None
    scheduler_seen_at_utc: datetime | None
    scheduler_age_s: float | None
    oldest_waiting_s: float | None
    runs_waiting_count: int
    runs_running_count: int
