"""Which breaches are there, what happened to them, and which are let stand?"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, tuple_, update
from sqlalchemy.orm import class_mapper
from sqlalchemy.orm.attributes import set_committed_value

from data.errors import RowRefused
from data.store.repositories.inserts import upsert
from data.store.repositories.pages import Page
from data.store.repositories.repository import Repository
from data.store.tables import Breach, BreachEvent, BreachOverride, RuleWatch

LIVE = ("requested", "approved")


class Breaches(Repository[Breach]):
    """Breaches of visible portfolios."""

    model = Breach
    kind = "breach"

    def recent(self, portfolio_ids: Sequence[str], cured_since_utc: datetime) -> Sequence[Any]:
        """Return portfolios' breaches that are not closed, and those that were cured since an instant.

        They are plain rows of what a check looks at: it changes few of thousands, and those it gets by `change`.
        """
        row = Breach
        query = self._query().where(
            row.portfolio_id.in_(list(portfolio_ids)),
            or_(row.status != "closed", row.closed_at_utc >= cured_since_utc),
        )
        columns = query.with_only_columns(
            row.id, row.row_version, row.portfolio_id, row.rule_id, row.group_name, row.status,
            row.status_since_utc, row.severity, row.wording_sha256, row.is_unjudged, row.unjudged_groups, row.cause,
            row.operator, row.unit, row.limit_value, row.worst_value, row.step_value, row.worsened_on, row.cure_by,
            row.cured_at_utc, row.closed_at_utc, row.reopened_count, row.rule_version,
        )  # fmt: skip
        rows: Sequence[Any] = self._session.execute(columns.order_by(row.opened_at_utc, row.id)).all()
        return rows

    def unclosed(self, portfolio_id: str, rule_id: str | None = None) -> Sequence[Breach]:
        """Return a portfolio's breaches that are not closed, of one rule if it is named."""
        query = self._query().where(Breach.portfolio_id == portfolio_id, Breach.status != "closed")
        if rule_id is not None:
            query = query.where(Breach.rule_id == rule_id)
        return self._all(query.order_by(Breach.severity_rank, Breach.opened_at_utc, Breach.id))

    def in_status(self, statuses: Sequence[str]) -> Sequence[Breach]:
        """Return the breaches in any of the statuses, the gravest first."""
        query = self._query().where(Breach.status.in_(list(statuses)))
        return self._all(query.order_by(Breach.severity_rank, Breach.opened_at_utc, Breach.id))

    def alive_between(
        self, first_utc: datetime, last_utc: datetime, portfolio_id: str | None = None
    ) -> Sequence[Breach]:
        """Return the breaches that were not closed at some instant of a span of time, the gravest first."""
        still = or_(Breach.closed_at_utc.is_(None), Breach.closed_at_utc >= first_utc)
        query = self._query().where(Breach.opened_at_utc < last_utc, still)
        if portfolio_id is not None:
            query = query.where(Breach.portfolio_id == portfolio_id)
        return self._all(query.order_by(Breach.severity_rank, Breach.opened_at_utc, Breach.id))

    def cured_since(self, instant_utc: datetime, portfolio_id: str | None = None) -> Sequence[Any]:
        """Return severity, opening, cure and what cured them of the breaches cured since an instant, as plain rows."""
        query = self._query().where(Breach.cured_at_utc >= instant_utc, Breach.status.in_(("cured", "closed")))
        if portfolio_id is not None:
            query = query.where(Breach.portfolio_id == portfolio_id)
        columns = query.with_only_columns(Breach.severity, Breach.opened_at_utc, Breach.cured_at_utc, Breach.cured_by)
        rows: Sequence[Any] = self._session.execute(columns).all()
        return rows

    def counts(self, portfolio_id: str | None = None) -> Sequence[Any]:
        """Return how many breaches are not closed, by severity, status and whether they cannot be judged."""
        query = self._query().where(Breach.status != "closed")
        if portfolio_id is not None:
            query = query.where(Breach.portfolio_id == portfolio_id)
        keys = (Breach.severity, Breach.status, Breach.is_unjudged)
        columns = query.with_only_columns(*keys, func.count(Breach.id), func.min(Breach.opened_at_utc))
        rows: Sequence[Any] = self._session.execute(columns.group_by(*keys)).all()
        return rows

    def late_count(self, statuses: Sequence[str], day: date, portfolio_id: str | None = None) -> int:
        """Return how many breaches in these statuses have a day of cure or of a plan before a day."""
        query = self._query().where(Breach.status.in_(list(statuses)), _late(day))
        if portfolio_id is not None:
            query = query.where(Breach.portfolio_id == portfolio_id)
        return int(self._session.scalar(query.with_only_columns(func.count(Breach.id))))

    def queue(
        self,
        *,
        statuses: Sequence[str] | None = None,
        severities: Sequence[str] | None = None,
        owner_id: str | None = None,
        is_unowned: bool = False,
        portfolio_id: str | None = None,
        rule_id: str | None = None,
        opened_before_utc: datetime | None = None,
        late_on: date | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[Breach]:
        """Return breaches, the gravest first and of those the oldest.

        Parameters
        ----------
        statuses, severities : sequence of str, optional
            Any of these.
        owner_id, portfolio_id, rule_id : str, optional
        is_unowned : bool
            Only those without an owner.
        opened_before_utc : datetime, optional
        late_on : date, optional
            Only those whose day of cure or plan lies before this day.
        cursor : str, optional
            ``next_cursor`` of the page before.

        Raises
        ------
        RowRefused
            When the cursor is not one of ours.
        """
        query = self._query()
        for column, wanted in ((Breach.status, statuses), (Breach.severity, severities)):
            if wanted is not None:
                query = query.where(column.in_(list(wanted)))
        if owner_id is not None:
            query = query.where(Breach.owner_id == owner_id)
        if portfolio_id is not None:
            query = query.where(Breach.portfolio_id == portfolio_id)
        if rule_id is not None:
            query = query.where(Breach.rule_id == rule_id)
        if is_unowned:
            query = query.where(Breach.owner_id.is_(None))
        if opened_before_utc is not None:
            query = query.where(Breach.opened_at_utc <= opened_before_utc)
        if late_on is not None:
            query = query.where(_late(late_on))
        key = (Breach.severity_rank, Breach.opened_at_utc, Breach.id)
        if cursor is not None:
            query = query.where(tuple_(*key) > tuple_(*_parse(cursor)))
        size = max(1, min(limit, 1000))
        rows = self._all(query.order_by(*key).limit(size + 1))
        if len(rows) <= size:
            return Page(rows, None)
        last = rows[size - 1]
        return Page(rows[:size], f"{last.severity_rank}~{last.opened_at_utc.astimezone(UTC).isoformat()}~{last.id}")

    def change(self, row: Any, values: Mapping[str, Any], row_version: int | None = None) -> Breach:
        """Change a row that `get` of this unit handed out for writing, or the breach of one of `recent`.

        Raises
        ------
        RowStale
            When it was changed since `row_version` was read.
        """
        found = row if isinstance(row, Breach) else self.get(row.id, write=True)
        self._check_version(found, row_version if found is row else row.row_version)
        for name, value in values.items():
            setattr(found, name, value)
        self._flush(found)
        return found

    def noted(self, changes: Sequence[tuple[Any, Mapping[str, Any]]]) -> None:
        """Note what a check or the clock says of breaches; that is no change of them, and their versions stay.

        All of them have the same columns noted. They are breaches, or rows of `recent`.
        """
        if not changes:
            return
        table: Any = Breach.__table__
        names = list(changes[0][1])
        statement = update(table).where(table.c.id == bindparam("of_id"), self._may())
        statement = statement.values({name: bindparam(f"new_{name}") for name in names})
        rows = [{"of_id": row.id, **{f"new_{name}": values[name] for name in names}} for row, values in changes]
        self._session.connection().execute(statement, rows)
        key_of, held = class_mapper(Breach).identity_key_from_primary_key, self._session.identity_map
        for row, values in changes:
            known = row if isinstance(row, Breach) else held.get(key_of((row.id,)))
            for name, value in values.items() if known is not None else ():
                set_committed_value(known, name, value)


class BreachEvents(Repository[BreachEvent]):
    """What happened to visible breaches; added and never changed."""

    model = BreachEvent
    kind = "event of a breach"

    def of(self, breach_id: str) -> Sequence[BreachEvent]:
        """Return what happened to one breach, in order."""
        return self._all(self._query().where(BreachEvent.breach_id == breach_id).order_by(BreachEvent.number))

    def append(self, breach: Breach, row: BreachEvent) -> BreachEvent:
        """Add what happened to a breach as the next in its history."""
        last = self._session.scalar(
            self._query().where(BreachEvent.breach_id == breach.id).with_only_columns(func.max(BreachEvent.number))
        )
        row.breach_id, row.tenant_id, row.number = breach.id, breach.tenant_id, (last or 0) + 1
        row.created_at_utc = self._context.now_utc()
        return self.add(row)

    def between(self, first_utc: datetime, last_utc: datetime) -> Sequence[BreachEvent]:
        """Return what happened to visible breaches from an instant until before another, in order."""
        query = self._query().where(BreachEvent.created_at_utc >= first_utc, BreachEvent.created_at_utc < last_utc)
        return self._all(query.order_by(BreachEvent.created_at_utc, BreachEvent.breach_id, BreachEvent.number))


class BreachOverrides(Repository[BreachOverride]):
    """Wishes to let breaches of visible portfolios stand."""

    model = BreachOverride
    kind = "override"

    def of(self, breach_id: str) -> Sequence[BreachOverride]:
        """Return the overrides of one breach, the first asked for first."""
        query = self._query().where(BreachOverride.breach_id == breach_id)
        return self._all(query.order_by(BreachOverride.requested_at_utc, BreachOverride.id))

    def live_of(self, breach_id: str) -> BreachOverride | None:
        """Return the override of a breach that waits or is approved; there is at most one."""
        return self._one(self._query().where(BreachOverride.breach_id == breach_id, BreachOverride.state.in_(LIVE)))

    def live_of_many(self, breach_ids: Sequence[str]) -> Sequence[BreachOverride]:
        """Return the overrides of some breaches that wait or are approved."""
        if not breach_ids:
            return []
        query = self._query().where(BreachOverride.breach_id.in_(list(breach_ids)))
        return self._all(query.where(BreachOverride.state.in_(LIVE)))

    def in_force(self, portfolio_ids: Sequence[str], on: date) -> Sequence[BreachOverride]:
        """Return the approved overrides of portfolios that have not expired by a day."""
        return self._all(
            self._query().where(
                BreachOverride.portfolio_id.in_(list(portfolio_ids)),
                BreachOverride.state == "approved",
                BreachOverride.expires_on >= on,
            )
        )

    def waiting(self, portfolio_id: str | None = None) -> Sequence[BreachOverride]:
        """Return the overrides that wait for a decision, of one portfolio if it is named, the first asked for first."""
        query = self._query().where(BreachOverride.state == "requested")
        if portfolio_id is not None:
            query = query.where(BreachOverride.portfolio_id == portfolio_id)
        return self._all(query.order_by(BreachOverride.requested_at_utc, BreachOverride.id))

    def run_out(self, on: date) -> Sequence[BreachOverride]:
        """Return those that wait or are approved and whose last day lies before a day."""
        return self._all(self._query().where(and_(BreachOverride.state.in_(LIVE), BreachOverride.expires_on < on)))

    def between(self, first_utc: datetime, last_utc: datetime) -> Sequence[BreachOverride]:
        """Return what was asked for from an instant until before another, in order."""
        query = self._query().where(
            BreachOverride.requested_at_utc >= first_utc, BreachOverride.requested_at_utc < last_utc
        )
        return self._all(query.order_by(BreachOverride.requested_at_utc, BreachOverride.id))

    def change(self, row: BreachOverride, values: Mapping[str, Any], row_version: int | None = None) -> BreachOverride:
        """Change a row that `get` of this unit handed out for writing.

        Raises
        ------
        RowStale
            When it was changed since `row_version` was read.
        """
        self._check_version(row, row_version)
        for name, value in values.items():
            setattr(row, name, value)
        self._flush(row)
        return row


class RuleWatches(Repository[RuleWatch]):
    """Since when visible portfolios are judged by their rules."""

    model = RuleWatch
    kind = "watch of a rule"

    def of(self, portfolio_ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return by which wording portfolios were judged last, by portfolio and rule."""
        query = self._query().where(RuleWatch.portfolio_id.in_(list(portfolio_ids)))
        columns = query.with_only_columns(RuleWatch.portfolio_id, RuleWatch.rule_id, RuleWatch.wording_sha256)
        found: dict[str, dict[str, str]] = {one: {} for one in portfolio_ids}
        for portfolio_id, rule_id, wording in self._session.execute(columns):
            found[portfolio_id][rule_id] = wording
        return found

    def begin(self, portfolio_id: str, wordings: Mapping[str, str]) -> None:
        """Note that a portfolio is judged from now on by these wordings, by rule."""
        shared = {
            "portfolio_id": portfolio_id,
            "tenant_id": self._require_tenant(),
            "first_judged_at_utc": self._context.now_utc(),
        }
        upsert(
            self._context,
            RuleWatch,
            [{**shared, "rule_id": key, "wording_sha256": sha256} for key, sha256 in sorted(wordings.items())],
        )


def _late(day: date) -> ColumnElement[bool]:
    return or_(Breach.cure_by < day, Breach.due_on < day)


def _parse(cursor: str) -> tuple[int, datetime, str]:
    try:
        rank, instant_text, row_id = cursor.split("~")
        instant = datetime.fromisoformat(instant_text)
        if instant.tzinfo is None or not row_id:
            raise ValueError(cursor)
        return int(rank), instant, row_id
    except ValueError as error:
        raise RowRefused("The cursor is not one that this list handed out; start from the first page.") from error
