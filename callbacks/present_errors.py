"""How does a refusal reach the person: beside the field, in the place of the page, or as a message?

Services refuse with one tree of errors. A form shows them at its fields (`form`), a page that cannot be shown says so
in its place (`page`), and whatever is left becomes a message (`on_error`, which the app hands to Dash).
"""

from __future__ import annotations

import functools
import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from dash import dcc, html, no_update
from pydantic import ValidationError

from callbacks.present_toast import put, say
from callbacks.wording import told
from components.empty_state import empty_state
from components.error_state import error_state, not_found, problem_list
from components.fields import error_id
from services.errors import FieldProblem, InvalidRequest, NotAllowed, NotFound, NotSignedIn, RetryLater, ServiceError
from services.field_problems import place_words

log = logging.getLogger(__name__)

HOME: Final = ("Go to Home", "/")

Words = Mapping[str, tuple[str, Any]]
"""Path of a field -> (what the form calls it, id of its control)."""

_PLAIN: dict[str, tuple[str, str]] = {
    "missing": ("is empty.", "Fill it in."),
    "string_too_short": ("is empty.", "Fill it in."),
    "date_type": ("is empty.", "Choose a day."),
    "date_parsing": ("is not a day.", "Choose a day of the calendar."),
    "date_from_datetime_parsing": ("is not a day.", "Choose a day of the calendar."),
    "string_too_long": ("is too long.", "Use at most {max_length} characters."),
    "greater_than": ("is too small.", "Use more than {gt}."),
    "greater_than_equal": ("is too small.", "Use {ge} or more."),
    "less_than": ("is too large.", "Use less than {lt}."),
    "less_than_equal": ("is too large.", "Use at most {le}."),
    "string_pattern_mismatch": ("is not in the expected form.", "Use three capital letters, such as USD."),
    "enum": ("is not one of the choices.", "Choose one of: {expected}."),
}


def from_validation(error: ValidationError) -> InvalidRequest:
    """Turn what a message model refuses into the services' own refusal, every field at once."""
    problems = []
    for found in error.errors():
        what, way_out = _PLAIN.get(found["type"], ("cannot be used.", "Check what was typed."))
        path = ".".join(str(part) for part in found["loc"])
        problems.append(FieldProblem(path, what, way_out.format_map(_Shown(found.get("ctx", {})))))
    return InvalidRequest("The form has problems.", "Put them right, then save again.", fields=tuple(problems))


class _Shown(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "another value"


def _known(error: Exception) -> ServiceError | None:
    if isinstance(error, ValidationError):
        return from_validation(error)
    return error if isinstance(error, ServiceError) else None


def on_error(error: Exception) -> None:
    """Tell any error of a callback as a message; what nobody foresaw gets a number that stands in the log too."""
    known = _known(error)
    if known is None:
        number = uuid.uuid4().hex[:8]
        log.error("callback failed, reference %s", number, exc_info=error)
        say("Something went wrong", f"Try again; if it stays, give this reference to support: {number}.", tone="bad")
        return
    details = " ".join(f"{problem.message} {problem.advice}".strip() for problem in known.fields)
    say(
        known.title,
        told(f"{known.sentence} {details}".strip()),
        tone="warn" if isinstance(known, RetryLater) else "bad",
    )


def page(
    problem_id: str, main_id: str, what: str = "This page", way_out: tuple[str, str] = HOME
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Show a refusal in the place of the page's content, instead of half a page and a message."""

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def guarded(*given: Any) -> Any:
            try:
                answer = function(*given)
            except ServiceError as error:
                put(problem_id, children=in_its_place(error, what, way_out, is_page=True))
                put(main_id, hidden=True)
                return no_update
            put(problem_id, children=None)
            put(main_id, hidden=False)
            return answer

        return guarded

    return wrap


def closed(problem_id: str, main_id: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say in the place of the page that the role may not see it; what else happens to it is told as before."""

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def guarded(*given: Any) -> Any:
            try:
                return function(*given)
            except NotAllowed as error:
                put(problem_id, children=in_its_place(error, is_page=True))
                put(main_id, hidden=True)
                return no_update

        return guarded

    return wrap


def part(function: Callable[..., Any]) -> Callable[..., Any]:
    """Stay silent where the page as a whole tells the refusal already (`page` of the same thing)."""

    @functools.wraps(function)
    def guarded(*given: Any) -> Any:
        try:
            return function(*given)
        except (NotFound, NotAllowed):
            return no_update

    return guarded


def in_its_place(
    error: ServiceError, what: str = "This page", way_out: tuple[str, str] = HOME, *, is_page: bool = False
) -> Any:
    """Return what stands where the refused content would stand, with the page's heading where that is a whole page."""
    home = dcc.Link(way_out[0], href=way_out[1], className="btn-q btn-q-secondary")
    if isinstance(error, NotFound):
        return not_found(what, is_page=is_page)
    if isinstance(error, NotAllowed | NotSignedIn):
        return empty_state(error.title, told(error.sentence), glyph="shield-lock", actions=home, level=1)
    return error_state(error.title, told(error.sentence), detail=f"Code: {error.code}", actions=home, is_page=is_page)


def form(slot_id: str, words: Words) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Show every problem of a form at once, beside its fields and in a list for those that belong to none."""

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def guarded(*given: Any) -> Any:
            try:
                answer = function(*given)
            except (ServiceError, ValidationError) as error:
                known = _known(error)
                assert known is not None
                _tell(known, slot_id, words)
                return no_update
            _tell(None, slot_id, words)
            return answer

        return guarded

    return wrap


def clear(slot_id: str, words: Words) -> None:
    """Take away what an earlier try left at the fields of a form that is opened again."""
    _tell(None, slot_id, words)


def _tell(error: ServiceError | None, slot_id: str, words: Words) -> None:
    controls = {str(control): control for _, control in words.values()}  # a pattern id is a dict, which is no key
    beside = dict.fromkeys(controls, "")
    listed: list[tuple[str, str, str]] = []
    for problem in error.fields if error else ():
        name, control = words.get(problem.path, words.get(problem.path.rsplit(".", 1)[-1], ("", None)))
        sentence = f"{name} {problem.message}" if name and problem.message[:1].islower() else problem.message
        sentence, advice = told(sentence), told(problem.advice)
        if control is None:
            where = "" if problem.path.startswith("line ") else place_words(problem.path)
            listed.append((where, sentence, advice))
        else:
            beside[str(control)] = f"{beside[str(control)]} {sentence} {advice}".strip()
    if error and not error.fields:
        listed.append(("", told(error.message), told(error.advice)))
    for key, sentence in beside.items():
        put(error_id(controls[key]), children=sentence or None)
    shown = html.Div(problem_list(listed), style={"marginBottom": "var(--q-space-4)"}) if listed else None
    put(slot_id, children=shown)
