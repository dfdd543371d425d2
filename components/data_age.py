"""How old are the figures that are shown, and how is that said where they are shown?"""

from __future__ import annotations

from typing import Any

from dash import html

from components.icon import icon


def data_age(sentence: str, *, is_stale: bool, why: str | None = None) -> html.Span:
    """Say how old figures are; in amber, with a sign of its own, where nothing fresher could be had.

    Parameters
    ----------
    sentence : str
        Such as ``Prices of 28 December 2022, 4 years old``.
    is_stale : bool
        True where a source should have brought something fresher and could not.
    why : str or None
        The reason as a sentence; shown behind the age.
    """
    parts: list[Any] = [icon("exclamation-triangle" if is_stale else "clock"), html.Span(sentence)]
    if why:
        parts.append(html.Span(why, className="data-age-why"))
    tone = "data-age is-stale" if is_stale else "data-age"
    return html.Span(parts, className=tone, role="status")
