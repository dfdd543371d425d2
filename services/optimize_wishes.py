"""How is a JSON object read that holds an optimization request among other fields, with every problem told at once?"""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from services.errors import FieldProblem, InvalidRequest
from services.field_problems import count_words
from services.messages.optimize import Apply, OptimizationRequest, RepairWish
from services.optimize_parse import parse


def document_of(
    text: str | bytes, names: tuple[str, ...], way: str, example: str
) -> tuple[dict[str, Any], list[FieldProblem]]:
    """Return the object a text states, and a problem for each field that is not among the names.

    Raises
    ------
    InvalidRequest
        When it is no JSON object.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        message, advice = "The body is not a JSON object.", f"Send {example}."
        raise InvalidRequest(message, advice, fields=(FieldProblem("body", message, advice),))
    return document, [FieldProblem(name, "There is no such field.", way) for name in document if name not in names]


def choice_of(document: dict[str, Any], name: str, choices: tuple[str, ...], fields: list[FieldProblem]) -> str:
    """Return a field's word, the first of the choices where it is absent; a word not among them is noted."""
    word = document.get(name, choices[0])
    if word not in choices:
        fields.append(FieldProblem(name, "This is not one of the choices.", f"Send one of {', '.join(choices)}."))
        return choices[0]
    return str(word)


def request_of(document: dict[str, Any], fields: list[FieldProblem]) -> OptimizationRequest | None:
    """Return the optimization request below ``request``; its problems are noted under that name."""
    if not isinstance(document.get("request"), dict):
        fields.append(FieldProblem("request", "The request is missing.", "Send the optimization request here."))
        return None
    try:
        return parse(json.dumps(document["request"]))
    except InvalidRequest as refusal:
        fields += [below(one) for one in refusal.fields]
        return None


def below(problem: FieldProblem, name: str = "request") -> FieldProblem:
    """Return a problem of the request under the name it is sent by."""
    return FieldProblem(f"{name}.{problem.path}".rstrip("."), problem.message, problem.advice)


def settled(request: OptimizationRequest | None, fields: list[FieldProblem]) -> OptimizationRequest:
    """Return the request, or refuse the body with every problem noted."""
    if fields or request is None:
        raise InvalidRequest(
            count_words(len(fields), "body"), "Correct what is listed and send it again.", fields=tuple(fields)
        )
    return request


def parse_wish(text: str | bytes) -> RepairWish:
    """Return which repair of which request a JSON text asks for.

    Raises
    ------
    InvalidRequest
        With every problem found, those of the request below ``request``.
    """
    example = '{"request": {...}, "apply": "joint"}'
    document, fields = document_of(text, ("request", "apply"), "Send `request` and `apply`.", example)
    apply: Apply = "joint"
    try:
        apply = TypeAdapter(Apply).validate_json(json.dumps(document.get("apply", "joint")), strict=True)
    except ValidationError:
        advice = 'Send "joint", or {"single": n} with the place n of a repair in `single_repairs`, counted from 0.'
        fields.append(FieldProblem("apply", "This is no repair.", advice))
    return RepairWish(request=settled(request_of(document, fields), fields), apply=apply)
