"""What starts and stops with the serving process, and never with an import?"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import structlog
from flask import Flask
from structlog.tracebacks import ExceptionDictTransformer

from api.serving import warm
from api.stream.service import stream_of
from services.collector import calm_collector
from services.settings import Settings
from services.wiring import current

_log = structlog.get_logger("api.serving")


def configure_logging(settings: Settings) -> None:
    """Write one JSON object a line to the standard error stream, at the level that the settings name."""
    import logging

    level = getattr(logging, settings.log_level)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),  # locals hold secrets
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr, format="%(message)s")


def prepare(settings: Settings) -> list[str]:
    """Make the database and the first users ready; return the lines to print.

    Parameters
    ----------
    settings : Settings
        The configuration.

    Raises
    ------
    SystemExit
        With status 3, after a sentence on the standard error stream, when something is missing that the start needs.
    """
    from services import startup

    try:
        return list(startup.prepare_apart(settings).lines)
    except Exception as error:  # whoever starts the product needs the reason, not our frames
        print(f"The product cannot start. {error}", file=sys.stderr, flush=True)
        _log.debug("start_failed", exc_info=error)
        raise SystemExit(3) from None


def started(server: Flask) -> None:
    """Begin the work beside answering: pool, scheduler, event pump, sockets; what was made until then is for good."""
    current().start()
    stream_of(server).watch.start()
    warm.start(server)
    calm_collector()


def stopped(server: Flask) -> None:
    """End it; calling it twice is harmless."""
    if server.extensions.get("qpo_is_stopped"):
        return
    server.extensions["qpo_is_stopped"] = True
    try:
        stream_of(server).watch.stop()
        current().stop()
    except Exception as error:  # the process ends in any case; say why it was not clean
        _log.warning("stop_incomplete", error=type(error).__name__)


def on_terminate(before: Callable[[], None]) -> None:
    """Run `before` when the process is asked to end, then what was to happen anyway.

    Open sockets would keep a worker from ending until the grace period is over; a goodbye to them lets it end at once.
    """
    then: Any = signal.getsignal(signal.SIGTERM)

    def handler(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=before, name="qpo-goodbye", daemon=True).start()
        if callable(then):
            then(number, frame)
        else:
            sys.exit(0)

    signal.signal(signal.SIGTERM, handler)
