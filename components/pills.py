"""How are filters and chosen things shown as small round labels?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import html

from components.icon import icon


def pill(text: str, *, id: Any, is_on: bool = False, count: int | None = None) -> html.Button:
    """Make one filter; ``aria-pressed`` tells whether it is on."""
    parts: list[Any] = [html.Span(text)]
    if count is not None:
        parts.append(html.Span(f"{count:,}", className="pill-count"))
    return html.Button(
        parts, id=id, type="button", n_clicks=0, className="pill", **{"aria-pressed": "true" if is_on else "false"}
    )


def pill_filter(
    options: Sequence[tuple[str, str, int | None]], chosen: Sequence[str], *, pill_id: Callable[[str], Any], label: str
) -> html.Div:
    """Set filters side by side.

    Parameters
    ----------
    options : sequence of (value, text, count)
        The filters; the count may be None.
    chosen : sequence of str
        Values that are on.
    pill_id : callable
        Gives the id for a value, such as ``Home.pill``.
    label : str
        What is filtered, for screen readers.
    """
    made = [pill(text, id=pill_id(value), is_on=value in chosen, count=count) for value, text, count in options]
    return html.Div(made, className="pills", role="group", **{"aria-label": label})


def chip(text: str, *, remove_id: Any) -> html.Span:
    """Show one chosen thing with a cross that removes it."""
    cross = html.Button(icon("x-lg"), id=remove_id, type="button", n_clicks=0, **{"aria-label": f"Remove {text}"})
    return html.Span([text, cross], className="chip")


def chips(items: Sequence[tuple[str, str]], *, remove_id: Callable[[str], Any], label: str) -> html.Div:
    """Show the chosen things; ``items`` are (value, text) pairs."""
    made = [chip(text, remove_id=remove_id(value)) for value, text in items]
    return html.Div(made, className="chips", role="group", **{"aria-label": label})


def tag(text: str, tone: str = "", *, glyph: str | None = None, title: str | None = None) -> html.Span:
    """Show a word about a thing: ``ok``, ``warn``, ``bad``, ``info``, ``sample`` or neutral."""
    parts: list[Any] = ([icon(glyph)] if glyph else []) + [text]
    given: dict[str, Any] = {"title": title} if title else {}
    return html.Span(parts, className="tag" + (f" tag-{tone}" if tone else ""), **given)
