"""How is work asked for, followed, ended and found again?"""

from __future__ import annotations

import builtins
import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

import data.store.tables.run as tables
from services.alerts import Alerts
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import Conflict, FieldProblem, InvalidRequest
from services.events import Events
from services.messages.frozen import Page
from services.messages.runs import ReplayReport, RunEvent, RunOutcome, RunStatus, RunView
from services.ports import Ports
from services.runs_execute import Execution
from services.runs_kinds import kind_of, kinds
from services.runs_offer import Offers
from services.runs_recover import CANCEL_GRACE_S, CANCEL_SHOWN_S, Recovery
from services.runs_replay import Replay
from services.runs_rows import announce_run, run_view, tell_end, topic_of
from services.runs_submit import Submission
from services.runs_waiting import WaitingLine

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.wiring import Services

_log = logging.getLogger(__name__)

POLL_S = 0.02
NAME_MAX_COUNT = 200


class Runs:
    """Every kind of work, as rows that outlive pages, processes and machines."""

    def __init__(self, ports: Ports, *, events: Events, alerts: Alerts) -> None:
        self._ports = ports
        self._events = events
        self._alerts = alerts
        self._submission = Submission(ports)
        self._execution = Execution(ports)
        self._recovery = Recovery(ports, self._submission)
        self._offers = Offers(self._recovery)
        self._replay = Replay(ports, self._submission)
        self._line = WaitingLine(ports)
        self._services: Services | None = None
        self._waiters: dict[str, list[threading.Event]] = {}
        self._lock = threading.Lock()

    def attach(self, services: Services) -> None:
        """Let the work on runs use every service; listen to what ends, and to the queue's own workers if it has any."""
        self._services = services
        self._events.subscribe(self._offers.hear)
        queue: Any = self._ports.queue
        if hasattr(queue, "on_lost"):
            queue.on_lost = self._on_lost
            queue.on_done = self._on_done

    def submit(
        self,
        kind: str,
        request: BaseModel,
        actor: Actor,
        idempotency_key: str | None = None,
        name: str | None = None,
        schedule_id: str | None = None,
        parent_run_id: str | None = None,
    ) -> RunView:
        """Store a run and hand its id to the queue; see `Submission.submit` for what is refused."""
        return self._submission.submit(
            kind,
            request,
            actor,
            idempotency_key=idempotency_key,
            name=name,
            schedule_id=schedule_id,
            parent_run_id=parent_run_id,
        )

    def get(self, run_id: str, actor: Actor) -> RunView:
        """Return a run of the actor, or about a portfolio that the actor may see; one that waits says why.

        Raises
        ------
        NotFound
            When there is none, or none for this actor.
        """
        return self._line.explain([self._view(run_id, actor)])[0]

    def _view(self, run_id: str, actor: Actor) -> RunView:
        """Return a run as its row says, without the reason for which it waits."""
        authorize(actor, Permission.RUNS_READ)
        with self._ports.store.read(actor) as uow:
            return run_view(uow.runs.get(run_id))

    def list(
        self,
        actor: Actor,
        kind: str | None = None,
        status: RunStatus | str | None = None,
        cursor: str | None = None,
        limit: int = 50,
        portfolio_id: str | None = None,
        has_portfolio: bool | None = None,
        owner_id: str | None = None,
    ) -> Page[RunView]:
        """Return runs, the newest first, a page at a time.

        Parameters
        ----------
        has_portfolio : bool or None
            False keeps runs that ended with the answer that there is no portfolio; True leaves those out.
        owner_id : str or None
            Whose runs; None for all that the actor may see.
        """
        authorize(actor, Permission.RUNS_READ)
        wanted = None if status is None else str(status)
        without = None if has_portfolio is None else [one.value for one in RunOutcome if not one.has_portfolio]
        with self._ports.store.read(actor) as uow:
            page = uow.runs.page(
                kind=kind,
                status=wanted,
                portfolio_id=portfolio_id,
                owner_id=owner_id,
                outcomes=without,
                is_outcome_wanted=not has_portfolio,
                cursor=cursor,
                limit=limit,
            )
            views = [run_view(row) for row in page.rows]
        return Page[RunView](items=tuple(self._line.explain(views)), next_cursor=page.next_cursor)

    def result(self, run_id: str, actor: Actor) -> dict[str, Any] | None:
        """Return the stored result, None while there is none."""
        authorize(actor, Permission.RUNS_READ)
        with self._ports.store.read(actor) as uow:
            uow.runs.get(run_id)
            row = uow.runs.result(run_id)
            return None if row is None else dict(row.document)

    def request_json(self, run_id: str, actor: Actor) -> str:
        """Return the canonical text of what was asked for."""
        authorize(actor, Permission.RUNS_READ)
        with self._ports.store.read(actor) as uow:
            return uow.runs.get(run_id).request_json

    def events(self, run_id: str, actor: Actor) -> builtins.list[RunEvent]:
        """Return what happened to a run, in order."""
        self.get(run_id, actor)
        found = self._events.since_for(0, actor, [topic_of(run_id)])
        return [
            RunEvent(seq=event.seq, type=event.type, sentence=str(event.data.get("sentence", "")), at_utc=event.at_utc)
            for event in found
        ]

    def wait(self, run_id: str, actor: Actor, timeout_s: float) -> RunView:
        """Return the run as soon as it has ended, or as it stands when the time is over."""
        end_s = time.monotonic() + timeout_s
        bell = threading.Event()
        with self._lock:
            self._waiters.setdefault(run_id, []).append(bell)
        try:
            while True:
                view = self._view(run_id, actor)
                left_s = end_s - time.monotonic()
                if view.is_final or left_s <= 0:
                    return self._line.explain([view])[0]
                bell.wait(min(left_s, POLL_S))
                bell.clear()
        finally:
            with self._lock:
                self._waiters[run_id].remove(bell)
                if not self._waiters[run_id]:
                    del self._waiters[run_id]

    def cancel(self, run_id: str, actor: Actor) -> RunView:
        """End a run: at once while it waits, within 300 ms while it is worked on; harmless afterwards."""
        with self._ports.store.work(actor) as uow:
            before = run_view(_changeable(uow, run_id, actor))
            if before.is_final:
                return before
            row = uow.runs.request_cancel(run_id)
            note(uow, "run.cancel", "run", run_id)
            if row.status == RunStatus.CANCELLED:
                tell_end(uow, row, kind_of(row.kind).label, self._ports.clock.now_utc())
            else:
                announce_run(uow, row, "run.cancelling", "Somebody asked for the work to end.")
            uow.commit()
            view = run_view(row)
        self._ports.bus.nudge("runs")
        if view.is_final:
            self._ports.queue.cancel(run_id)
        else:
            self._later(CANCEL_SHOWN_S, self._recovery.end_cancelled, run_id)
            self._later(CANCEL_GRACE_S, self._recovery.enforce_cancel, run_id)
        return view

    def rename(self, run_id: str, name: str, actor: Actor, row_version: int | None = None) -> RunView:
        """Give a run another name.

        Raises
        ------
        Stale
            When the run was changed since `row_version` was read.
        """
        name = " ".join(name.split())
        if not 1 <= len(name) <= NAME_MAX_COUNT:
            problem = FieldProblem("name", f"The name needs 1 to {NAME_MAX_COUNT} characters.", "Write a name.")
            raise InvalidRequest(problem.message, problem.advice, fields=(problem,))
        with self._ports.store.work(actor) as uow:
            before = _changeable(uow, run_id, actor).name
            row = uow.runs.update(run_id, {"name": name}, row_version)
            note(uow, "run.rename", "run", run_id, before={"name": before}, after={"name": name})
            uow.commit()
            return run_view(row)

    def delete(self, run_id: str, actor: Actor, row_version: int | None = None) -> None:
        """Put a run aside; `restore` brings it back.

        Raises
        ------
        Conflict
            While the run waits or is worked on.
        """
        with self._ports.store.work(actor) as uow:
            if not run_view(_changeable(uow, run_id, actor)).is_final:
                raise Conflict("This run is not finished.", "Cancel it first, then delete it.", code="run_open")
            uow.runs.delete(run_id, row_version)
            note(uow, "run.delete", "run", run_id)
            uow.commit()

    def restore(self, run_id: str, actor: Actor) -> RunView:
        """Take a deletion back."""
        with self._ports.store.work(actor) as uow:
            _changeable(uow, run_id, actor)
            row = uow.runs.restore(run_id)
            note(uow, "run.restore", "run", run_id)
            uow.commit()
            return run_view(row)

    def replay(self, run_id: str, actor: Actor) -> RunView:
        """Do the same work again, on the same data; `replay_report` tells whether the answer is the same."""
        return self._replay.start(run_id, actor)

    def replay_report(self, replay_id: str, actor: Actor) -> ReplayReport:
        """Return whether a repeated run gave the same answer, bit for bit."""
        return self._replay.report(replay_id, actor)

    def execute(self, run_id: str) -> None:
        """Do the work of a run; called by workers."""
        assert self._services is not None, "runs.attach was not called"
        self._execution.execute(run_id, self._services)

    def reconcile(self) -> int:
        """Bring stuck runs on their way; return how many were moved. The scheduler calls this every few seconds."""
        return self._recovery.sweep()

    def resume(self) -> None:
        """At a start: take up what a stopped product left behind."""
        count = self._recovery.sweep()
        if count:
            _log.info("%s runs that an earlier start left behind were taken up.", count)

    def _on_done(self, run_id: str) -> None:
        """Wake who waits for the run; a worker that left it pending has let go of it only now.

        A worker process of this machine cannot reach this process's bus, so its events are looked for from here.
        """
        self._wake(run_id)
        self._ports.bus.nudge("runs")
        self._offers.look()

    def _on_lost(self, run_id: str) -> None:
        self._recovery.worker_lost(run_id)
        self._wake(run_id)
        self._offers.look()

    def _later(self, pause_s: float, deed: Callable[[str], None], run_id: str) -> None:
        def do() -> None:
            try:
                deed(run_id)
            except Exception:  # a timer's thread has nobody to raise to; the sweep tries again
                _log.exception("Ending run %s by force failed.", run_id)

        timer = threading.Timer(pause_s, do)
        timer.daemon = True
        timer.start()

    def _wake(self, run_id: str) -> None:
        with self._lock:
            bells = list(self._waiters.get(run_id, ()))
        for bell in bells:
            bell.set()


def _changeable(uow: UnitOfWork, run_id: str, actor: Actor) -> tables.Run:
    """Return a run that the actor may change: the row is the actor's to change, and so is its kind of work."""
    authorize(actor, Permission.RUNS_READ)
    row = uow.runs.get(run_id, write=True, deleted=True)
    authorize(actor, kinds()[row.kind].permission if row.kind in kinds() else Permission.RUNS_WRITE)
    return row
