"""How does the light of live prices look, what does its panel offer, and how is a replay labelled?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from components.button import button
from components.fields import field, select, text_input
from components.icon import icon
from components.ids import Live, Shell
from components.menu import menu

MODES = (
    ("replay", "Replay of recorded prices"),
    ("poll", "Ask the providers again and again"),
    ("push", "Take prices that are sent to the API"),
)
SPEEDS = (
    ("60", "60x: a minute in a second"),
    ("600", "600x"),
    ("3600", "3,600x: an hour in a second"),
    ("23400", "23,400x: a session in a second"),
    ("100000", "100,000x"),
)


def live_light() -> html.Details:
    """Show how far prices can be trusted, as a button that opens the panel; assets/live*.js write words and age."""
    dot = html.Span(
        [html.Span(className="dot", **{"aria-hidden": "true"}), html.Span("Connecting", className="dot-text")],
        id=Shell.CONNECTION,
        className="connection",
        role="status",
        **{"data-state": "connecting", "aria-live": "off"},
    )
    return menu(
        [dot],
        [_now(), _controls()],
        label="Live prices: state and controls",
        button_id=Live.BUTTON,
        panel_id=Live.PANEL,
        className="menu-tray menu-live",
    )


def _now() -> html.Div:
    return html.Div(
        [
            html.Div(["Live prices", html.Span(id=Live.WORDS, className="tag")], className="menu-title"),
            html.P("The feed has not been heard of yet.", id=Live.SENTENCE, className="live-sentence"),
            button("Pause this screen (p)", Live.SCREEN_PAUSE, small=True, hidden=True),
        ],
        className="live-now",
    )


def _controls() -> html.Div:
    replay = html.Div(
        [
            field(select(Live.SPEED, SPEEDS, "3600"), "Speed"),
            field(
                text_input(Live.START_ON, placeholder="2020-02-19", maxlength=10),
                "First session",
                is_optional=True,
                help_text="A year before the last one if left out. Of a day with bars of minutes, these are played.",
            ),
        ],
        id=Live.REPLAY_FIELDS,
        className="live-replay",
    )
    return html.Div(
        [
            html.Div("Feed of the house", className="live-heading"),
            field(select(Live.MODE, MODES, "replay"), "Source"),
            replay,
            html.Div(id=Live.PROBLEM, role="alert"),
            html.Div(
                [
                    button("Start", Live.START, kind="primary", small=True, n_clicks=0),
                    button("Pause", Live.HOUSE_PAUSE, small=True, n_clicks=0, hidden=True),
                    button("Stop", Live.STOP, kind="quiet", small=True, n_clicks=0, hidden=True),
                ],
                className="btn-row",
            ),
        ],
        id=Live.CONTROLS,
        className="live-controls",
        hidden=True,
    )


def live_note() -> html.Div:
    """Say on every page that a replay is played; hidden otherwise."""
    return html.Div(
        [icon("clock-history"), html.Span(id=Live.NOTE_WORDS)],
        id=Live.NOTE,
        className="live-note",
        role="note",
        hidden=True,
    )


def live_stores() -> list[Any]:
    """Return the stores of live prices; none of them ever holds a price."""
    return [dcc.Store(id=Live.ASKED), dcc.Store(id=Live.CHANGED)]


def live_symbol(text: str, symbol: str, figure: str = "price") -> html.Span:
    """Show a figure of a symbol that follows its live price while there is one.

    Parameters
    ----------
    text : str
        The stored figure, formatted; it comes back when the feed ends.
    symbol : str
    figure : str
        ``price``, ``change_frac``, ``change_ccy``, ``previous_close`` or ``session``.
    """
    return html.Span(text, **{"data-live-symbol": symbol, "data-live-field": figure})


def live_now(symbol: str) -> html.Span:
    """Say a symbol's live price beside its stored one, only while there is one."""
    return html.Span([" · now ", live_symbol("", symbol)], className="live-beside")


def live_portfolio(text: str, portfolio_id: str, figure: str) -> html.Span:
    """Show a figure of a portfolio (``value_ccy``, ``day_pnl_ccy``, ``day_frac``, ``fx_pnl_ccy``) that follows live."""
    return html.Span(text, **{"data-live-portfolio": portfolio_id, "data-live-field": figure})


def live_total(text: str, currency: str, figure: str) -> html.Span:
    """Show a figure of all portfolios in a currency that follows live prices."""
    return html.Span(text, **{"data-live-total": currency, "data-live-field": figure})


def live_grid(grid: Any, kind: str, fields: Mapping[str, str], *, portfolio_id: str | None = None) -> html.Div:
    """Have the rows of a grid follow live prices.

    Parameters
    ----------
    grid : component
        From `components.grid.grid`.
    kind : {"symbols", "holdings", "portfolios"}
        What a row stands for: one with the key ``symbol``, a holding of the page's portfolio with its asset's id, or a
        portfolio with its id.
    fields : mapping of str to str
        Key in the row to live figure.
    portfolio_id : str or None
        Whose holdings they are; the portfolio of the page's address when None.
    """
    whose = {} if portfolio_id is None else {"data-live-of": portfolio_id}
    return html.Div(grid, **{"data-live-grid": kind, "data-live-map": json.dumps(dict(fields)), **whose})
