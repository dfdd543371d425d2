"""Is what was sent readable, and does it have the declared form?

Bodies are JSON and nothing looser: UTF-8, no duplicate names, no NaN or Infinity, no depth attacks, unknown fields
refused, all field problems reported at once. Strict models take lists for tuples only in JSON mode, so bodies are
always parsed by `model_validate_json` (architecture, section 3).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from api.characters import NOT_FINITE, may_hold_controls, odd_values
from services.errors import FieldProblem, InvalidRequest
from services.field_problems import count_words, field_problems

Model = TypeVar("Model", bound=BaseModel)

BODY_MAX_BYTES = 1024 * 1024
PROBLEMS_MAX_COUNT = 100


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


def examine(text: str) -> tuple[object, tuple[FieldProblem, ...]]:
    """Return the document and what no field may hold: numbers that are not finite, characters that cannot be shown.

    Raises
    ------
    MalformedBody
        Not JSON, nested too deeply, or a name appears twice in one object.
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
    if not strict.has_odd_number and not may_hold_controls(text):
        return document, ()
    return document, tuple(odd_values(document)[:PROBLEMS_MAX_COUNT])


def check_json(text: str) -> object:
    """Return the document, or refuse it with the place where it breaks.

    Raises
    ------
    MalformedBody, InvalidRequest
        See `examine`; every place is named.
    """
    document, problems = examine(text)
    if problems:
        raise unusable(problems, "body")
    return document


def unusable(problems: tuple[FieldProblem, ...], what: str) -> InvalidRequest:
    """Return the refusal over a list of field problems."""
    is_number = all(one.message == NOT_FINITE for one in problems)
    return InvalidRequest(
        count_words(len(problems), what),
        "See 'errors' for every field.",
        code="number_not_finite" if is_number else None,
        fields=problems,
    )


@dataclass(frozen=True)
class Received:
    """A body as it came: JSON text, and what is wrong with it whatever its form should be."""

    text: str
    problems: tuple[FieldProblem, ...]

    def joined(self, others: tuple[FieldProblem, ...]) -> tuple[FieldProblem, ...]:
        """Return these problems and the others, one for each place; about the text as a whole they say enough."""
        if not self.problems:
            return others
        return tuple({one.path: one for one in [*others, *self.problems] if one.path != "body"}.values())


def received(max_bytes: int = BODY_MAX_BYTES) -> Received:
    """Return the body as JSON text that can be read.

    Raises
    ------
    UnsupportedMediaType
        The body is not declared as application/json.
    MalformedBody
        See `examine`.
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
    return Received(text, examine(text)[1])


def body_text(max_bytes: int, check: Callable[[str], object]) -> str:
    """Return the body as JSON text for a service that reads it itself.

    Parameters
    ----------
    max_bytes : int
    check : callable
        The service's own reading, which raises `InvalidRequest`; asked only to tell all problems at once.

    Raises
    ------
    UnsupportedMediaType, MalformedBody, InvalidRequest
        See `received`; every problem is named.
    """
    body = received(max_bytes)
    if not body.problems:
        return body.text
    try:
        check(body.text)
    except InvalidRequest as refusal:
        raise unusable(body.joined(tuple(refusal.fields)), "body") from None
    raise unusable(body.problems, "body")


def read_body(model: type[Model]) -> Model:
    """Return the body as an instance of the model."""
    body = received()
    try:
        found = model.model_validate_json(body.text, strict=True)
    except ValidationError as error:
        raise unusable(body.joined(field_problems(error, json.loads(body.text))), "body") from None
    if body.problems:
        raise unusable(body.problems, "body")
    return found


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
        raise unusable(field_problems(error), "query") from None


def read_path(model: type[Model], values: Mapping[str, str]) -> Model:
    """Return the path parameters as an instance of the model."""
    try:
        return model.model_validate_strings(dict(values))
    except ValidationError as error:
        raise unusable(field_problems(error), "address") from None
