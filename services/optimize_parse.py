"""How does text become an optimization request, with every problem told at once?"""

from __future__ import annotations

from engine.kernel.errors import InputRefused
from engine.parse import parse_request
from services.errors import FieldProblem, InvalidRequest
from services.field_problems import count_words, field_problem
from services.messages.optimize import OptimizationRequest, Problem

__all__ = ["field_problem", "joined", "parse", "refused", "shown"]


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
    return InvalidRequest(
        count_words(len(fields), "optimization"),
        "Correct what is listed and send it again.",
        fields=fields,
    )


def joined(refusal: InvalidRequest, further: tuple[FieldProblem, ...]) -> InvalidRequest:
    """Return the refusal with further problems of the same request."""
    fields = tuple(dict.fromkeys([*refusal.fields, *further]))
    if len(fields) == len(refusal.fields):
        return refusal
    return InvalidRequest(
        count_words(len(fields), "optimization"),
        "Correct what is listed and send it again.",
        code=refusal.code,
        fields=fields,
    )


def shown(problem: FieldProblem) -> Problem:
    """Return one problem as the preview shows it."""
    return Problem(path=problem.path, message=problem.message, advice=problem.advice)
