"""How do runs reach workers on other machines?

The message carries only the run's id; lease, heartbeat and fence in the database decide who works on it.
"""

from __future__ import annotations

import logging
from typing import Any

import redis
from celery import Celery
from kombu.exceptions import OperationalError

from data.cache.redis_client import impatient_client
from data.queue.errors import QueueUnavailable

_log = logging.getLogger(__name__)

TASK_NAME = "runs.execute"
QUEUE_NAME = "qpo.runs"
VISIBILITY_TIMEOUT_S = 3600


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
        task_default_queue=QUEUE_NAME,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_track_started=False,
        worker_prefetch_multiplier=1,
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
        self._probe = impatient_client(str(app.conf.broker_url))

    def dispatch(self, run_id: str) -> None:
        """Send the id.

        Raises
        ------
        QueueUnavailable
            When Redis does not answer within about a second.
        """
        try:
            self._probe.ping()  # the client below would sleep between tries for seconds
            self._app.send_task(TASK_NAME, args=[run_id], task_id=run_id, ignore_result=True, retry=False)
        except (redis.RedisError, OperationalError, OSError) as error:
            raise QueueUnavailable(f"Redis does not take the run at present ({type(error).__name__}).") from error

    def cancel(self, run_id: str) -> bool:
        """Have the worker that holds the id end the process that works on it."""
        try:
            self._probe.ping()
            self._app.control.revoke(run_id, terminate=True, signal="SIGKILL")
        except (redis.RedisError, OperationalError, OSError) as error:
            _log.warning("The cancellation of run %s could not be sent; its row is cancelled anyway: %s", run_id, error)
            return False
        return True

    def start(self) -> None:
        """Workers are started on their own."""

    def stop(self) -> None:
        """Close the connections to the broker; workers go on."""
        pools: Any = self._app.pool
        pools.force_close_all()
        self._probe.close()
