"""Has what was sent to a callback the form that callbacks have?

Dash trusts its renderer and fails on anything else. Whoever is signed in but sends another form is told so (400), and
is not answered with a failure of ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Flask, request

from services.errors import InvalidRequest

ADDRESS = "/_dash-update-component"


class MalformedCallback(InvalidRequest):
    """The body is no callback of these pages."""

    status = 400
    default_code = "malformed_callback"
    title = "Not a callback"


def fault_of(body: object, known: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return what is wrong with the form of a callback's body, None where nothing is.

    Parameters
    ----------
    body : object
        The body as plain values.
    known : mapping
        Dash's callbacks by output, each with its declared inputs and states.
    """
    if not isinstance(body, dict):
        return "The body is no JSON object."
    output = body.get("output")
    if not isinstance(output, str) or output not in known:
        return "There is no callback with this output."
    declared = known[output]
    for name, wanted in (("inputs", declared["inputs"]), ("state", declared["state"])):
        given = body.get(name, [])
        if not isinstance(given, list) or len(given) != len(wanted):
            return f"The callback takes {len(wanted)} entries in '{name}'."
        if not all(_fits(one, place) for one, place in zip(given, wanted, strict=True)):
            return f"An entry in '{name}' does not belong to this callback."
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(one, str) for one in changed):
        return "'changedPropIds' is no list of texts."
    outputs = body.get("outputs")
    if declared.get("no_output"):
        return None if outputs is None or isinstance(outputs, list | dict) else "'outputs' is no list."
    if output.startswith(".."):
        count = len(output.strip(".").split("..."))
        if not isinstance(outputs, list) or len(outputs) != count:
            return f"The callback has {count} entries in 'outputs'."
        return None if all(_is_property(one) or _is_list(one) for one in outputs) else "An output has no id."
    return None if _is_property(outputs) or _is_list(outputs) else "'outputs' has no id and property."


def _is_property(value: object) -> bool:
    """Return whether a value names a component and one of its properties."""
    if not isinstance(value, dict) or not isinstance(value.get("property"), str):
        return False
    name = value.get("id")
    return isinstance(name, str) or (isinstance(name, dict) and bool(name))


def _is_list(value: object) -> bool:
    """Return whether a value names any number of components."""
    return isinstance(value, list) and all(_is_property(one) for one in value)


def _fits(value: object, declared: Mapping[str, Any]) -> bool:
    """Return whether an entry is the declared property; those of many components come as a list, or by a pattern."""
    if str(declared["id"]).startswith("{"):
        found: list[Any] = value if isinstance(value, list) else [value]
        return all(_is_property(one) and one["property"] == declared["property"] for one in found)
    return (
        isinstance(value, dict) and value.get("id") == declared["id"] and value.get("property") == declared["property"]
    )


def _body() -> object:
    """Return the body as plain values."""
    try:
        return json.loads(request.get_data(cache=True))
    except (ValueError, RecursionError):
        raise MalformedCallback("The body is no JSON.", "Load the page again.") from None


def _holds_nul(text: bytes) -> bool:
    """Return whether a text in the body holds NUL, which a database cannot keep."""
    return b"\\u0000" in text or b"\x00" in text


def register(server: Flask) -> None:
    """Look at every callback's body before Dash does; `server.extensions["qpo_dash"]` is set once Dash exists."""

    def check() -> None:
        if request.path != ADDRESS or request.method != "POST":
            return
        app = server.extensions.get("qpo_dash")
        fault = "Not ready yet." if app is None else fault_of(_body(), app.callback_map)
        if fault is not None:
            raise MalformedCallback(fault, "Load the page again.")
        if _holds_nul(request.get_data(cache=True)):
            raise InvalidRequest("A text holds a control character (U+0000).", "Send the text without it.")

    server.before_request(check)
