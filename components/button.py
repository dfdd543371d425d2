"""What do buttons and links that look like buttons look like?"""

from __future__ import annotations

from typing import Any, Literal

from dash import dcc, html

from components.icon import icon

Kind = Literal["primary", "secondary", "quiet", "danger"]


def button(
    text: str,
    id: Any = None,
    *,
    kind: Kind = "secondary",
    glyph: str | None = None,
    small: bool = False,
    disabled: bool = False,
    label: str | None = None,
    **attributes: Any,
) -> html.Button:
    """Make a button; one ``primary`` a screen, ``danger`` only for what destroys."""
    children: list[Any] = ([icon(glyph)] if glyph else []) + ([html.Span(text)] if text else [])
    given: dict[str, Any] = {"id": id} if id is not None else {}
    if label or not text:
        given["aria-label"] = label or text
        given["title"] = label or text
    classes = f"btn-q btn-q-{kind}" + (" btn-q-small" if small else "") + ("" if text else " btn-q-icon")
    return html.Button(children, type="button", className=classes, disabled=disabled, **given, **attributes)


def icon_button(glyph: str, label: str, id: Any = None, **attributes: Any) -> html.Button:
    """Make a square button that shows an icon only; ``label`` is read out and shown on hover."""
    return button("", id, kind="quiet", glyph=glyph, label=label, **attributes)


def link_button(
    text: str,
    href: str,
    *,
    kind: Kind = "secondary",
    glyph: str | None = None,
    small: bool = False,
    id: str | None = None,
) -> dcc.Link:
    """Make a link to another page that looks like a button."""
    given: dict[str, Any] = {"id": id} if id else {}
    children: list[Any] = ([icon(glyph)] if glyph else []) + [html.Span(text)]
    classes = f"btn-q btn-q-{kind}" + (" btn-q-small" if small else "")
    return dcc.Link(children, href=href, className=classes, **given)


def button_group(*buttons: Any, label: str | None = None) -> html.Div:
    """Set buttons side by side; they wrap on narrow screens."""
    given = {"aria-label": label} if label else {}
    return html.Div(list(buttons), className="btn-row", role="group", **given)
