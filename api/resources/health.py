"""Is the product alive, and is it ready to work?

`/healthz` says that the process answers, `/readyz` that every part does which requests need, naming the parts that do
not, `/api/v1/health` both as JSON. Sentences, versions, ages and counts are for people who are signed in.
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
from services.messages.health import HealthReport

resource = Resource("health", "Health", "Is the product alive?")
probes = Blueprint("health", __name__)


class Health(BaseModel):
    """How the product is."""

    model_config = ConfigDict(frozen=True)

    status: Literal["ok", "degraded"]
    api_version: str
    checks: dict[str, str] | None = None
    report: HealthReport | None = None


def _report() -> HealthReport | None:
    """Return versions, ages and counts for somebody who is signed in; nothing while the database is away."""
    try:
        return services().health.report(current_user.actor)
    except ServiceError:
        return None


def _failing(checks: dict[str, str]) -> list[str]:
    """Return the parts that are not well."""
    return [name for name, state in checks.items() if state != "ok"]


@resource.route_for("get", "/health", "Whether the product works", answers={200: Health, 503: Health}, is_open=True)
def read_health() -> Response:
    """Return "ok", or "degraded" with status 503; signed in, with the state of each part, versions, ages and counts."""
    checks = services().health.checks()
    is_well = not _failing(checks)
    is_known = current_user.is_authenticated
    return answer(
        Health(
            status="ok" if is_well else "degraded",
            api_version=VERSION,
            checks=checks if is_known else None,
            report=_report() if is_known else None,
        ),
        200 if is_well else 503,
    )


@probes.get("/healthz")
def healthz() -> Response:
    """Return that the process answers."""
    return answer({"status": "ok"})


@probes.get("/readyz")
def readyz() -> Response:
    """Return whether requests can be served; names the parts that stand in the way, and nothing else of them."""
    failing = _failing(services().health.checks())
    if failing:
        return answer({"status": "degraded", "failing": failing}, 503)
    return answer({"status": "ok"})
