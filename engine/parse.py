"""How does text become an optimization request, and what is said when it cannot?"""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.checks import current_weight_problems, request_problems
from engine.kernel.errors import InputRefused, Problem
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
        With every problem found: its place as a dotted path, its cause, a way out.

    """
    try:
        request = OptimizationRequest.model_validate_json(text)
    except ValidationError as refusal:
        raise InputRefused(problems_of(refusal)) from None
    problems = request_problems(request) + current_weight_problems(request.current_weights)
    if problems:
        raise InputRefused(problems)
    return request


def problems_of(refusal: ValidationError) -> list[Problem]:
    """Return pydantic's findings as problems in plain words."""
    return [_problem(item) for item in refusal.errors(include_url=False)]


def _problem(item: ErrorDetails) -> Problem:
    path = _path(item["loc"])
    kind, context = item["type"], item.get("ctx", {})
    last = path.rsplit(".", 1)[-1] or "request"
    if kind == "missing":
        return Problem(path, f"`{last}` is missing.", "Add it.")
    if kind == "extra_forbidden":
        return Problem(path, f"`{last}` is not a field here.", "Check its spelling or remove it.")
    if kind in ("union_tag_invalid", "literal_error"):
        known = str(context.get("expected_tags", context.get("expected", "")))
        given = context.get("tag", item.get("input"))
        return Problem(path, f"`{given}` is not known here.", f"Choose one of: {known}.")
    if kind == "union_tag_not_found":
        return Problem(path, "It does not say which kind it is.", "Add the field `kind`.")
    if kind == "finite_number":
        return Problem(
            path, "The number must be finite; NaN and infinity are refused.", "Give a number or leave it out."
        )
    if kind == "json_invalid":
        return Problem(path or "body", f"This is not JSON: {context.get('error', item['msg'])}.", "Correct the text.")
    if kind in ("float_type", "int_type", "float_parsing", "int_parsing", "int_from_float"):
        wanted = "a whole number" if kind.startswith("int") else "a number"
        return Problem(path, f"{item.get('input')!r} is not {wanted}.", f"Give {wanted} without quotes.")
    message = item["msg"]
    return Problem(path, message if message.endswith((".", "?")) else f"{message}.", None)


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
