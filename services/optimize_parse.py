"""How does text become an optimization request, with every problem told at once?"""

from __future__ import annotations

import json

from pydantic import TypeAdapter, ValidationError

from engine.kernel.errors import InputRefused
from engine.parse import parse_request
from services.errors import FieldProblem, InvalidRequest
from services.field_problems import count_words, field_problem
from services.messages.optimize import Apply, OptimizationRequest, Problem, RepairWish

__all__ = ["field_problem", "joined", "parse", "parse_wish", "refused", "shown"]

WISH_FIELDS = ("request", "apply")


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


def parse_wish(text: str | bytes) -> RepairWish:
    """Return which repair of which request a JSON text asks for.

    Raises
    ------
    InvalidRequest
        With every problem found, those of the request below ``request``.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        message, advice = "The body is not a JSON object.", 'Send {"request": {...}, "apply": "joint"}.'
        raise InvalidRequest(message, advice, fields=(FieldProblem("body", message, advice),))
    fields = [
        FieldProblem(name, "There is no such field.", "Send `request` and `apply`.")
        for name in document
        if name not in WISH_FIELDS
    ]
    request, wish = None, document.get("apply", "joint")
    try:
        apply = TypeAdapter(Apply).validate_json(json.dumps(wish), strict=True)
    except ValidationError:
        advice = 'Send "joint", or {"single": n} with the place n of a repair in `single_repairs`, counted from 0.'
        fields.append(FieldProblem("apply", "This is no repair.", advice))
    if isinstance(document.get("request"), dict):
        try:
            request = parse(json.dumps(document["request"]))
        except InvalidRequest as refusal:
            fields += [
                FieldProblem(f"request.{one.path}".rstrip("."), one.message, one.advice) for one in refusal.fields
            ]
    else:
        fields.append(FieldProblem("request", "The request is missing.", "Send the optimization request here."))
    if fields or request is None:
        raise InvalidRequest(
            count_words(len(fields), "body"), "Correct what is listed and send it again.", fields=tuple(fields)
        )
    return RepairWish(request=request, apply=apply)


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
