"""Which stored prices look wrong, what is proposed, and how good is each series?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import dash
from dash import dcc, html

from components.button import button
from components.card import card, columns
from components.empty_state import empty_state
from components.fields import field, fields, select
from components.grid import column, grid
from components.ids import Quality
from components.page_header import page_header
from components.quality_tables import TABLE_MOST_PX
from pages._frame import arriving, frame, waiting, waiting_figures

dash.register_page(
    __name__, path="/data-quality", title="Data quality · Quantum Portfolio Optimizer", name="Data quality", order=7
)

STATES = (("open", "To decide"), ("accepted", "Accepted"), ("rejected", "Rejected"), ("gone", "No longer seen"))
KIND_MAX_LENGTH: Final = 40
TABLET_BELOW_PX: Final = 1024
"""Below the width of all columns of the series three leave; what counts against a series stays."""
EXACT = {"function": "qpoNumber(params.value, params.data.decimals)"}
"""Prices with as many decimals as the stored one has: those of currencies differ in the fourth."""
QUEUE = (
    column("symbol", "Asset", renderer="qpoName", width_px=200, narrow_px=128, pinned=True),
    column("what", "What", renderer="qpoLines", width_px=112, grow=1),
    column("session", "Session", format="date", width_px=108, narrow=False),
    column("raw", "Stored", format="price", width_px=92, narrow=False, valueFormatter=EXACT),
    column("proposed", "Proposed", format="price", width_px=96, narrow=False, valueFormatter=EXACT),
)
SERIES = (
    column("symbol", "Asset", renderer="qpoName", width_px=200, narrow_px=112, pinned=True),
    column("reads", "Reads", renderer="qpoState", width_px=96, narrow_px=88),
    column("score", "Score", format="number", width_px=84, narrow_px=78),
    column("sessions_count", "Sessions", format="count", width_px=96, narrow_below_px=TABLET_BELOW_PX),
    column("open_count", "To decide", format="count", width_px=100, narrow_px=84),
    column("last_session", "Last price", format="date", width_px=112, narrow_below_px=TABLET_BELOW_PX),
    column("checked_on", "Checked", format="date", width_px=112, narrow_below_px=TABLET_BELOW_PX),
    column("sentence", "What counts", width_px=220, grow=2, narrow=False),
)

DECISIONS: Final = (
    ("Accept", Quality.ACCEPT, "primary", "check-lg"),
    ("Reject", Quality.REJECT, "secondary", "x-lg"),
    ("Undo", Quality.UNDO, "secondary", "arrow-counterclockwise"),
)
"""What can be done with ticked findings; the first letter is the key of assets/quality.js."""


def layout(symbol: str | None = None, show: str = "open", kind: str = "all", **_: Any) -> html.Div:
    """Draw the outline; findings and scores arrive when the server has been asked."""
    return frame(
        Quality.PROBLEM,
        Quality.MAIN,
        dcc.Store(id=Quality.SYMBOL, data=symbol),
        dcc.Store(id=Quality.POLICY_SAVED),
        page_header(
            "Data quality",
            lead="What looks wrong in stored prices, and what your house does about it.",
            actions=[button("Check now", Quality.CHECK, glyph="search", n_clicks=0, hidden=True)],
        ),
        html.Div(
            [
                html.P(id=Quality.SENTENCE, className="quality-sentence", role="status"),
                html.Div(waiting_figures(4), id=Quality.FIGURES),
                _queue(show if show in dict(STATES) else "open", kind[:KIND_MAX_LENGTH]),
                _series(),
                _policy(),
            ],
            className="stack",
        ),
    )


def _table(
    id: str, columns: Sequence[dict[str, Any]], select: Literal["one", "many"], *, label: str, empty: str
) -> Any:
    """Make one of the tables of the page, whose rows arrive later."""
    return arriving(
        grid(
            id=id, columns=columns, rows=[], row_key="id", select=select, height_px=TABLE_MOST_PX, label=label,
            empty=empty,
        )
    )  # fmt: skip


def _queue(state: str, kind: str) -> Any:
    table = _table(Quality.QUEUE, QUEUE, "many", label="Findings", empty="No finding of this kind.")
    filters = fields(
        field(select(Quality.STATE, STATES, state), "Show"),
        field(select(Quality.KIND, (("all", "All kinds"),), kind), "Kind"),
    )
    none = empty_state(
        "Nothing waits for a decision",
        "New prices are checked by themselves within a minute of their arrival.",
        glyph="check2-circle",
        level=3,
    )
    buttons = [
        button(
            words, id, kind=kind, small=True, glyph=glyph, n_clicks=0, hidden=True, title=f"Key {words[0]}",
            **{"data-key": words[0].lower()},
        )
        for words, id, kind, glyph in DECISIONS
    ]  # fmt: skip
    return columns(
        card(
            html.Div(
                [
                    filters,
                    html.P(id=Quality.QUEUE_NOTE, className="muted quality-note", hidden=True),
                    html.Div(table, id=Quality.QUEUE_BOX),
                    html.Div(none, id=Quality.QUEUE_EMPTY, hidden=True),
                ],
                className="stack",
            ),
            title="Findings",
            note="Tick one or many",
        ),
        card(
            html.Div(waiting(300), id=Quality.DETAIL),
            title="Evidence",
            actions=html.Div(buttons, id=Quality.ACTIONS, className="btn-row"),
        ),
        layout="wide-left",
    )


def _series() -> Any:
    table = _table(Quality.SERIES, SERIES, "one", label="Series and their scores", empty="No series was checked yet.")
    body = [
        html.Div(field(select(Quality.YEAR, (), None), "Year"), className="quality-year"),
        html.Div(waiting(220), id=Quality.CALENDAR),
    ]
    return html.Div(
        [
            card(table, title="Series", note="The poorest first; 100 is best", flush=True),
            card(
                html.Div(body, className="stack"),
                title="Quality of each session",
                note=html.Span("Choose a series", id=Quality.CALENDAR_TITLE),
            ),
        ],
        className="stack",
    )


def _policy() -> Any:
    save = button("Save the policy", Quality.POLICY_SAVE, kind="primary", small=True, n_clicks=0, hidden=True)
    return card(
        html.Div([html.Div(id=Quality.POLICY_ERRORS), html.Div(waiting(260), id=Quality.POLICY)], className="stack"),
        title="What is done about each kind",
        note="Counts from the next check on; raw prices always stay",
        actions=save,
    )
