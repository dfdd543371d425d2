"""How is one worker process started, spoken to and ended?"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from data.queue.child import READY

ROOT = Path(__file__).resolve().parents[2]
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


def environment_of_workers(environ: Mapping[str, str], threads_count: int) -> dict[str, str]:
    """Return the environment of a worker: numerical libraries read their thread counts before they are imported."""
    own = dict(environ)
    own.update(dict.fromkeys(THREAD_VARIABLES, str(threads_count)))
    own["PYTHONPATH"] = os.pathsep.join(part for part in (str(ROOT), environ.get("PYTHONPATH", "")) if part)
    return own


class WorkerProcess:
    """One child process that executes one id at a time.

    Parameters
    ----------
    module_name : str
        The module with ``warm()`` and ``execute(run_id)``.
    environ : mapping of str to str
        The complete environment of the child.
    niceness : int
        How far the child steps back behind the web process.
    """

    def __init__(self, module_name: str, environ: Mapping[str, str], niceness: int) -> None:
        reading, writing = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "data.queue.child", module_name, str(writing), str(niceness)],
                stdin=subprocess.PIPE,
                pass_fds=(writing,),
                env=dict(environ),
                start_new_session=True,  # a Ctrl+C in the terminal is the parent's to handle
                text=True,
                encoding="utf-8",
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self._answers = os.fdopen(reading, encoding="utf-8")

    @property
    def pid(self) -> int:
        """The process id, for logs and for the tests that kill it."""
        return self._process.pid

    def wait_until_ready(self) -> bool:
        """Wait until the child is warm; return False if it died on the way."""
        return self._answers.readline().strip() == READY

    def run(self, job_id: str) -> bool:
        """Hand over one id and wait for its end; return False if the process died on the way."""
        commands = self._commands
        try:
            commands.write(job_id + "\n")
            commands.flush()
        except (BrokenPipeError, ValueError):
            return False
        return self._answers.readline() != ""

    @property
    def _commands(self) -> IO[str]:
        commands = self._process.stdin
        assert commands is not None
        return commands

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def close(self, patience_s: float = 0.5) -> None:
        """Let an idle process leave by itself, end it by force if it does not, and release the pipes."""
        with contextlib.suppress(BrokenPipeError, ValueError):
            self._commands.close()
        try:
            self._process.wait(timeout=patience_s)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        with contextlib.suppress(ValueError):
            self._answers.close()
