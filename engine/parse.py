"""How does text become an optimization request, and what is said when it cannot?"""

from __future__ import annotations

import json

from pydantic import ValidationError

from engine.checks import current_weight_problems, request_problems
from engine.kernel import findings
from engine.kernel.errors import InputRefused, Problem
from engine.loose import document_of, partial_problems, without_unknown_fields
from engine.spec import OptimizationRequest

_TAGS = frozenset(("function-after", "nullable"))


def parse_request(text: str | bytes) -> OptimizationRequest:
    """Return the request that a JSON text states.

    Parameters
    ----------
    text
        JSON of an `OptimizationRequest`.

    Raises
    ------
    InputRefused
        With every problem found: its place as a dotted path, its cause, a way out. A part that is wrong does not hide
        what is wrong with the others.

    """
    try:
        request = OptimizationRequest.model_validate_json(text)
    except ValidationError as refusal:
        raise InputRefused(_once(problems_of(refusal) + _further(text, refusal))) from None
    problems = _judged(request)
    if problems:
        raise InputRefused(problems)
    return request


def problems_of(refusal: ValidationError) -> list[Problem]:
    """Return pydantic's findings as problems in plain words."""
    return findings.problems_of(refusal, _path)


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


def _path(location: tuple[int | str, ...]) -> str:
    """Return a dotted path without the tags that pydantic adds for the members of a union."""
    parts: list[str] = []
    for place, step in enumerate(location):
        text = str(step)
        before = location[place - 1] if place else None
        is_tag = (isinstance(before, int) and location[0] == "constraints" and place == 2) or (
            before in ("objective", "expected_returns", "covariance")
            and location[0] in ("objective", "estimates")
            and place == location.index(before) + 1
        )
        if not is_tag and text not in _TAGS:
            parts.append(text)
    return ".".join(parts)
