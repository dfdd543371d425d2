"""In which plain words is a finding of pydantic told? The one place, for the engine's requests and the API's bodies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from engine.kernel.errors import Problem

Location = tuple[int | str, ...]

SHOWN_MAX_COUNT = 40
_TAGS = frozenset(("function-after", "nullable"))
_SECRET = ("password", "secret", "token", "totp")

_FORMS: dict[str, tuple[str, str]] = {
    "string": ("a text", "Give a text in quotes."),
    "bool": ("true or false", "Give true or false without quotes."),
    "list": ("a list", "Give a list in [ ]."),
    "tuple": ("a list", "Give a list in [ ]."),
    "dict": ("an object", "Give an object in { }."),
    "model": ("an object", "Give an object in { }."),
    "date": ("a date", "Give a date such as 2026-01-31."),
    "datetime": ("a time", "Give a time with its zone, such as 2026-01-31T12:00:00Z."),
    "decimal": ("a number", 'Give a number, such as "1250.00".'),
    "float": ("a number", "Give a number."),
    "int": ("a whole number", "Give a whole number."),
}
_EDGES = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
_EDGE_WORDS = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}


def problems_of(refusal: ValidationError, path_of: Callable[[Location], str]) -> list[Problem]:
    """Return pydantic's findings as problems in plain words.

    Parameters
    ----------
    refusal
        What pydantic raised.
    path_of
        Writes the place of a finding in the words of the request.

    """
    found = refusal.errors(include_url=False)
    return [problem_of(item, path_of(_place(item))) for item in found if not _only_follows(item)]


def request_path(location: Location) -> str:
    """Return the dotted path in an optimization request, without the tags that pydantic adds for a union's members."""
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


def _place(item: Mapping[str, Any]) -> Location:
    """Return where a finding is: one about a whole may say in its context (`place`) which part of it is meant."""
    location: Location = item["loc"]
    return location + tuple((item.get("ctx") or {}).get("place", ()))


def _only_follows(item: Mapping[str, Any]) -> bool:
    """Return whether a list is called too short only because its wrong entries were not counted."""
    given = item.get("input")
    return item["type"] == "too_short" and isinstance(given, list | tuple) and len(given) >= item["ctx"]["min_length"]


def problem_of(item: Mapping[str, Any], path: str) -> Problem:
    """Return one finding as a problem: what is wrong, and the way out."""
    kind, context, given = str(item["type"]), item.get("ctx") or {}, item.get("input")
    last = path.rsplit(".", 1)[-1] or "request"
    if kind == "missing":
        return Problem(path, f"`{last}` is missing.", "Add it.")
    if kind == "extra_forbidden":
        return Problem(path, f"`{last}` is not a field here.", "Check its spelling or remove it.")
    if kind in ("union_tag_invalid", "literal_error", "enum"):
        known = str(context.get("expected_tags", context.get("expected", "")))
        shown = context.get("tag", given)
        words = f"`{shown}`"[: SHOWN_MAX_COUNT + 2] if isinstance(shown, str) else _shown(shown, last)
        return Problem(path, f"{words} is not known here.", f"Choose one of: {known}.")
    if kind == "union_tag_not_found":
        return Problem(path, "It does not say which kind it is.", "Add the field `kind`.")
    if kind == "finite_number":
        return Problem(
            path, "The number must be finite; NaN and infinity are refused.", "Give a number or leave it out."
        )
    if kind == "json_invalid":
        return Problem(path or "body", f"This is not JSON: {context.get('error', item['msg'])}.", "Correct the text.")
    if kind in _EDGES:
        return _out_of_range(path, last, given, _EDGES[kind], context)
    if kind in ("string_too_long", "too_long", "string_too_short", "too_short"):
        return _of_wrong_length(path, kind, given, context)
    if kind == "string_pattern_mismatch":
        return Problem(path, "This text does not have the right form.", f"It has to match {context.get('pattern')}.")
    if kind in ("timezone_aware", "timezone_naive"):
        return Problem(path, "The time does not say its zone.", _FORMS["datetime"][1])
    if kind.startswith("decimal_") and kind not in ("decimal_type", "decimal_parsing"):
        return Problem(path, f"{_shown(given, last)} has too many digits.", "Give fewer digits.")
    return _of_wrong_form(item, path, last, kind)


def _of_wrong_form(item: Mapping[str, Any], path: str, last: str, kind: str) -> Problem:
    """Return what to say of a text where a number belongs, and the like; else pydantic's or our own sentence."""
    given = item.get("input")
    form = _FORMS.get(kind.split("_")[0])
    if form is not None and not kind.startswith("string_sub"):
        wanted, advice = form
        if kind in ("float_type", "int_type") and isinstance(given, str):
            advice = f"Give {wanted} without quotes."
        return Problem(path, f"{_shown(given, last)} is not {wanted}.", advice)
    message = str(item["msg"]).removeprefix("Value error, ")
    return Problem(path, message if message.endswith((".", "?")) else f"{message}.", None)


def _out_of_range(path: str, last: str, given: object, edge: str, context: Mapping[str, Any]) -> Problem:
    """Return what to say of a value beyond an edge; where a fraction looks like percent, ask whether it was meant."""
    try:
        value, limit = float(given), float(context[edge])  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return Problem(path, f"{_shown(given, last)} is not within the allowed range.", _advice(edge, context))
    if not last.endswith("_frac"):
        return Problem(path, f"{value:,.12g} is not allowed here.", _advice(edge, context))
    shown = f"{value:g}" if f"{value:g}" != f"{limit:g}" else repr(value)
    message = f"{shown} is {_percent(value)}; {_EDGE_WORDS[edge]} {limit:g} ({_percent(limit)}) is allowed."
    guess = value / 100.0
    if abs(value) >= 1.0 and edge in ("lt", "le") and guess <= limit:
        return Problem(path, message, f"Did you mean {guess:g} ({_percent(guess)})?")
    return Problem(path, message, _advice(edge, context))


def _advice(edge: str, context: Mapping[str, Any]) -> str:
    limit = context.get(edge)
    shown = f"{limit:,.12g}" if isinstance(limit, int | float) else str(limit)
    return (
        f"Give a value of {_EDGE_WORDS[edge]} {shown}."
        if edge in ("ge", "le")
        else (f"Give a value {_EDGE_WORDS[edge]} {shown}.")
    )


def _of_wrong_length(path: str, kind: str, given: object, context: Mapping[str, Any]) -> Problem:
    """Return what to say of a text or list that is too short or too long."""
    is_text, is_long = kind.startswith("string"), kind.endswith("long")
    limit = int(context["max_length"] if is_long else context["min_length"])
    count = len(given) if hasattr(given, "__len__") else context.get("actual_length", "?")
    what = "This text" if is_text else "This list"
    rule = f"at {'most' if is_long else 'least'} {_counted(limit, is_text)} {'may' if is_long else 'must'} be given"
    if count == 0:
        return Problem(path, f"{what} is empty; {rule}.", "Fill it in, or leave the field out where it may be absent.")
    has = _counted(count, is_text) if isinstance(count, int) else "too many entries"
    return Problem(path, f"{what} has {has}; {rule}.", "Shorten it." if is_long else "Add what is missing.")


def _counted(count: int, is_text: bool) -> str:
    one, many = ("character", "characters") if is_text else ("entry", "entries")
    return f"{count:,} {one if count == 1 else many}"


def _percent(value_frac: float) -> str:
    return f"{100.0 * value_frac:,.4f}".rstrip("0").rstrip(".").replace("-", "−") + "%"


def _shown(given: object, name: str) -> str:
    """Return what was given, if it is short and no secret, else what kind of thing it is."""
    if given is None:
        return "Null"
    if any(word in name.lower() for word in _SECRET):
        return "What was given"
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, str | int | float):
        text = repr(given) if not isinstance(given, int) or abs(given) < 10**30 else "A number of so many digits"
        return text if len(text) <= SHOWN_MAX_COUNT else f"{text[:SHOWN_MAX_COUNT]}..."
    return "A list" if isinstance(given, list | tuple) else "An object" if isinstance(given, dict) else "What was given"
