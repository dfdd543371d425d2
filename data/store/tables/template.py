"""Which requests were kept to be used again?"""

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Deletable, Owned, long_text, points_to


class Template(Owned, Deletable, Base):
    """One kept request under a name."""

    __tablename__ = "template"

    owner_id: Mapped[str] = points_to("user_account.id", index=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    description: Mapped[str | None] = long_text(nullable=True)
    sharing: Mapped[str] = mapped_column(String(10), default="private")  # private | team | house
    team_id: Mapped[str | None] = points_to("team.id", nullable=True)  # with whom it is shared, for "team"
    current_version: Mapped[int] = mapped_column(default=1)


class TemplateVersion(Owned, Base):
    """One version of a kept request; never changed."""

    __tablename__ = "template_version"

    template_id: Mapped[str] = points_to("template.id", cascade=True)
    version: Mapped[int]
    request_json: Mapped[str] = long_text()
    note: Mapped[str | None] = long_text(nullable=True)
    made_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)

    __table_args__ = (UniqueConstraint("template_id", "version"),)
