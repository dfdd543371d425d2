"""What may not be traded, by whom and until when, and what was borrowed for short sales?"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Owned, long_text, points_to

LIST_KINDS = ("restricted", "watch", "exclusion", "blackout")
LIST_SCOPES = ("house", "client", "portfolio", "person")


class RestrictionList(Owned, Base):
    """One list: of the house, or of one client, portfolio or person.

    `scope_id` is the id of what it is for, None for the house. A list is closed, never removed.
    """

    __tablename__ = "restriction_list"

    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(120))
    scope_kind: Mapped[str] = mapped_column(String(10))
    scope_id: Mapped[str | None] = mapped_column(String(36))
    note: Mapped[str | None] = long_text(nullable=True)
    created_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    closed_on: Mapped[date | None]  # the first day on which it no longer counts
    is_sample: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in LIST_KINDS)})", name="kind"),
        CheckConstraint(f"scope_kind IN ({', '.join(repr(kind) for kind in LIST_SCOPES)})", name="scope_kind"),
        CheckConstraint("(scope_kind = 'house') = (scope_id IS NULL)", name="scope"),
    )


class RestrictionEntry(Owned, Base):
    """One name on one list: an asset, all assets of an issuer or of its group, or everything (blackouts alone).

    It counts from `from_on` to `until_on`, both included, and no longer from `removed_on` on. Entries are never
    deleted: what stood on a list on any past day, and what was known of it then, can be told.
    """

    __tablename__ = "restriction_entry"

    list_id: Mapped[str] = points_to("restriction_list.id", cascade=True)
    asset_id: Mapped[str | None] = points_to("asset.id", nullable=True, index=True)
    issuer_id: Mapped[str | None] = points_to("issuer.id", nullable=True)
    issuer_group_id: Mapped[str | None] = points_to("issuer_group.id", nullable=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    reason: Mapped[str] = long_text()
    added_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    removed_on: Mapped[date | None]
    removed_at_utc: Mapped[datetime | None]
    removed_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    removal_reason: Mapped[str | None] = long_text(nullable=True)

    __table_args__ = (Index("ix_restriction_entry_days", "list_id", "from_on", "until_on"),)


class ShortLocate(Owned, Base):
    """Shares that a broker said can be borrowed, for short sales of one asset while it is valid."""

    __tablename__ = "short_locate"

    asset_id: Mapped[str] = points_to("asset.id", index=True)
    portfolio_id: Mapped[str | None] = points_to("portfolio.id", nullable=True, index=True, cascade=True)
    broker: Mapped[str] = mapped_column(String(120))
    reference: Mapped[str | None] = mapped_column(String(100))
    quantity: Mapped[Decimal]
    valid_on: Mapped[date]
    valid_until: Mapped[date]
    recorded_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    withdrawn_at_utc: Mapped[datetime | None]


class TradingLot(Owned, Base):
    """In which lots an asset is traded: orders are whole multiples of the lot and no smaller than the least order."""

    __tablename__ = "trading_lot"

    asset_id: Mapped[str] = points_to("asset.id")
    lot_quantity: Mapped[Decimal]
    least_quantity: Mapped[Decimal]
    set_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)

    __table_args__ = (UniqueConstraint("tenant_id", "asset_id"),)
