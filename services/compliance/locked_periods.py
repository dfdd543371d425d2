"""Which days are closed, so that nothing dated in them is booked or changed any more?

Locking takes one person, opening two: the books of a period that was reported do not move unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from data.store import tables
from services import formatting
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.compliance.four_eyes import Deed, FourEyes, ask
from services.compliance.restrictions_checks import person_id, refuse
from services.errors import Conflict, FieldProblem
from services.events_outbox import announce
from services.messages.compliance_records import LockView, NewLock
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

KIND = "locked_period"
UNLOCKING = "locked_period.unlock"


class LockedPeriods:
    """Locked periods of the actor's house; everybody in it sees them.

    Parameters
    ----------
    ports : Ports
    four_eyes : FourEyes

    """

    def __init__(self, ports: Ports, four_eyes: FourEyes) -> None:
        self._ports = ports
        self._four_eyes = four_eyes

    def list(self, actor: Actor, *, with_unlocked: bool = False) -> tuple[LockView, ...]:
        """Return periods, the latest first."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            return _views(uow, *uow.locked_periods.all(with_unlocked=with_unlocked))

    def get(self, lock_id: str, actor: Actor) -> LockView:
        """Return one period; NotFound where there is none."""
        authorize(actor, Permission.COMPLIANCE_READ)
        with self._ports.store.read(actor) as uow:
            return _views(uow, uow.locked_periods.get(lock_id))[0]

    def lock(self, new: NewLock, actor: Actor) -> LockView:
        """Lock days that have passed.

        Raises
        ------
        InvalidRequest
            The days are in the wrong order, or not all of them have passed.
        Conflict
            Some of them are locked already.

        """
        authorize(actor, Permission.RECORDS_WRITE)
        today = self._ports.clock.now_utc().date()
        problems = []
        if new.end_on < new.start_on:
            problems.append(FieldProblem("end_on", "The last day lies before the first.", "Choose a later day."))
        if new.end_on >= today:
            problems.append(
                FieldProblem("end_on", f"{formatting.day(new.end_on)} is not over yet.", "Lock days that have passed.")
            )
        refuse(problems, "This period cannot be locked.")
        with self._ports.store.work(actor) as uow:
            known = uow.locked_periods.touching(new.start_on, new.end_on)
            if known is not None:
                raise Conflict(
                    f"{_days(known)} are locked already.", "Choose days that do not meet.", code="locked_already"
                )
            row = uow.locked_periods.add(
                tables.LockedPeriod(
                    start_on=new.start_on, end_on=new.end_on, reason=new.reason.strip(), locked_by_id=person_id(actor)
                )
            )
            after = {"start_on": row.start_on, "end_on": row.end_on, "reason": row.reason}
            note(uow, "locked_period.lock", KIND, row.id, after=after)
            announce(uow, "records", "locked_period.changed", {"id": row.id})
            uow.commit()
            return _views(uow, row)[0]

    def unlock(self, lock_id: str, reason: str, actor: Actor) -> LockView:
        """Ask a second person to open a period again; until then it stays locked.

        Raises
        ------
        Conflict
            It is open already, or the request waits already.

        """
        authorize(actor, Permission.RECORDS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.locked_periods.get(lock_id, write=True)
            _refuse_open(row)
            days = _days(row, begins=False)
            sentence = f"Open {days} again, so that bookings and corrections dated up to then are possible."
            ask(uow, actor, UNLOCKING, object_kind=KIND, object_id=row.id, sentence=sentence, reason=reason)
            uow.commit()
            return _views(uow, row)[0]


def unlocking_deed(now_utc: Callable[[], datetime]) -> Deed:
    """Return what opens a period once a second person agrees."""

    def do(uow: UnitOfWork, request: tables.ChangeRequest, actor: Actor) -> None:
        row = uow.locked_periods.get(request.object_id or "", write=True)
        _refuse_open(row)
        changes = {"unlocked_at_utc": now_utc(), "unlocked_by_id": actor.user_id}
        uow.locked_periods.update(row.id, changes)
        note(uow, "locked_period.unlock", KIND, row.id, after={"reason": request.reason})
        announce(uow, "records", "locked_period.changed", {"id": row.id})

    return Deed(Permission.RECORDS_WRITE, do)


def _refuse_open(row: tables.LockedPeriod) -> None:
    if row.unlocked_at_utc is not None:
        raise Conflict(f"{_days(row)} are open already.", "There is nothing to do.", code="unlocked_already")


def _days(row: tables.LockedPeriod, *, begins: bool = True) -> str:
    return f"{'The' if begins else 'the'} days from {formatting.day(row.start_on)} to {formatting.day(row.end_on)}"


def _views(uow: UnitOfWork, *rows: tables.LockedPeriod) -> tuple[LockView, ...]:
    ids = {one for row in rows for one in (row.locked_by_id, row.unlocked_by_id) if one is not None}
    people = {key: user.name for key, user in uow.users.get_many(sorted(ids)).items()}
    found = []
    for row in rows:
        waiting = uow.change_requests.waiting(UNLOCKING, row.id)
        state = (
            "locked" if row.unlocked_at_utc is None else f"open again since {formatting.moment(row.unlocked_at_utc)}"
        )
        wait = " A request to open it waits for a second person." if waiting is not None else ""
        found.append(
            LockView(
                id=row.id, start_on=row.start_on, end_on=row.end_on, reason=row.reason,
                locked_by=people.get(row.locked_by_id or ""), locked_at_utc=row.created_at_utc,
                unlocked_by=people.get(row.unlocked_by_id or ""), unlocked_at_utc=row.unlocked_at_utc,
                request_id=None if waiting is None else waiting.id, row_version=row.row_version,
                sentence=f"{_days(row)} are {state}.{wait}",
            )
        )  # fmt: skip
    return tuple(found)
