"""What is to be run when, and who is in charge of starting it?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, update

from data.store.repositories.inserts import insert_new
from data.store.repositories.repository import Repository
from data.store.tables import Schedule, ScheduleFire, SchedulerLease


class Schedules(Repository[Schedule]):
    """Schedules of the actor and those about portfolios it may see."""

    model = Schedule
    kind = "schedule"
    editable = frozenset({"name", "request_json", "trigger", "time_zone", "is_enabled", "next_fire_utc"})

    def add(self, row: Schedule) -> Schedule:
        """Insert one schedule."""
        if self._context.user_id is not None:
            row.owner_id = self._context.user_id
        return super().add(row)

    def all(self, *, is_enabled: bool | None = None) -> Sequence[Schedule]:
        """Return the visible schedules by name."""
        query = self._query().order_by(Schedule.name, Schedule.id)
        return self._all(query if is_enabled is None else query.where(Schedule.is_enabled == is_enabled))

    def claim_fire(self, schedule_id: str, fire_time_utc: datetime, next_fire_utc: datetime | None = None) -> bool:
        """Take one firing; False when it was taken before, so that a schedule fires once for one instant."""
        self.get(schedule_id, write=True)
        row = {
            "schedule_id": schedule_id,
            "fire_time_utc": fire_time_utc,
            "claimed_at_utc": self._context.now_utc(),
            "run_id": None,
        }
        if not insert_new(self._context, ScheduleFire, row):
            return False
        self._session.execute(
            update(Schedule)
            .where(Schedule.id == schedule_id, self._may())
            .values(last_fire_utc=fire_time_utc, next_fire_utc=next_fire_utc)
            .execution_options(synchronize_session="fetch")
        )
        return True

    def note_run(self, schedule_id: str, fire_time_utc: datetime, run_id: str) -> None:
        """Remember which run a firing started."""
        self.get(schedule_id, write=True)
        self._session.execute(
            update(ScheduleFire)
            .where(ScheduleFire.schedule_id == schedule_id, ScheduleFire.fire_time_utc == fire_time_utc)
            .values(run_id=run_id)
            .execution_options(synchronize_session=False)
        )


class Leases(Repository[SchedulerLease]):
    """Which process leads a loop that must run once; only for ``store.system()``."""

    model = SchedulerLease
    kind = "lease"

    def acquire(self, name: str, holder: str, lease_s: float) -> bool:
        """Take or renew a lease; False while somebody else holds it."""
        now = self._context.now_utc()
        until = now + timedelta(seconds=lease_s)
        row = {"name": name, "holder": holder, "until_utc": until, "fence": 1}
        if insert_new(self._context, SchedulerLease, row):
            return True
        done = self._session.execute(
            update(SchedulerLease)
            .where(
                SchedulerLease.name == name,
                or_(SchedulerLease.holder == holder, SchedulerLease.until_utc < now),
                self._may(),
            )
            .values(holder=holder, until_utc=until, fence=SchedulerLease.fence + 1)
            .execution_options(synchronize_session=False)
        )
        return bool(done.rowcount == 1)

    def release(self, name: str, holder: str) -> None:
        """Give a lease back at once."""
        self._session.execute(
            update(SchedulerLease)
            .where(SchedulerLease.name == name, SchedulerLease.holder == holder, self._may())
            .values(until_utc=self._context.now_utc() - timedelta(seconds=1))
            .execution_options(synchronize_session=False)
        )

    def until_utc(self, name: str) -> datetime | None:
        """Return until when a lease runs, or ran; None when it was never taken."""
        row = self._one(self._query().where(SchedulerLease.name == name))
        return None if row is None else row.until_utc

    def holder(self, name: str) -> str | None:
        """Return who holds a lease now; None when nobody does."""
        query = self._query().where(SchedulerLease.name == name, SchedulerLease.until_utc >= self._context.now_utc())
        row = self._one(query)
        return None if row is None else row.holder
