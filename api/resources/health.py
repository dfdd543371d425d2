"""Is the product alive, and is it ready to work?

`/healthz` says that the process answers, `/readyz` that the database does too, `/api/v1/health` both as JSON. Details
are for people who are signed in; everybody else learns only "ok" or "degraded".
"""

from __future__ import annotations

from typing import Literal

from flask import Blueprint, Response
from flask_login import current_user
from pydantic import BaseModel, ConfigDict

from api.access import services
from api.answers import answer
from api.openapi import VERSION
from api.routing import Resource
from services.errors import ServiceError

resource = Resource("health", "Health", "Is the product alive?")
probes = Blueprint("health", __name__)


class Health(BaseModel):
    """How the product is."""

    model_config = ConfigDict(frozen=True)

    status: Literal["ok", "degraded"]
    api_version: str
    checks: dict[str, str] | None = None


def _checks() -> dict[str, str]:
    """Return the state of each part, in words."""
    try:
        services().ports.store.ping()
    except ServiceError as error:
        return {"database": error.message}
    return {"database": "ok"}


def _is_well(checks: dict[str, str]) -> bool:
    """Return whether every part is well."""
    return all(state == "ok" for state in checks.values())


@resource.route_for("get", "/health", "Whether the product works", answers={200: Health, 503: Health}, is_open=True)
def read_health() -> Response:
    """Return "ok", or "degraded" with status 503; signed in, with the state of each part."""
    checks = _checks()
    is_well = _is_well(checks)
    shown = checks if current_user.is_authenticated else None
    return answer(
        Health(status="ok" if is_well else "degraded", api_version=VERSION, checks=shown), 200 if is_well else 503
    )


@probes.get("/healthz")
def healthz() -> Response:
    """Return that the process answers."""
    return answer({"status": "ok"})


@probes.get("/readyz")
def readyz() -> Response:
    """Return whether requests can be served."""
    is_well = _is_well(_checks())
    return answer({"status": "ok" if is_well else "degraded"}, 200 if is_well else 503)
