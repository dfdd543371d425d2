"""Who may see what?"""

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Owned, points_to


class RoleGrant(Owned, Base):
    """A role on one object for one user or for the members of one team; it holds for everything below the object."""

    __tablename__ = "role_grant"

    principal_kind: Mapped[str] = mapped_column(String(10))
    principal_id: Mapped[str] = mapped_column(String(36))
    object_kind: Mapped[str] = mapped_column(String(10))
    object_id: Mapped[str] = mapped_column(String(36))
    role: Mapped[str] = mapped_column(String(32))
    granted_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)

    __table_args__ = (
        UniqueConstraint("principal_kind", "principal_id", "object_kind", "object_id"),
        CheckConstraint("principal_kind IN ('user', 'team')", name="principal_kind"),
        CheckConstraint("object_kind IN ('tenant', 'team', 'client', 'portfolio')", name="object_kind"),
        Index("ix_role_grant_principal", "tenant_id", "principal_id", "object_kind"),
        Index("ix_role_grant_object", "object_id"),
    )
