"""Which weights should a portfolio have?"""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, insert

from data.store.repositories.portfolios import Portfolios
from data.store.repositories.repository import Repository
from data.store.tables import PortfolioTarget, PortfolioTargetWeight
from data.store.visibility import visible


class Targets(Repository[PortfolioTarget]):
    """Targets of visible portfolios; every save is a new version."""

    model = PortfolioTarget
    kind = "target"

    def save(
        self,
        portfolio_id: str,
        weights_frac: Mapping[str, float],
        *,
        name: str,
        as_of: date | None = None,
        run_id: str | None = None,
    ) -> PortfolioTarget:
        """Add the next version of a portfolio's target.

        Parameters
        ----------
        portfolio_id : str
            A portfolio that the actor may change.
        weights_frac : mapping
            Asset id to weight.
        name : str
            What the target is called.
        as_of : date, optional
            Business date it was made for.
        run_id : str, optional
            Run that proposed it.
        """
        portfolio = Portfolios(self._context).get(portfolio_id, write=True)
        last = self._session.scalar(
            self._query(deleted=True)
            .where(PortfolioTarget.portfolio_id == portfolio_id)
            .with_only_columns(func.max(PortfolioTarget.version))
        )
        row = self.add(
            PortfolioTarget(
                tenant_id=portfolio.tenant_id,
                portfolio_id=portfolio_id,
                version=(last or 0) + 1,
                name=name,
                as_of=as_of,
                run_id=run_id,
                set_by_id=self._context.user_id,
            )
        )
        weights = [
            {"target_id": row.id, "asset_id": asset_id, "weight_frac": weight}
            for asset_id, weight in weights_frac.items()
        ]
        if weights:
            self._session.execute(insert(PortfolioTargetWeight), weights)
        return row

    def current(self, portfolio_id: str) -> PortfolioTarget | None:
        """Return the target in force; None when there is none."""
        query = self._query().where(PortfolioTarget.portfolio_id == portfolio_id)
        return self._one(query.order_by(PortfolioTarget.version.desc()).limit(1))

    def versions(self, portfolio_id: str) -> Sequence[PortfolioTarget]:
        """Return all targets of a portfolio, the latest first."""
        query = self._query().where(PortfolioTarget.portfolio_id == portfolio_id)
        return self._all(query.order_by(PortfolioTarget.version.desc()))

    def weights(self, target_id: str) -> dict[str, float]:
        """Return the weights of one target, by asset id."""
        query = visible(PortfolioTargetWeight, self._context.actor).where(PortfolioTargetWeight.target_id == target_id)
        return {row.asset_id: row.weight_frac for row in self._session.scalars(query).all()}

    def in_force(self, portfolio_ids: Sequence[str]) -> dict[str, dict[str, float]]:
        """Return the weights in force of several portfolios, by portfolio and asset id; those without a target lack."""
        if not portfolio_ids:
            return {}
        chosen = self._query().where(PortfolioTarget.portfolio_id.in_(list(portfolio_ids)))
        columns = chosen.with_only_columns(PortfolioTarget.id, PortfolioTarget.portfolio_id, PortfolioTarget.version)
        current: dict[str, str] = {}
        for target_id, portfolio_id, _ in self._session.execute(columns.order_by(PortfolioTarget.version)):
            current[portfolio_id] = target_id
        if not current:
            return {}
        of = {target_id: portfolio_id for portfolio_id, target_id in current.items()}
        weights: dict[str, dict[str, float]] = {portfolio_id: {} for portfolio_id in current}
        query = visible(PortfolioTargetWeight, self._context.actor).where(PortfolioTargetWeight.target_id.in_(list(of)))
        for row in self._session.scalars(query).all():
            weights[of[row.target_id]][row.asset_id] = row.weight_frac
        return weights
