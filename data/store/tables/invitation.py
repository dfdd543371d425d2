"""Who was invited, by whom and until when?"""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Owned, points_to


class Invitation(Owned, Base):
    """One single-use link; only its hash is kept."""

    __tablename__ = "invitation"

    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(32))
    team_ids: Mapped[list[str]] = mapped_column(default=list)  # joined when the link is used
    purpose: Mapped[str] = mapped_column(String(20), default="invite")  # invite | setup
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    expires_at_utc: Mapped[datetime]
    accepted_at_utc: Mapped[datetime | None]
    accepted_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    revoked_at_utc: Mapped[datetime | None]
