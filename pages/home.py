"""Which portfolios are there, how do they stand, and which one needs attention?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.button import button, link_button
from components.card import card, columns
from components.confirm import dialog
from components.empty_state import empty_state
from components.fields import field, fields, number_input, search, select, text_area, text_input
from components.grid import column, grid
from components.ids import Home
from components.live_panel import live_grid
from components.page_header import page_header
from components.pills import pill_filter
from components.progress import progress
from components.skeleton import skeleton
from pages._frame import arriving, frame, waiting_figures

dash.register_page(__name__, path="/", title="Home · Quantum Portfolio Optimizer", name="Home", order=0)

FILTERS = (("all", "All", None), ("attention", "Needs attention", None), ("clients", "With a client", None))
COLUMNS = (
    column("name", "Portfolio", renderer="qpoName", width_px=250, narrow_px=158, grow=2, pinned=True),
    column("value_ccy", "Value", format="money", renderer="qpoValue", width_px=100, narrow_px=100),
    column("day_pnl_ccy", "Day", format="signed_money", width_px=98, narrow=False),
    column("return_ytd_frac", "YTD", format="signed_percent", width_px=84, narrow=False),
    column("return_1y_frac", "1 year", format="signed_percent", width_px=84, narrow=False),
    column(
        "volatility_frac",
        "Volatility",
        format="percent",
        width_px=86,
        narrow=False,
        tooltip="Annualized from daily returns of the last year.",
    ),
    column("sparkline", "Last 60 days", renderer="qpoSparkline", width_px=106, sortable=False, narrow=False),
    column("breaches_count", "Limits", renderer="qpoLight", width_px=114, narrow_px=114),
    column("as_of", "As of", format="date", width_px=104, narrow=False),
    column("actions", "", renderer="qpoActions", width_px=138, sortable=False, narrow=False),
)
LIVE = {"value_ccy": "value_ccy", "day_pnl_ccy": "day_pnl_ccy", "day_frac": "day_frac"}
"""Which cells follow live prices."""


def layout(view: str = "all", **_: Any) -> html.Div:
    """Draw the outline; figures and rows arrive when the server has been asked."""
    actions = [
        html.Span(link_button("Import", "/imports", glyph="upload"), id=Home.IMPORT, hidden=True),
        button("New portfolio", Home.NEW, kind="primary", glyph="plus-lg", n_clicks=0, hidden=True),
        button("Load the sample pack", Home.LOAD_SAMPLE, glyph="flask", n_clicks=0, hidden=True),
    ]
    chosen = view if view in {value for value, _text, _count in FILTERS} else "all"
    rows = arriving(
        grid(
            id=Home.TABLE,
            columns=COLUMNS,
            rows=[],
            row_key="id",
            label="Portfolios",
            empty="No portfolio fits the filter.",
        )
    )
    followed = live_grid(rows, "portfolios", LIVE)
    tools = [
        pill_filter(FILTERS, [chosen], pill_id=Home.pill, label="Which portfolios"),
        search(Home.FILTER, "Find a portfolio"),
    ]
    main = [
        card(followed, title="All portfolios", actions=tools, flush=True),
        columns(
            card(
                skeleton(lines=4),
                title="Needs attention",
                note="Alerts, and limits that are passed",
                body_id=Home.ALERTS,
            ),
            card(skeleton(lines=4), title="Activity", note="Your latest runs", body_id=Home.FEED),
        ),
    ]
    return frame(
        Home.PROBLEM,
        Home.MAIN,
        dcc.Store(id=Home.VIEW, data={"name": "view", "usual": "all", "value": chosen}),
        page_header("Portfolios", lead=html.Span("Loading.", id=Home.HISTORICAL), actions=actions),
        html.Div(id=Home.SAMPLE_NOTE),
        html.Div(waiting_figures(5), id=Home.SUMMARY),
        html.Div(main, id=Home.LIST, className="stack"),
        html.Div(_nothing_yet(), id=Home.EMPTY, hidden=True),
        _new_dialog(),
        _sample_dialog(),
    )


def _nothing_yet() -> html.Section:
    return card(
        empty_state(
            "No portfolios yet",
            "Bring what you hold as your bank exports it, or paste it from a spreadsheet: it takes two minutes.",
            glyph="briefcase",
            actions=[
                html.Span(
                    link_button("Import holdings", "/imports", kind="primary", glyph="upload"),
                    id=Home.EMPTY_IMPORT,
                    hidden=True,
                ),
                button("Load the sample pack", Home.EMPTY_SAMPLE, glyph="flask", n_clicks=0),
                button("New portfolio", Home.EMPTY_NEW, glyph="plus-lg", n_clicks=0),
            ],
        )
    )


def _new_dialog() -> html.Div:
    strategies = [("long_only", "Long-only"), ("balanced", "Balanced, with cash"), ("long_short", "Long-short")]
    body = [
        html.Div(id=Home.NEW_ERRORS),
        fields(
            field(text_input(Home.NEW_NAME, maxlength=200), "Name", is_wide=True),
            field(select(Home.NEW_CLIENT, [("none", "No client")], "none"), "Client", is_optional=True),
            field(
                select(Home.NEW_TEAM, [("none", "Only me")], "none"),
                "Team",
                help_text="Its members see the portfolio, and so do those who see the client.",
            ),
            field(select(Home.NEW_STRATEGY, strategies, "long_only"), "How it is run"),
            field(select(Home.NEW_CURRENCY, [("USD", "USD")], "USD"), "Base currency"),
            field(
                number_input(Home.NEW_VALUE),
                "Value or cash at the start",
                is_optional=True,
                help_text="Turns weights into quantities; without positions it is the first deposit.",
            ),
            field(
                text_area(Home.NEW_POSITIONS, rows=7, placeholder="AAPL, 120\nMSFT, 80\nor AAPL, 12.5%"),
                "Positions",
                is_optional=True,
                is_wide=True,
                help_text="One line each: symbol, then shares or a weight with %. Paste from a spreadsheet works.",
            ),
        ),
    ]
    return dialog(
        Home.NEW_DIALOG,
        "New portfolio",
        body,
        confirm="Create portfolio",
        confirm_id=Home.NEW_SAVE,
        cancel_id=Home.NEW_CANCEL,
        wide=True,
    )


def _sample_dialog() -> html.Div:
    body = [
        html.P(
            "The pack adds 40 invented assets, ESG scores, volumes, a second currency and a benchmark with weights, "
            "so that every feature can be tried. Its figures are made by this project and marked "
            "“Sample, fictitious” wherever they appear. Your own portfolios stay as they are."
        ),
        html.Div(progress("Loading the sample pack", None), id=Home.SAMPLE_PROGRESS, hidden=True),
    ]
    return dialog(
        Home.SAMPLE_DIALOG,
        "Load the sample pack?",
        body,
        confirm="Load the sample pack",
        confirm_id=Home.SAMPLE_CONFIRM,
        cancel_id=Home.SAMPLE_CANCEL,
    )
