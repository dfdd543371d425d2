"""Who are the tenants, and which settings does each have?"""

from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Identified, Owned, Versioned


class Tenant(Identified, Versioned, Base):
    """One organization; nothing of it is ever shown to another."""

    __tablename__ = "tenant"

    name: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)


class Setting(Owned, Base):
    """One setting of a tenant, as a JSON value."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(100))
    value: Mapped[Any] = mapped_column(JSON())

    __table_args__ = (UniqueConstraint("tenant_id", "key"),)
