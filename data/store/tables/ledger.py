"""What happened to a portfolio, in the order it happened?"""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Owned, long_text, points_to

TRANSACTION_KINDS = (
    "opening", "deposit", "withdrawal", "buy", "sell", "dividend", "interest", "fee", "tax", "split", "transfer",
    "fx", "correction",
)  # fmt: skip


class LedgerTransaction(Owned, Base):
    """One entry of the ledger, the only truth of holdings; never changed, only reversed by another entry.

    Signs: ``quantity`` is what the holding of ``asset_id`` grows by (a sale is negative), ``amount_ccy`` is what
    the cash in ``currency`` grows by (a purchase is negative), fees included; ``fees_ccy`` >= 0 says how much of
    it were fees.
    """

    __tablename__ = "ledger_transaction"

    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True)
    entry_number: Mapped[int]  # 1, 2, 3 ... within the portfolio: the order of entries of one day
    kind: Mapped[str] = mapped_column(String(20))
    trade_date: Mapped[date]
    settle_date: Mapped[date | None]
    asset_id: Mapped[str | None] = points_to("asset.id", nullable=True, index=True)
    quantity: Mapped[Decimal]
    price: Mapped[Decimal | None]
    amount_ccy: Mapped[Decimal]
    fees_ccy: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    fx_rate: Mapped[Decimal | None]  # base currency per unit of currency; None when they are the same
    note: Mapped[str | None] = long_text(nullable=True)
    external_ref: Mapped[str | None] = mapped_column(String(100))
    reverses_id: Mapped[str | None] = points_to("ledger_transaction.id", nullable=True)
    run_id: Mapped[str | None] = points_to("run.id", nullable=True)
    entered_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)
    is_sample: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("portfolio_id", "entry_number"),
        UniqueConstraint("portfolio_id", "external_ref"),
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in TRANSACTION_KINDS)})", name="kind"),
        Index("ix_ledger_transaction_history", "portfolio_id", "trade_date", "entry_number"),
    )


class Lot(Owned, Base):
    """What is left of one purchase: quantity still held, cost and the day it was acquired."""

    __tablename__ = "lot"

    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True)
    asset_id: Mapped[str] = points_to("asset.id", index=True)
    opened_by_id: Mapped[str] = points_to("ledger_transaction.id")
    acquired_on: Mapped[date]
    quantity: Mapped[Decimal]
    cost_ccy: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    closed_on: Mapped[date | None]

    __table_args__ = (Index("ix_lot_open", "portfolio_id", "asset_id", "acquired_on"),)


class ExternalFlow(Owned, Base):
    """Money or assets that came from or went to the client: positive comes in; in the base currency."""

    __tablename__ = "external_flow"

    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True)
    transaction_id: Mapped[str | None] = points_to("ledger_transaction.id", nullable=True)
    flow_date: Mapped[date]
    amount_ccy: Mapped[Decimal]
    timing: Mapped[str] = mapped_column(String(12), default="start_of_day")

    __table_args__ = (Index("ix_external_flow_day", "portfolio_id", "flow_date"),)
