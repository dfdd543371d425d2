"""How does text become a request with several objectives, and what is said when it cannot?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.plain import plain
from engine.loose import document_of
from engine.pareto.spec import ParetoRequest, SeveralObjectives
from engine.parse import parse_request, problems_of
from engine.spec import OptimizationRequest

OWN_FIELDS = tuple(SeveralObjectives.model_fields)
NO_PART = {"kind": "min_volatility"}


def parse_pareto(given: str | bytes | Mapping[str, Any] | ParetoRequest) -> ParetoRequest:
    """Return the request that a JSON text or a dictionary states; arguments as for `engine.parse_request`.

    Raises
    ------
    InputRefused
        With every problem found, of the objectives and of all that an optimization request holds too.

    """
    if isinstance(given, ParetoRequest):
        return given
    if not isinstance(given, str | bytes | Mapping | OptimizationRequest):
        parse_request(given)  # refuses in its words whatever is neither text nor dictionary
    document: Any = document_of(given) if isinstance(given, str | bytes) else dict(given)
    if not isinstance(document, dict):
        parse_request(given)  # tells what is wrong with the text
        raise InputRefused([])
    rest = {name: value for name, value in document.items() if name not in OWN_FIELDS}
    own = {name: document[name] for name in OWN_FIELDS if name in document}
    problems: list[Problem] = []
    request = None
    try:
        request = parse_request({"objective": NO_PART, **rest})
    except InputRefused as refusal:
        problems += refusal.problems
    try:
        own = json.loads(json.dumps({name: plain(value) for name, value in own.items()}, default=_as_json))
        SeveralObjectives.model_validate_json(json.dumps(own))
    except ValidationError as refusal:
        problems += problems_of(refusal)
    except (TypeError, ValueError) as unfit:
        advice = "Give numbers, texts, lists and dictionaries."
        problems.append(Problem("objectives", f"The objectives cannot be written as JSON: {unfit}.", advice))
    if problems or request is None:
        raise InputRefused(problems)
    try:
        return ParetoRequest.model_validate_json(json.dumps({**json.loads(request.model_dump_json()), **own}))
    except ValidationError as refusal:
        raise InputRefused(problems_of(refusal)) from None


def _as_json(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"a {type(value).__name__} has no form there")
