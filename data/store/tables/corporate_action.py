"""What did an issuer do that changes prices or quantities?"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Document, Identified, points_to


class CorporateAction(Identified, Base):
    """One dividend, split, merger or change of name; a later word on the same day is a further row.

    ``ratio`` of a split is the number of new shares for one old share, ``amount_ccy`` of a dividend what one share
    paid, as it was announced.
    """

    __tablename__ = "corporate_action"

    tenant_id: Mapped[str | None] = points_to("tenant.id", nullable=True)  # NULL: for all tenants
    asset_id: Mapped[str] = points_to("asset.id", cascade=True)
    kind: Mapped[str] = mapped_column(String(20))
    ex_date: Mapped[date]
    pay_date: Mapped[date | None]
    amount_ccy: Mapped[Decimal | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    ratio: Mapped[Decimal | None]
    provider: Mapped[str] = mapped_column(String(40))
    knowledge_time_utc: Mapped[datetime]
    details: Mapped[Document] = mapped_column(default=dict)
    is_sample: Mapped[bool] = mapped_column(default=False)
    batch_id: Mapped[str | None] = points_to("ingest_batch.id", nullable=True)

    __table_args__ = (Index("ix_corporate_action_day", "asset_id", "ex_date"),)
