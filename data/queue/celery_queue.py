"""How do runs reach workers on other machines?

The message carries only the run's id; lease, heartbeat and fence in the database decide who works on it.
"""

from __future__ import annotations

import logging
from typing import Any

import redis
from celery import Celery
from kombu.entity import Queue
from kombu.exceptions import OperationalError

from data.cache.redis_client import breaker_of, impatient_client
from data.queue.errors import QueueUnavailable

_log = logging.getLogger(__name__)

TASK_NAME = "runs.execute"
QUEUE_NAME = "qpo.runs"
QUICK_TASK_NAME = "analyses.execute"
QUICK_QUEUE_NAME = "qpo.quick"
QUICK_LIMIT_S = 180
"""After which a worker ends the work on a report by itself; the kinds of reports have less."""
VISIBILITY_TIMEOUT_S = 3600
CHILD_READY_LIMIT_S = 60.0
"""For a child that takes a dead one's place to load its services; Celery's own 4 s would kill each one for ever."""
HAND_OVER_LIMIT_S = 0.5
"""For an answer of the broker while an id is handed over."""


def _queues() -> list[Any]:
    return [Queue(name) for name in (QUEUE_NAME, QUICK_QUEUE_NAME)]  # type: ignore[no-untyped-call]


def make_celery(redis_url: str) -> Celery:
    """Return the Celery application, set so that a worker's death loses nothing and no message holds more than an id.

    Parameters
    ----------
    redis_url : str
        Broker and result backend.
    """
    app = Celery("qpo", broker=redis_url, backend=redis_url)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        result_serializer="json",
        task_queues=tuple(_queues()),  # a worker that is told nothing serves both
        task_default_queue=QUEUE_NAME,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_track_started=False,
        worker_prefetch_multiplier=1,
        worker_proc_alive_timeout=CHILD_READY_LIMIT_S,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=1.0,
        result_expires=3600,
        broker_transport_options={
            "visibility_timeout": VISIBILITY_TIMEOUT_S,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 1.0,
            "socket_timeout": 5.0,
            "socket_keepalive": True,
        },
        redis_socket_connect_timeout=1.0,
        redis_socket_timeout=5.0,
        result_backend_transport_options={"socket_connect_timeout": 1.0},
        timezone="UTC",
        enable_utc=True,
    )
    return app


class CeleryQueue:
    """A queue whose workers are Celery's.

    Parameters
    ----------
    app : Celery
        As made by `make_celery`.
    """

    def __init__(self, app: Celery) -> None:
        self._app = app
        patient = dict(app.conf.broker_transport_options or {})
        app.conf.broker_transport_options = patient | {
            "socket_connect_timeout": HAND_OVER_LIMIT_S,
            "socket_timeout": HAND_OVER_LIMIT_S,
        }
        self._probe = impatient_client(str(app.conf.broker_url))
        self._breaker = breaker_of(str(app.conf.broker_url))

    def dispatch(self, run_id: str) -> None:
        """Send the id.

        Raises
        ------
        QueueUnavailable
            When Redis does not answer within a moment, or did not a moment ago.
        """
        try:
            self._breaker.call(lambda: self._send(run_id))
        except (redis.RedisError, OSError) as error:
            raise QueueUnavailable(f"Redis does not take the run at present ({type(error).__name__}).") from error

    def cancel(self, run_id: str) -> bool:
        """Have the worker that holds the id end the process that works on it."""
        try:
            self._breaker.call(lambda: self._revoke(run_id))
        except (redis.RedisError, OSError) as error:
            _log.warning("The cancellation of run %s could not be sent; its row is cancelled anyway: %s", run_id, error)
            return False
        return True

    def ping(self) -> None:
        """Ask the broker for a sign of life.

        Raises
        ------
        QueueUnavailable
            When it does not answer within a moment, or did not a moment ago.
        """
        try:
            self._breaker.call(self._probe.ping)
        except (redis.RedisError, OSError) as error:
            raise QueueUnavailable(f"Redis does not answer at present ({type(error).__name__}).") from error

    def _send(self, run_id: str) -> None:
        self._probe.ping()  # the client below would sleep between tries for seconds
        try:
            self._app.send_task(TASK_NAME, args=[run_id], task_id=run_id, ignore_result=True, retry=False)
        except OperationalError as error:
            raise redis.TimeoutError(str(error)) from error

    def _revoke(self, run_id: str) -> None:
        self._probe.ping()
        try:
            self._app.control.revoke(run_id, terminate=True, signal="SIGKILL")
        except OperationalError as error:
            raise redis.TimeoutError(str(error)) from error

    def start(self) -> None:
        """Workers are started on their own."""

    def stop(self) -> None:
        """Close the connections to the broker; workers go on."""
        pools: Any = self._app.pool
        pools.force_close_all()
        self._probe.close()


class QuickCeleryQueue(CeleryQueue):
    """The queue of reports: its messages are numbered anew each time, so that a report can be asked for again.

    Parameters
    ----------
    app : Celery
        As made by `make_celery`.
    """

    def cancel(self, run_id: str) -> bool:
        """Return False: the worker's own limit of time ends the work."""
        return False

    def _send(self, run_id: str) -> None:
        self._probe.ping()
        try:
            self._app.send_task(
                QUICK_TASK_NAME,
                args=[run_id],
                queue=QUICK_QUEUE_NAME,
                time_limit=QUICK_LIMIT_S,
                ignore_result=True,
                retry=False,
            )
        except OperationalError as error:
            raise redis.TimeoutError(str(error)) from error
