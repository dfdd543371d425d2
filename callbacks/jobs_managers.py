"""Who runs the background callbacks that follow runs, how many at most, and for whom?

Dash's own managers start a process, or a task, per click, hand over cookies and headers, and key results by arguments
only. Here a follower is started for the owner of a genuine ticket, is told the ticket and nothing else, is one of a
bounded number, and its states are kept under the user and the run.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

import diskcache
from dash import CeleryManager, DiskcacheManager
from dash.exceptions import PreventUpdate

from callbacks.actor import actor, services
from callbacks.jobs_ticket import Ticket, read_ticket
from services.errors import ServiceError
from services.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[1]
FOLLOWERS_MAX_COUNT: Final = 2 * (os.cpu_count() or 1)
KEEP_S: Final = 900
QUEUE: Final = "follow"


def admitted(ticket_text: object) -> Ticket:
    """Return the ticket if it is genuine, belongs to the person asking, and its run goes on.

    Raises
    ------
    PreventUpdate
        Otherwise: whoever asks gets nothing and learns nothing.

    """
    ticket = read_ticket(ticket_text, services().ports.secrets.secret_key)
    if ticket is None or ticket.actor.user_id != actor().user_id:
        raise PreventUpdate
    try:
        run = services().runs.get(ticket.run_id, actor())
    except ServiceError:
        raise PreventUpdate from None
    if run.is_final:
        raise PreventUpdate
    return ticket


class _ByUserAndRun:
    """Keys of states: the person and the run, so that nobody is ever handed what another one follows."""

    def build_cache_key(self, fn: Any, args: Any, *_: Any) -> str:
        ticket = admitted(args[0] if args else None)
        text = json.dumps([fn.__qualname__, ticket.actor.user_id, ticket.run_id])
        return hashlib.sha256(text.encode()).hexdigest()


class EmbeddedFollowers(_ByUserAndRun, DiskcacheManager):
    """Small processes of this machine; their states lie in a folder of 0700 as JSON."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        super().__init__(diskcache.Cache(str(folder), disk=diskcache.JSONDisk), cache_by=[_user_id], expire=KEEP_S)
        self._folder = folder
        self._environ = environ
        self._alive: list[subprocess.Popen[str]] = []
        self._lock = threading.Lock()

    @property
    def alive_count(self) -> int:
        """How many followers are at work; those that have ended are taken off the list."""
        with self._lock:
            self._alive = [process for process in self._alive if process.poll() is None]
            return len(self._alive)

    def call_job_fn(self, key: str, job_fn: Any, args: Any, context: Any) -> int:
        """Start a follower; beyond the bound nobody is started, and the page asks for itself."""
        if self.alive_count >= FOLLOWERS_MAX_COUNT:
            raise PreventUpdate
        self.handle.delete(key)
        process = subprocess.Popen(
            [sys.executable, "-m", "callbacks.jobs_follow"],
            stdin=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **self._environ},
        )
        asked = {
            "folder": str(self._folder),
            "key": key,
            "progress_key": self._make_progress_key(key),
            "ticket": args[0],
            "expire_s": KEEP_S,
        }
        assert process.stdin is not None
        with process.stdin as pipe:
            pipe.write(json.dumps(asked))
        with self._lock:
            self._alive.append(process)
        return process.pid


class CeleryFollowers(_ByUserAndRun, CeleryManager):
    """Tasks of a queue of their own, so that followers never take the places of those who do the work."""

    def __init__(self, celery_app: Any) -> None:
        super().__init__(celery_app, cache_by=[_user_id], expire=KEEP_S)

    def call_job_fn(self, key: str, job_fn: Any, args: Any, context: Any) -> str:
        """Hand the ticket over without cookies, headers or anything else of the request."""
        self.handle.backend.delete(key)
        task = job_fn.apply_async((key, self._make_progress_key(key), args, {}), queue=QUEUE, expires=KEEP_S)
        return str(task.task_id)


def _user_id() -> str:
    return actor().user_id


def celery_followers(settings: Settings) -> Any:
    """Return the Celery app that carries the followers' tasks and states."""
    from celery import Celery

    app = Celery("followers", broker=settings.redis_url, backend=settings.redis_url)
    app.conf.update(
        task_default_queue=QUEUE,
        result_expires=KEEP_S,
        broker_connection_retry_on_startup=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
    )
    return app
