"""How is the first visitor spared the wait for the compression of the big scripts and the valuation of portfolios?

A thread begins right after the start. It has the portfolios valued once, in the product's own name: the services
remember the values, never who asked. It asks for every file that the index page links, once in each encoding, through
the same functions as a browser's request, past the gate but not past the headers. Then it reads the dashboard once.
"""

from __future__ import annotations

import re
import threading

import structlog
from flask import Flask

from api.access import services

LOADED_LATER = (
    "/_dash-component-suites/dash_ag_grid/async-community.js",
    "/_dash-component-suites/plotly/package_data/plotly.min.js",
    "/_dash-component-suites/dash/dcc/async-graph.js",
)
"""Big files that pages load when a table or a chart is first drawn."""

_LINK = re.compile(r'(?:src|href)="(/(?:assets|_dash-component-suites)/[^"]+)"')
_log = structlog.get_logger("api.serving")


def linked_files(server: Flask) -> list[str]:
    """Return the addresses of the files that the index page links."""
    index = server.view_functions["/"]
    with server.test_request_context("/"):
        page = server.make_response(server.ensure_sync(index)())
        return list(dict.fromkeys(_LINK.findall(page.get_data(as_text=True))))


def ask(server: Flask, path: str, encoding: str) -> int:
    """Serve one file to nobody; return the size of its body in bytes."""
    with server.test_request_context(path, headers={"Accept-Encoding": encoding}) as context:
        rule = context.request.url_rule
        if rule is None:
            return 0
        view = server.view_functions[rule.endpoint]
        made = server.make_response(server.ensure_sync(view)(**(context.request.view_args or {})))
        response = server.process_response(made)
        size = len(response.get_data()) if not response.direct_passthrough else 0
        response.close()
        return size


def warm(server: Flask) -> int:
    """Fill the cache of compressed bodies; return how many files there are."""
    paths = [*linked_files(server), *LOADED_LATER]
    for encoding in ("br", "gzip"):
        for path in paths:
            ask(server, path, encoding)
    return len(paths)


def start(server: Flask) -> None:
    """Warm in the background; the product answers meanwhile."""

    def work() -> None:
        steps = (
            ("portfolios", services().portfolios.warm),
            ("files", lambda: warm(server)),
            ("dashboards", services().dashboards.warm),
        )
        for what, step in steps:
            try:
                step()
            except Exception as error:  # visitors then wait a little; nothing else depends on it
                _log.warning("warming_failed", what=what, error=type(error).__name__)

    threading.Thread(target=work, name="qpo-warm", daemon=True).start()
