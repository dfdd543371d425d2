"""What does the machine-readable description of the API say, and where do people read it?

The document is made from the routes themselves; `/api/v1/docs` shows it with Swagger UI, served from this machine.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import flask_openapi3_swagger  # type: ignore[import-untyped]
from flask import Blueprint, Response, current_app, send_from_directory
from flask.typing import ResponseReturnValue
from flask_openapi3.models.info import Info
from flask_openapi3.models.schema import Schema
from flask_openapi3.openapi import OpenAPI
from pydantic_core import to_json

from api.errors import Problem
from api.routing import Resource

VERSION = "1.0.0"

_DESCRIPTION = """Everything that the pages can do, for programs.

* **Signing in**: `Authorization: Bearer qpo_...` with an API key (settings page, `POST /api/v1/api-keys`, or
  `manage.py api-key create`) or with a token of `POST /api/v1/auth/token`. The session cookie of a browser is accepted
  for reading only. Keys are made by people: a key cannot make another key, a token can.
* **Units**: shares and returns are fractions (`_frac`), never percent; yearly figures end in `_annual_frac`; money is
  text with its currency; dates are ISO 8601, times UTC with `Z`.
* **Errors**: one shape, RFC 9457 problem details, with a stable `code` and every field problem at once.
* **Lists** come in pieces with an opaque `next_cursor`. **Changes** need the `ETag` they are based on as `If-Match`.
  **POST** with an `Idempotency-Key` may be repeated safely for 24 hours: the first answer comes again, marked with
  `Idempotency-Replayed: true`. What shows a secret once is not shown again: its repetition gets 409.
"""

_SWAGGER = Path(flask_openapi3_swagger.__file__).parent / "templates" / "swagger"

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>API reference · Quantum Portfolio Optimizer</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/v1/docs/static/css/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/api/v1/docs/static/js/swagger-ui-bundle.js"></script>
<script src="/api/v1/docs/start.js"></script></body></html>
"""

_START = """window.addEventListener("load", function () {
  window.ui = SwaggerUIBundle({
    url: "/api/v1/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis], defaultModelsExpandDepth: 0, tryItOutEnabled: false
  });
});
"""

_lock = threading.Lock()

docs = Blueprint("api_docs", __name__, url_prefix="/api/v1")


def make_server(name: str, root: Path) -> OpenAPI:
    """Return the Flask server that carries the API and, later, the pages.

    Parameters
    ----------
    name : str
        Import name.
    root : Path
        Folder of the project, for templates.
    """
    server = OpenAPI(
        name,
        info=Info(title="Quantum Portfolio Optimizer", version=VERSION, description=_DESCRIPTION),
        security_schemes={
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "An API key or a sign-in token, both beginning with `qpo_`.",
            },
            "session": {
                "type": "apiKey",
                "in": "cookie",
                "name": "qpo",
                "description": "The session of a signed-in browser (`__Host-qpo` over https); for reading only.",
            },
        },
        validation_error_model=Problem,
        doc_ui=False,
        root_path=str(root),
        template_folder=str(root / "templates"),
        static_folder=None,
    )
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    server.components_schemas["Problem"] = Schema(**problem)
    return server


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the present server, made at the first call."""
    server = current_app
    with _lock:
        if "qpo_document" not in server.extensions:
            server.extensions["qpo_document"] = _without_definitions(_described(server))
        found: dict[str, Any] = server.extensions["qpo_document"]
    return found


def document_text() -> str:
    """Return the document as the JSON text that is answered at ``/api/v1/openapi.json``."""
    return to_json(document(), inf_nan_mode="null").decode()


def _described(server: Any) -> dict[str, Any]:
    """Return what the routes of the server say about themselves."""
    for resource in server.blueprints.values():
        if isinstance(resource, Resource):
            resource.describe()
            server.paths.update(resource.paths)
            server.components_schemas.update(resource.components_schemas)
            server.tags.extend(tag for tag in resource.tags if tag not in server.tags)
    made: dict[str, Any] = server.api_doc
    return made


def _without_definitions(value: Any) -> Any:
    """Drop the `$defs` of schemas: they were lifted to the components already."""
    if isinstance(value, dict):
        return {name: _without_definitions(member) for name, member in value.items() if name != "$defs"}
    return [_without_definitions(member) for member in value] if isinstance(value, list) else value


@docs.get("/openapi.json")
def read_document() -> Response:
    """Return the OpenAPI document."""
    return Response(document_text(), mimetype="application/json")


@docs.get("/docs")
def read_docs() -> ResponseReturnValue:
    """Return the page on which people read the document."""
    return Response(_PAGE, mimetype="text/html")


@docs.get("/docs/start.js")
def read_start() -> ResponseReturnValue:
    """Return the few lines that start Swagger UI; a file of its own, because the page allows no inline script."""
    return Response(_START, mimetype="text/javascript")


@docs.get("/docs/static/<path:name>")
def read_static(name: str) -> ResponseReturnValue:
    """Return a file of Swagger UI."""
    return send_from_directory(_SWAGGER, name)
