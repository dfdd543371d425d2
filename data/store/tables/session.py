"""Which sign-ins are alive, since when, from where and in what way?"""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, points_to


class UserSession(Base):
    """One sign-in; the key is the SHA-256 of the random id that only the cookie, or the program, holds.

    `via` is ``session`` for a browser's cookie and ``token`` for a program's; each kind has its own limit.
    """

    __tablename__ = "user_session"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = points_to("tenant.id")
    user_id: Mapped[str] = points_to("user_account.id", index=True, cascade=True)
    started_at_utc: Mapped[datetime]
    seen_at_utc: Mapped[datetime]
    ended_at_utc: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))
    agent: Mapped[str] = mapped_column(String(300))
    ip: Mapped[str] = mapped_column(String(64))
    via: Mapped[str] = mapped_column(String(20))
