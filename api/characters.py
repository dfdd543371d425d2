"""Which characters may a text hold, and which numbers a document?

No control characters: no screen shows them, one database refuses NUL and another keeps it. Tabs and line breaks may
stand in long texts. Half of a surrogate pair is no character at all.
"""

from __future__ import annotations

import math
import re

from flask import Flask, request

from services.errors import FieldProblem, InvalidRequest
from services.field_problems import count_words

NOT_FINITE = "This number is not finite."
LONG_TEXTS = frozenset({"description", "objective", "note", "notes", "comment"})

_ESCAPED = re.compile(r"\\(?:[bfnrt]|u00[01789]|u[dD][89a-fA-F])|[\x7f-\x9f]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_IN_LONG = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def path_of(location: tuple[int | str, ...]) -> str:
    """Return a field's place in the words of the request: ``('limits', 0, 'max_frac')`` -> ``limits[0].max_frac``."""
    text = ""
    for step in location:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def may_hold_controls(text: str) -> bool:
    """Return whether JSON text needs a closer look; quick, because most texts do not."""
    return _ESCAPED.search(text) is not None


def has_control(text: str, *, is_long: bool = False) -> bool:
    """Return whether a text holds a character that it may not hold."""
    return (_CONTROL_IN_LONG if is_long else _CONTROL).search(text) is not None


def control_problem(path: str, text: str) -> FieldProblem:
    """Return the problem of a text with a character that it may not hold, named by its code."""
    found = _CONTROL_IN_LONG.search(text) or _CONTROL.search(text)
    code = f"U+{ord(found[0]):04X}" if found is not None else "one"
    return FieldProblem(
        _CONTROL.sub("?", path)[:200], f"This holds a control character ({code}).", "Send the text without it."
    )


def odd_values(document: object, place: tuple[int | str, ...] = ()) -> list[FieldProblem]:
    """Return a problem for every number that is not finite, and for every text or name with a control character."""
    if isinstance(document, float):
        return [] if math.isfinite(document) else [FieldProblem(path_of(place), NOT_FINITE, "Send another.")]
    if isinstance(document, str):
        is_long = bool(place) and place[-1] in LONG_TEXTS
        return [control_problem(path_of(place), document)] if has_control(document, is_long=is_long) else []
    found: list[FieldProblem] = []
    if isinstance(document, dict):
        for name, member in document.items():
            if has_control(name):
                found.append(control_problem(path_of((*place, name)), name))
            found += odd_values(member, (*place, name))
    elif isinstance(document, list):
        for position, member in enumerate(document):
            found += odd_values(member, (*place, position))
    return found


def _refuse_controls() -> None:
    """Refuse control characters in the address, the query and the fields of a form.

    Raises
    ------
    InvalidRequest
        Every field is named.
    """
    values = [(name, str(value)) for name, value in (request.view_args or {}).items()]
    values += list(request.args.items(multi=True))
    if request.method == "POST" and request.mimetype in _FORMS and not request.path.startswith("/api/"):
        values += [(name, value) for name, value in request.form.items(multi=True)]
    problems = [
        control_problem(name, value if has_control(value) else name)
        for name, value in values
        if has_control(value) or has_control(name)
    ]
    if problems:
        raise InvalidRequest(
            count_words(len(problems), "request"), "Send them without control characters.", fields=tuple(problems)
        )


def register(server: Flask) -> None:
    """Keep control characters out of every address, query and form of the server; bodies are looked at when read."""
    server.before_request(_refuse_controls)
