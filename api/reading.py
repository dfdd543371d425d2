"""Is what was sent readable, and does it have the declared form?

Bodies are JSON and nothing looser: UTF-8, no duplicate names, no NaN or Infinity, no depth attacks, unknown fields
refused, all field problems reported at once. Strict models take lists for tuples only in JSON mode, so bodies are
always parsed by `model_validate_json` (architecture, section 3).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from services.errors import FieldProblem, InvalidRequest

Model = TypeVar("Model", bound=BaseModel)

BODY_MAX_BYTES = 1024 * 1024


class MalformedBody(InvalidRequest):
    """The body is not JSON at all."""

    status = 400
    default_code = "malformed_json"
    title = "The body is not valid JSON"


class Body(BaseModel):
    """What every request body of the API shares: strict types, no unknown fields, finite numbers."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Query(BaseModel):
    """What every set of query parameters shares: no unknown names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Path(BaseModel):
    """What every set of path parameters shares."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _Strict:
    """Watches a document while it is read."""

    def __init__(self) -> None:
        self.has_odd_number = False

    def number(self, text: str) -> float:
        value = float(text)
        self.has_odd_number = self.has_odd_number or not math.isfinite(value)
        return value

    def constant(self, text: str) -> float:
        self.has_odd_number = True
        return float(text.replace("Infinity", "inf"))

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            message = f"The field {twice[:60]!r} appears twice in one object."
            raise MalformedBody(message, "Send each field once.", code="duplicate_field")
        return found


def _odd_numbers(value: object, path: str, found: list[str]) -> None:
    """Collect where the numbers stand that are not finite."""
    if isinstance(value, float) and not math.isfinite(value):
        found.append(path)
    elif isinstance(value, dict):
        for name, member in value.items():
            _odd_numbers(member, f"{path}.{name}" if path else str(name), found)
    elif isinstance(value, list):
        for position, member in enumerate(value):
            _odd_numbers(member, f"{path}[{position}]", found)


def check_json(text: str) -> object:
    """Return the document, or refuse it with the place where it breaks.

    Raises
    ------
    MalformedBody
        Not JSON, nested too deeply, or a name appears twice in one object.
    InvalidRequest
        A number is NaN or infinite; every place is named.
    """
    strict = _Strict()
    try:
        document: object = json.loads(
            text, parse_float=strict.number, parse_constant=strict.constant, object_pairs_hook=strict.pairs
        )
    except json.JSONDecodeError as error:
        raise MalformedBody(
            f"Line {error.lineno}, column {error.colno}: {error.msg}.", "Send one JSON document in UTF-8."
        ) from None
    except RecursionError:
        raise MalformedBody("The body is nested too deeply.", "Send a flatter document.") from None
    except ValueError:
        raise MalformedBody("A number has too many digits.", "Send numbers with at most 17 digits.") from None
    if strict.has_odd_number:
        places: list[str] = []
        _odd_numbers(document, "", places)
        raise InvalidRequest(
            "Numbers must be finite.",
            "Replace NaN and Infinity by numbers, or leave the asset out.",
            code="number_not_finite",
            fields=tuple(FieldProblem(one, "This number is not finite.", "Send another.") for one in places[:100]),
        )
    return document


def body_text(max_bytes: int = BODY_MAX_BYTES) -> str:
    """Return the body as checked JSON text.

    Raises
    ------
    UnsupportedMediaType
        The body is not declared as application/json.
    MalformedBody, InvalidRequest
        See `check_json`.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    request.max_content_length = max_bytes
    try:
        text = request.get_data(cache=True).decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedBody("The body is not UTF-8.", "Send one JSON document in UTF-8.") from None
    if not text.strip():
        raise MalformedBody("The body is empty.", "Send one JSON object.")
    check_json(text)
    return text


def path_of(location: tuple[int | str, ...]) -> str:
    """Return a field's place in the words of the request: ``('limits', 0, 'max_frac')`` -> ``limits[0].max_frac``."""
    text = ""
    for step in location:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _problem_of(error: Mapping[str, Any]) -> FieldProblem:
    """Return one field problem in plain words."""
    path = path_of(tuple(error["loc"])) or "body"
    kind = str(error["type"])
    if kind == "missing":
        return FieldProblem(path, "This field is missing.", "Add it.")
    if kind == "extra_forbidden":
        return FieldProblem(path, "There is no such field.", "Remove it, or check its spelling.")
    return FieldProblem(path, f"{error['msg']}.".replace("Value error, ", ""), "")


def invalid(error: ValidationError, what: str) -> InvalidRequest:
    """Return the refusal that names every field problem of a body, query or path."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    problems = tuple(_problem_of(dict(one)) for one in found)
    return InvalidRequest(f"The {what} cannot be used as it is.", "See 'errors' for every field.", fields=problems)


def read_body(model: type[Model]) -> Model:
    """Return the body as an instance of the model."""
    text = body_text()
    try:
        return model.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise invalid(error, "body") from None


def read_query(model: type[Model]) -> Model:
    """Return the query parameters as an instance of the model; each name may appear once."""
    found = request.args.to_dict(flat=False)
    twice = [name for name, values in found.items() if len(values) > 1]
    if twice:
        problems = tuple(FieldProblem(name, "This parameter appears twice.", "Send it once.") for name in twice)
        raise InvalidRequest("A query parameter appears twice.", fields=problems)
    try:
        return model.model_validate_strings({name: values[0] for name, values in found.items()})
    except ValidationError as error:
        raise invalid(error, "query") from None


def read_path(model: type[Model], values: Mapping[str, str]) -> Model:
    """Return the path parameters as an instance of the model."""
    try:
        return model.model_validate_strings(dict(values))
    except ValidationError as error:
        raise invalid(error, "address") from None
