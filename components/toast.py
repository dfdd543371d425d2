"""How does the product say that something was done, or was not?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from dash import dcc, html

from components.button import button
from components.icon import icon
from components.ids import Shell

Tone = Literal["ok", "info", "warn", "bad"]
_GLYPHS: dict[Tone, str] = {
    "ok": "check-circle-fill",
    "info": "info-circle-fill",
    "warn": "exclamation-triangle-fill",
    "bad": "x-octagon-fill",
}


def toast(
    title: str,
    text: str | None = None,
    *,
    tone: Tone = "ok",
    undo: str | None = None,
    link: tuple[str, str] | None = None,
    leave_ms: int | None = 6000,
    key: str | None = None,
) -> html.Div:
    """Make a message for ``Shell.TOASTS`` (its ``children`` is a list; append with ``Patch``).

    Parameters
    ----------
    title, text : str
        What happened; the way out, if any.
    tone : {"ok", "info", "warn", "bad"}
        Shape and color of the mark; errors stay until closed.
    undo : str or None
        Adds an undo button with ``Shell.toast_undo(undo)``; the message then stays 10 s.
    link : (text, href) or None
        Where to look.
    leave_ms : int or None
        When it goes away by itself; None keeps it.
    key : str or None
        Identity, so that a message is not repeated while it stands.
    """
    actions: list[Any] = []
    if undo is not None:
        actions.append(button("Undo", Shell.toast_undo(undo), kind="quiet", small=True, glyph="arrow-counterclockwise"))
        leave_ms = 10_000
    if link is not None:
        actions.append(dcc.Link(link[0], href=link[1], className="btn-q btn-q-quiet btn-q-small"))
    if tone == "bad":
        leave_ms = None
    given: dict[str, Any] = {} if leave_ms is None else {"data-leave-ms": str(leave_ms)}
    if key is not None:
        given["key"] = key
    body: list[Any] = [html.Div(title, className="toast-title"), html.Div(text or "", className="toast-text")]
    if actions:
        body.append(html.Div(actions, className="toast-actions"))
    close = html.Button(icon("x-lg"), type="button", className="toast-close", **{"aria-label": "Close this message"})
    role = "alert" if tone == "bad" else "status"
    return html.Div([icon(_GLYPHS[tone]), html.Div(body), close], className=f"toast-q toast-{tone}", role=role, **given)


def banner(title: str, text: Any = None, *, tone: Tone | Literal["sample"] = "info", actions: Any = None) -> html.Div:
    """Make a message that stands in the page as long as it is true."""
    glyph = "flask" if tone == "sample" else _GLYPHS[tone]
    words: list[Any] = [html.Strong(title)]
    if text is not None:
        words.append(html.Span(text) if isinstance(text, str) else text)
    parts: list[Any] = [icon(glyph), html.Div(words, className="banner-words")]
    if actions is not None:
        parts.append(html.Div(actions, className="btn-row"))
    return html.Div(parts, className=f"banner banner-{tone}", role="alert" if tone == "bad" else "note")


def notice(
    title: str, text: str, when: str, *, tone: Tone = "info", href: str | None = None, actions: Sequence[Any] = ()
) -> html.Div:
    """Make one entry of the notifications panel."""
    head: Any = dcc.Link(title, href=href) if href else title
    return html.Div(
        [
            icon(_GLYPHS[tone], className=f"notice-glyph toast-{tone}"),
            html.Div(head, className="notice-title"),
            html.Div(text, className="notice-text"),
            html.Div(when, className="notice-when"),
            *([html.Div(list(actions), className="notice-actions")] if actions else []),
        ],
        className="notice",
    )
