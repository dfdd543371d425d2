"""Which rules of compliance are there, in which versions, and what was in force at an instant?"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import func, or_

from data.errors import RowNotFound
from data.store.repositories.repository import Repository
from data.store.tables import ComplianceRule, RuleOverride, RuleVersion
from data.store.visibility import visible


class Rules(Repository[ComplianceRule]):
    """Rules of the house, and of the clients and portfolios that the actor may see."""

    model = ComplianceRule
    kind = "rule"

    def create(self, row: ComplianceRule, first: RuleVersion) -> ComplianceRule:
        """Insert a rule with its first version."""
        row.created_by_id = self._context.user_id
        row.latest_version = 1
        rule = self.add(row)
        self.add_version(rule, first)
        return rule

    def next_version(self, rule_id: str, row: RuleVersion, row_version: int | None = None) -> RuleVersion:
        """Add the next version of a rule.

        Raises
        ------
        RowNotFound, RowReadOnly
            When there is none, or it is not the actor's to change.
        RowStale
            When the rule was changed since `row_version` was read.
        """
        rule = self.get(rule_id, write=True)
        self._check_version(rule, row_version)
        rule.latest_version += 1
        self._flush(rule)
        return self.add_version(rule, row)

    def add_version(self, rule: ComplianceRule, row: RuleVersion) -> RuleVersion:
        """Insert a version under the number that the rule says is the latest."""
        row.tenant_id, row.rule_id, row.version = rule.tenant_id, rule.id, rule.latest_version
        row.made_by_id, row.created_at_utc = self._context.user_id, self._context.now_utc()
        row.maker_ids = [] if self._context.user_id is None else [self._context.user_id]
        self._session.add(row)
        self._session.flush()
        return row

    def save(self, row: ComplianceRule | RuleVersion, row_version: int | None = None) -> None:
        """Keep what was changed of a row that was read for writing.

        Raises
        ------
        RowStale
            When somebody else changed it since `row_version`, or since it was read.
        """
        self._check_version(row, row_version)
        self._flush(row)

    def refuse_stale(self, row: ComplianceRule | RuleVersion, row_version: int | None) -> None:
        """Refuse a change that is based on another version of a row than the present one.

        Raises
        ------
        RowStale
        """
        self._check_version(row, row_version)

    def all(self, *, client_id: str | None = None, portfolio_id: str | None = None) -> Sequence[ComplianceRule]:
        """Return the visible rules by code: all, or those of one client or portfolio alone."""
        query = self._query()
        if client_id is not None:
            query = query.where(ComplianceRule.client_id == client_id)
        if portfolio_id is not None:
            query = query.where(ComplianceRule.portfolio_id == portfolio_id)
        return self._all(query.order_by(ComplianceRule.code, ComplianceRule.scope_key, ComplianceRule.id))

    def of_scopes(self, client_ids: Sequence[str], portfolio_ids: Sequence[str]) -> Sequence[ComplianceRule]:
        """Return the rules of the house and of these clients and portfolios, by code."""
        query = self._query().where(
            or_(
                ComplianceRule.scope == "house",
                ComplianceRule.client_id.in_(list(client_ids)),
                ComplianceRule.portfolio_id.in_(list(portfolio_ids)),
            )
        )
        return self._all(query.order_by(ComplianceRule.code, ComplianceRule.id))

    def codes(self, scope_key: str) -> frozenset[str]:
        """Return the codes that are taken within the house, a client or a portfolio."""
        query = self._query().with_only_columns(ComplianceRule.code).where(ComplianceRule.scope_key == scope_key)
        return frozenset(self._session.scalars(query).all())

    def version(self, rule_id: str, version: int) -> RuleVersion | None:
        """Return one version of a visible rule."""
        self.get(rule_id)
        query = self._versions().where(RuleVersion.rule_id == rule_id, RuleVersion.version == version)
        return self._one_version(query)

    def versions(self, rule_id: str) -> Sequence[RuleVersion]:
        """Return every version of a visible rule, the latest first."""
        self.get(rule_id)
        query = self._versions().where(RuleVersion.rule_id == rule_id)
        rows: Sequence[RuleVersion] = self._session.scalars(query.order_by(RuleVersion.version.desc())).all()
        return rows

    def versions_of(self, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], RuleVersion]:
        """Return certain versions by rule and number."""
        if not wanted:
            return {}
        keys = set(wanted)
        query = self._versions().where(RuleVersion.rule_id.in_({rule_id for rule_id, _ in keys}))
        query = query.where(RuleVersion.version.in_({number for _, number in keys}))
        found: Sequence[RuleVersion] = self._session.scalars(query).all()
        return {(row.rule_id, row.version): row for row in found if (row.rule_id, row.version) in keys}

    def standing(self, rule_ids: Sequence[str], at_utc: datetime) -> dict[str, RuleVersion]:
        """Return for each rule the version that was approved last by an instant; retirements among them."""
        if not rule_ids:
            return {}
        approved = (RuleVersion.state == "approved", RuleVersion.decided_at_utc <= at_utc)
        latest = (
            self._versions()
            .with_only_columns(RuleVersion.rule_id, func.max(RuleVersion.version).label("version"))
            .where(*approved, RuleVersion.rule_id.in_(list(rule_ids)))
            .group_by(RuleVersion.rule_id)
            .subquery()
        )
        query = self._versions().join(
            latest, (latest.c.rule_id == RuleVersion.rule_id) & (latest.c.version == RuleVersion.version)
        )
        rows: Sequence[RuleVersion] = self._session.scalars(query).all()
        return {row.rule_id: row for row in rows}

    def moment(self, on: date | None) -> tuple[date, datetime]:
        """Return a day with its last instant in UTC; today with the present instant when None."""
        if on is None:
            now_utc = self._context.now_utc()
            return now_utc.date(), now_utc
        return on, datetime.combine(on, time.max, tzinfo=UTC)

    def approvals(self) -> tuple[int, datetime | None, int, datetime | None]:
        """Return how many versions and deviations are approved, and when the last of each was."""
        actor, found = self._context.actor, []
        for model in (RuleVersion, RuleOverride):
            query = visible(model, actor).where(model.state == "approved")
            row = self._session.execute(query.with_only_columns(func.count(), func.max(model.decided_at_utc))).one()
            found += [int(row[0]), row[1]]
        return found[0], found[1], found[2], found[3]

    def keep_dry_run(self, rule_id: str, version: int, outcome: dict[str, Any]) -> bool:
        """Note with a version what it would have said of the past; return False where it is decided on already."""
        row = self.version(rule_id, version)
        if row is None:
            raise RowNotFound(self.kind, f"{rule_id}, version {version}")
        if row.decided_at_utc is not None:
            return False
        row.dry_run, row.dry_run_at_utc = outcome, self._context.now_utc()
        self._session.flush()
        return True

    def decided(self, since_utc: datetime, until_utc: datetime) -> Sequence[RuleVersion]:
        """Return the versions that were decided on within a span of time, the first first."""
        query = self._versions().where(RuleVersion.decided_at_utc >= since_utc, RuleVersion.decided_at_utc <= until_utc)
        rows: Sequence[RuleVersion] = self._session.scalars(
            query.order_by(RuleVersion.decided_at_utc, RuleVersion.id)
        ).all()
        return rows

    def waiting(self) -> Sequence[RuleVersion]:
        """Return the versions that wait for a decision, the oldest first."""
        query = self._versions().where(RuleVersion.state == "proposed")
        rows: Sequence[RuleVersion] = self._session.scalars(
            query.order_by(RuleVersion.proposed_at_utc, RuleVersion.id)
        ).all()
        return rows

    def _versions(self) -> Any:
        return visible(RuleVersion, self._context.actor)

    def _one_version(self, query: Any) -> RuleVersion | None:
        row: RuleVersion | None = self._session.scalars(query).first()
        return row


class RuleOverrides(Repository[RuleOverride]):
    """What visible clients and portfolios have otherwise."""

    model = RuleOverride
    kind = "deviation from a rule"

    def add(self, row: RuleOverride) -> RuleOverride:
        """Insert one, as asked for by the actor."""
        row.made_by_id, row.created_at_utc = self._context.user_id, self._context.now_utc()
        return super().add(row)

    def save(self, row: RuleOverride, row_version: int | None = None) -> None:
        """Keep what was changed of a row that was read for writing."""
        self._check_version(row, row_version)
        self._flush(row)

    def of_rule(self, rule_id: str) -> Sequence[RuleOverride]:
        """Return all that deviates from a rule, the latest asked for first."""
        query = self._query().where(RuleOverride.rule_id == rule_id)
        return self._all(query.order_by(RuleOverride.created_at_utc.desc(), RuleOverride.id.desc()))

    def all(self, *, state: str | None = None) -> Sequence[RuleOverride]:
        """Return the visible ones, the latest asked for first; None for every state."""
        query = self._query() if state is None else self._query().where(RuleOverride.state == state)
        return self._all(query.order_by(RuleOverride.created_at_utc.desc(), RuleOverride.id.desc()))

    def approved(
        self, client_ids: Sequence[str], portfolio_ids: Sequence[str], at_utc: datetime
    ) -> Sequence[RuleOverride]:
        """Return what was approved for these clients and portfolios by an instant, the latest first."""
        query = self._query().where(
            RuleOverride.state == "approved",
            RuleOverride.decided_at_utc <= at_utc,
            or_(RuleOverride.client_id.in_(list(client_ids)), RuleOverride.portfolio_id.in_(list(portfolio_ids))),
        )
        return self._all(query.order_by(RuleOverride.decided_at_utc.desc(), RuleOverride.id.desc()))

    def decided(self, since_utc: datetime, until_utc: datetime) -> Sequence[RuleOverride]:
        """Return what was decided on within a span of time, the first first."""
        query = self._query().where(RuleOverride.decided_at_utc >= since_utc, RuleOverride.decided_at_utc <= until_utc)
        return self._all(query.order_by(RuleOverride.decided_at_utc, RuleOverride.id))
