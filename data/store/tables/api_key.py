"""Which programs may act for whom?"""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Owned, points_to


class ApiKey(Owned, Base):
    """One key of one user; only the SHA-256 of the secret is kept."""

    __tablename__ = "api_key"

    user_id: Mapped[str] = points_to("user_account.id", index=True, cascade=True)
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(40), unique=True)
    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    last4: Mapped[str] = mapped_column(String(4))
    scopes: Mapped[list[str]]
    expires_at_utc: Mapped[datetime | None]
    last_used_at_utc: Mapped[datetime | None]
    revoked_at_utc: Mapped[datetime | None]
