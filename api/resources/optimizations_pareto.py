"""How does a program seek several objectives at once, weigh what was found, and learn what suits a client?

The work is a run like any other. Small problems are answered while the caller waits (200); what takes longer, or is
asked for with `Prefer: respond-async`, is accepted (202) and followed at its `Location`.
"""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor, services
from api.answers import answer, nothing, prefers_async
from api.reading import Path, Query
from api.repeating import key_of_run
from api.resources.optimizations import INLINE_WAIT_S, PROBLEM_MAX_BYTES
from api.routing import Resource, as_text, needs, takes_text
from services.auth.roles import Permission
from services.messages.runs import RunStatus, RunView
from services.messages.tradeoffs import (
    ClientRecommendation,
    ParetoRequest,
    ParetoResult,
    PointChoice,
    PointTarget,
    PointWish,
)

resource = Resource(
    "optimizations_pareto", "Trade-offs", "Several objectives at once: the portfolios that no other one beats in all."
)

EXAMPLE: dict[str, Any] = {
    "asset_ids": ["AAPL", "JNJ", "KO", "XOM"],
    "objectives": [{"kind": "return", "weight": 50.0}, {"kind": "volatility", "weight": 50.0}],
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5}],
    "points_count": 40,
}


class ParetoPath(Path):
    """Which run."""

    run_id: str = Field(max_length=64, description="The id of the run.")


class RecommendationQuery(Query):
    """For whom."""

    client_id: str = Field(min_length=1, max_length=64, description="The client whose profile decides.")


class ParetoAnswer(BaseModel):
    """Where the work stands.

    `status` is the result's (`optimal`, `near_optimal`, `infeasible`, ...) when the work is done, else the run's.
    `recommendation` is the point that suits the client whose portfolio the run is about; null where the run is about no
    client's portfolio, where you may not see clients, or where the client has no profile.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    status: str
    name: str | None
    message: str | None
    result: ParetoResult | None = Field(description="Axes, points and the one that the weights choose.")
    recommendation: ClientRecommendation | None = None
    run: RunView


def _present(run: RunView, *, is_new: bool = False, waits: bool = True) -> Response:
    """Return where the work stands: 202 with its address for a new run whose result is not there yet."""
    is_done = run.status is RunStatus.SUCCEEDED and not (is_new and not waits)
    result = services().tradeoffs.result(run.id, actor()) if is_done else None
    body = ParetoAnswer(
        id=run.id,
        status=run.status.value if result is None else result.status.value,
        name=run.name,
        message=run.message,
        result=result,
        recommendation=None if result is None else services().tradeoffs.usual_recommendation(run.id, actor()),
        run=run,
    )
    address = f"/api/v1/optimizations/pareto/{run.id}"
    if is_new and not (waits and run.is_final):
        return answer(body, 202, location=address, headers={"Retry-After": "1"})
    return answer(body, row_version=run.row_version, location=address if is_new else None)


def _read(text: str) -> ParetoRequest:
    """Return the request that the text states, or refuse it with every problem."""
    return services().tradeoffs.parse(text)


@resource.route_for(
    "post",
    "/optimizations/pareto",
    "Seek several objectives at once",
    answers={200: ParetoAnswer, 202: ParetoAnswer},
    example=EXAMPLE,
)
@needs(Permission.RUNS_WRITE)
@takes_text(PROBLEM_MAX_BYTES, _read)
def start_pareto(body: ParetoRequest) -> Response:
    """Find the portfolios within the limits that no other one beats in every one of `objectives`."""
    waits = not prefers_async()
    run = services().tradeoffs.submit(
        as_text(body), actor(), idempotency_key=key_of_run(), inline_wait_s=INLINE_WAIT_S if waits else 0.0
    )
    return _present(run, is_new=True, waits=waits)


@resource.route_for(
    "get", "/optimizations/pareto/<run_id>", "Read the trade-offs", answers={200: ParetoAnswer}, also=(412,)
)
def read_pareto(path: ParetoPath) -> Response:
    """Return where the work stands, with the points once there are some; cancel it as any run."""
    return _present(services().tradeoffs.run(path.run_id, actor()))


@resource.route_for(
    "post",
    "/optimizations/pareto/<run_id>/choose",
    "Weigh the objectives anew",
    answers={200: PointChoice},
    also=(409,),
    repeatable=False,
)
@needs(Permission.RUNS_READ)
def choose_point(path: ParetoPath, body: PointWish) -> Response:
    """Return which of the points found these weights choose; nothing is solved or stored."""
    return answer(services().tradeoffs.choose(path.run_id, body, actor()))


@resource.route_for(
    "get",
    "/optimizations/pareto/<run_id>/recommendation",
    "Read what suits a client",
    answers={200: ClientRecommendation},
    also=(409,),
)
def read_recommendation(path: ParetoPath, query: RecommendationQuery) -> Response:
    """Return the point that suits a client, by the latest version of their profile, with the reason in a sentence."""
    return answer(services().tradeoffs.recommend(path.run_id, query.client_id, actor()))


@resource.route_for(
    "post", "/optimizations/pareto/<run_id>/save-as-target", "Save a point as target", answers={204: None}
)
@needs(Permission.PORTFOLIOS_WRITE)
def save_point_as_target(path: ParetoPath, body: PointTarget) -> Response:
    """Make a point the target of the portfolio that the run was about."""
    services().tradeoffs.save_as_target(path.run_id, body, actor())
    return nothing()
