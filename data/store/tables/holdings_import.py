"""Which files of holdings and transactions were brought, and what is remembered of how they were read?"""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, Owned, points_to

HOLDINGS_IMPORT_STATES = ("draft", "imported", "undone")


class HoldingsImport(Owned, Base):
    """One file of one person: a draft while it is looked at, then what was booked from it.

    ``content`` holds the packed bytes of a draft's file; it is emptied when the file is imported. ``choices`` is what
    the person said, ``outcome`` what was booked: portfolios, entries by portfolio, rejected rows.
    """

    __tablename__ = "holdings_import"

    owner_id: Mapped[str] = points_to("user_account.id", index=True)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    content: Mapped[bytes | None]
    choices: Mapped[Document] = mapped_column(default=dict)
    outcome: Mapped[Document] = mapped_column(default=dict)
    imported_at_utc: Mapped[datetime | None]
    undone_at_utc: Mapped[datetime | None]
    undone_by_name: Mapped[str | None] = mapped_column(String(200))


class ImportTemplate(Owned, Base):
    """How files with one header are read in one house: their layout, columns and conventions, under a name."""

    __tablename__ = "import_template"

    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    fingerprint: Mapped[str] = mapped_column(String(64))
    choices: Mapped[Document] = mapped_column(default=dict)
    made_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    used_count: Mapped[int] = mapped_column(default=0)

    __table_args__ = (UniqueConstraint("tenant_id", "kind", "fingerprint"),)


class ImportAlias(Owned, Base):
    """What a house calls an asset in its files beside the symbol that it has here."""

    __tablename__ = "import_alias"

    text: Mapped[str] = mapped_column(String(120))
    asset_id: Mapped[str] = points_to("asset.id", index=True, cascade=True)

    __table_args__ = (UniqueConstraint("tenant_id", "text"),)
