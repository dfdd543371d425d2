"""How does the embedded mode execute runs beside the web process?

A bounded number of spawned, niced, warm worker processes, each fed by a thread of this process. The pool knows nothing
of runs but their ids: a lost worker is reported to `on_lost`, and the run's row decides what follows.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

from data.queue.errors import QueueUnavailable
from data.queue.worker_process import WorkerProcess, environment_of_workers

_log = logging.getLogger(__name__)

_RESPAWN_PAUSE_S = 1.0


def _nothing(run_id: str) -> None:
    """Return None: nobody asked to be told."""


class PoolQueue:
    """A queue with worker processes of its own.

    Parameters
    ----------
    module_name : str
        The module that a worker imports; it offers ``warm()`` and ``execute(run_id)``.
    environ : mapping of str to str
        The workers' environment, which carries the settings.
    workers_count : int
        How many processes; one core is left to the web process by whoever sets it.
    backlog_count : int
        How many ids may wait.
    threads_count : int
        Threads of the numerical libraries in each worker.
    niceness : int
        How far workers step back behind the web process.

    Attributes
    ----------
    on_lost : callable
        Called with the run's id, from a thread of the pool, when its worker process died.
    on_done : callable
        Called with the run's id, from a thread of the pool, when its worker is through with it.
    """

    def __init__(
        self,
        module_name: str,
        environ: Mapping[str, str],
        *,
        workers_count: int = 1,
        backlog_count: int = 1000,
        threads_count: int = 1,
        niceness: int = 10,
    ) -> None:
        self._module_name = module_name
        self._environ = environment_of_workers(environ, threads_count)
        self._workers_count = workers_count
        self._backlog_count = backlog_count
        self._niceness = niceness
        self._change = threading.Condition()
        self._waiting: deque[str] = deque()
        self._running: dict[str, WorkerProcess] = {}
        self._processes: set[WorkerProcess] = set()
        self._threads: list[threading.Thread] = []
        self._is_open = False
        self._ready_count = 0
        self.on_lost: Callable[[str], None] = _nothing
        self.on_done: Callable[[str], None] = _nothing

    def ping(self) -> None:
        """Nothing to ask: the pool lives in this process."""

    def start(self) -> None:
        """Spawn the workers; they warm up while the caller goes on."""
        with self._change:
            if self._is_open:
                return
            self._is_open = True
            self._threads = [
                threading.Thread(target=self._feed, name=f"pool-{number}", daemon=True)
                for number in range(self._workers_count)
            ]
        for thread in self._threads:
            thread.start()

    def wait_until_ready(self, timeout_s: float) -> bool:
        """Wait until every worker is warm; return whether they are."""
        with self._change:
            return self._change.wait_for(lambda: self._ready_count >= self._workers_count, timeout_s)

    def dispatch(self, run_id: str) -> None:
        """Put an id in line, unless it is there already.

        Raises
        ------
        QueueUnavailable
            When the pool is not started, or as many ids wait as may.
        """
        with self._change:
            if not self._is_open:
                raise QueueUnavailable("The worker processes are not started.")
            if run_id in self._running or run_id in self._waiting:
                return
            if len(self._waiting) >= self._backlog_count:
                raise QueueUnavailable(f"{self._backlog_count} runs wait already.")
            self._waiting.append(run_id)
            self._change.notify_all()

    def cancel(self, run_id: str) -> bool:
        """Take an id out of the line, or kill the process that works on it; return whether either was there."""
        with self._change:
            if run_id in self._waiting:
                self._waiting.remove(run_id)
                return True
            process = self._running.get(run_id)
        if process is None:
            return False
        process.kill()
        return True

    def process_ids(self) -> dict[int, str | None]:
        """Return the worker processes by id, each with the run it works on."""
        with self._change:
            busy = {process: run_id for run_id, process in self._running.items()}
            return {process.pid: busy.get(process) for process in self._processes}

    def stop(self, patience_s: float = 1.0) -> None:
        """End all workers; the runs in their hands are reported as lost, so that they start again next time."""
        with self._change:
            if not self._is_open:
                return
            self._is_open = False
            self._waiting.clear()
            processes = list(self._processes)
            idle = set(processes) - set(self._running.values())
            self._change.notify_all()
        for process in processes:
            if process not in idle:
                process.kill()
        end_s = time.monotonic() + patience_s
        for thread in self._threads:
            thread.join(max(0.0, end_s - time.monotonic()))
        with self._change:
            late = list(self._processes)
        for process in late:
            process.kill()

    def _feed(self) -> None:
        """Keep one worker process alive and busy; this is the body of one thread."""
        while self._is_open:
            try:
                process = WorkerProcess(self._module_name, self._environ, self._niceness)
            except OSError:  # no memory or no process left on this machine: later there may be
                _log.exception("A worker process could not be started; the next try is in %s s.", _RESPAWN_PAUSE_S)
                self._pause()
                continue
            with self._change:
                self._processes.add(process)
            try:
                is_ready = process.wait_until_ready()
                if is_ready:
                    self._serve(process)
            finally:
                with self._change:
                    self._processes.discard(process)
                process.close()
            if not is_ready and self._is_open:
                _log.error("A worker process ended before it was ready; the next try is in %s s.", _RESPAWN_PAUSE_S)
                self._pause()

    def _pause(self) -> None:
        """Wait before the next try, or until the pool is stopped."""
        with self._change:
            self._change.wait_for(lambda: not self._is_open, _RESPAWN_PAUSE_S)

    def _serve(self, process: WorkerProcess) -> None:
        """Feed one warm process until it dies or the pool is stopped."""
        with self._change:
            self._ready_count += 1
            self._change.notify_all()
        try:
            while (run_id := self._take(process)) is not None:
                is_alive = process.run(run_id)
                with self._change:
                    self._running.pop(run_id, None)
                self._report(self.on_done if is_alive else self.on_lost, run_id)
                if not is_alive:
                    _log.warning("The worker process %s died while it worked on run %s.", process.pid, run_id)
                    return
        finally:
            with self._change:
                self._ready_count -= 1

    def _take(self, process: WorkerProcess) -> str | None:
        with self._change:
            self._change.wait_for(lambda: bool(self._waiting) or not self._is_open)
            if not self._is_open:
                return None
            run_id = self._waiting.popleft()
            self._running[run_id] = process
            return run_id

    def _report(self, listener: Callable[[str], None], run_id: str) -> None:
        try:
            listener(run_id)
        except Exception:  # a listener's trouble (say, a database that is away) must not end the feeding thread
            _log.exception("Reporting the end of run %s failed; the sweep will find it.", run_id)
