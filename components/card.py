"""How is a part of a page framed?"""

from __future__ import annotations

from typing import Any, Literal

from dash import html

Layout = Literal["two", "three", "wide-left", "wide-right"]
_CLASSES: dict[Layout, str] = {
    "two": "columns-2",
    "three": "columns-3",
    "wide-left": "columns-wide-left",
    "wide-right": "columns-wide-right",
}


def card(
    body: Any,
    *,
    title: str | None = None,
    note: str | None = None,
    actions: Any = None,
    foot: Any = None,
    flush: bool = False,
    id: Any = None,
    body_id: Any = None,
) -> html.Section:
    """Frame one part of a page.

    Parameters
    ----------
    body : component or list
        What the card holds.
    title, note : str or None
        Heading, and one line below it.
    actions : component or list
        Buttons at the right of the heading.
    foot : component or str
        A line at the bottom: as-of day, source, totals.
    flush : bool
        Whether the body touches the edges; for tables and grids.
    id, body_id : str, pattern or None
        Ids of the card and of the part that callbacks fill.
    """
    parts: list[Any] = []
    if title or actions:
        words = [html.H2(title)] if title else []
        if note:
            words.append(html.P(note, className="card-note"))
        tools = [html.Div(actions, className="btn-row")] if actions else []
        parts.append(html.Header([html.Div(words), *tools], className="card-head"))
    inner: dict[str, Any] = {"id": body_id} if body_id is not None else {}
    parts.append(html.Div(body, className="card-body-flush" if flush else "card-body", **inner))
    if foot is not None:
        parts.append(html.Footer(foot, className="card-foot"))
    outer: dict[str, Any] = {"id": id} if id is not None else {}
    return html.Section(parts, className="card-q", **outer)


def folded(body: Any, *, title: str, note: str | None = None, id: Any = None, is_open: bool = False) -> html.Details:
    """Frame one part of a page of which only the heading stands until somebody opens it.

    Parameters
    ----------
    body : component or list
        What the card holds.
    title, note : str or None
        Heading, and one line below it.
    id : str, pattern or None
        Id of the card; its ``open`` tells whether it is open.
    is_open : bool
        Whether it is open at first.
    """
    words: list[Any] = [html.H2(title)] + ([html.P(note, className="card-note")] if note else [])
    outer: dict[str, Any] = {"id": id} if id is not None else {}
    head = html.Summary(html.Div(words), className="card-head")
    return html.Details([head, html.Div(body, className="card-body")], className="card-q folded", open=is_open, **outer)


def columns(*parts: Any, layout: Layout = "two") -> html.Div:
    """Set cards side by side; below 1024 px they stand one above the other."""
    return html.Div(list(parts), className=f"columns {_CLASSES[layout]}")


def stack(*parts: Any) -> html.Div:
    """Set parts one above the other with even gaps."""
    return html.Div(list(parts), className="stack")
