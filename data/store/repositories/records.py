"""Who agreed to what, how long are records kept, what is held, and which periods are closed?"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from data.errors import DaysLocked
from data.store.repositories.pages import Page
from data.store.repositories.repository import Repository
from data.store.tables import (
    AccessReview,
    AuditorReport,
    ChangeRequest,
    LegalHold,
    LockedPeriod,
    RetentionReport,
    RetentionRule,
)
from data.store.visibility import visible


class ChangeRequests(Repository[ChangeRequest]):
    """What waits for a second person, and what was decided."""

    model = ChangeRequest
    kind = "request for a change"
    editable = frozenset({"state", "decided_by_id", "decided_at_utc", "decision_reason"})

    def page(
        self,
        *,
        state: str | None = None,
        kind: str | None = None,
        object_id: str | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> Page[ChangeRequest]:
        """Return requests, the newest first."""
        query = self._query()
        for column, value in (
            (ChangeRequest.state, state), (ChangeRequest.kind, kind), (ChangeRequest.object_id, object_id)
        ):  # fmt: skip
            if value is not None:
                query = query.where(column == value)
        return self._page(query, cursor, limit)

    def waiting(self, kind: str, object_id: str | None) -> ChangeRequest | None:
        """Return the request about an object that nobody decided about yet."""
        same = ChangeRequest.object_id.is_(None) if object_id is None else ChangeRequest.object_id == object_id
        return self._one(self._query().where(ChangeRequest.kind == kind, ChangeRequest.state == "proposed", same))

    def between(self, start_utc: datetime, end_utc: datetime) -> Sequence[ChangeRequest]:
        """Return what was asked for in a span of time, the oldest first."""
        made = ChangeRequest.created_at_utc
        query = self._query().where(made >= start_utc, made < end_utc)
        return self._all(query.order_by(made, ChangeRequest.id))


class RetentionRules(Repository[RetentionRule]):
    """How long the house keeps what."""

    model = RetentionRule
    kind = "retention rule"

    def all(self) -> dict[str, RetentionRule]:
        """Return the house's choices by class; classes that nobody chose have none."""
        return {row.record_class: row for row in self._all(self._query())}

    def put(self, record_class: str, years_count: int, action: str) -> RetentionRule:
        """Choose for one class."""
        query = visible(RetentionRule, self._context.actor, write=True)
        row = self._one(query.where(RetentionRule.record_class == record_class))
        if row is None:
            return self.add(RetentionRule(record_class=record_class, years_count=years_count, action=action))
        row.years_count, row.action = years_count, action
        self._flush(row)
        return row


class RetentionReports(Repository[RetentionReport]):
    """What the rounds of the retention job did."""

    model = RetentionReport
    kind = "retention report"


class LegalHolds(Repository[LegalHold]):
    """Holds of the house."""

    model = LegalHold
    kind = "legal hold"
    editable = frozenset({"released_at_utc", "released_by_id"})

    def all(self, *, with_released: bool = False) -> Sequence[LegalHold]:
        """Return holds, the newest first."""
        query = self._query()
        if not with_released:
            query = query.where(LegalHold.released_at_utc.is_(None))
        return self._all(query.order_by(LegalHold.created_at_utc.desc(), LegalHold.id))


class LockedPeriods(Repository[LockedPeriod]):
    """Periods in which nothing is booked or changed any more."""

    model = LockedPeriod
    kind = "locked period"
    editable = frozenset({"unlocked_at_utc", "unlocked_by_id"})

    def all(self, *, with_unlocked: bool = False) -> Sequence[LockedPeriod]:
        """Return periods, the latest first."""
        query = self._query()
        if not with_unlocked:
            query = query.where(LockedPeriod.unlocked_at_utc.is_(None))
        return self._all(query.order_by(LockedPeriod.end_on.desc(), LockedPeriod.id))

    def touching(self, start_on: date, end_on: date) -> LockedPeriod | None:
        """Return a locked period that shares a day with the given one, the latest."""
        row = LockedPeriod
        query = self._query().where(row.unlocked_at_utc.is_(None), row.start_on <= end_on, row.end_on >= start_on)
        return self._one(query.order_by(row.end_on.desc(), row.id))

    def refuse(self, days: Iterable[date | None]) -> None:
        """Refuse what is dated on or before the last day of a locked period of the unit's house.

        What is dated before a period makes its figures as well: a purchase is held through it, a close is the one that
        its first return is counted from. A unit without a house, and what has no date, is never refused.

        Raises
        ------
        DaysLocked
        """
        dated = [day for day in days if day is not None]
        if self._context.actor.tenant_id is None or not dated:
            return
        first = min(dated)
        reached = [row for row in self.all() if first <= row.end_on]
        if reached:
            row = next((one for one in reached if one.start_on <= first), reached[-1])
            raise DaysLocked(row.start_on, row.end_on, row.reason)


class AccessReviews(Repository[AccessReview]):
    """Reviews of who may do what."""

    model = AccessReview
    kind = "access review"
    editable = frozenset(
        {"reviewed_by_id", "reviewed_at_utc", "review_note", "decisions", "closed_by_id", "closed_at_utc"}
    )

    def unclosed(self) -> Sequence[AccessReview]:
        """Return reviews that were signed and not closed, the oldest first."""
        row = AccessReview
        query = self._query().where(row.reviewed_at_utc.is_not(None), row.closed_at_utc.is_(None))
        return self._all(query.order_by(row.reviewed_at_utc, row.id))


class AuditorReports(Repository[AuditorReport]):
    """Reports that were made for auditors."""

    model = AuditorReport
    kind = "auditor's report"

    def find_period(self, start_on: date, end_on: date) -> AuditorReport | None:
        """Return the latest report of all portfolios that covers exactly these days."""
        row = AuditorReport
        query = self._query().where(row.start_on == start_on, row.end_on == end_on, row.portfolio_id.is_(None))
        return self._one(query.order_by(row.created_at_utc.desc(), row.id))
