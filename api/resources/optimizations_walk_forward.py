"""How does a program have a recipe tested over the past?

The work is a run like any other: it is accepted (202) and followed at its `Location`, cancelled as a run.
"""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor, services
from api.answers import answer
from api.reading import Path
from api.repeating import key_of_run
from api.resources.optimizations import EXAMPLE, PROBLEM_MAX_BYTES
from api.routing import Resource, as_text, needs, takes_text
from services.auth.roles import Permission
from services.messages.runs import RunView
from services.messages.walk_forward import WalkForwardRequest, WalkForwardResult

resource = Resource(
    "optimizations_walk_forward", "Tests over the past", "What a recipe would have earned, and whether that is chance."
)

BODY: dict[str, Any] = {
    "request": EXAMPLE,
    "options": {"frequency": "quarterly", "lookback_periods": 252, "spread_bps": 10.0},
}


class WalkForwardPath(Path):
    """Which test."""

    run_id: str = Field(max_length=64, description="The id of the test, which is the id of its run.")


class WalkForwardAnswer(BaseModel):
    """Where a test stands: `status` is that of `run`, the work; `result` is null until the work is done."""

    model_config = ConfigDict(frozen=True)

    id: str
    status: str
    message: str | None
    asked: WalkForwardRequest = Field(description="The recipe and how it is tested.")
    result: WalkForwardResult | None = Field(description="Figures, promises beside outcomes, and the verdict.")
    run: RunView


def _read(text: str) -> WalkForwardRequest:
    """Return which recipe the text wants to have tested, or refuse it with every problem."""
    return services().walk_forwards.parse(text)


def _present(run_id: str) -> WalkForwardAnswer:
    view = services().walk_forwards.of(run_id, actor())
    run = view.run
    return WalkForwardAnswer(
        id=run.id, status=run.status.value, message=run.message, asked=view.asked, result=view.result, run=run
    )


@resource.route_for(
    "post",
    "/optimizations/walk-forward",
    "Test a recipe over the past",
    answers={202: WalkForwardAnswer},
    also=(409,),
    example=BODY,
)
@needs(Permission.RUNS_WRITE)
@takes_text(PROBLEM_MAX_BYTES, _read)
def start_walk_forward(body: WalkForwardRequest) -> Response:
    """Ask the recipe on every date of the past with what was known then, and compare it with simple strategies."""
    run = services().walk_forwards.start(_read(as_text(body)), actor(), idempotency_key=key_of_run())
    address = f"/api/v1/optimizations/walk-forward/{run.id}"
    return answer(_present(run.id), 202, location=address, headers={"Retry-After": "1"})


@resource.route_for(
    "get",
    "/optimizations/walk-forward/<run_id>",
    "Read a test over the past",
    answers={200: WalkForwardAnswer},
)
def read_walk_forward(path: WalkForwardPath) -> Response:
    """Return where the test stands, with its result once the work is done."""
    return answer(_present(path.run_id))
