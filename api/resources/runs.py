"""How is any kind of work followed, and how is it ended?"""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor, services
from api.answers import answer, expected_version, nothing
from api.pagination import Page, PageQuery, open_cursor, page
from api.reading import Body, Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.errors import Conflict
from services.messages.runs import ReplayReport, RunEvent, RunStatus, RunView

resource = Resource("runs", "Runs", "Every kind of work is a run: its status, events and result, and its end.")


class RunPath(Path):
    """Which run."""

    run_id: str = Field(max_length=64, description="The run's id.")


class RunQuery(PageQuery):
    """Which runs."""

    kind: str | None = Field(default=None, max_length=40, description="Only this kind of work, such as `optimization`.")
    status: RunStatus | None = Field(default=None, description="Only runs in this state.")


class RunChange(Body):
    """What can be changed of a run."""

    name: str = Field(min_length=1, max_length=200, description="The run's new name.")


class RunResult(BaseModel):
    """The stored result, whole; its shape follows from the kind of work."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    schema_version: int
    result: dict[str, Any]


@resource.route_for("get", "/runs", "List runs", answers={200: Page[RunView]})
def list_runs(query: RunQuery) -> Response:
    """Return the runs that you may see, newest first."""
    found = services().runs.list(
        actor(), kind=query.kind, status=query.status, cursor=open_cursor(query.cursor), limit=query.limit
    )
    return answer(page(found.items, found.next_cursor))


@resource.route_for("get", "/runs/<run_id>", "Read a run", answers={200: RunView}, also=(412,))
def read_run(path: RunPath) -> Response:
    """Return where the run stands."""
    run = services().runs.get(path.run_id, actor())
    return answer(run, row_version=run.row_version)


@resource.route_for("get", "/runs/<run_id>/result", "Read the result", answers={200: RunResult}, also=(409,))
def read_result(path: RunPath) -> Response:
    """Return the result as it was stored; 409 while there is none."""
    run = services().runs.get(path.run_id, actor())
    result = services().runs.result(path.run_id, actor())
    if result is None:
        advice = run.message or "Ask again when it has succeeded."
        raise Conflict(f"This run has no result: it is {run.status.value}.", advice, code="no_result")
    return answer({"id": run.id, "kind": run.kind, "schema_version": result.get("schema_version", 1), "result": result})


@resource.route_for("get", "/runs/<run_id>/events", "List what happened to a run", answers={200: Page[RunEvent]})
def list_events(path: RunPath) -> Response:
    """Return everything that happened to the run, oldest first."""
    return answer(page(services().runs.events(path.run_id, actor()), None))


@resource.route_for("post", "/runs/<run_id>/cancel", "Cancel a run", answers={200: RunView})
def cancel_run(path: RunPath) -> Response:
    """End the run; harmless when it is over already."""
    run = services().runs.cancel(path.run_id, actor())
    return answer(run, row_version=run.row_version)


@resource.route_for("patch", "/runs/<run_id>", "Rename a run", answers={200: RunView}, versioned=True)
@needs(Permission.RUNS_WRITE, Permission.MARKET_REFRESH)
def rename_run(path: RunPath, body: RunChange) -> Response:
    """Give the run another name."""
    run = services().runs.rename(path.run_id, body.name, actor(), expected_version())
    return answer(run, row_version=run.row_version)


@resource.route_for("delete", "/runs/<run_id>", "Delete a run", answers={204: None}, versioned=True)
@needs(Permission.RUNS_WRITE, Permission.MARKET_REFRESH)
def delete_run(path: RunPath) -> Response:
    """Put the run aside; it can be restored."""
    services().runs.delete(path.run_id, actor(), expected_version())
    return nothing()


@resource.route_for("post", "/runs/<run_id>/restore", "Restore a deleted run", answers={200: RunView})
def restore_run(path: RunPath) -> Response:
    """Take the deletion back."""
    run = services().runs.restore(path.run_id, actor())
    return answer(run, row_version=run.row_version)


@resource.route_for("post", "/runs/<run_id>/replay", "Repeat a run", answers={202: RunView})
def replay_run(path: RunPath) -> Response:
    """Do the same work again on the same data snapshot; the report tells whether the answer is the same."""
    run = services().runs.replay(path.run_id, actor())
    return answer(run, 202, row_version=run.row_version, location=f"/api/v1/runs/{run.id}")


@resource.route_for(
    "get", "/runs/<run_id>/replay-report", "Compare a repeated run", answers={200: ReplayReport}, also=(409,)
)
def read_replay_report(path: RunPath) -> Response:
    """Say whether a repeated run gave the same answer as the run it repeats, bit for bit."""
    return answer(services().runs.replay_report(path.run_id, actor()))
