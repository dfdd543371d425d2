"""Which cards does the dashboard have, and what stands in them until the figures come?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import html

from components.board import board_card
from components.fields import search, select
from components.grid import column, grid, grid_in
from components.ids import Board, Home
from components.live_panel import live_grid
from components.pills import pill_filter
from components.skeleton import kpi_skeleton, skeleton

FILTERS: Final = (("all", "All", None), ("attention", "Needs attention", None), ("clients", "With a client", None))
WIDE_PX: Final = 860
"""Columns beyond the first four leave where the table is narrower than this; a sheet of the row has them then."""
WIDER_PX, WIDEST_PX = 1040, 1160
"""Where the table has room for drift and volatility, and for the course of 60 days."""
COLUMNS: Final = (
    column("name", "Portfolio", renderer="qpoName", width_px=180, narrow_px=150, grow=2, pinned=True),
    column("value_ccy", "Value", format="money", renderer="qpoValue", width_px=102, narrow_px=100),
    column("day_pnl_ccy", "Day", format="signed_money", width_px=92, narrow=False),
    column("return_ytd_frac", "YTD", format="signed_percent", width_px=88, narrow_below_px=WIDE_PX),
    column(
        "active_ytd_frac",
        "vs. bench.",
        format="signed_points",
        width_px=86,
        narrow_below_px=WIDE_PX,
        tooltip="Year to date less that of the portfolio's own benchmark.",
    ),
    column(
        "volatility_frac",
        "Volatility",
        format="percent",
        width_px=82,
        narrow_below_px=WIDER_PX,
        tooltip="Annualized from daily returns of the last year.",
    ),
    column(
        "limit_used_frac",
        "Risk used",
        format="percent",
        renderer="qpoUsed",
        width_px=96,
        narrow_below_px=WIDE_PX,
        tooltip="The limit on holdings or on risk that is used most; 100% is the limit.",
    ),
    column(
        "drift_frac",
        "Drift",
        format="weight",
        width_px=70,
        narrow_below_px=WIDER_PX,
        tooltip="What trading back to the target would turn over, one-way, cash included.",
    ),
    column(
        "share_frac",
        "Of it",
        format="weight",
        width_px=70,
        narrow_below_px=WIDE_PX,
        tooltip="The part of the portfolio that the filter lets through.",
        hide=True,
    ),
    column("breaches_count", "Limits, rules", renderer="qpoStanding", width_px=122, narrow_px=110),
    column("sparkline", "60 days", renderer="qpoSparkline", width_px=100, sortable=False, narrow_below_px=WIDEST_PX),
    column("actions", "", renderer="qpoDeeds", width_px=140, sortable=False, narrow=False),
)
ROWS_BEYOND_COUNT: Final = 3
"""Rows that stand ready above and below those in sight; each costs a dozen cells when the page is drawn."""
LIVE: Final = {"value_ccy": "value_ccy", "day_pnl_ccy": "day_pnl_ccy", "day_frac": "day_frac"}
"""Which cells follow live prices."""


def board_cards(view: Mapping[str, Any], find: str = "") -> list[html.Section]:
    """Return every card of the dashboard, filled with outlines; `find` is what portfolios are looked for by."""
    return [
        board_card("summary", "All portfolios", kpi_skeleton(5), body_id=Home.SUMMARY, parts=("summary",), flush=True),
        _portfolios(str(view["value"]), find),
        board_card("today", "The day", skeleton(lines=6), body_id=Board.TODAY, parts=("today",), flush=True),
        board_card(
            "holdings", "Largest holdings", skeleton(lines=6), body_id=Board.HOLDINGS, parts=("holdings",), flush=True
        ),
        board_card("sectors", "Sectors", skeleton(lines=6), body_id=Board.SECTORS, parts=("sectors",), flush=True),
        board_card(
            "attention", "Needs attention", skeleton(lines=4), body_id=Home.ALERTS, parts=("attention",), flush=True
        ),
        board_card("tasks", "Waiting for you", skeleton(lines=4), body_id=Board.TASKS, parts=("tasks",), flush=True),
        board_card("activity", "What happened", skeleton(lines=6), body_id=Home.FEED, parts=("activity",), flush=True),
        board_card("actions", "What would you like to do?", _actions(), body_id=Board.ACTIONS),
    ]


def _portfolios(chosen: str, find: str) -> html.Section:
    framed = grid(
        id=Home.TABLE,
        columns=COLUMNS,
        rows=[],
        row_key="id",
        height_px=380,
        label="Portfolios",
        empty="No portfolio fits the filter.",
        filter_text=find,
        options={"rowBuffer": ROWS_BEYOND_COUNT},
    )
    table = grid_in(framed)
    table.rowData = None
    table.style = {"height": "100%", "width": "100%"}
    tools = [
        pill_filter(FILTERS, [chosen], pill_id=Home.pill, label="Which portfolios"),
        search(Home.FILTER, "Find a portfolio", kept_as="find", value=find),
        _comparing(),
    ]
    return board_card(
        "portfolios",
        "Portfolios",
        live_grid(framed, "portfolios", LIVE),
        body_id=Home.ROWS,
        parts=("portfolios",),
        actions=tools,
        flush=True,
    )


def _comparing() -> html.Div:
    """Have rows ticked and opened side by side; assets/compare.js does it."""
    style = "btn-q btn-q-secondary btn-q-small"
    return html.Div(
        [
            html.Span(className="board-notes", role="status", **{"data-compare-said": ""}),
            html.Button("Compare", type="button", className=style, **{"data-compare": "open"}),
            html.Button("Cancel", type="button", className=style, hidden=True, **{"data-compare": "stop"}),
        ],
        className="btn-row",
    )


def _actions() -> html.Div:
    """Offer the deeds of the day for one portfolio; assets/board.js writes the addresses."""
    deeds = (
        ("Optimize", "/optimize?portfolio={}"),
        ("Rebalance", "/rebalance?portfolio={}"),
        ("Analyze risk", "/risk?portfolio={}"),
        ("Stress", "/stress?portfolio={}"),
        ("Performance", "/performance?portfolio={}"),
        ("Check orders", "/compliance?tab=trade&portfolio={}"),
    )
    links = [
        html.Button(
            text,
            type="button",
            className="btn-q btn-q-secondary btn-q-small",
            **{"data-board-deed": address, "aria-label": f"{text}: the chosen portfolio"},
        )
        for text, address in deeds
    ]
    return html.Div(
        [
            html.Label("Portfolio", htmlFor=Board.ACTIONS_PORTFOLIO, className="visually-hidden"),
            select(Board.ACTIONS_PORTFOLIO, [("", "Choose a portfolio")], ""),
            html.Div(links, className="btn-row"),
        ],
        className="board-deeds",
    )
