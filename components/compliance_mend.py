"""How does the search for trades that mend a portfolio stand: what is asked, and the ways beside one another?

The same card stands on two tabs: all that a portfolio breaks, and the rule of one breach.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from components.button import button, link_button
from components.card import card
from components.fields import field, fields, number_input, select, switch
from components.ids_compliance_mend import ComplianceMend, ComplianceMendBreach, MendPlace
from components.pills import tag
from components.table import more

TICK_MS = 1_000
ALL_HINT = "Three ways to bring a portfolio back within its rules, each judged again after its trades and costs."
BREACH_HINT = "Three ways to bring the rule of this breach back within its limit; no other rule is made worse by them."


@dataclass(frozen=True, slots=True)
class Way:
    """One way as it is shown.

    Parameters
    ----------
    title, outcome, tone : str
        Its name, what came of it, and the tone of that word.
    parts : sequence of components
        What it takes, top down.
    orders : str
        Its orders as they are typed before a trade, one a line; empty where none are to be taken along.

    """

    title: str
    outcome: str
    tone: str
    parts: Sequence[Any]
    orders: str = ""


def mend_all_card() -> Any:
    """Draw the card that mends all that a portfolio breaks."""
    chosen = field(select(ComplianceMend.PORTFOLIO, (), None), "Portfolio")
    return _card(ComplianceMend, [chosen], "Mend all", ALL_HINT)


def mend_breach_card() -> Any:
    """Draw the card that mends the rule of the chosen breach."""
    return _card(ComplianceMendBreach, [], "Ways to mend", BREACH_HINT)


def _card(ids: type[MendPlace], first: list[Any], title: str, hint: str) -> Any:
    wish = fields(
        field(number_input(ids.BUFFER, "0.1", unit="%"), "Room to spare", help_text="Within a limit, of net assets"),
        field(number_input(ids.TURNOVER, None, unit="%"), "Traded at most", is_optional=True,
              help_text="Turnover: half of all trades and the change of cash"),
        field(number_input(ids.CASH, "0", unit="%"), "Cash at least", help_text="Of net assets, after the trades"),
        switch(ids.WHOLE, "Whole units", value=True, help_text="Else parts of a unit may be traded"),
    )  # fmt: skip
    body = [
        dcc.Store(id=ids.ASKED),
        dcc.Interval(id=ids.TICK, interval=TICK_MS, max_intervals=0),
        html.Div(id=ids.PROBLEMS),
        *first,
        more("How they are sought", wish),
        html.P(id=ids.NOTE, className="muted mend-note"),
        html.Div(button("Find trades", ids.ASK, glyph="bandaid", n_clicks=0), className="btn-row"),
        html.Div(id=ids.ANSWER, **{"aria-live": "polite"}),
    ]
    return card(html.Div(body, className="stack"), title=title, note=f"{hint} Nothing is booked.")


def ways(found: Sequence[Way], portfolio_id: str, name: str, *, may_optimize: bool) -> html.Div:
    """Set the ways one below the other, each with what may be done with its orders."""
    return html.Div([_way(one, portfolio_id, name, may_optimize) for one in found], className="mend-ways")


def _way(one: Way, portfolio_id: str, name: str, may_optimize: bool) -> html.Section:
    head = html.Div([html.H3(one.title), tag(one.outcome, one.tone)], className="evidence-head")
    deeds: list[Any] = []
    if one.orders:
        # assets/compliance_mend.js hands these to the form of the other tab
        taken = json.dumps({"portfolio": portfolio_id, "orders": one.orders, "from": f"{one.title}, {name}"})
        deeds.append(button("Take to Before a trade", glyph="patch-check", small=True, **{"data-mend-take": taken}))
        if may_optimize:
            deeds.append(link_button("Open in the optimizer", f"/optimize?portfolio={portfolio_id}", small=True))
    foot = [html.Div(deeds, className="btn-row")] if deeds else []
    return html.Section([head, *one.parts, *foot], className="mend-way", **{"aria-label": one.title})
