"""What did people write down about a portfolio, and which weights did they wish without acting on them yet?"""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.store.base import Base, Deletable, Document, Owned, long_text, points_to


class PortfolioNote(Owned, Deletable, Base):
    """One note; only its writer changes it or takes it away."""

    __tablename__ = "portfolio_note"

    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True)
    text: Mapped[str] = long_text()
    written_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)

    __table_args__ = (Index("ix_portfolio_note_list", "portfolio_id", "created_at_utc"),)


class PortfolioDraft(Owned, Deletable, Base):
    """Weights that somebody wished for a portfolio: neither holdings nor targets.

    ``document`` has ``weights_frac`` by symbol, the whole portfolio, and ``edits``, what was typed.
    """

    __tablename__ = "portfolio_draft"

    portfolio_id: Mapped[str] = points_to("portfolio.id", cascade=True)
    name: Mapped[str] = mapped_column(String(200))
    document: Mapped[Document] = mapped_column(default=dict)
    made_by_id: Mapped[str | None] = points_to("user_account.id", nullable=True)

    __table_args__ = (Index("ix_portfolio_draft_list", "portfolio_id", "created_at_utc"),)
