"""Which teams are there, and who is in them?"""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Deletable, Owned, utc_now


class Team(Owned, Deletable, Base):
    """People who look after the same clients."""

    __tablename__ = "team"

    name: Mapped[str] = mapped_column(String(200))


class TeamMember(Base):
    """One user in one team."""

    __tablename__ = "team_member"

    team_id: Mapped[str] = mapped_column(String(36), ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at_utc: Mapped[datetime] = mapped_column(default=utc_now)
