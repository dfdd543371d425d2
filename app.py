"""How does the whole product come together, and how is it started?

    python app.py            prepare var/, serve, print address and sign-ins
    python app.py --check    print the effective configuration with secrets masked, then stop
    gunicorn app:server      the same server under a process manager

Importing this module does nothing: worker processes import it again.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

ROOT = Path(__file__).resolve().parent
TITLE = "Quantum Portfolio Optimizer"

_made: dict[str, Any] = {}
_lock = threading.Lock()


def create_app(settings: Any = None) -> Any:
    """Return the Dash application on its Flask server, made once a process.

    Parameters
    ----------
    settings : services.settings.Settings or None
        Read from the environment when None. Dash registers callbacks once a process, so the first settings win.
    """
    with _lock:
        if "app" not in _made:
            _made["app"] = _build(settings)
        return _made["app"]


def _build(settings: Any) -> Any:
    """Wire server, API, pages and callbacks, in this order."""
    from services import wiring
    from services.settings import load_settings

    settings = settings or load_settings()
    services = wiring.build(settings)
    wiring.install(services)
    from api.registration import finish, make_server

    server = make_server(settings, services, ROOT)
    app = _make_dash(server, settings)
    finish(server, app, settings, _is_page)
    from callbacks import shell

    app.validation_layout = shell.validation_layout()
    return app


def _make_dash(server: Any, settings: Any) -> Any:
    """Return the pages and callbacks on the server."""
    from dash import Dash

    from api import bundles
    from api.session.config import CSRF_HEADER, csrf_cookie_name
    from callbacks import jobs, present_errors

    app = Dash(
        "app",
        server=server,
        title=TITLE,
        update_title="",
        use_pages=True,
        pages_folder=str(ROOT / "pages"),
        assets_folder=str(ROOT / "assets"),
        assets_ignore=r"\.(css|js)$",  # linked by the index page, as one file each
        serve_locally=True,
        # an answer may arrive after its page was left: no error; tests/ui/pages checks every id that callbacks name
        suppress_callback_exceptions=True,
        background_callback_manager=jobs.background_manager(settings),
        on_error=present_errors.on_error,
        csrf_token_name=csrf_cookie_name(settings),
        csrf_header_name=CSRF_HEADER,
        index_string=bundles.index_page(
            (ROOT / "templates" / "dash_index.html").read_text(encoding="utf-8"), ROOT / "assets"
        ),
        enable_mcp=False,
        add_log_handler=False,
    )
    import callbacks
    from callbacks import first_pages, shell

    callbacks.register()
    first_pages.install()
    app.layout = _for_signed_in(shell.layout)
    return app


def _is_page(path: str) -> bool:
    """Return whether a path leads to a page, by Dash's list of pages; "not found" itself is none."""
    import re

    import dash

    asked = path.strip("/")
    for name, page in dash.page_registry.items():
        if name.endswith("not_found_404"):
            continue
        parts = re.split(r"<[^>]*>", (page["path_template"] or page["path"]).strip("/"))
        if re.fullmatch("[^/]+".join(re.escape(part) for part in parts), asked):
            return True
    return False


def _for_signed_in(layout: Any) -> Any:
    """Return the layout function behind a second lock: Dash also calls it outside of requests and for the first one."""
    from dash import html, page_container
    from flask import has_request_context
    from flask_login import current_user

    def guarded() -> Any:
        if not has_request_context() or not current_user.is_authenticated:
            return html.Div(page_container)
        return layout()

    return guarded


def check() -> int:
    """Print the effective configuration, or what is wrong with it; return the exit code."""
    from services.secrets import load_secrets
    from services.settings import SettingsError, load_settings

    try:
        settings = load_settings()
        load_secrets(settings)
    except SettingsError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 2
    width = max(len(name) for name in settings.masked())
    for name, value in settings.masked().items():
        print(f"{name:<{width}}  {value or '(not set)'}")
    return 0


def main(arguments: list[str]) -> int:
    """Start the product; return the exit code."""
    from services.settings import SettingsError, load_settings

    if arguments == ["--check"]:
        return check()
    if arguments:
        print("Usage: python app.py [--check]", file=sys.stderr)
        return 2
    try:
        settings = load_settings()
    except SettingsError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 2
    return _serve(settings)


def _is_taken(settings: Any) -> bool:
    """Tell whether somebody else holds the address; the server itself would only try again and give up."""
    import socket

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            print(
                f"HOST {settings.host!r} with PORT {settings.port} cannot be used: {error.strerror or error}. Stop the "
                "program that listens there, or choose another port: PORT=8060 make run.",
                file=sys.stderr,
            )
            return True
    return False


def _serve(settings: Any) -> int:
    """Serve with gunicorn, or with Werkzeug where gunicorn cannot run."""
    if _is_taken(settings):
        return 3
    try:
        import fcntl  # noqa: F401 - gunicorn needs it; absent where there is no fork
    except ImportError:
        from api.serving import werkzeug_app

        werkzeug_app.serve(settings, lambda: create_app().server)
        return 0
    from api.serving import gunicorn_app, hooks

    gunicorn_app.serve(settings, lambda: create_app().server, hooks.all_hooks())
    return 0


def __getattr__(name: str) -> Any:
    """Return `server` for WSGI servers, made at its first use."""
    if name == "server":
        return create_app().server
    raise AttributeError(f"module 'app' has no attribute {name!r}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
