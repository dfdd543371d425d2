"""How often has somebody failed to sign in?"""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base


class SignInThrottle(Base):
    """Failures under one key (an account with an address, or an address) in the running window."""

    __tablename__ = "sign_in_throttle"

    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    failures_count: Mapped[int]
    window_started_at_utc: Mapped[datetime]
    blocked_until_utc: Mapped[datetime | None]
