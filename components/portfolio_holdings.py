"""How does the grid of what a portfolio holds stand: its columns, which of them are shown, and what is edited in it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import dcc, html, no_update

from components.button import button
from components.card import card
from components.fields import search, select
from components.grid import GRID_OPTIONS, TAB_OUT, column, grid, grid_in
from components.ids import Portfolio
from components.ids_portfolio_work import Holdings, WhatIf
from components.live_panel import live_grid
from components.menu import menu
from components.price_source import price_column

EDITABLE: Final[dict[str, Any]] = {
    "editable": {"function": "qpoMayEdit(params)"},
    "cellEditorParams": {"useFormatter": True},
}
FILTERED: Final[dict[str, Any]] = {"filter": "agNumberColumnFilter"}
EDITED_CELL: Final = "params.data && params.data.edited_field === params.colDef.field"

COLUMNS: Final = (
    column("name", "Holding", renderer="qpoName", width_px=158, narrow_px=130, grow=2, pinned=True),
    column(
        "weight_frac",
        "Weight",
        renderer="qpoBar",
        width_px=96,
        comparator={"function": "qpoCompare"},
        valueFormatter={"function": "qpoWeight(params.value)"},
        valueParser={"function": "qpoParse(params)"},
        cellClassRules={"is-edited-cell": EDITED_CELL},
        **EDITABLE,
        **FILTERED,
    ),
    column("target_frac", "Target", format="weight", width_px=80, narrow=False),
    column(
        "drift_frac",
        "Drift",
        format="signed_points",
        width_px=92,
        narrow=False,
        tooltip="Weight minus target.",
        **FILTERED,
    ),
    column(
        "value_ccy",
        "Value",
        format="money",
        width_px=108,
        valueParser={"function": "qpoParse(params)"},
        cellClassRules={"is-edited-cell": EDITED_CELL},
        **EDITABLE,
        **FILTERED,
    ),
    column(
        "day_pnl_ccy",
        "Day",
        format="signed_money",
        width_px=92,
        narrow=False,
        tooltip="What the holding gained in the last session; at live prices, since the close before.",
    ),
    column(
        "unrealized_pnl_ccy",
        "Gain or loss",
        format="signed_money",
        width_px=116,
        narrow=False,
        tooltip="Value minus average cost: what it gained since it was bought.",
    ),
    column(
        "contribution_frac",
        "Contribution",
        format="signed_percent",
        width_px=104,
        narrow=False,
        tooltip="What the holding added to the portfolio's return of the period chosen above.",
    ),
    column(
        "risk_share_frac",
        "Risk share",
        format="weight",
        width_px=90,
        narrow=False,
        tooltip="Its part of the portfolio's volatility; all parts sum to 100%. Below zero it takes risk away.",
    ),
    column(
        "quantity",
        "Quantity",
        format="quantity",
        width_px=124,
        narrow=False,
        valueParser={"function": "qpoParse(params)"},
        cellClassRules={"is-edited-cell": EDITED_CELL},
        **EDITABLE,
    ),
    price_column("price", "Price", symbol="name", session="price_date", width_px=84, narrow=False),
    column("price_date", "Price of", format="date", width_px=104, narrow=False),
    column(
        "price_age_days",
        "Age",
        format="count",
        width_px=70,
        narrow=False,
        tooltip="Business days that the price lies behind the portfolio's day.",
    ),
    column("sector", "Sector", renderer="qpoLines", width_px=124, grow=1, narrow=False, filter="agTextColumnFilter"),
)
LIVE: Final = {
    name: name for name in ("price", "value_ccy", "weight_frac", "drift_frac", "unrealized_pnl_ccy", "day_pnl_ccy")
} | {"price_date": "session"}
"""Which cells follow live prices."""
ALWAYS: Final = ("name", "weight_frac", "value_ccy")
USUAL: Final = (
    "target_frac", "drift_frac", "day_pnl_ccy", "unrealized_pnl_ccy", "contribution_frac", "risk_share_frac",
    "price", "sector",
)  # fmt: skip
PERIODS: Final = (
    ("1m", "One month"),
    ("3m", "Three months"),
    ("ytd", "Year to date"),
    ("1y", "One year"),
    ("all", "Whole history"),
)
EMPTY: Final = "This portfolio holds nothing but cash."
OPTIONS: Final[dict[str, Any]] = {
    **TAB_OUT,  # while a cell is typed into, Tab goes to the next one
    "suppressMovableColumns": False,
    "localeText": {"noRowsToShow": EMPTY, "noMatchingRows": "No holding matches."},
    "singleClickEdit": True,
    "stopEditingWhenCellsLoseFocus": True,
    "isExternalFilterPresent": {"function": "qpoHoldingsAreNarrowed()"},
    "doesExternalFilterPass": {"function": "qpoHoldingsPass(params)"},
    "rowClassRules": {
        "is-edited": "params.data && params.data.edited === 'hand'",
        "is-proposed": "params.data && params.data.edited === 'optimizer'",
    },
}
SCROLLED_FROM_COUNT: Final = 60
"""From so many rows on the grid keeps its height and draws only what is seen."""
SCROLLED_PX: Final = 640


def shown_columns(chosen: Sequence[str] | None) -> list[dict[str, Any]]:
    """Return the columns, those hidden that were not chosen; the usual ones without a choice."""
    kept = {*ALWAYS, *(USUAL if chosen is None else chosen)}
    return [{**one, "hide": one["field"] not in kept} for one in COLUMNS]


def tall(count: int) -> tuple[Any, Any]:
    """Return options and style of a grid of so many rows; nothing where it grows with its rows."""
    if count < SCROLLED_FROM_COUNT:
        return no_update, no_update
    return {**GRID_OPTIONS, **OPTIONS, "domLayout": "normal"}, {"height": f"{SCROLLED_PX}px", "width": "100%"}


def holdings_card(sector: str | None) -> html.Section:
    """Draw the card of the holdings; rows come by themselves."""
    rows = grid(
        id=Portfolio.HOLDINGS,
        columns=shown_columns(None),
        rows=[],
        row_key="id",
        label="Holdings",
        empty=EMPTY,
        options=OPTIONS,
    )
    table = grid_in(rows)
    table.rowData = None
    table.eventListeners = {
        **table.eventListeners,
        "firstDataRendered": ["qpoFit(params)", "qpoHoldingsRows(params)"],
        "rowDataUpdated": ["qpoFit(params)", "qpoHoldingsRows(params)"],
        "modelUpdated": ["qpoHoldingsSums(params)"],
        "cellValueChanged": ["qpoHoldingsEdited(params)"],
        "columnMoved": ["qpoHoldingsMoved(params)"],
    }
    live = live_grid(rows, "holdings", LIVE)
    live.id = Holdings.LIVE
    return card(
        [
            dcc.Store(id=Holdings.PARTS),
            dcc.Store(id=Holdings.ORDER, data=[]),
            dcc.Store(id=Holdings.KEPT),
            dcc.Store(id=Holdings.TO_KEEP),
            dcc.Store(id=Holdings.KEEPING, data=False),
            dcc.Store(id=Holdings.SECTOR, data=sector),
            html.Div(_tools(), className="holdings-tools"),
            live,
            html.P(id=Holdings.PARTS_NOTE, className="card-note holdings-note"),
        ],
        title="Holdings",
        actions=[
            search(Portfolio.HOLDINGS_SEARCH, "Find a holding"),
            button("What if", WhatIf.START, glyph="sliders2", n_clicks=0, **{"aria-pressed": "false"}),
        ],
        flush=True,
    )


def _tools() -> list[Any]:
    choices = [{"value": one["field"], "label": one["headerName"]} for one in COLUMNS if one["field"] not in ALWAYS]
    boxes = dcc.Checklist(
        id=Holdings.COLUMNS,
        options=choices,
        value=list(USUAL),
        className="holdings-columns",
    )
    period = html.Div(
        [
            html.Label("Contribution over", htmlFor=Holdings.PERIOD),
            select(Holdings.PERIOD, PERIODS, "ytd", persistence="v1", persistence_type="local"),
        ],
        className="holdings-period",
    )
    clear = button(
        "", Holdings.SECTOR_CLEAR, kind="quiet", small=True, glyph="x-lg", label="Show all sectors", n_clicks=0
    )
    chip = html.Div(
        [html.Span(id=Holdings.SECTOR_WORDS), clear],
        id=Holdings.SECTOR_CHIP,
        hidden=True,
        className="chip",
    )
    columns = menu(
        [html.Span("Columns", className="btn-q btn-q-quiet btn-q-small")],
        html.Div(
            [html.Div(boxes, role="group", **{"aria-label": "Columns that are shown"}), _order(choices)],
            className="holdings-choice",
        ),
        label="Choose columns",
        className="menu-columns",
    )
    return [chip, period, columns]


def _order(choices: Sequence[dict[str, str]]) -> html.Div:
    """Offer what dragging a header does: one column further to the left or right, and all of it back."""
    options = [(one["value"], one["label"]) for one in choices]
    return html.Div(
        [
            html.Label("Move", htmlFor=Holdings.MOVED),
            select(Holdings.MOVED, options, options[0][0]),
            button("Earlier", Holdings.EARLIER, small=True, n_clicks=0),
            button("Later", Holdings.LATER, small=True, n_clicks=0),
            button("As it came", Holdings.USUAL, kind="quiet", small=True, n_clicks=0),
        ],
        className="holdings-order",
        role="group",
        **{"aria-label": "Order of the columns"},
    )
