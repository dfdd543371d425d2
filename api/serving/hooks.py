"""What does a gunicorn worker do at its birth and at its end?"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from api.serving import lifecycle
from api.stream.service import stream_of
from services.settings import Settings, load_settings


def _settings_of(worker: Any) -> Settings:
    """Return the settings, with the port that was really bound."""
    settings = load_settings()
    if settings.port == 0:
        os.environ["PORT"] = str(worker.sockets[0].sock.getsockname()[1])
        settings = load_settings()
    return settings


def post_fork(server: Any, worker: Any) -> None:
    """Prepare database and first users in the first worker, before it loads the application."""
    settings = _settings_of(worker)
    lifecycle.configure_logging(settings)
    if worker.age == 1:
        for line in lifecycle.prepare(settings):
            print(line, flush=True)


def post_worker_init(worker: Any) -> None:
    """Begin the work beside answering, and see to a quick end."""
    from gunicorn.workers import gthread

    gthread.STOP_KEEPALIVE_LINGER = 0.2
    server = worker.wsgi
    lifecycle.started(server)
    lifecycle.on_terminate(lambda: stream_of(server).watch.stop())


def worker_exit(server: Any, worker: Any) -> None:
    """End the work beside answering, then the process, without the seconds that taking all modules apart would cost.

    A worker that never came up has nothing to end, and keeps its exit code.
    """
    if not worker.booted:
        return
    lifecycle.stopped(worker.wsgi)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def all_hooks() -> dict[str, Callable[..., None]]:
    """Return the hooks by gunicorn's names."""
    return {"post_fork": post_fork, "post_worker_init": post_worker_init, "worker_exit": worker_exit}
