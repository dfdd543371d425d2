"""How did visible portfolios stand by their rules when they were checked last, and when did that change?"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, or_

from data.errors import RowReadOnly
from data.store.actor import SystemActor
from data.store.ids import new_id
from data.store.repositories.context import UnitContext
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
    Portfolio,
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

    def days(self, portfolio_ids: Sequence[str]) -> dict[str, date | None]:
        """Return the day of closes of the last check of each of some portfolios that has one."""
        row = ComplianceCheck
        query = self._query().where(row.portfolio_id.in_(portfolio_ids))
        return {key: day for key, day in self._session.execute(query.with_only_columns(row.portfolio_id, row.as_of))}

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

    def keep(self, checks: Mapping[str, Mapping[str, Any]]) -> None:
        """Put checks in place of those before, by portfolio."""
        tenants = _writable(self._context, list(checks))
        now_utc = self._context.now_utc()
        upsert(
            self._context,
            ComplianceCheck,
            [
                {"portfolio_id": key, "tenant_id": tenants[key], "checked_at_utc": now_utc, **values}
                for key, values in checks.items()
            ],
        )

    def fail(self, reasons: Mapping[str, tuple[str, str]], engine_version: str) -> None:
        """Note beside what is kept that checks came to nothing, by portfolio: why, and the way out; since the first."""
        tenants, now_utc = _writable(self._context, list(reasons)), self._context.now_utc()
        rows = {row.portfolio_id: row for row in self._all(self._query().where(self.model.portfolio_id.in_(reasons)))}
        for key, (reason, advice) in reasons.items():
            row = rows.get(key)
            if row is None:
                row = ComplianceCheck(
                    portfolio_id=key, tenant_id=tenants[key], checked_at_utc=now_utc, data_version="",
                    inputs_sha256="", engine_version=engine_version, rules_count=0, is_sample=False,
                )  # fmt: skip
                self._session.add(row)
            row.failed_since_utc = row.failed_since_utc or now_utc
            row.failed_reason, row.failed_advice = reason, advice
        self._session.flush()


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

    def figures(self, portfolio_ids: Sequence[str] | None = None) -> Sequence[Any]:
        """Return every result, or those of some portfolios, without its document, as plain rows."""
        row = ComplianceResult
        query = self._query() if portfolio_ids is None else self._query().where(row.portfolio_id.in_(portfolio_ids))
        columns = query.with_only_columns(
            row.portfolio_id, row.rule_id, row.version, row.status, row.severity, row.since_utc, row.value,
            row.limit_value,
        )  # fmt: skip
        rows: Sequence[Any] = self._session.execute(columns).all()
        return rows

    def replace(self, results: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Put the results of checks in place of all results of their portfolios; documents come as JSON texts."""
        row, tenants = ComplianceResult, _writable(self._context, list(results))
        rows = [
            {"portfolio_id": key, "tenant_id": tenants[key], **one}
            for key, several in results.items()
            for one in several
        ]
        upsert(self._context, row, rows, written=("document",))
        kept = {(one["portfolio_id"], one["rule_id"]) for one in rows}
        stored = self._query().where(row.portfolio_id.in_(list(results)))
        columns = stored.with_only_columns(row.portfolio_id, row.rule_id)
        for portfolio_id, rule_id in {(one[0], one[1]) for one in self._session.execute(columns)} - kept:
            gone = delete(row).where(row.portfolio_id == portfolio_id, row.rule_id == rule_id, self._may())
            self._session.execute(gone.execution_options(synchronize_session=False))


class ComplianceChanges(Repository[ComplianceChange]):
    """When visible portfolios changed how they stand by a rule."""

    model = ComplianceChange
    kind = "compliance change"

    def add_all(self, changes: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Write changes, by portfolio."""
        tenants, at_utc = _writable(self._context, list(changes)), self._context.now_utc()
        values = [
            {"id": new_id(), "portfolio_id": key, "tenant_id": tenants[key], "at_utc": at_utc, **row}
            for key, rows in changes.items()
            for row in rows
        ]
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

    def everything(self) -> Sequence[ComplianceFact]:
        """Return everything that was stated of the house and of all visible portfolios, the oldest first."""
        row = ComplianceFact
        return self._all(self._query().order_by(row.valid_from, row.stated_at_utc, row.id))

    def state(self, row: ComplianceFact) -> ComplianceFact:
        """Add what was stated now; the actor must be one who looks after compliance."""
        if not isinstance(self._context.actor, SystemActor) and self._context.actor.role not in GUARDS:
            raise RowReadOnly(self.kind, "new")
        row.id, row.stated_by_id = new_id(), self._context.user_id
        row.stated_at_utc = self._context.now_utc()
        return self.add(row)


def _writable(context: UnitContext, portfolio_ids: Sequence[str]) -> dict[str, str]:
    """Return the houses of portfolios that the actor may change; refuse where one is none of them."""
    if not portfolio_ids:
        return {}
    query = visible(Portfolio, context.actor, write=True).where(Portfolio.id.in_(list(portfolio_ids)))
    rows = context.session.execute(query.with_only_columns(Portfolio.id, Portfolio.tenant_id))
    found = {row_id: tenant_id for row_id, tenant_id in rows}
    for one in portfolio_ids:
        if one not in found:
            Portfolios(context).get(one, write=True)  # tells why
    return found
