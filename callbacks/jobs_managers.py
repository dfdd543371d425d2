"""Who runs the background callbacks that follow runs, how many at most, and for whom?

Dash's own managers start a process, or a task, per click without bound, hand over cookies and headers, and key results
by arguments only. Here a follower is started for the owner of a genuine ticket, is told the ticket and nothing else, is
one of a bounded number, and its states are kept under the user and the run.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import threading
from pathlib import Path
from typing import Any, Final

import diskcache
from dash import CeleryManager, DiskcacheManager
from dash.exceptions import PreventUpdate

from callbacks.actor import actor, services
from callbacks.jobs_follow import follow_run
from callbacks.jobs_ticket import Ticket, read_ticket
from services.errors import ServiceError
from services.settings import Settings

FOLLOWERS_MAX_COUNT: Final = 2 * (os.cpu_count() or 1)
KEEP_S: Final = 900
QUEUE: Final = "follow"
APP_NAME: Final = "qpo"
NOTHING: Final = {"_dash_no_update": "_dash_no_update"}


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
    """Threads of the web process that look at a row five times a second; their states lie in a folder of 0700 as JSON.

    A process per follower, as Dash's own manager starts, takes over a second and 118 MB to load what this process has
    loaded already, and would still only look.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        super().__init__(diskcache.Cache(str(folder), disk=diskcache.JSONDisk), cache_by=[_user_id], expire=KEEP_S)
        self._alive: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    @property
    def alive_count(self) -> int:
        """How many followers are at work."""
        return len(self._alive)

    def call_job_fn(self, key: str, job_fn: Any, args: Any, context: Any) -> str:
        """Start a follower; beyond the bound nobody is started, and the page asks for itself."""
        ended = threading.Event()
        with self._lock:
            if len(self._alive) >= FOLLOWERS_MAX_COUNT:
                raise PreventUpdate
            job = str(next(self._numbers))
            self._alive[job] = ended
        self.handle.delete(key)
        threading.Thread(
            target=self._follow, args=(job, key, args[0], ended), name=f"follower-{job}", daemon=True
        ).start()
        return job

    def _follow(self, job: str, key: str, ticket: str, ended: threading.Event) -> None:
        progress_key = self._make_progress_key(key)
        last = None
        try:
            last = follow_run(
                lambda view: self.handle.set(progress_key, [view], expire=KEEP_S), ticket, lambda: not ended.is_set()
            )
        finally:
            self.handle.set(key, NOTHING if last is None else last, expire=KEEP_S)
            with self._lock:
                self._alive.pop(job, None)

    def job_running(self, job: str) -> bool:
        """Return whether the follower is at work."""
        return job in self._alive

    def terminate_job(self, job: str | None) -> None:
        """Have the follower stop looking; the run goes on."""
        ended = self._alive.get(str(job))
        if ended is not None:
            ended.set()

    def terminate_unhealthy_job(self, job: str) -> bool:
        """Return False: a follower ends by itself."""
        return False


class CeleryFollowers(_ByUserAndRun, CeleryManager):
    """Tasks of a queue of their own, so that followers never take the places of those who do the work."""

    def __init__(self, celery_app: Any) -> None:
        super().__init__(celery_app, cache_by=[_user_id], expire=KEEP_S)

    def call_job_fn(self, key: str, job_fn: Any, args: Any, context: Any) -> str:
        """Hand the ticket over without cookies, headers or anything else of the request."""
        self.handle.backend.delete(key)
        task = job_fn.apply_async((key, self._make_progress_key(key), args, {}), queue=QUEUE, expires=KEEP_S)
        return str(task.task_id)

    def terminate_job(self, job: str | None) -> None:
        """Take back a follower that has not begun; one at work ends with its run, and other work is never touched."""
        if job is not None:
            self.handle.control.revoke(job)


def _user_id() -> str:
    return actor().user_id


def celery_followers(settings: Settings) -> Any:
    """Return the Celery app that carries the followers: the product's own where this process has one."""
    from celery import Celery, current_app

    if current_app.main == APP_NAME:
        return current_app._get_current_object()
    app = Celery("followers", broker=settings.redis_url, backend=settings.redis_url, set_as_current=False)
    app.conf.update(
        task_default_queue=QUEUE,
        result_expires=KEEP_S,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=1.0,
        broker_transport_options={"socket_connect_timeout": 1.0, "socket_timeout": 2.0},
        redis_socket_connect_timeout=1.0,
        redis_socket_timeout=2.0,
        task_serializer="json",
        accept_content=["json"],
    )
    return app
