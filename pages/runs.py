"""Which runs are there, how did they end, and what can be done with each?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.button import button, button_group
from components.card import card
from components.confirm import dialog
from components.empty_state import empty_state
from components.fields import field, search, text_input
from components.grid import column, grid
from components.ids import Runs
from components.page_header import page_header
from components.pills import pill_filter
from pages._frame import arriving, frame

dash.register_page(__name__, path="/runs", title="Runs · Quantum Portfolio Optimizer", name="Runs", order=2)

STATES = (
    ("all", "All", None),
    ("pending", "Waiting", None),
    ("running", "Running", None),
    ("succeeded", "Finished", None),
    ("no_portfolio", "No portfolio found", None),
    ("failed", "Failed", None),
    ("cancelled", "Cancelled", None),
)
COLUMNS = (
    column("name", "Run", renderer="qpoName", width_px=210, grow=2, pinned=True),
    column("status", "State", renderer="qpoState", width_px=150),
    column("words", "What it found", renderer="qpoLines", width_px=200, grow=2.8, narrow=False),
    column("portfolio", "Portfolio", width_px=124, grow=0.6, narrow=False),
    column("elapsed", "Took", width_px=92, narrow_below_px=800),
)


def layout(status: str = "all", **_: Any) -> html.Div:
    """Draw the outline; rows arrive when the server has been asked."""
    chosen = status if status in {value for value, _text, _count in STATES} else "all"
    rows = arriving(
        grid(
            id=Runs.TABLE,
            columns=COLUMNS,
            rows=[],
            row_key="id",
            select="one",
            label="Runs",
            empty="No run fits the filter.",
        )
    )
    chosen_one = html.Div(
        [
            html.Strong(id=Runs.CHOSEN),
            button_group(
                button("Run again", Runs.AGAIN, small=True, glyph="arrow-repeat", n_clicks=0, hidden=True),
                button("Rename", Runs.RENAME, small=True, glyph="pencil", n_clicks=0, hidden=True),
                button("Cancel the run", Runs.STOP, small=True, glyph="stop-circle", n_clicks=0, hidden=True),
                button("Delete", Runs.REMOVE, small=True, kind="quiet", glyph="trash", n_clicks=0, hidden=True),
                label="The chosen run",
            ),
        ],
        id=Runs.ACTIONS,
        className="card-head",
        hidden=True,
    )
    more = button("Show earlier ones", Runs.MORE, kind="quiet", n_clicks=0, hidden=True)
    tools = [pill_filter(STATES, [chosen], pill_id=Runs.pill, label="State"), search(Runs.SEARCH, "Find a run")]
    return frame(
        Runs.PROBLEM,
        Runs.MAIN,
        dcc.Store(id=Runs.VIEW, data={"name": "status", "usual": "all", "value": chosen}),
        dcc.Store(id=Runs.CURSOR),
        dcc.Store(id=Runs.SELECTED),
        page_header("Runs", lead="Every optimization, test and price refresh, with its request, result and proof."),
        html.Div(
            id=Runs.EMPTY,
            hidden=True,
            children=card(
                empty_state(
                    "No runs yet",
                    "Start an optimization: it appears here and keeps its own link.",
                    glyph="clock-history",
                    actions=dcc.Link("Optimize", href="/optimize", className="btn-q btn-q-primary"),
                )
            ),
        ),
        html.Div(card([chosen_one, rows, more], title="All runs", actions=tools, flush=True), id=Runs.LIST),
        _rename_dialog(),
        _remove_dialog(),
    )


def _rename_dialog() -> html.Div:
    body = [html.Div(id=Runs.RENAME_ERRORS), field(text_input(Runs.RENAME_NAME, maxlength=200), "Name")]
    return dialog(
        Runs.RENAME_DIALOG,
        "Rename the run",
        body,
        confirm="Rename",
        confirm_id=Runs.RENAME_SAVE,
        cancel_id=Runs.RENAME_CANCEL,
    )


def _remove_dialog() -> html.Div:
    words = html.P(
        "Its result and exports leave the screens with it. You can undo this for ten seconds.",
        id=Runs.REMOVE_TEXT,
        className="muted",
    )
    return dialog(
        Runs.REMOVE_DIALOG,
        "Delete the run?",
        words,
        confirm="Delete the run",
        confirm_id=Runs.REMOVE_CONFIRM,
        cancel_id=Runs.REMOVE_CANCEL,
        confirm_kind="danger",
    )
