"""How is the product served where gunicorn cannot run?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.serving import lifecycle
from services.settings import Settings


def serve(settings: Settings, load: Callable[[], Any]) -> None:
    """Serve with Werkzeug's threaded server until interrupted; one machine, few users."""
    from werkzeug.serving import make_server

    lifecycle.configure_logging(settings)
    for line in lifecycle.prepare(settings):
        print(line, flush=True)
    application = load()
    server = make_server(settings.host, settings.port, application, threaded=True)
    lifecycle.started(application)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("Stopping.", flush=True)
    finally:
        lifecycle.stopped(application)
        server.server_close()
