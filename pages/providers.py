"""Where do fresh figures come from, in which order, and how does each source stand?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.button import button
from components.card import card, columns
from components.confirm import ask_first, confirm_delete, dialog
from components.fields import field, fields, number_input, select, text_input
from components.ids import Providers
from components.page_header import page_header
from components.table import table
from pages._frame import frame, waiting

dash.register_page(
    __name__, path="/providers", title="Providers · Quantum Portfolio Optimizer", name="Providers", order=8
)

KINDS = (
    ("equity", "Stocks"),
    ("etf", "Funds (ETFs)"),
    ("index", "Indices"),
    ("bond", "Bonds"),
    ("commodity", "Commodities"),
    ("fx", "Currencies"),
    ("crypto", "Crypto"),
    ("macro", "Economic series"),
)


def layout(**_: Any) -> html.Div:
    """Draw the outline; how each source stands arrives when the server has been asked."""
    actions = [
        button("Refresh now", Providers.REFRESH, glyph="arrow-repeat", n_clicks=0, hidden=True),
        button("Describe a feed", Providers.FEED_NEW, glyph="plus-lg", n_clicks=0, hidden=True),
    ]
    return frame(
        Providers.PROBLEM,
        Providers.MAIN,
        dcc.Store(id=Providers.VIEW),
        dcc.Store(id=Providers.CHOSEN),
        page_header(
            "Providers",
            lead="Where fresh figures come from, in which order sources are asked, and how each one stands.",
            actions=actions,
        ),
        html.Div(
            [
                html.Div(waiting(70), id=Providers.SUMMARY),
                html.Div([waiting(220), waiting(220)], id=Providers.CARDS, className="provider-cards"),
                columns(_order(), _built_in(), layout="two"),
                _facts(),
            ],
            className="stack",
        ),
        _key_dialog(),
        _limits_dialog(),
        _feed_dialog(),
        confirm_delete(
            Providers.DELETE_DIALOG,
            "this feed",
            "Its description and its key are wiped at once, and this cannot be taken back: both are entered anew. "
            "Prices that it brought stay.",
            confirm_id=Providers.DELETE_CONFIRM,
            cancel_id=Providers.DELETE_CANCEL,
        ),
    )


def _order() -> Any:
    body = [
        field(select(Providers.KIND, KINDS, "equity"), "Kind of assets"),
        html.Div(waiting(120), id=Providers.ORDER),
        html.P(id=Providers.ORDER_NOTE, className="muted", role="status"),
    ]
    return card(
        html.Div(body, className="stack"),
        title="Order",
        note="The first one that answers counts; the next steps in where it fails",
    )


def _built_in() -> Any:
    return card(
        waiting(120),
        title="Part of the product",
        note="Answer without the network",
        flush=True,
        body_id=Providers.BUILT_IN,
    )


def _facts() -> Any:
    rows = [
        ("Market value, shares, P/E, P/B, dividend yield", "Alpha Vantage, a feed of your own, or an import"),
        ("Average daily volume", "A feed of your own, or an import"),
        ("ESG scores", "A feed of your own, where higher or lower may be better, or an import, where higher is"),
    ]
    why = (
        "Yahoo Finance shows its fundamentals to signed-in browsers only and has withdrawn its ESG scores; Alpha "
        "Vantage has no ESG scores and no average volume. Whatever cannot be had is missing, never guessed."
    )
    return card(
        table((("Fact", False), ("Who can bring it", False)), rows, caption="Facts about assets and who brings them"),
        title="Facts about assets",
        note=why,
        flush=True,
    )


def _key_dialog() -> Any:
    body = [
        html.P(id=Providers.KEY_TEXT, className="muted"),
        html.Div(id=Providers.KEY_ERRORS),
        field(
            text_input(Providers.KEY_VALUE, kind="password", maxlength=500, autocomplete="off"),
            "Key",
            help_text="It is kept encrypted and never shown again; only its last four characters are. Deleted, it is "
            "wiped for good.",
        ),
        button(
            "Delete the key that is set", Providers.KEY_DELETE, kind="quiet", small=True, n_clicks=0, hidden=True,
            **ask_first(
                "Delete the key that is set?",
                "It is wiped at once and never comes back. The source is not asked until it has another one.",
                "Delete the key",
            ),
        ),
    ]  # fmt: skip
    return dialog(
        Providers.KEY_DIALOG,
        "Set the key",
        html.Div(body, className="stack"),
        confirm="Save the key",
        confirm_id=Providers.KEY_SAVE,
        cancel_id=Providers.KEY_CANCEL,
    )


def _limits_dialog() -> Any:
    body = [
        html.P(id=Providers.LIMITS_TEXT, className="muted"),
        html.Div(id=Providers.LIMITS_ERRORS),
        fields(
            field(
                number_input(Providers.LIMITS_DAY),
                "Requests a day",
                help_text="Empty takes the usual limit.",
            ),
            field(
                number_input(Providers.LIMITS_MINUTE),
                "Requests a minute",
                help_text="Empty takes the usual limit.",
            ),
        ),
    ]
    return dialog(
        Providers.LIMITS_DIALOG,
        "How much may be asked",
        html.Div(body, className="stack"),
        confirm="Save the limits",
        confirm_id=Providers.LIMITS_SAVE,
        cancel_id=Providers.LIMITS_CANCEL,
    )


def _feed_dialog() -> Any:
    body = [
        html.Div(waiting(200), id=Providers.FEED_FIELDS),
        html.Div(id=Providers.FEED_ERRORS),
        html.H3("Try it before you save it", className="form-heading"),
        html.Div(
            [
                field(
                    text_input(Providers.FEED_KEY, kind="password", maxlength=500, autocomplete="off"),
                    "Key for the try",
                    is_optional=True,
                    help_text="Used once and not kept. Empty takes the key that is set for this feed.",
                ),
                button("Try this mapping", Providers.FEED_TRY, glyph="lightning-charge", n_clicks=0),
            ],
            className="feed-try",
        ),
        html.Div(
            [html.Span("Asking the feed. This takes five seconds at most.", className="muted"), waiting(80)],
            id=Providers.FEED_TRYING,
            role="status",
            hidden=True,
        ),
        html.Div(id=Providers.FEED_TRIAL, role="status", **{"aria-label": "What came of the try"}),
    ]
    return dialog(
        Providers.FEED_DIALOG,
        "Describe a feed of your own",
        html.Div(body, className="stack"),
        confirm="Save the feed",
        confirm_id=Providers.FEED_SAVE,
        cancel_id=Providers.FEED_CANCEL,
        wide=True,
    )
