"""Which work is repeated, when, and for whom?"""

from __future__ import annotations

import builtins
import json
from datetime import datetime

import data.store.tables.schedule as tables
from engine.kernel.canonical import canonical_json
from services.audit_notes import note
from services.auth.actor import Actor, Role
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import FieldProblem, InvalidRequest
from services.messages.runs import RunView
from services.messages.schedules import NewSchedule, ScheduleView
from services.ports import Ports
from services.runs import Runs
from services.runs_kinds import kind_of
from services.schedules_cron import EXAMPLE, next_fire_utc


class Schedules:
    """Stored requests that are submitted again and again, with their owner's rights at that time."""

    def __init__(self, ports: Ports, *, runs: Runs) -> None:
        self._ports = ports
        self._runs = runs

    def list(self, actor: Actor) -> list[ScheduleView]:
        """Return the schedules that the actor may see, by name."""
        authorize(actor, Permission.SCHEDULES_READ)
        with self._ports.store.read(actor) as uow:
            return [_view(row) for row in uow.schedules.all()]

    def create(self, wish: NewSchedule, actor: Actor) -> ScheduleView:
        """Have a request run at the times of a cron expression.

        Raises
        ------
        InvalidRequest
            For times, a time zone, a kind or a request that cannot be used.
        """
        authorize(actor, Permission.SCHEDULES_WRITE)
        request_json, next_utc = self._checked(wish)
        with self._ports.store.work(actor) as uow:
            row = uow.schedules.add(
                tables.Schedule(
                    owner_id=actor.user_id,
                    name=wish.name.strip(),
                    kind=wish.kind,
                    request_json=request_json,
                    trigger={"kind": "cron", "cron": wish.cron},
                    time_zone=wish.time_zone,
                    portfolio_id=_portfolio_id(wish),
                    is_enabled=wish.is_enabled,
                    next_fire_utc=next_utc,
                )
            )
            note(uow, "schedule.create", "schedule", row.id, after={"name": row.name, "cron": wish.cron})
            uow.commit()
            return _view(row)

    def update(self, schedule_id: str, wish: NewSchedule, actor: Actor, row_version: int | None = None) -> ScheduleView:
        """Replace what is repeated and when; the kind of work stays.

        Raises
        ------
        Stale
            When the schedule was changed since `row_version` was read.
        """
        authorize(actor, Permission.SCHEDULES_WRITE)
        request_json, next_utc = self._checked(wish)
        with self._ports.store.work(actor) as uow:
            before = uow.schedules.get(schedule_id, write=True)
            if before.kind != wish.kind:
                problem = FieldProblem("kind", f"This schedule is for {before.kind!r}.", "Make a new schedule instead.")
                raise InvalidRequest("The kind of work cannot be changed.", problem.advice, fields=(problem,))
            row = uow.schedules.update(
                schedule_id,
                {
                    "name": wish.name.strip(),
                    "request_json": request_json,
                    "trigger": {"kind": "cron", "cron": wish.cron},
                    "time_zone": wish.time_zone,
                    "is_enabled": wish.is_enabled,
                    "next_fire_utc": next_utc,
                },
                row_version,
            )
            note(uow, "schedule.update", "schedule", row.id, after={"name": row.name, "cron": wish.cron})
            uow.commit()
            return _view(row)

    def delete(self, schedule_id: str, actor: Actor, row_version: int | None = None) -> None:
        """End the repetition."""
        authorize(actor, Permission.SCHEDULES_WRITE)
        with self._ports.store.work(actor) as uow:
            uow.schedules.delete(schedule_id, row_version)
            note(uow, "schedule.delete", "schedule", schedule_id)
            uow.commit()

    def run_now(self, schedule_id: str, actor: Actor) -> RunView:
        """Do the work once, now, on behalf of the actor."""
        authorize(actor, Permission.SCHEDULES_WRITE)
        with self._ports.store.read(actor) as uow:
            row = uow.schedules.get(schedule_id)
        request = kind_of(row.kind).parse(row.request_json)
        return self._runs.submit(row.kind, request, actor, name=row.name, schedule_id=schedule_id)

    def enabled(self) -> builtins.list[tables.Schedule]:
        """Return every enabled schedule of every tenant; for the scheduler."""
        with self._ports.store.system(read_only=True) as uow:
            return list(uow.schedules.all(is_enabled=True))

    def fire(self, schedule_id: str, fire_time_utc: datetime) -> RunView | None:
        """Submit a schedule's request for one instant; None when that instant was taken, or the owner is disabled.

        Whoever asks, a schedule fires once for one instant. The work has the owner's rights as they are now.
        """
        with self._ports.store.system(read_only=True) as uow:
            row = uow.schedules.find(schedule_id)
            if row is None or not row.is_enabled:
                return None
            owner = uow.users.find(row.owner_id)
        if owner is None or not owner.is_active:
            return None
        cron = str(row.trigger.get("cron", ""))
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(row.tenant_id) as uow:
            if not uow.schedules.claim_fire(schedule_id, fire_time_utc, next_fire_utc(cron, row.time_zone, now_utc)):
                return None
            uow.commit()
        actor = Actor(owner.id, owner.tenant_id, owner.name, Role(owner.role), "schedule")
        run = self._runs.submit(
            row.kind, kind_of(row.kind).parse(row.request_json), actor, name=row.name, schedule_id=schedule_id
        )
        with self._ports.store.system(row.tenant_id) as uow:
            uow.schedules.note_run(schedule_id, fire_time_utc, run.id)
            uow.commit()
        return run

    def _checked(self, wish: NewSchedule) -> tuple[str, datetime | None]:
        """Return the request's canonical text and the next time, or refuse the wish."""
        if not 1 <= len(wish.name.strip()) <= 200:
            problem = FieldProblem("name", "The name needs 1 to 200 characters.", "Write a name.")
            raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
        next_utc = next_fire_utc(wish.cron, wish.time_zone, self._ports.clock.now_utc())
        if next_utc is None:
            never = FieldProblem("cron", f"No day ever fits “{wish.cron.strip()}”: nothing would be done.", EXAMPLE)
            raise InvalidRequest("The times never come.", never.advice, fields=(never,))
        request = kind_of(wish.kind).parse(json.dumps(wish.request))
        return canonical_json(request.model_dump(mode="json")), next_utc if wish.is_enabled else None


def _portfolio_id(wish: NewSchedule) -> str | None:
    found = wish.request.get("portfolio_id")
    return found if isinstance(found, str) else None


def _view(row: tables.Schedule) -> ScheduleView:
    return ScheduleView(
        id=row.id,
        name=row.name,
        kind=row.kind,
        cron=str(row.trigger.get("cron", "")),
        time_zone=row.time_zone,
        request=json.loads(row.request_json),
        is_enabled=row.is_enabled,
        is_built_in=False,
        owner_id=row.owner_id,
        last_fire_at_utc=row.last_fire_utc,
        next_fire_at_utc=row.next_fire_utc,
        row_version=row.row_version,
    )
