"""How is a scenario of one's own stated and weighed?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.button import button
from components.card import card, columns, stack
from components.empty_state import empty_state
from components.fields import field, fields, segments
from components.ids import Stress
from components.stress_answer import answer_place
from components.stress_moves import INPUTS, live_meter, moves_form
from components.stress_own import own_parts
from components.table import table
from components.toast import banner

KINDS = (("moves", "Moves of markets"), ("days", "Past days"))
OTHERS = (("follow", "The others follow"), ("stay", "The others stay"))
STATE_NAMES: Final = ("kind", "others", *(name for name, *_ in INPUTS), "start", "end")
TICK_MS = 1000


def builder_parts(view: Mapping[str, str]) -> list[Any]:
    """Return the form, its answer, and the scenarios that were kept."""
    stale = banner(
        "For the moves before", "What stands in the builder has changed since. Compute to follow it.", tone="warn"
    )
    return [
        dcc.Store(id=Stress.BUILD, data={name: view[name] for name in STATE_NAMES}),
        dcc.Store(id=Stress.LAW),
        dcc.Interval(id=Stress.BUILD_TICK, interval=TICK_MS, max_intervals=0),
        columns(
            card(_form(view), title="What happens?", note="Leave a field empty for what you do not want to set."),
            own_parts(),
            layout="wide-left",
        ),
        html.Div(stale, id=Stress.STALE, hidden=True),
        answer_place("build", Stress.BUILD_RESULT, nothing_yet()),
    ]


def _form(view: Mapping[str, str]) -> Any:
    is_days = view["kind"] == "days"
    date_input: dict[str, Any] = {"type": "date", "class_name": "input-q"}
    moves = stack(
        moves_form(view),
        segments(Stress.BUILD_OTHERS, OTHERS, view["others"], label="What is left empty"),
        live_meter(),
    )
    days = fields(
        field(dbc.Input(id=Stress.START, value=view["start"], **date_input), "From the close of"),
        field(dbc.Input(id=Stress.END, value=view["end"], **date_input), "to the close of"),
    )
    return stack(
        html.Div(id=Stress.BUILD_ERRORS),
        segments(Stress.BUILD_KIND, KINDS, view["kind"], label="Kind of scenario"),
        html.Div(moves, id=Stress.BUILD_MOVES, hidden=is_days),
        html.Div(days, id=Stress.BUILD_DAYS, hidden=not is_days),
        html.Div(
            [
                button("Compute", Stress.BUILD_RUN, kind="primary", glyph="lightning", n_clicks=0),
                button("Keep scenario", Stress.KEEP, glyph="bookmark", n_clicks=0),
            ],
            className="btn-row",
        ),
    )


def nothing_yet() -> Any:
    """Say how an answer comes about."""
    words = "State a move, or two days, and choose Compute: the answer names what the portfolio loses, and where."
    return card(empty_state("Nothing computed yet", words, glyph="sliders"))


def moves_table(rows: Sequence[Sequence[str]]) -> html.Div:
    """List every factor with its move, its band, its size and where it comes from."""
    heads = (
        ("Factor", False),
        ("Move", True),
        ("5% to 95%", True),
        ("Standard deviations", True),
        ("Comes from", False),
    )
    return html.Div(table(heads, rows, caption="Moves of all factors"), className="stress-table")
