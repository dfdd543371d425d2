"""What does a place show that has nothing to show yet?"""

from __future__ import annotations

from typing import Any

from dash import html

from components.icon import icon


def empty_state(title: str, text: str, *, glyph: str = "inbox", actions: Any = None, level: int = 2) -> html.Div:
    """Say what is missing, why, and offer the next step.

    Parameters
    ----------
    title, text : str
        What is missing; how it comes about.
    glyph : str
        Icon.
    actions : component or list
        The next steps, at most three buttons.
    level : int
        Level of the heading, 1 to 4.
    """
    parts: list[Any] = [
        html.Div(icon(glyph), className="state-glyph"),
        getattr(html, f"H{level}")(title, className="state-title"),
        html.P(text, className="state-text"),
    ]
    if actions is not None:
        parts.append(html.Div(actions, className="btn-row"))
    return html.Div(parts, className="state")
