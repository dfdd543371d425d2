"""Which portfolios may the actor see?"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from data.store.repositories.benchmarks import Benchmarks
from data.store.repositories.clients import Clients
from data.store.repositories.grants import Grants
from data.store.repositories.repository import Repository
from data.store.repositories.teams import Teams
from data.store.tables import Portfolio


class Portfolios(Repository[Portfolio]):
    """Portfolios that the actor may see; a new one without client and team belongs to its creator."""

    model = Portfolio
    kind = "portfolio"
    editable = frozenset(
        {
            "name", "description", "base_currency", "benchmark_id", "valuation_time_zone", "client_id", "team_id",
            "strategy", "inception_on", "mandate", "house_limits",
        }
    )  # fmt: skip

    def add(self, row: Portfolio) -> Portfolio:
        """Insert one portfolio below a client or team that the actor may see."""
        self._refuse_read_only_roles()
        self._check_parents(row.client_id, row.team_id, row.benchmark_id)
        row.created_by_id = self._context.user_id
        portfolio = super().add(row)
        if portfolio.client_id is None and portfolio.team_id is None:
            Grants(self._context).give_to_creator("portfolio", portfolio.id)
        return portfolio

    def update(self, row_id: str, changes: Mapping[str, Any], row_version: int | None = None) -> Portfolio:
        """Change some columns; a new client, team or benchmark must be one that the actor may see."""
        self._check_parents(changes.get("client_id"), changes.get("team_id"), changes.get("benchmark_id"))
        portfolio = super().update(row_id, changes, row_version)
        if {"client_id", "team_id"} & set(changes) and portfolio.client_id is None and portfolio.team_id is None:
            Grants(self._context).give_to_creator("portfolio", portfolio.id)  # nobody would see it otherwise
        return portfolio

    def touch(self, row_id: str, row_version: int | None = None) -> Portfolio:
        """Count a change of what hangs below a portfolio (its ledger, its target) as a change of the portfolio."""
        row = self.get(row_id, write=True)
        self._check_version(row, row_version)
        flag_modified(row, "name")
        self._flush(row)
        return row

    def versions(self) -> dict[str, int]:
        """Return the version of every visible portfolio by id, without reading more of it."""
        columns = self._query().with_only_columns(Portfolio.id, Portfolio.row_version).order_by(Portfolio.id)
        return {row_id: version for row_id, version in self._session.execute(columns)}

    def has_samples(self) -> bool:
        """Return whether there is, or was before a deletion, a sample portfolio."""
        return self._one(self._query(deleted=True).where(Portfolio.is_sample).limit(1)) is not None

    def all(self, *, client_id: str | None = None) -> Sequence[Portfolio]:
        """Return the visible portfolios by name."""
        query = self._query().order_by(Portfolio.name, Portfolio.id)
        return self._all(query if client_id is None else query.where(Portfolio.client_id == client_id))

    def _check_parents(self, client_id: str | None, team_id: str | None, benchmark_id: str | None) -> None:
        if client_id is not None:
            Clients(self._context).get(client_id, write=True)
        if team_id is not None:
            Teams(self._context).get(team_id)
        if benchmark_id is not None:
            Benchmarks(self._context).get(benchmark_id)
