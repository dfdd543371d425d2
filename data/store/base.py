"""What do all tables have in common?"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from data.store.ids import new_id
from data.store.types import ExactDecimal, UtcDateTime

Document = dict[str, Any]
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Declarative base; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this plain class attribute
        Decimal: ExactDecimal(),
        datetime: UtcDateTime(),
        Document: JSON(),
        list[str]: JSON(),
        bytes: LargeBinary(),
        str: String(200),
    }


class Identified:
    """A row with a primary key of its own and the instant it was made."""

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    created_at_utc: Mapped[datetime] = mapped_column(default=utc_now)


class Versioned:
    """A row whose changes are counted, so that a stale overwrite is refused."""

    row_version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.row_version}


class Owned(Identified, Versioned):
    """A row that belongs to one tenant."""

    tenant_id: Mapped[str] = mapped_column(String(36), ForeignKey("tenant.id"), index=True)


class Deletable:
    """A row that is deleted by a mark, so that the deletion can be undone."""

    deleted_at_utc: Mapped[datetime | None] = mapped_column(default=None)


def points_to(
    target: str, *, nullable: bool = False, index: bool = False, cascade: bool = False, unique: bool = False
) -> Any:
    """Return a column that points to the id of another table.

    Parameters
    ----------
    target : str
        ``table.column``.
    nullable, index, unique : bool
        As in SQL.
    cascade : bool
        Whether the row goes when the row it points to goes.
    """
    key = ForeignKey(target, ondelete="CASCADE" if cascade else None)
    return mapped_column(String(36), key, nullable=nullable, index=index, unique=unique or None)


def long_text(*, nullable: bool = False) -> Any:
    """Return a column for text of any length."""
    return mapped_column(Text(), nullable=nullable)
