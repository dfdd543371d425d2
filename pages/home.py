"""What happened, what needs me, and what can I do: all portfolios at a glance, in cards that stand where one likes."""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.board import board_bar, board_grid, board_stores
from components.board_layout import FILTERS, board_cards
from components.button import button, link_button
from components.card import card
from components.confirm import dialog
from components.empty_state import empty_state
from components.fields import field, fields, number_input, select, text_area, text_input
from components.help_layout import first_steps
from components.ids import Board, Home
from components.page_header import page_header
from components.progress import progress
from pages._frame import frame, waiting, waiting_figures

dash.register_page(__name__, path="/", title="Home · Quantum Portfolio Optimizer", name="Home", order=0)

CURRENCY_LENGTH = 3
WORDS_MAX_LENGTH = 200


def layout(
    view: str = "all",
    currency: str | None = None,
    sector: str | None = None,
    symbol: str | None = None,
    shared: str | None = None,
    find: str = "",
    **_: Any,
) -> html.Div:
    """Draw the outline; figures, rows and the place of the cards arrive when the server has been asked."""
    actions = [
        html.Span(_view_choice(), className="board-choice"),
        html.Span(link_button("Import", "/imports", glyph="upload"), id=Home.IMPORT, hidden=True),
        button("New portfolio", Home.NEW, kind="primary", glyph="plus-lg", n_clicks=0, hidden=True),
        button("Load the sample pack", Home.LOAD_SAMPLE, glyph="flask", n_clicks=0, hidden=True),
    ]
    chosen = {
        "name": "view",
        "usual": "all",
        "value": view if view in {value for value, _text, _count in FILTERS} else "all",
        "currency": currency if currency and len(currency) == CURRENCY_LENGTH else None,
        "sector": sector[:WORDS_MAX_LENGTH] if sector else None,
        "symbol": symbol[:WORDS_MAX_LENGTH] if symbol else None,
        "shared": shared[:WORDS_MAX_LENGTH] if shared else None,
    }
    board = [
        board_bar(),
        html.Div(id=Board.CHIPS),
        board_grid(board_cards(chosen, find[:WORDS_MAX_LENGTH])),
        html.Div([waiting_figures(5), waiting(260)], className="board-waiting"),
        *board_stores(),
    ]
    return frame(
        Home.PROBLEM,
        Home.MAIN,
        dcc.Store(id=Home.VIEW, data=chosen),
        page_header("Portfolios", lead=html.Span("Loading.", id=Home.HISTORICAL), actions=actions),
        html.Div(id=Home.SAMPLE_NOTE),
        first_steps(),
        html.Div(board, id=Home.LIST),
        html.Div(_nothing_yet(), id=Home.EMPTY, hidden=True),
        _new_dialog(),
        _sample_dialog(),
        _sheet(),
    )


def _view_choice() -> html.Div:
    """Choose the currency and the view, and change it."""
    return html.Div(
        [
            html.Label("Currency of the totals", htmlFor=Board.CURRENCY, className="visually-hidden"),
            select(Board.CURRENCY, [("", "Currency")], ""),
            html.Label("View of the dashboard", htmlFor=Board.VIEWS, className="visually-hidden"),
            select(Board.VIEWS, [("", "View")], ""),
            button("Customize", Board.CUSTOMIZE, glyph="grid-1x2", n_clicks=0),
        ],
        className="btn-row",
        role="group",
        **{"aria-label": "How the dashboard is shown"},
    )


def _sheet() -> html.Div:
    """Show all figures of a row where the table has no room for them; assets/board.js fills it."""
    return dialog(
        Board.SHEET,
        "Portfolio",
        html.Div(id=Board.SHEET_BODY),
        confirm="Open",
        confirm_id=Board.SHEET_OPEN,
        cancel_id=Board.SHEET_CLOSE,
        cancel="Close",
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
