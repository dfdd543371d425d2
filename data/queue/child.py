"""What does one worker process of the embedded pool do?

It is started as ``python -m data.queue.child module``; the module offers ``warm()`` and ``execute(run_id)``. Commands
come line by line on standard input and answers leave on a pipe of their own, so that whatever the work prints cannot be
mistaken for an answer. No multiprocessing: the parent's ``__main__`` is never imported a second time.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import sys
from typing import TextIO

READY = "ready"
DONE = "done"

_log = logging.getLogger(__name__)


def serve(module_name: str, commands: TextIO, answers: TextIO, niceness: int) -> None:
    """Warm up, then execute one id after the other until the parent closes the pipe."""
    with contextlib.suppress(OSError, AttributeError):  # a container may forbid it, Windows has none
        os.nice(niceness)
    module = importlib.import_module(module_name)
    module.warm()
    _answer(answers, READY)
    for line in commands:
        job_id = line.strip()
        if not job_id:
            continue
        try:
            module.execute(job_id)
        except Exception:  # the run's own row tells the user; the process goes on with the next one
            _log.exception("Executing %s ended with an error that reached the worker process.", job_id)
        _answer(answers, f"{DONE} {job_id}")


def _answer(answers: TextIO, line: str) -> None:
    answers.write(line + "\n")
    answers.flush()


def main(arguments: list[str]) -> int:
    """Start from the command line: module name, file descriptor for answers, niceness."""
    module_name, answers_fd, niceness = arguments[0], int(arguments[1]), int(arguments[2])
    with os.fdopen(answers_fd, "w", encoding="utf-8") as answers:
        try:
            serve(module_name, sys.stdin, answers, niceness)
        except (BrokenPipeError, KeyboardInterrupt):
            return 0  # the parent is gone: nobody waits for answers
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # skips the teardown of numerical libraries, which can take longer than a clean stop may
