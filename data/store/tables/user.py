"""Who may sign in, and with what?"""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Owned, long_text, points_to


class User(Owned, Base):
    """One person who signs in; the e-mail address is unique in the whole installation."""

    __tablename__ = "user_account"

    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), unique=True)  # lower-case form that sign-in looks for
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(32))
    is_active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    password_changed_at_utc: Mapped[datetime | None]
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = long_text(nullable=True)
    totp_counter: Mapped[int] = mapped_column(BigInteger(), default=0)  # last time step spent: a code works once
    failed_sign_ins_count: Mapped[int] = mapped_column(default=0)
    last_failed_at_utc: Mapped[datetime | None]
    locked_until_utc: Mapped[datetime | None]
    last_seen_at_utc: Mapped[datetime | None]
    is_sample: Mapped[bool] = mapped_column(default=False)


class RecoveryCode(Base):
    """One unused recovery code, as a hash; spending it deletes the row."""

    __tablename__ = "recovery_code"

    code_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = points_to("user_account.id", index=True, cascade=True)
    created_at_utc: Mapped[datetime]
