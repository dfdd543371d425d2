"""How does gunicorn serve the product, from the command line and from code?

One gthread worker carries pages, API and sockets (docs/adr/0002-web-server.md); its threads wait, they do not compute.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.settings import Settings


def options(settings: Settings) -> dict[str, Any]:
    """Return gunicorn's settings for this installation."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return {
        "bind": [f"{host}:{settings.port}"],
        "worker_class": "api.serving.problem_worker.ProblemWorker",
        "workers": 1,
        "threads": settings.threads_count,
        "worker_connections": max(4000, settings.threads_count + 1000),
        "keepalive": 75,
        "timeout": 300,
        "graceful_timeout": 5,
        "control_socket_disable": True,
        "max_requests": 0,
        "accesslog": None,
        "loglevel": "warning",
        "forwarded_allow_ips": "127.0.0.1",
        "proc_name": "qpo-web",
        "backlog": 2048,
        "limit_request_line": 8190,
        "limit_request_fields": 100,
    }


def serve(settings: Settings, load: Callable[[], Any], hooks: dict[str, Callable[..., None]]) -> None:
    """Serve until told to end.

    Parameters
    ----------
    settings : Settings
        Address and sizes.
    load : callable
        Returns the WSGI application; called in the worker.
    hooks : dict
        gunicorn's hooks by name.
    """
    from gunicorn.app.base import BaseApplication

    class Product(BaseApplication):  # type: ignore[misc]
        """The product as gunicorn sees it."""

        def load_config(self) -> None:
            """Take the settings from code, not from a command line."""
            for name, value in {**options(settings), **hooks}.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """Return the WSGI application."""
            return load()

    Product().run()
