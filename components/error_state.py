"""What does a place show when its content could not be made?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from components.icon import icon


def error_state(
    title: str,
    text: str,
    *,
    detail: str | None = None,
    actions: Any = None,
    glyph: str = "exclamation-triangle",
    is_page: bool = False,
) -> html.Div:
    """Say what failed, why and what to do; ``detail`` holds what support needs, such as the request id.

    Where it is all that a page has, its title is the page's heading.
    """
    heading = html.H1 if is_page else html.H2
    parts: list[Any] = [
        html.Div(icon(glyph), className="state-glyph"),
        heading(title, className="state-title"),
        html.P(text, className="state-text"),
    ]
    if detail:
        parts.append(html.P(detail, className="state-detail"))
    if actions is not None:
        parts.append(html.Div(actions, className="btn-row"))
    return html.Div(parts, className="state state-bad", role="alert")


def not_found(what: str = "This page", *, is_page: bool = False) -> html.Div:
    """Say that an address leads nowhere, without telling whether somebody else may see something there."""
    return error_state(
        f"{what} does not exist",
        "The address may be mistyped, the item deleted, or it may belong to somebody whose work you cannot see.",
        actions=dcc.Link("Go to Home", href="/", className="btn-q btn-q-primary"),
        glyph="signpost-split",
        is_page=is_page,
    )


def problem_list(problems: Sequence[tuple[str, str, str]], *, tone: str = "bad", id: Any = None) -> html.Ul:
    """List everything wrong at once.

    Parameters
    ----------
    problems : sequence of (field, message, advice)
        Words of the field as the form shows them, what is wrong, the way out.
    tone : {"bad", "warn"}
        Errors, or warnings that do not stop.
    """
    given: dict[str, Any] = {"id": id} if id is not None else {}
    classes = "problem" + (" problem-warn" if tone == "warn" else "")
    items = [
        html.Li([html.Span(where, className="problem-field"), f"{message} {advice}".strip()], className=classes)
        for where, message, advice in problems
    ]
    return html.Ul(items, className="problems", **given)
