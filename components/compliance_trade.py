"""How does the tab of the check before a trade stand: whose orders, which, and the answer?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import dcc, html

from components.button import button
from components.card import card, columns
from components.fields import field, select, text_area
from components.ids_compliance_trade import ComplianceTrade as Ids

TYPED: Final = "typed"
TICK_MS = 1_000
EXAMPLE = "AAPL buy 100\nMSFT sell 50\nKO buy 10000 USD\nJPM 5%"


def no_answer() -> html.P:
    """Return what stands in the place of the answer while the orders were not looked at."""
    return html.P("What rules and lists say to the orders appears here.", className="muted")


def trade_panel(view: Mapping[str, str]) -> list[Any]:
    """Draw the tab; nothing is checked before somebody asks."""
    form = html.Div(
        [
            html.Div(id=Ids.PROBLEMS),
            field(select(Ids.PORTFOLIO, (), view.get("portfolio")), "Portfolio"),
            html.Div(
                field(select(Ids.SOURCE, ((TYPED, "Typed or pasted below"),), view.get("run", TYPED)), "Orders"),
                id=Ids.SOURCE_BOX,
            ),
            html.Div(
                field(
                    text_area(Ids.ORDERS, placeholder=EXAMPLE, rows=8, spellcheck=False),
                    "One order a line",
                    help_text="Symbol, buy or sell, and units; or an amount with the portfolio's currency; or the "
                    "weight that is wanted, with %. Rows of a spreadsheet can be pasted.",
                ),
                id=Ids.ORDERS_BOX,
            ),
            html.Div(
                button("Check the orders", Ids.CHECK, kind="primary", glyph="patch-check", n_clicks=0),
                className="btn-row",
            ),
        ],
        className="stack",
    )
    return [
        dcc.Store(id=Ids.ASKED),
        dcc.Interval(id=Ids.TICK, interval=TICK_MS, max_intervals=0),
        columns(
            card(form, title="Orders", note="They are only looked at: nothing is booked"),
            card(html.Div(no_answer(), id=Ids.ANSWER, **{"aria-live": "polite"}), title="What becomes of them"),
            layout="wide-right",
        ),
    ]
