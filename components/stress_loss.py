"""How does one ask for the way to a loss right where the losses are drawn?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import html

from components.button import button
from components.card import card, stack
from components.ids import Stress
from components.stress_answer import IDLE

LOSS_LOW, LOSS_HIGH = 1, 80
USUAL_PERCENT: Final = 20.0


def loss_parts(view: Mapping[str, str]) -> Any:
    """Return a slider of losses; letting it go asks which most plausible moves lose so much."""
    slider = dbc.Input(
        id=Stress.LOSS_SLIDE,
        type="range",
        min=LOSS_LOW,
        max=LOSS_HIGH,
        step=1,
        value=loss_of(view["loss"]),
        class_name="slide-q",
    )
    row = html.Div(
        [
            html.Label("Drag to a loss of", htmlFor=Stress.LOSS_SLIDE, className="stress-move-name"),
            slider,
            html.Output(
                f"{loss_of(view['loss']):g}%", id=Stress.LOSS_WORDS, className="num", htmlFor=Stress.LOSS_SLIDE
            ),
            button("As the chosen scenario", Stress.LOSS_SAME, small=True, glyph="crosshair", n_clicks=0),
        ],
        className="stress-loss",
    )
    answer = html.Div(id=Stress.LOSS_ANSWER, className=IDLE, **{"aria-live": "polite"})
    more = button(
        "See the moves", Stress.LOSS_MORE, small=True, kind="quiet", glyph="arrow-right", n_clicks=0, hidden=True
    )
    return card(
        stack(row, answer, html.Div(more, className="btn-row")),
        title="What is the most plausible way to lose that much?",
        note="Take the loss of a bar, or drag to one: letting go finds the moves of markets that come nearest to it.",
    )


def loss_of(text: str) -> float:
    """Return the loss that a slider stands at for what the address says."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return USUAL_PERCENT
    return min(max(value, LOSS_LOW), LOSS_HIGH)
