"""How does one ask which moves lose so much, and which trades would keep losses within a limit?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from components.button import button
from components.card import card, columns, stack
from components.empty_state import empty_state
from components.fields import field, fields, number_input, segments
from components.ids import Stress
from components.stress_answer import answer_place, asked_store

BASES = (("factors", "Moves of markets"), ("assets", "Returns of holdings"))
HEDGES = (("yes", "Hedges allowed"), ("no", "Holdings only"))
WHICH = (("historic", "All past events"), ("chosen", "The chosen scenario"))
WAYS = (("trim", "Trim"), ("hedge", "Hedge"), ("both", "Both"))
TICK_MS = 1000


def repair_parts(view: Mapping[str, str]) -> list[Any]:
    """Return both questions with their answers below."""
    return [
        asked_store("reverse", view),
        asked_store("repair", view),
        dcc.Interval(id=Stress.REVERSE_TICK, interval=TICK_MS, max_intervals=0),
        dcc.Interval(id=Stress.REPAIR_TICK, interval=TICK_MS, max_intervals=0),
        columns(card(_reverse(view), title="What would lose so much?", note="The most plausible moves with that loss."),
                card(_repair(view), title="Which trades keep losses within a limit?",
                     note="The smallest ones that keep every limit of the house.")),
        answer_place("reverse", Stress.REVERSE, None),
        answer_place("repair", Stress.REPAIR, _nothing_yet()),
    ]  # fmt: skip


def _reverse(view: Mapping[str, str]) -> Any:
    return stack(
        html.Div(id=Stress.REVERSE_ERRORS),
        fields(field(number_input(Stress.REVERSE_LOSS, view["loss"], unit="%"), "Loss of the value")),
        segments(Stress.REVERSE_BASIS, BASES, view["basis"], label="What moves"),
        html.Div(
            button("Find the scenario", Stress.REVERSE_RUN, kind="primary", glyph="search", n_clicks=0),
            className="btn-row",
        ),
    )


def _repair(view: Mapping[str, str]) -> Any:
    return stack(
        html.Div(id=Stress.REPAIR_ERRORS),
        fields(
            field(number_input(Stress.REPAIR_LOSS, view["limit"], unit="%"), "Largest loss allowed"),
            field(
                number_input(Stress.REPAIR_TURNOVER, view["turnover"], unit="%"),
                "Largest turnover",
                help_text="One way: half of what is bought and sold, cash included, and the whole of futures.",
            ),
        ),
        segments(Stress.REPAIR_WHICH, WHICH, view["which"], label="In which scenarios"),
        segments(Stress.REPAIR_HEDGE, HEDGES, view["hedge"], label="Hedges"),
        html.Div(
            [
                html.Span("Chart of the way", className="muted"),
                segments(Stress.REPAIR_WAY, WAYS, view["way"], label="Which way of repair the chart shows"),
            ],
            className="stress-tools",
        ),
        html.Div(
            button("Find trades", Stress.REPAIR_RUN, kind="primary", glyph="wrench", n_clicks=0), className="btn-row"
        ),
    )


def _nothing_yet() -> Any:
    words = "Ask for a scenario or for trades: three ways are shown beside one another, with trades, cost and limits."
    return card(empty_state("Nothing asked yet", words, glyph="arrow-left-right"))
