"""How did visible portfolios stand by their rules when they were checked last, and when did that change?"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, or_

from data.errors import RowReadOnly
from data.store.actor import SystemActor
from data.store.ids import new_id
from data.store.repositories.inserts import upsert
from data.store.repositories.portfolios import Portfolios
from data.store.repositories.repository import Repository
from data.store.tables import (
    BreachOverride,
    ClientProfile,
    ComplianceChange,
    ComplianceCheck,
    ComplianceFact,
    ComplianceResult,
    RestrictionEntry,
    RestrictionList,
    ShortLocate,
    TradingLot,
)
from data.store.visibility import visible
from data.store.visible_guarded import GUARDS


class ComplianceChecks(Repository[ComplianceCheck]):
    """The last check of each visible portfolio."""

    model = ComplianceCheck
    kind = "compliance check"

    def of(self, portfolio_id: str) -> ComplianceCheck | None:
        """Return the last check of a portfolio; None where there is none."""
        query = self._query().where(ComplianceCheck.portfolio_id == portfolio_id)
        return self._one(query.execution_options(populate_existing=True))

    def all(self) -> dict[str, ComplianceCheck]:
        """Return the last checks, by portfolio."""
        return {row.portfolio_id: row for row in self._all(self._query())}

    def versions(self) -> dict[str, str]:
        """Return of each portfolio the word that says what its last check was made from."""
        query = self._query().with_only_columns(ComplianceCheck.portfolio_id, ComplianceCheck.data_version)
        return {key: version for key, version in self._session.execute(query)}

    def house_word(self) -> str:
        """Return a word that changes with every list, locate, lot size, override and stated fact of the house."""
        said: list[str] = []
        for model in (RestrictionList, RestrictionEntry, ShortLocate, TradingLot, BreachOverride):
            query = visible(model, self._context.actor)
            row = self._session.execute(query.with_only_columns(func.count(), func.sum(model.row_version))).one()
            said.append(f"{int(row[0])}.{int(row[1] or 0)}")
        stated = visible(ComplianceFact, self._context.actor).with_only_columns(func.count())
        return "/".join([*said, str(self._session.scalar(stated))])

    def profile_versions(self) -> dict[str, int]:
        """Return the latest version of the profile of each client that has one."""
        query = visible(ClientProfile, self._context.actor).with_only_columns(
            ClientProfile.client_id, func.max(ClientProfile.version)
        )
        return {key: int(version) for key, version in self._session.execute(query.group_by(ClientProfile.client_id))}

    def keep(self, portfolio_id: str, values: Mapping[str, Any]) -> None:
        """Put a check in place of the one before."""
        portfolio = Portfolios(self._context).get(portfolio_id, write=True)
        row = {
            "portfolio_id": portfolio_id,
            "tenant_id": portfolio.tenant_id,
            "checked_at_utc": self._context.now_utc(),
            **values,
        }
        upsert(self._context, ComplianceCheck, [row])


class ComplianceResults(Repository[ComplianceResult]):
    """How visible portfolios stood by each of their rules."""

    model = ComplianceResult
    kind = "compliance result"

    def of(self, portfolio_id: str) -> Sequence[ComplianceResult]:
        """Return the results of a portfolio, by rule."""
        query = self._query().where(ComplianceResult.portfolio_id == portfolio_id)
        return self._all(query.order_by(ComplianceResult.rule_id).execution_options(populate_existing=True))

    def of_many(self, portfolio_ids: Sequence[str]) -> Sequence[ComplianceResult]:
        """Return the results of portfolios."""
        return self._all(self._query().where(ComplianceResult.portfolio_id.in_(list(portfolio_ids))))

    def figures(self) -> Sequence[Any]:
        """Return every result without its document, as plain rows."""
        row = ComplianceResult
        columns = self._query().with_only_columns(
            row.portfolio_id, row.rule_id, row.version, row.status, row.severity, row.since_utc, row.value,
            row.limit_value,
        )  # fmt: skip
        rows: Sequence[Any] = self._session.execute(columns).all()
        return rows

    def replace(self, portfolio_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put the results of a check in place of all results of a portfolio."""
        portfolio = Portfolios(self._context).get(portfolio_id, write=True)
        kept = [str(row["rule_id"]) for row in rows]
        gone = delete(ComplianceResult).where(
            ComplianceResult.portfolio_id == portfolio_id, ComplianceResult.rule_id.not_in(kept), self._may()
        )
        self._session.execute(gone.execution_options(synchronize_session=False))
        fixed = {"portfolio_id": portfolio_id, "tenant_id": portfolio.tenant_id}
        upsert(self._context, ComplianceResult, [{**fixed, **row} for row in rows])


class ComplianceChanges(Repository[ComplianceChange]):
    """When visible portfolios changed how they stand by a rule."""

    model = ComplianceChange
    kind = "compliance change"

    def add_all(self, portfolio_id: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write changes of one portfolio."""
        portfolio = Portfolios(self._context).get(portfolio_id, write=True)
        fixed = {
            "portfolio_id": portfolio_id,
            "tenant_id": portfolio.tenant_id,
            "at_utc": self._context.now_utc(),
        }
        values = [{"id": new_id(), **fixed, **row} for row in rows]
        if values:
            table: Any = ComplianceChange.__table__
            self._session.connection().execute(insert(table), values)

    def course(self, portfolio_id: str, rule_id: str, limit: int = 200) -> Sequence[ComplianceChange]:
        """Return the changes of one portfolio under one rule, the newest first."""
        row = ComplianceChange
        query = self._query().where(row.portfolio_id == portfolio_id, row.rule_id == rule_id)
        return self._all(query.order_by(row.at_utc.desc(), row.id.desc()).limit(limit))


class ComplianceFacts(Repository[ComplianceFact]):
    """What somebody stated of the house, and of visible portfolios."""

    model = ComplianceFact
    kind = "stated fact"

    def history(self, portfolio_id: str | None = None) -> Sequence[ComplianceFact]:
        """Return everything that was stated of the house, or of it and one portfolio, the oldest first."""
        row = ComplianceFact
        about = (
            row.portfolio_id.is_(None)
            if portfolio_id is None
            else or_(row.portfolio_id.is_(None), row.portfolio_id == portfolio_id)
        )
        return self._all(self._query().where(about).order_by(row.valid_from, row.stated_at_utc, row.id))

    def state(self, row: ComplianceFact) -> ComplianceFact:
        """Add what was stated now; the actor must be one who looks after compliance."""
        if not isinstance(self._context.actor, SystemActor) and self._context.actor.role not in GUARDS:
            raise RowReadOnly(self.kind, "new")
        row.id, row.stated_by_id = new_id(), self._context.user_id
        row.stated_at_utc = self._context.now_utc()
        return self.add(row)
