"""How does a result show how sure its weights are: the way to find out, the progress, the verdict?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from components.button import button
from components.card import card, stack
from components.ids import Result
from components.pills import tag
from components.progress import progress
from components.result_view import Tone
from components.table import table
from components.ticks import SURENESS_MS


@dataclass(frozen=True)
class VerdictView:
    """The verdict on trading in words, and a row of text for each part of the trade under `heads`."""

    word: str
    tone: Tone
    sentence: str
    heads: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]


def sureness_card() -> html.Div:
    """Draw the place: what there is to know, the button that finds out, and the work while it goes on."""
    start = button("Find out", Result.SURE_START, glyph="activity", small=True, n_clicks=0)
    stop = button("Cancel", Result.SURE_STOP, glyph="x-lg", small=True, n_clicks=0)
    return html.Div(
        [
            dcc.Store(id=Result.SURE_SHOWN),
            dcc.Store(id=Result.SURE_STATE),
            dcc.Store(id=Result.SURE_NEWS),
            dcc.Interval(id=Result.SURE_TICK, interval=SURENESS_MS, disabled=True),
            card(
                [
                    html.Div(
                        stack(html.Div(id=Result.SURE_PROGRESS), html.Div(stop, className="btn-row")),
                        id=Result.SURE_WORK,
                        hidden=True,
                    ),
                    html.Div(id=Result.SURE_BODY),
                ],
                title="How sure are these weights?",
                note="The same request, answered again on other histories that are as likely as the real one.",
                actions=html.Span(start, id=Result.SURE_OFFER, hidden=True),
            ),
        ]
    )


def work(stage: str, done_frac: float | None) -> html.Div:
    """Show how far the look is."""
    return progress(stage, done_frac)


def words(*sentences: str) -> html.Div:
    """Say in the place of the verdict why there is none, or what a click would do."""
    return html.Div([html.P(text, className="muted") for text in sentences], role="status")


def verdict(view: VerdictView | None, below: Sequence[str]) -> html.Div:
    """Show the verdict with the parts of the trade, and below it how it was found.

    Parameters
    ----------
    view : VerdictView or None
        None where nothing is held now, so that there is no trade to judge.
    below : sequence of str
        How many histories there were, and whatever else is to be known.

    """
    parts: list[Any] = []
    if view is not None:
        parts.append(html.P([tag(view.word, view.tone), " ", view.sentence]))
        if view.rows:
            parts.append(table(view.heads, view.rows, caption="What parts of the trade come to"))
    parts += [html.P(text, className="muted") for text in below]
    return stack(*parts)
