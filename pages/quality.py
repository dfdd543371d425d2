"""Which stored prices look wrong, what is proposed, and how good is each series?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.button import button
from components.card import card, columns
from components.empty_state import empty_state
from components.fields import field, fields, select
from components.grid import column, grid
from components.ids import Quality
from components.page_header import page_header
from pages._frame import arriving, frame, waiting, waiting_figures

dash.register_page(
    __name__, path="/data-quality", title="Data quality · Quantum Portfolio Optimizer", name="Data quality", order=7
)

STATES = (("open", "To decide"), ("accepted", "Accepted"), ("rejected", "Rejected"), ("gone", "No longer seen"))
QUEUE = (
    column("symbol", "Asset", renderer="qpoName", width_px=96, narrow_px=92, pinned=True),
    column("what", "What", width_px=124, grow=1),
    column("session", "Session", format="date", width_px=102),
    column("raw", "Stored", format="price", width_px=82),
    column("proposed", "Proposed", format="price", width_px=90),
)
SERIES = (
    column("symbol", "Asset", renderer="qpoName", width_px=130, narrow_px=112, pinned=True),
    column("reads", "Reads", renderer="qpoState", width_px=96, narrow_px=92),
    column("score", "Score", format="number", width_px=84, narrow_px=80),
    column("sessions_count", "Sessions", format="count", width_px=96, narrow=False),
    column("open_count", "To decide", format="count", width_px=100),
    column("last_session", "Last price", format="date", width_px=112, narrow=False),
    column("checked_on", "Checked", format="date", width_px=112, narrow=False),
    column("sentence", "What counts", width_px=220, grow=2, narrow=False),
)


def layout(symbol: str | None = None, **_: Any) -> html.Div:
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
                _queue(),
                _series(),
                _policy(),
            ],
            className="stack",
        ),
    )


def _queue() -> Any:
    table = arriving(
        grid(
            id=Quality.QUEUE,
            columns=QUEUE,
            rows=[],
            row_key="id",
            select="many",
            height_px=420,
            label="Findings",
            empty="No finding of this kind.",
        )
    )
    filters = fields(
        field(select(Quality.STATE, STATES, "open"), "Show"),
        field(select(Quality.KIND, (("all", "All kinds"),), "all"), "Kind"),
    )
    none = empty_state(
        "Nothing waits for a decision",
        "New prices are checked by themselves within a minute of their arrival.",
        glyph="check2-circle",
        level=3,
    )
    buttons = html.Div(
        [
            button(
                "Accept", Quality.ACCEPT, kind="primary", small=True, glyph="check-lg", n_clicks=0, hidden=True,
                title="Key A", **{"data-key": "a"},
            ),
            button(
                "Reject", Quality.REJECT, small=True, glyph="x-lg", n_clicks=0, hidden=True, title="Key R",
                **{"data-key": "r"},
            ),
            button(
                "Undo", Quality.UNDO, small=True, glyph="arrow-counterclockwise", n_clicks=0, hidden=True,
                title="Key U", **{"data-key": "u"},
            ),
        ],
        id=Quality.ACTIONS,
        className="btn-row",
    )  # fmt: skip
    return columns(
        card(
            html.Div(
                [
                    filters,
                    html.Div(table, id=Quality.QUEUE_BOX),
                    html.Div(none, id=Quality.QUEUE_EMPTY, hidden=True),
                ],
                className="stack",
            ),
            title="Findings",
            note="Tick one or many",
        ),
        card(html.Div(waiting(300), id=Quality.DETAIL), title="Evidence", actions=buttons),
        layout="two",
    )


def _series() -> Any:
    table = arriving(
        grid(
            id=Quality.SERIES,
            columns=SERIES,
            rows=[],
            row_key="id",
            select="one",
            height_px=420,
            label="Series and their scores",
            empty="No series was checked yet.",
        )
    )
    body = [
        field(select(Quality.YEAR, (), None), "Year"),
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
