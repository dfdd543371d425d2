"""How does a program have a portfolio optimized?

A typed view of runs. Small problems are solved while the caller waits (200 with the full answer); what takes longer, or
is asked for with `Prefer: respond-async`, is accepted (202) and followed at its `Location`.
"""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import Field, create_model

from api.access import actor, services
from api.answers import answer, nothing, prefers_async
from api.pagination import Page, PageQuery, open_cursor, page
from api.reading import Path
from api.repeating import key_of_run
from api.routing import Resource, as_text, needs, takes_text
from services.auth.roles import Permission
from services.messages.optimize import (
    Diagnosis,
    OptimizationRequest,
    OptimizationResult,
    Preview,
    Repaired,
    RepairWish,
    TradeList,
)
from services.messages.runs import RunStatus, RunView

resource = Resource("optimizations", "Optimizations", "Weights that meet your goal and your limits, with the proof.")

KIND = "optimization"
INLINE_WAIT_S = 2.0
PROBLEM_MAX_BYTES = 16 * 1024 * 1024

EXAMPLE: dict[str, Any] = {
    "asset_ids": ["AAPL", "JNJ", "KO"],
    "objective": {"kind": "min_volatility"},
    "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.3}],
}


class OptimizationPath(Path):
    """Which optimization."""

    optimization_id: str = Field(max_length=64, description="The optimization's id, which is the id of its run.")


class OptimizationQuery(PageQuery):
    """Which optimizations."""

    status: RunStatus | None = Field(default=None, description="Only those in this state.")


_OF_RESULT: dict[str, Any] = {
    name: (field.annotation | None, Field(default=None, description=field.description))  # type: ignore[operator]
    for name, field in OptimizationResult.model_fields.items()
    if name not in ("status", "message", "weights")
}

_FIELDS: dict[str, Any] = {
    "id": (str, ...),
    "status": (str, ...),
    "name": (str | None, None),
    "message": (str | None, None),
    "weights": (OptimizationResult.model_fields["weights"].annotation, ...),
    "run": (RunView, ...),
    **_OF_RESULT,
}

OptimizationAnswer = create_model(
    "OptimizationAnswer",
    __doc__="""Where the optimization stands, with the result's own fields once there is one.

    `status` is the result's (`optimal`, `infeasible`, ...) when the work is done, else the run's (`pending`, `running`,
    `failed`, `cancelled`).""",
    **_FIELDS,
)


def view(run: RunView, result: dict[str, Any] | None) -> dict[str, Any]:
    """Return the answer: the result's own fields beside the id and the run."""
    head: dict[str, Any] = {"id": run.id, "status": run.status.value, "message": run.message, "name": run.name}
    return {**head, **(result or {"weights": [], "metrics": None, "certificate": None, "lineage": None}), "run": run}


def _present(run: RunView, *, is_new: bool = False, waits: bool = True) -> Response:
    """Return where the optimization stands: 202 with its address for a new one whose result is not there yet."""
    address = f"/api/v1/optimizations/{run.id}"
    if is_new and not (waits and run.is_final):
        return answer(view(run, None), 202, location=address, headers={"Retry-After": "1"})
    result = services().runs.result(run.id, actor()) if run.status is RunStatus.SUCCEEDED else None
    return answer(view(run, result), row_version=run.row_version, location=address if is_new else None)


def _read(text: str) -> OptimizationRequest:
    """Return the request that the text states, or refuse it with every problem."""
    return services().optimize.parse(text, actor())


@resource.route_for(
    "post",
    "/optimizations",
    "Optimize",
    answers={200: OptimizationAnswer, 202: OptimizationAnswer},
    example={**EXAMPLE, "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5}]},
)
@needs(Permission.RUNS_WRITE)
@takes_text(PROBLEM_MAX_BYTES, _read)
def create_optimization(body: OptimizationRequest) -> Response:
    """Solve `problem`, or the assets of `portfolio_id` or `asset_ids`, for the objective within the constraints."""
    waits = not prefers_async()
    run = services().optimize.submit(
        as_text(body), actor(), idempotency_key=key_of_run(), inline_wait_s=INLINE_WAIT_S if waits else 0.0
    )
    return _present(run, is_new=True, waits=waits)


@resource.route_for("get", "/optimizations", "List optimizations", answers={200: Page[RunView]})
def list_optimizations(query: OptimizationQuery) -> Response:
    """Return the optimizations that you may see, newest first, without their results."""
    found = services().runs.list(
        actor(), kind=KIND, status=query.status, cursor=open_cursor(query.cursor), limit=query.limit
    )
    return answer(page(found.items, found.next_cursor))


@resource.route_for(
    "get", "/optimizations/<optimization_id>", "Read an optimization", answers={200: OptimizationAnswer}, also=(412,)
)
def read_optimization(path: OptimizationPath) -> Response:
    """Return where it stands, with the result once there is one."""
    return _present(services().runs.get(path.optimization_id, actor()))


@resource.route_for(
    "post", "/optimizations/<optimization_id>/cancel", "Cancel an optimization", answers={200: OptimizationAnswer}
)
def cancel_optimization(path: OptimizationPath) -> Response:
    """End it; harmless when it is over already."""
    return _present(services().runs.cancel(path.optimization_id, actor()))


@resource.route_for(
    "post", "/optimizations/preview", "Check a request without running it", answers={200: Preview}, repeatable=False
)
@needs(Permission.MARKET_READ)
@takes_text(PROBLEM_MAX_BYTES, _read)
def preview_optimization(body: OptimizationRequest) -> Response:
    """Return the request in one sentence, and everything that stands in its way."""
    request = _read(as_text(body))
    return answer(services().optimize.preview(request, actor()))


@resource.route_for(
    "post",
    "/optimizations/diagnose",
    "Find out whether the limits can hold",
    answers={200: Diagnosis},
    repeatable=False,
    example=EXAMPLE,
)
@needs(Permission.MARKET_READ)
@takes_text(PROBLEM_MAX_BYTES, _read)
def diagnose_optimization(body: OptimizationRequest) -> Response:
    """Return the limits that cannot hold together, and which changes make a portfolio possible; nothing is stored."""
    request = _read(as_text(body))
    return answer(services().optimize.diagnose(request, actor()))


def _read_wish(text: str) -> RepairWish:
    """Return which repair of which request the text asks for, or refuse it with every problem."""
    return services().optimize.parse_wish(text)


@resource.route_for(
    "post",
    "/optimizations/repair",
    "Apply a repair to a request",
    answers={200: Repaired},
    repeatable=False,
    example={"request": EXAMPLE, "apply": "joint"},
)
@needs(Permission.MARKET_READ)
@takes_text(PROBLEM_MAX_BYTES, _read_wish)
def repair_optimization(body: RepairWish) -> Response:
    """Return `request` with the joint repair of its diagnosis, or the single one at a place, and its new diagnosis."""
    wish = _read_wish(as_text(body))
    return answer(services().optimize.repair(wish, actor()))


@resource.route_for("get", "/optimizations/<optimization_id>/trades", "Read the trades", answers={200: TradeList})
def read_trades(path: OptimizationPath) -> Response:
    """Return what to buy and sell to get from the current weights to the proposed ones."""
    return answer(services().optimize.trades(path.optimization_id, actor()))


@resource.route_for("post", "/optimizations/<optimization_id>/save-as-target", "Save as target", answers={204: None})
def save_as_target(path: OptimizationPath) -> Response:
    """Make the proposed weights the target of the portfolio that the optimization was about."""
    services().optimize.save_as_target(path.optimization_id, actor())
    return nothing()
