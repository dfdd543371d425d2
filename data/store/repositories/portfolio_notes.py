"""Which notes and drafts does a portfolio have?"""

from collections.abc import Sequence

from data.store.repositories.portfolios import Portfolios
from data.store.repositories.repository import Repository
from data.store.tables import PortfolioDraft, PortfolioNote


class PortfolioNotes(Repository[PortfolioNote]):
    """Notes about visible portfolios."""

    model = PortfolioNote
    kind = "note"
    editable = frozenset({"text"})

    def write(self, portfolio_id: str, text: str) -> PortfolioNote:
        """Add a note to a portfolio that the actor may change.

        Raises
        ------
        RowNotFound, RowReadOnly
        """
        portfolio = Portfolios(self._context).get(portfolio_id, write=True)
        return self.add(
            PortfolioNote(
                tenant_id=portfolio.tenant_id,
                portfolio_id=portfolio_id,
                text=text,
                written_by_id=self._context.user_id,
                created_at_utc=self._context.now_utc(),
            )
        )

    def of(self, portfolio_id: str) -> Sequence[PortfolioNote]:
        """Return the notes of a portfolio, the newest first."""
        query = self._query().where(PortfolioNote.portfolio_id == portfolio_id)
        return self._all(query.order_by(PortfolioNote.created_at_utc.desc(), PortfolioNote.id.desc()))


class PortfolioDrafts(Repository[PortfolioDraft]):
    """Wished weights of visible portfolios."""

    model = PortfolioDraft
    kind = "draft"
    editable = frozenset({"name", "document"})

    def keep(self, portfolio_id: str, name: str, document: dict[str, object]) -> PortfolioDraft:
        """Add a draft to a portfolio that the actor may change.

        Raises
        ------
        RowNotFound, RowReadOnly
        """
        portfolio = Portfolios(self._context).get(portfolio_id, write=True)
        return self.add(
            PortfolioDraft(
                tenant_id=portfolio.tenant_id,
                portfolio_id=portfolio_id,
                name=name,
                document=document,
                made_by_id=self._context.user_id,
                created_at_utc=self._context.now_utc(),
            )
        )

    def of(self, portfolio_id: str) -> Sequence[PortfolioDraft]:
        """Return the drafts of a portfolio, the newest first."""
        query = self._query().where(PortfolioDraft.portfolio_id == portfolio_id)
        return self._all(query.order_by(PortfolioDraft.created_at_utc.desc(), PortfolioDraft.id.desc()))
