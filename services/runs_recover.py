"""Which runs got stuck, and how does each of them go on or end?

A run never stays "running" without a worker: its lease ends, its process is known to be dead, its time is over, or its
cancellation was not heeded. It is then taken up again, at most three times, or ends with a sentence.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

import data.store.tables.run as tables
from services.errors import TakenOver
from services.messages.runs import RunStatus
from services.ports import Ports
from services.runs_kinds import kinds
from services.runs_lease import is_dead
from services.runs_rows import announce_run, tell_end, with_best
from services.runs_submit import Submission

_log = logging.getLogger(__name__)

ATTEMPTS_MAX_COUNT = 3
CANCEL_SHOWN_S = 0.1
"""A worker that has not ended by then goes on without its run: the run ends, and a place becomes free."""

CANCEL_GRACE_S = 2.0
"""A worker that still works on what nobody wants any more is ended itself."""

AT_YOUR_WISH = "Cancelled at your wish."
REDISPATCH_S = 15.0


class Recovery:
    """Brings stuck runs to an end."""

    def __init__(self, ports: Ports, submission: Submission) -> None:
        self._ports = ports
        self._submission = submission
        self._handed_over_s: dict[str, float] = {}
        self._handing_over = threading.Lock()

    def sweep(self) -> int:
        """Look at all open runs; return how many were moved."""
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(read_only=True) as uow:
            expired = {row.id for row in uow.runs.expired(now_utc)}
            running = list(uow.runs.page(status=RunStatus.RUNNING.value, limit=1000).rows)
        moved_count = 0
        for row in running:
            limit_s = kinds()[row.kind].time_limit_s if row.kind in kinds() else 0.0
            is_overtime = row.started_at_utc is not None and row.started_at_utc + timedelta(seconds=limit_s) < now_utc
            if row.id in expired or is_dead(row.lease_owner):
                moved_count += self.take_up_again(row)
            elif row.cancel_requested and _is_overdue(row, self._ports):
                moved_count += self.end_by_force(row, RunStatus.CANCELLED, _at_wish(row))
            elif is_overtime:
                sentence = f"The work took longer than the {limit_s:.0f} s that this kind may take, and was ended."
                moved_count += self.end_by_force(row, RunStatus.FAILED, sentence)
        return moved_count + self.hand_over_pending()

    def hand_over_pending(self, *, tenant_id: str | None = None, is_urgent: bool = False) -> int:
        """Give runs that wait, and for which there is room, to the queue again; return how many.

        Parameters
        ----------
        tenant_id : str or None
            Whose runs; everybody's when None.
        is_urgent : bool
            Whether a place has just become free. Otherwise queues that forget get the same id at most every 15 s.
        """
        settings = self._ports.settings
        with self._ports.store.system(tenant_id, read_only=True) as uow:
            waiting = uow.runs.pending_with_room(settings.user_running_max_count, settings.tenant_running_max_count)
        with self._handing_over:
            now_s = time.monotonic()
            kept = self._handed_over_s.items()
            self._handed_over_s = {run_id: at_s for run_id, at_s in kept if now_s - at_s < REDISPATCH_S}
            count = 0
            for run_id in waiting:
                if settings.is_scaled and not is_urgent and run_id in self._handed_over_s:
                    continue
                if not self._submission.hand_over(run_id):
                    break
                self._handed_over_s[run_id] = now_s
                count += 1
        return count

    def worker_lost(self, run_id: str) -> None:
        """Go on after the death of the process that worked on a run."""
        with self._ports.store.system(read_only=True) as uow:
            row = uow.runs.find(run_id, deleted=True)
        if row is None:
            return
        if row.status == RunStatus.RUNNING:
            self.take_up_again(row)
        if row.status == RunStatus.PENDING:
            self._submission.hand_over(run_id)

    def take_up_again(self, row: tables.Run) -> int:
        """Put a run without a worker back in line, or end it; return 1 if this call did so."""
        if row.cancel_requested:
            return self.end(row, RunStatus.CANCELLED, _at_wish(row))
        if row.attempts_count >= ATTEMPTS_MAX_COUNT:
            return self.end(
                row,
                RunStatus.FAILED,
                f"The worker died {row.attempts_count} times while it worked on this. "
                "The problem may need more memory than a worker has: try fewer assets.",
            )
        sentence = f"The worker died; attempt {row.attempts_count + 1} of {ATTEMPTS_MAX_COUNT} follows."
        with self._ports.store.system(row.tenant_id) as uow:
            is_mine = uow.runs.requeue(row.id, row.fence, sentence)
            if is_mine:
                announce_run(uow, row, "run.retried", sentence)
                uow.commit()
        if is_mine:
            _log.warning("Run %s goes back in line: %s", row.id, sentence)
            self._submission.hand_over(row.id)
        return int(is_mine)

    def end_by_force(self, row: tables.Run, status: RunStatus, sentence: str) -> int:
        """End a run in its row first, then the process that works on it; return 1 if this call did so."""
        count = self.end(row, status, sentence)
        if count:
            self._ports.queue.cancel(row.id)
        return count

    def end(self, row: tables.Run, status: RunStatus, sentence: str) -> int:
        """End a run in the name of its worker; return 0 when the worker was faster."""
        label = kinds()[row.kind].label if row.kind in kinds() else row.kind
        try:
            with self._ports.store.system(row.tenant_id) as uow:
                ended = uow.runs.finish(row.id, row.fence, status.value, message=sentence)
                tell_end(uow, ended, label, self._ports.clock.now_utc())
                uow.commit()
        except TakenOver:
            return 0
        self._ports.bus.nudge("runs")
        return 1

    def end_cancelled(self, run_id: str) -> None:
        """End a run in its row, with the best that it has found; its worker learns of that at its next step."""
        row = self._cancelled(run_id)
        if row is not None and row.status == RunStatus.RUNNING:
            self.end(row, RunStatus.CANCELLED, _at_wish(row))

    def enforce_cancel(self, run_id: str) -> None:
        """End a run whose worker did not heed the wish to cancel in time, and the process that still works on it."""
        self.end_cancelled(run_id)
        if self._cancelled(run_id) is not None:
            self._ports.queue.cancel(run_id)

    def _cancelled(self, run_id: str) -> tables.Run | None:
        """Return the run where somebody asked for its end and it has no other one."""
        with self._ports.store.system(read_only=True) as uow:
            row = uow.runs.find(run_id, deleted=True)
        is_open = row is not None and row.status in (RunStatus.RUNNING, RunStatus.CANCELLED)
        return row if is_open and row is not None and row.cancel_requested else None


def _at_wish(row: tables.Run) -> str:
    """Return the sentence that a cancelled run ends with."""
    return with_best(AT_YOUR_WISH, row.message)


def _is_overdue(row: tables.Run, ports: Ports) -> bool:
    """Return whether a worker had its time to heed the wish; its heartbeat is the last thing known of it."""
    if row.heartbeat_utc is None:
        return True
    return row.heartbeat_utc + timedelta(seconds=CANCEL_GRACE_S) < ports.clock.now_utc()
