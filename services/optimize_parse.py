"""How does text become an optimization request, with every problem told at once?"""

from __future__ import annotations

import re

from engine.kernel.errors import InputRefused
from engine.kernel.errors import Problem as EngineProblem
from engine.parse import parse_request
from services.errors import FieldProblem, InvalidRequest
from services.messages.optimize import OptimizationRequest, Problem

_NUMBER_STEP = re.compile(r"\.(\d+)(?=\.|$)")


def parse(text: str | bytes) -> OptimizationRequest:
    """Return the request that a JSON text states.

    Raises
    ------
    InvalidRequest
        With every problem found, each under the path of its field: ``constraints[0].max_frac``.
    """
    try:
        return parse_request(text)
    except InputRefused as refusal:
        raise refused(refusal) from None


def refused(refusal: InputRefused) -> InvalidRequest:
    """Return the engine's refusal as the one that callers know."""
    fields = tuple(field_problem(problem) for problem in refusal.problems)
    what = "One field" if len(fields) == 1 else f"{len(fields)} fields"
    return InvalidRequest(
        f"{what} of the optimization cannot be used as it is.",
        "Correct what is listed and send it again.",
        fields=fields,
    )


def field_problem(problem: EngineProblem) -> FieldProblem:
    """Return one problem with its path in the words of the request."""
    return FieldProblem(_NUMBER_STEP.sub(r"[\1]", problem.path), problem.message, problem.advice or "")


def shown(problem: FieldProblem) -> Problem:
    """Return one problem as the preview shows it."""
    return Problem(path=problem.path, message=problem.message, advice=problem.advice)
