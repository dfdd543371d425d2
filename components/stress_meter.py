"""How is it shown how plausible moves of markets are?"""

from __future__ import annotations

from typing import Final

from dash import html

WORDS: Final = ("common", "plausible", "rare", "extreme")


def meter(word: str, sentence: str) -> html.Div:
    """Show how plausible moves are: four steps, the reached one marked, and the sentence below."""
    steps = [
        html.Span(
            step.capitalize(),
            className=f"stress-meter-step{' is-on' if step == word else ''}",
            **{"data-step": step},
        )
        for step in WORDS
    ]
    named = {"aria-label": f"Plausibility: {word or 'nothing is set'}"}
    return html.Div([html.Div(steps, className="stress-meter", role="img", **named), html.P(sentence)])
