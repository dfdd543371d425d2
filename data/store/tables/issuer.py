"""Who issues the assets, and which issuers belong together?"""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Identified, points_to


class IssuerGroup(Identified, Base):
    """Issuers under one control: concentration limits count them as one."""

    __tablename__ = "issuer_group"

    tenant_id: Mapped[str | None] = points_to("tenant.id", nullable=True, index=True)  # NULL: shared by all tenants
    name: Mapped[str] = mapped_column(String(200))


class Issuer(Identified, Base):
    """One legal issuer."""

    __tablename__ = "issuer"

    tenant_id: Mapped[str | None] = points_to("tenant.id", nullable=True, index=True)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str | None] = mapped_column(String(2))
    lei: Mapped[str | None] = mapped_column(String(20))
    issuer_group_id: Mapped[str | None] = points_to("issuer_group.id", nullable=True, index=True)
