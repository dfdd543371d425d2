"""What did factors return, by set, as a house brought them?"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base


class FactorReturn(Base):
    """The simple returns of one factor of one set as one delivery brought them, packed.

    ``dates`` holds int32 days since 1970-01-01 in order, ``returns`` float64 fractions, both little-endian and of equal
    length. A later delivery of the same factor counts on its own days and leaves the others to those before it.
    """

    __tablename__ = "factor_return"

    tenant_scope: Mapped[str] = mapped_column(String(36), primary_key=True)
    factor_set: Mapped[str] = mapped_column(String(80), primary_key=True)
    factor: Mapped[str] = mapped_column(String(80), primary_key=True)
    batch_id: Mapped[str] = mapped_column(String(36), ForeignKey("ingest_batch.id"), primary_key=True)
    place: Mapped[int]
    provider: Mapped[str] = mapped_column(String(40))
    knowledge_time_utc: Mapped[datetime]
    first_date: Mapped[date]
    last_date: Mapped[date]
    dates: Mapped[bytes]
    returns: Mapped[bytes]
