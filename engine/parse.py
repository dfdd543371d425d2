"""How does text become an optimization request, and what is said when it cannot?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError

from engine.checks import current_weight_problems, request_problems
from engine.kernel import findings
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.plain import plain, plain_problem
from engine.loose import document_of, partial_problems, without_unknown_fields
from engine.spec import OptimizationRequest


def parse_request(given: str | bytes | Mapping[str, Any] | OptimizationRequest) -> OptimizationRequest:
    """Return the request that a JSON text or a dictionary states.

    Parameters
    ----------
    given
        JSON of an `OptimizationRequest`; or the same as a dictionary, whose lists may be NumPy arrays or pandas series
        and frames, these in `problem` in the order of its `assets`; or a request, to be checked.

    Raises
    ------
    InputRefused
        With every problem found: its place as a dotted path, its cause, a way out. A part that is wrong does not hide
        what is wrong with the others.

    """
    if isinstance(given, OptimizationRequest):
        return _sound(given)
    text = _text_of(given)
    try:
        request = OptimizationRequest.model_validate_json(text)
    except ValidationError as refusal:
        if any(one["type"] == "json_invalid" for one in refusal.errors(include_url=False, include_input=False)):
            raise InputRefused(_torn_texts(text) or problems_of(refusal)) from None
        raise InputRefused(_once(problems_of(refusal) + _further(text, refusal))) from None
    return _sound(request)


def _sound(request: OptimizationRequest) -> OptimizationRequest:
    problems = _judged(request)
    if problems:
        raise InputRefused(problems)
    return request


def _text_of(given: object) -> str | bytes:
    """Return what was given as JSON."""
    if isinstance(given, str | bytes):
        return given
    if not isinstance(given, Mapping):
        message = f"What was given is of type {type(given).__name__}, not an optimization request."
        raise InputRefused([Problem("body", message, "Give a JSON text or a dictionary.")])
    try:
        ordered = {name: plain_problem(value) if name == "problem" else plain(value) for name, value in given.items()}
        return json.dumps(ordered, default=_as_json)
    except RecursionError:
        message = "The dictionary is nested too deeply, or holds itself."
        raise InputRefused([Problem("body", message, "Give a flatter one.")]) from None
    except (TypeError, ValueError) as unfit:
        advice = "Give numbers, texts, true or false, lists, arrays and dictionaries."
        raise InputRefused([Problem("body", f"The dictionary cannot be written as JSON: {unfit}.", advice)]) from None


def _torn_texts(text: str | bytes) -> list[Problem]:
    """Return the texts that hold half of a character, which no UTF-8 can carry, with their places."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return []
    found: list[Problem] = []

    def walk(value: Any, path: str) -> None:
        if isinstance(value, str) and any("\ud800" <= one <= "\udfff" for one in value):
            message = "This text holds half of a character (a lone surrogate)."
            found.append(Problem(path.lstrip(".") or "body", message, "Write the character whole, or leave it out."))
        entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for step, one in entries:
            if isinstance(step, str):
                walk(step, path)
            walk(one, f"{path}.{step}")

    walk(document, "")
    return _once([Problem(one.path.encode("utf-8", "replace").decode(), one.message, one.advice) for one in found])


def _as_json(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, date):
        return value.isoformat()[:10]
    raise TypeError(f"a {type(value).__name__} has no form there")


def problems_of(refusal: ValidationError) -> list[Problem]:
    """Return pydantic's findings as problems in plain words."""
    return findings.problems_of(refusal, findings.request_path)


def _judged(request: OptimizationRequest) -> list[Problem]:
    return request_problems(request) + current_weight_problems(request.current_weights)


def _further(text: str | bytes, refusal: ValidationError) -> list[Problem]:
    """Return what is wrong besides pydantic's first findings."""
    document = document_of(text)
    if document is None:
        return []
    if not without_unknown_fields(document, refusal):
        return partial_problems(document, refusal)
    try:
        request = OptimizationRequest.model_validate_json(json.dumps(document))
    except ValidationError as second:
        return problems_of(second) + partial_problems(document, second)
    return _judged(request)


def _once(problems: list[Problem]) -> list[Problem]:
    """Return the problems without repetitions, in their order."""
    return list(dict.fromkeys(problems))
