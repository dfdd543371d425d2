"""What does one portfolio hold, how did it do, and is it inside its limits?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.button import button, link_button
from components.card import card, columns
from components.confirm import confirm_delete
from components.fields import search
from components.grid import column, grid
from components.ids import Portfolio
from components.ids_portfolio_work import Asked, Notes, Versions
from components.menu import export_menu
from components.pills import pill_filter
from components.portfolio_holdings import holdings_card
from components.portfolio_versions import notes_panel, versions_panel
from components.portfolio_what_if import keep_dialog, what_if_bar
from components.skeleton import skeleton
from components.tabs import tabs
from components.take import take_page_button
from pages._frame import arriving, frame, panels, tab_of, waiting, waiting_figures
from pages._portfolio_dialogs import edit_dialog, positions_dialog

dash.register_page(
    __name__,
    path_template="/portfolios/<portfolio_id>",
    title="Portfolio · Quantum Portfolio Optimizer",
    name="Portfolio",
)

TABS = (
    ("holdings", "Holdings", Portfolio.PANEL_HOLDINGS),
    ("allocation", "Allocation", Portfolio.PANEL_ALLOCATION),
    ("history", "History", Portfolio.PANEL_HISTORY),
    ("transactions", "Transactions", Portfolio.PANEL_TRANSACTIONS),
    ("limits", "Limits", Portfolio.PANEL_LIMITS),
    ("targets", "Target", Portfolio.PANEL_TARGETS),
    ("versions", "Versions", Versions.PANEL),
    ("notes", "Notes", Notes.PANEL),
)
PERIODS = (
    ("1m", "1M", None),
    ("6m", "6M", None),
    ("ytd", "YTD", None),
    ("1y", "1Y", None),
    ("3y", "3Y", None),
    ("5y", "5Y", None),
    ("all", "All", None),
)
LEDGER = (
    column("trade_date", "Date", format="date", width_px=112, pinned=True),
    column("kind", "Kind", width_px=128),
    column("symbol", "Symbol", width_px=84),
    column(
        "quantity", "Shares", format="shares", width_px=120, tooltip="What the holding grew by; below zero went out."
    ),
    column("price", "Price", format="price", width_px=88, narrow=False),
    column("amount_ccy", "Cash", format="signed_money", width_px=104, tooltip="What the cash grew by, fees included."),
    column("fees_ccy", "Fees", format="money", width_px=76, narrow=False),
    column("currency", "Currency", width_px=84, narrow=False),
    column("note", "Note", width_px=260, narrow_px=520, grow=1, wrapText=True, autoHeight=True, cellClass="grid-note"),
)


def layout(
    portfolio_id: str | None = None,
    tab: str | None = None,
    period: str | None = None,
    sector: str | None = None,
    **_: Any,
) -> html.Div:
    """Draw the outline of one portfolio; everything in it is asked for by its id in the address."""
    places = [(key, part) for key, _text, part in TABS]
    shown = period if period in {value for value, _text, _count in PERIODS} else "all"
    return frame(
        Portfolio.PROBLEM,
        Portfolio.MAIN,
        dcc.Store(id=Portfolio.ID, data=portfolio_id),
        dcc.Store(id=Portfolio.VERSION),
        dcc.Store(id=Portfolio.VIEW, data={"name": "period", "usual": "all", "value": shown}),
        dcc.Store(id=Portfolio.TRANSACTIONS_CURSOR),
        *(dcc.Store(id=one) for one in Asked.ALL),
        html.Header(
            [html.Div(skeleton(lines=2), id=Portfolio.HEADER, className="page-header-words"), _actions(portfolio_id)],
            className="page-header",
        ),
        html.Div(waiting_figures(6), id=Portfolio.METRICS),
        html.Div(id=Portfolio.COMPLIANCE, **{"aria-live": "polite"}),
        tabs(Portfolio.TABS, [(key, text) for key, text, _part in TABS], tab_of(places, tab)),
        *panels(
            places,
            tab,
            _holdings(sector),
            _allocation(),
            _history(shown),
            _ledger(),
            _limits(),
            _targets(),
            versions_panel(),
            notes_panel(),
        ),
        keep_dialog(),
        edit_dialog(),
        positions_dialog(),
        confirm_delete(
            Portfolio.DELETE_DIALOG,
            "portfolio",
            "Its holdings, transactions and targets leave the screens with it. You can undo this for ten seconds; "
            "later an administrator can restore it.",
            confirm_id=Portfolio.DELETE_CONFIRM,
            cancel_id=Portfolio.DELETE_CANCEL,
        ),
    )


def _actions(portfolio_id: str | None) -> html.Div:
    exports = export_menu([(Portfolio.EXPORT_XLSX, "Excel", "holdings"), (Portfolio.EXPORT_CSV, "CSV", "holdings")])
    return html.Div(
        [
            html.Span(
                link_button("Optimize", "/optimize", kind="primary", glyph="sliders2", id=Portfolio.OPTIMIZE),
                id=Portfolio.ACTIONS,
                hidden=True,
            ),
            html.Span(
                link_button("Rebalance", f"/rebalance?portfolio={portfolio_id}", glyph="arrow-left-right"),
                id=Portfolio.REBALANCE,
                hidden=True,
            ),
            link_button("Performance", f"/performance?portfolio={portfolio_id}", glyph="graph-up-arrow"),
            exports,
            button("Positions", Portfolio.POSITIONS, glyph="clipboard-plus", n_clicks=0, hidden=True),
            button("Edit", Portfolio.EDIT, glyph="pencil", n_clicks=0, hidden=True),
            button("Delete", Portfolio.DELETE, kind="quiet", glyph="trash", n_clicks=0, hidden=True),
            take_page_button(),
        ],
        className="btn-row",
    )


def _holdings(sector: str | None) -> list[Any]:
    return [
        holdings_card(sector),
        card(waiting(60), title="Cash", body_id=Portfolio.CASH),
        html.Div(id=Portfolio.HOLDINGS_NOTES),
        what_if_bar(),
    ]


def _allocation() -> Any:
    return html.Div(columns(card(waiting(320)), card(waiting(320))), id=Portfolio.ALLOCATION)


def _history(shown: str) -> list[Any]:
    chips = pill_filter(PERIODS, [shown], pill_id=Portfolio.period, label="Period")
    return [
        chips,
        card(html.Div(waiting(360), id=Portfolio.HISTORY)),
        card(html.Div(waiting(220), id=Portfolio.DRAWDOWN)),
    ]


def _ledger() -> Any:
    rows = arriving(
        grid(
            id=Portfolio.TRANSACTIONS,
            columns=LEDGER,
            rows=[],
            row_key="id",
            height_px=560,
            label="Transactions",
            empty="Nothing has been booked yet.",
            when_seen=True,
        )
    )
    more = button("Show earlier ones", Portfolio.TRANSACTIONS_MORE, kind="quiet", n_clicks=0, hidden=True)
    return card(
        [rows, more],
        title="Transactions",
        note="The ledger: holdings follow from it alone, the latest entry first",
        actions=search(Portfolio.TRANSACTIONS_SEARCH, "Find among those shown"),
        flush=True,
    )


def _limits() -> Any:
    return card(waiting(160), title="Limits", note="Amber from 80% of a limit, red beyond it", body_id=Portfolio.LIMITS)


def _targets() -> Any:
    note = "The weights this portfolio should have, as saved from an optimization"
    return card(waiting(160), title="Target", note=note, body_id=Portfolio.TARGETS)
