"""How is it told what stands in the way of an optimization: problems, clashes, and what limits leave out?"""

from __future__ import annotations

from engine.checks import outside_problems
from engine.diagnosis import Diagnosis
from engine.optimize.inputs import notes_before
from services.errors import FieldProblem, InvalidRequest, ServiceError
from services.messages.optimize import OptimizationRequest, Preview, Problem
from services.optimize_inputs import Inputs
from services.optimize_parse import field_problem, shown
from services.optimize_wishes import below


def below_request(refusal: InvalidRequest) -> InvalidRequest:
    """Return a refusal of the request with its fields under the name that the request is sent by."""
    own = ("request", "risk", "reward")
    fields = tuple(one if one.path.split(".")[0] in own else below(one) for one in refusal.fields)
    return InvalidRequest(refusal.message, refusal.advice, code=refusal.code, fields=fields)


def obstacle_of(diagnosis: Diagnosis | None) -> Problem | None:
    """Return the first conflict of hard limits; None where the limits can hold."""
    if diagnosis is None or diagnosis.is_feasible or not diagnosis.conflicts:
        return None
    first = diagnosis.conflicts[0]
    return Problem(path="constraints", message=first.sentence, advice=first.advice)


def noted(diagnosis: Diagnosis, request: OptimizationRequest, inputs: Inputs) -> Diagnosis:
    """Return the diagnosis with what goal and limits leave out on these assets."""
    notes = notes_before(request, inputs.universe(request))
    return diagnosis.model_copy(update={"notes": (*diagnosis.notes, *notes)})


def outside(request: OptimizationRequest) -> tuple[FieldProblem, ...]:
    """Return what makes a request unusable whatever the data are."""
    return tuple(field_problem(item) for item in outside_problems(request))


def blocked(request: OptimizationRequest, error: ServiceError) -> Preview:
    """Return a preview that says why nothing can be computed."""
    fields = error.fields or [FieldProblem("portfolio_id", error.message, error.advice)]
    return Preview(
        sentence=error.sentence,
        problems=tuple(shown(problem) for problem in fields),
        warnings=(),
        is_feasible=None,
        obstacle=None,
        assets_count=len(request.asset_ids or ()),
        observations_count=None,
        as_of=None,
        is_ready=False,
    )
