"""How does a form ask for one value, explain it, and say what is wrong with what was typed?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from components.icon import icon


def _suffix(control_id: Any, part: str) -> Any:
    if isinstance(control_id, dict):
        return {**control_id, "type": f"{control_id['type']}-{part}"}
    return f"{control_id}-{part}"


def error_id(control_id: Any) -> Any:
    """Return the id of a field's error text: write a sentence into its ``children``, or None to clear it."""
    return _suffix(control_id, "error")


def field(
    control: Any,
    label: str,
    *,
    help_text: str | None = None,
    error: str | None = None,
    is_optional: bool = False,
    is_wide: bool = False,
) -> html.Div:
    """Set a control between its label and its help and error texts.

    Parameters
    ----------
    control : component
        With an id; a pattern id works too.
    label, help_text, error : str
        What is asked, why or in which unit, what is wrong with what was typed and how to put it right.
    is_optional : bool
        Says so in the label.
    is_wide : bool
        Takes the whole row of a :func:`fields` group.
    """
    control_id = getattr(control, "id", None)
    inner = control
    while control_id is None and getattr(inner, "children", None) is not None:
        inner = inner.children[0] if isinstance(inner.children, list) else inner.children
        control_id = getattr(inner, "id", None)
    words: list[Any] = [label]
    if is_optional:
        words.append(html.Span(" (optional)", className="field-optional"))
    # a plain id ties label and control together; pattern ids cannot, so there the label is a group's name
    named: Any = (
        html.Label(words, htmlFor=control_id)
        if isinstance(control_id, str)
        else html.Span(words, className="field-label")
    )
    given: dict[str, Any] = {} if control_id is None else {"id": error_id(control_id)}
    parts: list[Any] = [named, control]
    if help_text:
        parts.append(html.Div(help_text, className="field-help"))
    parts.append(html.Div(error, className="field-error", role="alert", **given))
    names = "field" + (" is-invalid" if error else "") + (" field-wide" if is_wide else "")
    group: dict[str, Any] = {} if isinstance(control_id, str) else {"role": "group", "aria-label": label}
    return html.Div(parts, className=names, **group)


def fields(*parts: Any) -> html.Div:
    """Set fields side by side as wide as fits."""
    return html.Div(list(parts), className="fields")


def text_input(
    id: Any, value: str | None = None, *, placeholder: str = "", kind: str = "text", **properties: Any
) -> dbc.Input:
    """Make a line of text; ``debounce=True`` among the properties waits for the end of typing."""
    return dbc.Input(id=id, type=kind, value=value, placeholder=placeholder, class_name="input-q", **properties)


def number_input(id: Any, value: float | str | None = None, *, unit: str | None = None, **properties: Any) -> Any:
    """Make a number with its unit behind it.

    It is a line of text: a browser hands over nothing at all for a number that it does not like, and what was typed
    wrongly would read as "nothing". `callbacks.present_typed` reads it and says what is wrong.
    """
    control = dbc.Input(
        id=id, type="text", inputmode="decimal", autocomplete="off", value=value, class_name="input-q", **properties
    )
    if unit is None:
        return control
    wide = "affix affix-wide" if len(unit) > 4 else "affix"
    return html.Div([control, html.Span(unit, className="affix-unit", **{"aria-hidden": "true"})], className=wide)


def select(id: Any, options: Sequence[tuple[str, str]], value: str | None = None, **properties: Any) -> dbc.Select:
    """Make a native choice of (value, text) pairs: it works with every keyboard and screen reader."""
    pairs = [{"value": key, "label": text} for key, text in options]
    return dbc.Select(id=id, options=pairs, value=value, class_name="input-q select-q", **properties)


def text_area(id: Any, value: str | None = None, *, placeholder: str = "", rows: int = 4, **properties: Any) -> Any:
    """Make a box for several lines."""
    return dbc.Textarea(id=id, value=value, placeholder=placeholder, rows=rows, **properties)


def switch(id: Any, label: str, *, value: bool = False, help_text: str | None = None, **properties: Any) -> html.Div:
    """Make a switch with its meaning beside it; its ``value`` is a bool."""
    given: dict[str, Any] = {"htmlFor": id} if isinstance(id, str) else {}
    words: list[Any] = [html.Label(label, **given)]
    if help_text:
        words.append(html.Span(help_text))
    control = dbc.Switch(id=id, value=value, label=None, **properties)
    return html.Div([control, html.Div(words, className="switch-words")], className="switch-q")


def segments(id: Any, options: Sequence[tuple[str, str]], value: str, *, label: str, **properties: Any) -> html.Div:
    """Make a choice between two to five words side by side; its ``value`` is the key."""
    pairs = [{"value": key, "label": text} for key, text in options]
    control = dbc.RadioItems(id=id, options=pairs, value=value, inline=True, class_name="segments", **properties)
    return html.Div(control, role="group", **{"aria-label": label})


def search(
    id: Any, placeholder: str, *, label: str | None = None, kept_as: str | None = None, **properties: Any
) -> html.Div:
    """Make a search line; `/` moves the focus into it, and the address keeps its words under `kept_as`."""
    control = dbc.Input(
        id=id,
        type="search",
        placeholder=placeholder,
        class_name="input-q",
        autocomplete="off",
        **properties,
    )
    return html.Div(
        [icon("search"), control, html.Kbd("/", **{"aria-hidden": "true"})],
        className="search-q",
        role="search",
        **{"data-search": "", "aria-label": label or placeholder} | ({"data-kept-as": kept_as} if kept_as else {}),
    )
