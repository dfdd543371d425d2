"""How does a worker do the work of one run, exactly once, and always bring it to an end?"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

import data.store.tables.run as tables
from engine.kernel.canonical import sha256_of
from services.auth.actor import Actor, Role
from services.errors import ServiceError, TakenOver
from services.field_problems import place_words
from services.messages.runs import RunStatus
from services.ports import Ports
from services.runs_kinds import Outcome, RunCancelled, RunContext, RunKind, RunPaused, kind_of
from services.runs_lease import LEASE_S, Lease, lease_owner
from services.runs_rows import OUTCOME, announce_run, tell_end, with_best

if TYPE_CHECKING:
    from services.wiring import Services

_log = logging.getLogger(__name__)

FINISH_TRIES_COUNT = 5
FINISH_PAUSE_S = 1.0


class Execution:
    """The worker's side of runs."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def execute(self, run_id: str, services: Services) -> None:
        """Claim the run, do its work, store what came out and publish the end.

        Whoever comes second finds nothing to do. Whatever goes wrong ends the run as failed with a sentence; only a
        worker that dies leaves it running, until its lease is over.
        """
        row = self._claim(run_id)
        if row is None:
            return
        try:
            with Lease(self._ports, run_id, row.fence) as lease:
                status, message, outcome = self._work(row, lease, services)
        except RunPaused as pause:
            self._pause(row, pause)
            return
        if lease.is_lost:
            _log.warning("Run %s was taken over; what this worker found does not count.", run_id)
            return
        self._finish(row, status, message, outcome)

    def _claim(self, run_id: str) -> tables.Run | None:
        settings = self._ports.settings
        with self._ports.store.system() as uow:
            waiting = uow.runs.find(run_id)
            if waiting is None or waiting.status != RunStatus.PENDING:
                return None
            if not uow.runs.has_room(waiting, settings.user_running_max_count, settings.tenant_running_max_count):
                return None  # stays pending, and is handed over again as soon as a run of the house has ended
            row = uow.runs.claim(run_id, lease_owner(), LEASE_S)
            if row is None:
                return None
            again = "" if row.attempts_count == 1 else f", attempt {row.attempts_count}"
            verb = "began" if uow.runs.checkpoint(run_id) is None else "goes on"
            announce_run(uow, row, "run.started", f"The work {verb}{again}.")
            uow.commit()
            return row

    def _work(self, row: tables.Run, lease: Lease, services: Services) -> tuple[RunStatus, str, Outcome | None]:
        try:
            kind = kind_of(row.kind)
            context = RunContext(
                row.id,
                self._owner(row),
                services,
                self._lineage(row),
                lease.report,
                self._checkpoint(row),
                self._others_wait,
                lease.keep,
            )
            outcome = kind.execute(kind.parse(row.request_json), context)
        except RunPaused:
            raise
        except RunCancelled as wish:
            return RunStatus.CANCELLED, with_best(str(wish), lease.best), None
        except ServiceError as error:
            _log.warning("Run %s failed: %s", row.id, error.sentence)
            return RunStatus.FAILED, _told(error), None
        except MemoryError:
            _log.exception("Run %s ran out of memory.", row.id)
            return RunStatus.FAILED, "The work needed more memory than a worker has. Try fewer assets.", None
        except Exception:
            _log.exception("Run %s failed for a reason that is the product's own.", row.id)
            return (
                RunStatus.FAILED,
                f"An internal error ended the work. The details are in the log under run {row.id}.",
                None,
            )
        return RunStatus.SUCCEEDED, outcome.message, outcome

    def _pause(self, row: tables.Run, pause: RunPaused) -> None:
        """Put the run back in line with what it has so far; one that is not wanted any more ends."""
        try:
            with self._ports.store.system(row.tenant_id) as uow:
                waiting = uow.runs.pause(row.id, row.fence, pause.checkpoint, pause.sentence, pause.done_frac)
                if waiting is not None:
                    announce_run(uow, waiting, "run.paused", pause.sentence)
                    uow.commit()
        except TakenOver:
            _log.warning("Run %s was taken over or ended while it let others go first.", row.id)
            return
        if waiting is None:
            self._finish(row, RunStatus.CANCELLED, "Cancelled at your wish.", None)
        self._ports.bus.nudge("runs")

    def _others_wait(self) -> bool:
        with self._ports.store.system(read_only=True) as uow:
            return uow.runs.count_open()["pending"] > 0

    def _checkpoint(self, row: tables.Run) -> dict[str, Any] | None:
        with self._ports.store.system(row.tenant_id, read_only=True) as uow:
            left: dict[str, Any] | None = uow.runs.checkpoint(row.id)
            return left

    def _finish(self, row: tables.Run, status: RunStatus, message: str, outcome: Outcome | None) -> None:
        """Store the end; a database that is away for a moment does not lose finished work."""
        kind = kind_of(row.kind)
        for attempt in range(1, FINISH_TRIES_COUNT + 1):
            try:
                self._store_end(row, kind, status, message, outcome)
                return
            except TakenOver:
                _log.warning("Run %s was taken over or ended; what this worker found does not count.", row.id)
                return
            except ServiceError as error:
                if attempt == FINISH_TRIES_COUNT:
                    raise
                _log.warning("The end of run %s could not be stored yet: %s", row.id, error)
                time.sleep(FINISH_PAUSE_S)

    def _store_end(
        self, row: tables.Run, kind: RunKind, status: RunStatus, message: str, outcome: Outcome | None
    ) -> None:
        more: dict[str, Any] = {}
        if outcome is not None:
            origin = {name: value for name, value in (row.lineage_json or {}).items() if name == "submitted_via"}
            if outcome.outcome is not None:
                origin[OUTCOME] = outcome.outcome.value
            more = {
                "result": outcome.document,
                "schema_version": outcome.schema_version,
                "result_sha256": result_sha256(kind, outcome.document),
                "engine_version": outcome.engine_version,
                "lineage": {**(outcome.lineage or {}), **origin},
            }
        with self._ports.store.system(row.tenant_id) as uow:
            ended = uow.runs.finish(row.id, row.fence, status.value, message=message, **more)
            tell_end(uow, ended, kind.label, self._ports.clock.now_utc())
            uow.commit()
        self._ports.bus.nudge("runs")

    def _owner(self, row: tables.Run) -> Actor:
        with self._ports.store.system(row.tenant_id, read_only=True) as uow:
            user = uow.users.get(row.owner_id)
        if not user.is_active:
            raise ServiceError("The account that asked for this work is disabled.")
        return Actor(user.id, user.tenant_id, user.name, Role(user.role), "worker")

    def _lineage(self, row: tables.Run) -> dict[str, Any] | None:
        """Return from which data an earlier run was computed, if this one repeats it."""
        if row.parent_run_id is None:
            return None
        with self._ports.store.system(row.tenant_id, read_only=True) as uow:
            parent = uow.runs.find(row.parent_run_id, deleted=True)
            return None if parent is None else parent.lineage_json


def result_sha256(kind: RunKind, document: dict[str, Any]) -> str:
    """Return the fingerprint of a result without what may differ between two equal computations."""
    return sha256_of({name: value for name, value in document.items() if name not in kind.volatile_fields})


def _told(error: ServiceError) -> str:
    """Return an error with the fields it names, as one sentence for the run's row."""
    details = " ".join(
        f"{place_words(field.path)}: {field.message} {field.advice}".strip() for field in error.fields[:5]
    )
    return f"{error.sentence} {details}".strip()
