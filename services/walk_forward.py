"""How would a recipe have done over the past, and who may have it tested?

A test is a run of its own. Of a stored optimization it is the child: whoever may see the one may see the other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pydantic import ValidationError

from engine.walkforward.starting import starting_problems
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission
from services.errors import Conflict, FieldProblem, InvalidRequest, NotFound
from services.exports_table import csv_bytes, xlsx_bytes
from services.exports_walk_forward import walk_forward_facts, walk_forward_sheets
from services.field_problems import field_problem, field_problems
from services.messages.exports import Export, TableFormat
from services.messages.optimize import OptimizationRequest
from services.messages.runs import RunStatus, RunView
from services.messages.walk_forward import WalkForwardOptions, WalkForwardRequest, WalkForwardResult, WalkForwardView
from services.optimize_wishes import below, document_of, request_of, settled
from services.ports import Ports
from services.runs_rows import run_view

if TYPE_CHECKING:
    from services.optimize import Optimize
    from services.runs import Runs

KIND = "walk_forward"
OPTIMIZATION = "optimization"
FIELDS = ("optimization_id", "request", "options")
WAY = "Send `optimization_id` or `request`, and if wanted `options`."
EXAMPLE = '{"optimization_id": "...", "options": {"frequency": "monthly"}}'
ID_MAX_COUNT = 64
FORMATS: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DIRECT = (
    "A recipe is tested over a history of prices, and the figures of this one were given directly.",
    "Give `asset_ids` or a portfolio instead of `problem`.",
)


@dataclass(frozen=True)
class Tested:
    """A recipe that can be tested: what is asked on each date, and the day on which the test ends."""

    request: OptimizationRequest
    as_of: date | None


def parse_walk_forward(text: str | bytes) -> WalkForwardRequest:
    """Return which recipe a JSON text wants to have tested.

    Raises
    ------
    InvalidRequest
        With every problem found, each under the path of its field.
    """
    document, fields = document_of(text, FIELDS, WAY, EXAMPLE)
    options = _options_of(document.get("options"), fields)
    optimization_id, has_request = document.get("optimization_id"), document.get("request") is not None
    if optimization_id is not None and not (
        isinstance(optimization_id, str) and 1 <= len(optimization_id) <= ID_MAX_COUNT
    ):
        fields.append(FieldProblem("optimization_id", "This is no id of an optimization.", "Send its id as a text."))
        optimization_id = None
    elif (optimization_id is not None) == has_request:
        both = "Both an optimization and a request are given." if has_request else "Nothing says which recipe to test."
        fields.append(FieldProblem("optimization_id", both, "Send `optimization_id`, or `request`: one of the two."))
    request = request_of(document, fields) if has_request else None
    if request is not None and request.problem is not None:
        fields.append(FieldProblem("request.problem", *DIRECT))
    if fields:
        settled(None, fields)
    return WalkForwardRequest(optimization_id=optimization_id, request=request, options=options)


def _options_of(given: object, fields: list[FieldProblem]) -> WalkForwardOptions:
    try:
        return WalkForwardOptions.model_validate_json(json.dumps({} if given is None else given))
    except ValidationError as refusal:
        fields += [below(one, "options") for one in field_problems(refusal)]
        return WalkForwardOptions()


class WalkForwards:
    """The typed view of runs that test a recipe over the past."""

    def __init__(self, ports: Ports, *, runs: Runs, optimize: Optimize) -> None:
        self._ports = ports
        self._runs = runs
        self._optimize = optimize

    def parse(self, text: str | bytes) -> WalkForwardRequest:
        """Return which recipe a JSON text wants to have tested; see `parse_walk_forward`."""
        return parse_walk_forward(text)

    def start(self, request: WalkForwardRequest, actor: Actor, idempotency_key: str | None = None) -> RunView:
        """Have a recipe tested; the same test of an optimization that goes on already is returned as it is.

        Raises
        ------
        NotAllowed
            When the actor may not start runs.
        NotFound
            When there is no such optimization for this actor.
        Conflict
            When the optimization's figures came without a history.
        InvalidRequest
            When the test cannot begin with the starting weights.
        """
        authorize(actor, Permission.RUNS_WRITE)
        self._refuse_start(request.options, self.tested(request, actor), actor)
        parent = request.optimization_id
        if parent is not None:
            latest = self.latest(parent, actor)
            if latest is not None and not latest.is_final and self._asked(latest.id, actor) == request:
                return latest
        return self._runs.submit(KIND, request, actor, idempotency_key=idempotency_key, parent_run_id=parent)

    def _refuse_start(self, options: WalkForwardOptions, tested: Tested, actor: Actor) -> None:
        """Refuse starting weights that the run would refuse, each under the path of its field."""
        if not options.starting_weights:
            return
        recipe = tested.request
        assets = recipe.asset_ids or self._optimize.inputs.read(recipe, actor, tested.as_of).assets
        problems = starting_problems(options.starting_weights, assets, recipe)
        if problems:
            fields: list[FieldProblem] = [below(field_problem(one), "options") for one in problems]
            settled(None, fields)

    def run(self, run_id: str, actor: Actor) -> RunView:
        """Return how far one test is, without its result; see `of` for what is refused."""
        run = self._runs.get(run_id, actor)
        if run.kind != KIND:
            raise NotFound.of("walk-forward test", run_id)
        return run

    def of(self, run_id: str, actor: Actor) -> WalkForwardView:
        """Return one test, with its result once there is one.

        Raises
        ------
        NotFound
            When there is no such test for this actor.
        """
        run = self.run(run_id, actor)
        result = None
        if run.status is RunStatus.SUCCEEDED:
            result = WalkForwardResult.model_validate(self._runs.result(run_id, actor))
        return WalkForwardView(run=run, asked=self._asked(run_id, actor), result=result)

    def latest(self, optimization_id: str, actor: Actor) -> RunView | None:
        """Return the latest test of an optimization, None where there is none."""
        with self._ports.store.read(actor) as uow:
            row = uow.runs.latest_child(optimization_id, KIND)
            return None if row is None else run_view(row)

    def tested(self, request: WalkForwardRequest, actor: Actor) -> Tested:
        """Return the recipe of a test; see `start` for what is refused."""
        if request.request is not None:
            return Tested(request.request, request.request.as_of)
        if request.optimization_id is None:
            raise InvalidRequest("Nothing says which recipe to test.", WAY)
        run = self._runs.get(request.optimization_id, actor)
        if run.kind != OPTIMIZATION:
            raise NotFound.of(OPTIMIZATION, request.optimization_id)
        recipe = self._optimize.request(run.id, actor)
        if recipe.problem is not None:
            raise Conflict(*DIRECT, code="no_history")
        if run.status is not RunStatus.SUCCEEDED:
            return Tested(recipe, recipe.as_of)
        return Tested(recipe, self._optimize.result(run.id, actor).lineage.as_of)

    def table(self, run_id: str, format: TableFormat, actor: Actor) -> Export:
        """Write a test into a file: its dates; Excel also gets strategies, frontier, wealth and what it rests on.

        Raises
        ------
        NotFound, NotAllowed
            When there is no such test for this actor, or the actor may take no files along.
        Conflict
            When it has no result, not yet or not at all.
        InvalidRequest
            When there is no such format.
        """
        authorize(actor, Permission.EXPORTS_MAKE)
        if format not in FORMATS:
            raise InvalidRequest(f"There is no table format '{format}'.", "Choose csv or xlsx.")
        view = self.of(run_id, actor)
        if view.result is None:
            advice = view.run.message if view.run.is_final and view.run.message else "Ask again when it has succeeded."
            raise Conflict(f"This test has no result: it is {view.run.status.value}.", advice, code="no_result")
        sheets = walk_forward_sheets(view.result)
        title = f"Test over the past {view.result.dates[-1]}"
        data = (
            csv_bytes(sheets[0])
            if format == "csv"
            else xlsx_bytes(
                sheets,
                walk_forward_facts(view.run, view.result),
                title=title,
                made_at_utc=self._ports.clock.now_utc(),
            )
        )
        filename = f"walk-forward-{view.result.dates[-1]}.{format}"
        return Export(data=data, filename=filename, media_type=FORMATS[format])

    def _asked(self, run_id: str, actor: Actor) -> WalkForwardRequest:
        return WalkForwardRequest.model_validate_json(self._runs.request_json(run_id, actor))
