"""How does a worker show that it is alive, and learn that its run is no longer wanted?"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time

from services.errors import ServiceError, TakenOver
from services.ports import Ports
from services.runs_kinds import RunCancelled

_log = logging.getLogger(__name__)

LEASE_S = 30.0
HEARTBEAT_S = 5.0
LOOK_S = 0.1
PROGRESS_S = 0.2


def lease_owner() -> str:
    """Return who holds a lease: host, process and a random mark, in this order."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def is_dead(owner: str | None) -> bool:
    """Return whether the holder was a process of this host that is gone; unknown holders count as alive."""
    host, _, rest = (owner or "").rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class Lease:
    """The hold of one worker on one run while it works.

    A thread renews the lease every 5 s and looks ten times a second for the wish to cancel; progress goes to the row
    at most five times a second, with the best that was found so far. What was said too soon after the last note is
    noted by the thread: a stage that lasts a second is told, however quickly it followed the one before.

    Parameters
    ----------
    ports : Ports
    run_id : str
    fence : int
        The number that the claim gave; a later claim makes it worthless.
    """

    def __init__(self, ports: Ports, run_id: str, fence: int) -> None:
        self._ports = ports
        self.run_id = run_id
        self.fence = fence
        self._stopping = threading.Event()
        self._is_unwanted = threading.Event()
        self._is_lost = threading.Event()
        self._reported_s = time.monotonic()
        self._said: tuple[str, float] | None = None  # not noted yet
        self._noting = threading.Lock()
        self.best: str | None = None
        self._thread = threading.Thread(target=self._beat, name=f"lease-{run_id[-6:]}", daemon=True)

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=5.0)

    @property
    def is_lost(self) -> bool:
        """Whether somebody else has the run now, so that nothing found here counts."""
        return self._is_lost.is_set()

    def keep(self, sentence: str) -> None:
        """Remember the best that was found so far: it goes to the row with the next progress and stays at the end."""
        self.best = sentence

    def report(self, stage: str, done_frac: float) -> None:
        """Note how far the work is.

        Raises
        ------
        RunCancelled
            When the run is no longer wanted here.
        """
        if self._is_lost.is_set():
            raise RunCancelled("Another worker took the run over.")
        if self._is_unwanted.is_set():
            raise RunCancelled("Cancelled at your wish.")
        self._said = (stage, min(max(done_frac, 0.0), 1.0))
        if time.monotonic() - self._reported_s < PROGRESS_S:
            return
        try:
            self._note()
        except TakenOver as error:
            self._is_lost.set()
            raise RunCancelled("Another worker took the run over.") from error
        except ServiceError as error:  # the database is busy or away: the work goes on, the next report may succeed
            _log.warning("Progress of run %s could not be noted: %s", self.run_id, error)

    def _note(self) -> None:
        """Write what was said last, unless it stands there; one at a time, so that no older word follows a newer."""
        with self._noting:
            said, self._said = self._said, None
            if said is None:
                return
            self._reported_s = time.monotonic()
            with self._ports.store.system() as uow:
                uow.runs.progress(self.run_id, self.fence, said[1], said[0], self.best)
                uow.commit()

    def _beat(self) -> None:
        renewed_s = time.monotonic()
        while not self._stopping.wait(LOOK_S):
            try:
                if time.monotonic() - self._reported_s >= PROGRESS_S:
                    self._note()
                if time.monotonic() - renewed_s >= HEARTBEAT_S:
                    with self._ports.store.system() as uow:
                        is_unwanted = uow.runs.heartbeat(self.run_id, self.fence, LEASE_S)
                        uow.commit()
                    renewed_s = time.monotonic()
                else:
                    with self._ports.store.system(read_only=True) as uow:
                        is_unwanted = uow.runs.is_cancel_requested(self.run_id)
                if is_unwanted:
                    self._is_unwanted.set()
            except TakenOver:
                self._is_lost.set()
                return
            except ServiceError as error:
                _log.warning("The lease of run %s could not be renewed yet: %s", self.run_id, error)
