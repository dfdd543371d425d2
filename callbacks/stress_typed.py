"""Which scenario stands in the builder, and how does a kept one get into it?"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from callbacks.present_typed import Typed
from components.stress_moves import INPUTS
from services.errors import FieldProblem, InvalidRequest
from services.field_problems import field_problems
from services.messages.stress import MOVE_FIELDS, FactorMoves, FactorQuestion, OwnQuestion, WindowQuestion

_QUESTIONS: TypeAdapter[Any] = TypeAdapter(OwnQuestion)
_NOTHING = FieldProblem("", "Nothing is stated.", "Move a slider or type the move of at least one factor.")
Build = dict[str, Any]


def is_blank(build: Build | None) -> bool:
    """Return whether nothing was stated."""
    if not build:
        return True
    names = ("start", "end") if build["kind"] == "days" else tuple(name for name, *_ in INPUTS)
    return not any(str(build.get(name) or "").strip() for name in names)


def question_of(build: Build) -> Any:
    """Return the question that was typed.

    Raises
    ------
    InvalidRequest
        With every problem, by field.

    """
    typed = Typed()
    if build["kind"] != "days" and is_blank(build):
        raise InvalidRequest(_NOTHING.message, _NOTHING.advice, fields=(_NOTHING,))
    if build["kind"] == "days":
        found: dict[str, Any] = {"kind": "window", "start": build["start"] or None, "end": build["end"] or None}
        for name, label in (("start", "The first day"), ("end", "The last day")):
            if not build[name]:
                typed.problems.append(FieldProblem(name, f"{label} is empty.", "Choose a day."))
    else:
        moves: dict[str, float] = {}
        for (name, _key, label, unit), field in zip(INPUTS, MOVE_FIELDS, strict=True):
            value = _move(typed, field, label, unit, build.get(name))
            if value is not None:
                moves[field] = value
        found = {"kind": "factors", "moves": moves, "others": build["others"]}
    if typed.problems:
        raise InvalidRequest("The scenario has problems.", "Put them right.", fields=tuple(typed.problems))
    try:
        return _QUESTIONS.validate_python(found)
    except ValidationError as error:
        problems = tuple(
            FieldProblem(one.path.rsplit(".", 1)[-1], one.message, one.advice) for one in field_problems(error)
        )
        raise InvalidRequest("The scenario has problems.", "Put them right.", fields=problems) from None


def build_of(question: Any) -> Build | None:
    """Return what stands in the builder for a kept question; None where it states more than the builder shows."""
    empty: Build = {"kind": "moves", "others": "follow", "start": "", "end": "", **{name: "" for name, *_ in INPUTS}}
    if isinstance(question, WindowQuestion):
        return {**empty, "kind": "days", "start": question.start.isoformat(), "end": question.end.isoformat()}
    if not isinstance(question, FactorQuestion) or _is_beyond(question):
        return None
    given = question.moves.given()
    texts = {
        name: f"{round(given[name] * (100.0 if unit == '%' else 1.0), 10):g}" if name in given else ""
        for name, _key, _label, unit in INPUTS
    }
    return {**empty, "others": question.others, **texts}


def _is_beyond(question: FactorQuestion) -> bool:
    """Return whether a question states more than the builder has fields for."""
    return bool(
        question.asset_returns_frac
        or question.sector_returns_frac
        or question.moves.volatility_level_points is not None
    )


def _move(typed: Typed, field: str, label: str, unit: str, text: Any) -> float | None:
    """Return the move in a field, refused in the field's own unit where it cannot happen."""
    factor = 100.0 if unit == "%" else 1.0
    low, high = (factor * end for end in _ends(field))
    value = typed.number(field, label, text, low=low, high=high, unit=unit if unit == "%" else f" {unit}")
    return None if value is None else round(float(value) / factor, 12)


@cache
def _ends(field: str) -> tuple[float, float]:
    """Return the smallest and the largest move that can be stated in a field of the message."""
    given = FactorMoves.model_json_schema()["properties"][field]["anyOf"][0]
    return given["minimum"], given["maximum"]
