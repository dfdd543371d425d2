"""In which order is the server put together? Each line matters: gate before form tokens, form tokens before sign-in.

The gate comes first so that nobody is told "your token is missing" before "please sign in"; the sign-in pages
look for the token check when they are made, so that must exist by then.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask_openapi3.openapi import OpenAPI
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from api import (
    account,
    bundles,
    callback_form,
    characters,
    downloads,
    errors,
    fallback,
    gate,
    headers,
    limits,
    openapi,
    page_status,
    reader,
    request_log,
    static_cache,
)
from api.resources import all_resources, health
from api.session import half_login, owner, security
from api.session.config import flask_config
from api.stream import service
from services.settings import Settings
from services.wiring import Services

API_PREFIX = "/api/v1"


def make_server(settings: Settings, services: Services, root: Path) -> OpenAPI:
    """Return the Flask server with sign-in, gate, API, sockets and downloads; pages come later.

    Parameters
    ----------
    settings : Settings
        The configuration.
    services : Services
        The verbs that routes call.
    root : Path
        Folder of the project.
    """
    server = openapi.make_server("app", root)
    server.config.update(flask_config(settings, services.ports.secrets))
    if settings.trusted_proxies_count:
        hops = settings.trusted_proxies_count
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    headers.register(server, settings)  # runs last on the way out
    static_cache.register(server)
    bundles.register(server, root / "assets")
    request_log.register(server)
    errors.register(server)
    half_login.register(server)
    owner.register(server)
    limiter = limits.make(settings)
    gate.register(server, settings, limits.WrongKeys(limiter))
    characters.register(server)
    csrf = CSRFProtect(server)
    callback_form.register(server)
    reader.register(server, services)
    limits.install(server, limiter)
    security.register(server, settings, limiter)
    server.register_blueprint(health.probes)
    server.register_blueprint(account.pages)
    server.register_blueprint(downloads.files)
    _add_api(server, settings, csrf, limiter)
    service.register(server, settings, services)
    return server


def _add_api(server: OpenAPI, settings: Settings, csrf: CSRFProtect, limiter: Any) -> None:
    """Add every resource, under the shared budget and without form tokens: the API takes no cookie for changes."""
    budget = limits.api_budget(limiter, settings)
    for resource in all_resources():
        csrf.exempt(resource)
        budget(resource)
        server.register_api(resource)
    csrf.exempt(openapi.docs)
    server.register_blueprint(openapi.docs)
    csrf.exempt(fallback.unknown)
    server.register_blueprint(fallback.unknown)
    fallback.close_fixed_addresses(server)


def finish(server: Flask, app: Any, settings: Settings, is_page: Callable[[str], bool]) -> None:
    """Complete the pages' set-up, which Dash would do inside the first request, and allow its inline scripts.

    The hashes of those scripts are known only after that set-up.

    Parameters
    ----------
    server : Flask
    app : Dash
    settings : Settings
    is_page : callable
        Tells whether a path leads to a page.
    """
    server.extensions["qpo_dash"] = app
    page_status.register(server, is_page)
    with server.test_request_context("/healthz", base_url=settings.public_url):
        server.preprocess_request()
    server.extensions["qpo_hashes"] = " ".join(dict.fromkeys(app.csp_hashes()))
