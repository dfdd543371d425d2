"""How is a state of a limit shown: by shape, word and number, never by color alone?"""

from __future__ import annotations

from typing import Literal

from dash import html

State = Literal["ok", "amber", "red", "none"]
WORDS: dict[State, str] = {"ok": "OK", "amber": "Near limit", "red": "Breach", "none": "Not checked"}


def traffic_light(state: State, *, word: str | None = None, number: str | None = None) -> html.Span:
    """Show a light: circle, triangle or square, its word, and how much of the limit is used.

    Parameters
    ----------
    state : {"ok", "amber", "red", "none"}
        Below the warning band, in it, at or above the limit, or nothing to check.
    word : str or None
        Replaces the usual word.
    number : str or None
        Such as ``82% of limit``.
    """
    parts = [
        html.Span(className="light-shape", **{"aria-hidden": "true"}),
        html.Span(word or WORDS[state], className="light-word"),
    ]
    if number:
        parts.append(html.Span(number, className="light-number"))
    return html.Span(parts, className=f"light light-{state}")


def meter(used_frac: float, state: State, label: str) -> html.Div:
    """Draw how much of a limit is used as a bar; values above 1 fill it."""
    width = max(0.0, min(1.0, used_frac)) * 100
    return html.Div(
        html.Span(style={"width": f"{width:.1f}%"}),
        className=f"meter meter-{state}",
        role="img",
        **{"aria-label": label},
    )
