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
    ordered = {name: plain_problem(value) if name == "problem" else plain(value) for name, value in given.items()}
    try:
        return json.dumps(ordered, default=_as_json)
    except (TypeError, ValueError) as unfit:
        advice = "Give numbers, texts, true or false, lists, arrays and dictionaries."
        raise InputRefused([Problem("body", f"The dictionary cannot be written as JSON: {unfit}.", advice)]) from None


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
