"""How does a program learn how sure the weights of an optimization are?

The work is a run like any other: it is accepted (202) and followed at its `Location`, where what has been found so far
can be read while it grows.
"""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor, services
from api.answers import answer
from api.repeating import key_of_run
from api.resources.optimizations import OptimizationPath
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.errors import NotFound
from services.messages.runs import RunView
from services.messages.uncertainty import UncertaintyOptions, UncertaintyResult, UncertaintyView

resource = Resource(
    "optimizations_uncertainty", "Uncertainty", "Intervals for each weight, bands, and whether the trade is worth it."
)

EXAMPLE: dict[str, Any] = {"resamples_count": 500, "level_frac": 0.9}


class UncertaintyAnswer(BaseModel):
    """Where the look at an optimization stands.

    `status` is that of `run`, the work. `result` is what it found; while the work is running, what it has found so far,
    with `is_complete` false; null before that.
    """

    model_config = ConfigDict(frozen=True)

    optimization_id: str
    status: str
    message: str | None
    result: UncertaintyResult | None = Field(description="Intervals, bands and verdict.")
    run: RunView


def _present(view: UncertaintyView, run: RunView) -> UncertaintyAnswer:
    return UncertaintyAnswer(
        optimization_id=view.optimization_id,
        status=run.status.value,
        message=run.message,
        result=view.result,
        run=run,
    )


@resource.route_for(
    "post",
    "/optimizations/<optimization_id>/uncertainty",
    "Find out how sure the weights are",
    answers={202: UncertaintyAnswer},
    also=(409,),
    example=EXAMPLE,
)
@needs(Permission.RUNS_WRITE)
def start_uncertainty(path: OptimizationPath, body: UncertaintyOptions) -> Response:
    """Answer the optimization again on histories that could have been as well; `{}` takes the defaults."""
    run = services().uncertainty.start(path.optimization_id, body, actor(), idempotency_key=key_of_run())
    view = UncertaintyView(optimization_id=path.optimization_id, run=run)
    address = f"/api/v1/optimizations/{path.optimization_id}/uncertainty"
    return answer(_present(view, run), 202, location=address)


@resource.route_for(
    "get",
    "/optimizations/<optimization_id>/uncertainty",
    "Read how sure the weights are",
    answers={200: UncertaintyAnswer},
)
def read_uncertainty(path: OptimizationPath) -> Response:
    """Return the latest look at the optimization, as far as it has come; 404 where nobody has asked for one."""
    view = services().uncertainty.of(path.optimization_id, actor())
    if view.run is None:
        raise NotFound(
            "Nobody has asked yet how sure the weights of this optimization are.",
            "Send a POST to this address to find out.",
            code="not_asked",
        )
    return answer(_present(view, view.run))
