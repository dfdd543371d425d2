"""Who did what to which object, in a form that shows every later change?"""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, long_text


class AuditEvent(Base):
    """One link of a tenant's chain; triggers refuse every change. No foreign keys: the chain outlives what it names."""

    __tablename__ = "audit_event"

    tenant_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(36))
    occurred_at_utc: Mapped[datetime]
    actor_id: Mapped[str | None] = mapped_column(String(36), index=True)
    actor_name: Mapped[str] = mapped_column(String(200))
    via: Mapped[str] = mapped_column(String(20))  # session[+totp] | token[+totp] | key | cli | system
    ip: Mapped[str | None] = mapped_column(String(64))
    request_id: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str | None] = mapped_column(String(40))
    object_id: Mapped[str | None] = mapped_column(String(64), index=True)
    before_json: Mapped[str | None] = long_text(nullable=True)  # canonical text: the code covers these very bytes
    after_json: Mapped[str | None] = long_text(nullable=True)
    previous_mac: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("id"),)


class AuditHead(Base):
    """The end of one tenant's chain, sealed, so that cutting off the newest links shows."""

    __tablename__ = "audit_head"

    tenant_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int]
    mac: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))
