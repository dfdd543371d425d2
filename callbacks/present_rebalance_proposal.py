"""How does a proposal read: where it stands, who did what, and the proposals before it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import dcc, html

from callbacks.wording import told
from components.pills import tag
from components.table import table
from services import formatting
from services.formatting import Style
from services.messages.rebalancing import RebalancingLine, RebalancingView

STATES: Final[dict[str, tuple[str, str]]] = {
    "draft": ("Draft", ""),
    "submitted": ("Waits for a decision", "info"),
    "approved": ("Approved", "ok"),
    "rejected": ("Refused", "bad"),
    "withdrawn": ("Withdrawn", ""),
    "recorded": ("Recorded in the ledger", "ok"),
    "undone": ("Taken back", "warn"),
}
DONE: Final[dict[str, str]] = {
    "submit": "Handed in: who may decide was told",
    "approve": "Approved",
    "reject": "Refused",
    "withdraw": "Withdrawn",
    "renew": "Computed anew, as a draft",
    "record": "Recorded in the ledger",
    "undo": "The entries were taken back",
}


def panel(view: RebalancingView) -> Any:
    """Return where a proposal stands and what happened to it."""
    words, tone = STATES[view.state]
    parts: list[Any] = [
        html.P([html.Strong(f"Proposal {view.number}"), " ", tag(words, tone)]),
        html.P(told(f"{view.source_name}. Prices of {formatting.day(view.prices_on)}."), className="muted"),
    ]
    if view.stale is not None:
        parts.append(html.P([tag("Out of date", "warn"), " ", told(view.stale), " Compute it anew, then go on."]))
    if view.blocked is not None:
        parts.append(html.P(told(view.blocked), className="muted"))
    deeds = [
        html.Li(
            [f"{one.verb[:1].upper()}{one.verb[1:]} by {one.by_name}, {formatting.moment(one.at_utc)}"]
            + ([html.Q(one.reason)] if one.reason else [])
        )
        for one in view.deeds
    ]
    parts.append(html.Ol(deeds, className="rebalance-deeds"))
    if "edit" not in view.may:
        # a whole load: the address was rewritten in the browser, and a link to where it began would lead nowhere
        there = f"/rebalance?portfolio={view.portfolio_id}"
        fresh = html.A("Begin another", href=there, className="btn-q btn-q-secondary btn-q-small")
        parts.append(html.P(["The trades are shown as they were kept; they are not changed here any more. ", fresh]))
    return html.Div(parts, className="stack")


def fills(view: RebalancingView, style: Style) -> Any:
    """Return what was filled beside what was ordered; nothing where all was recorded as proposed."""
    if not view.fills:
        return None
    orders = {one.symbol: one for one in view.report.rows}
    rows = [
        [
            one.symbol,
            formatting.quantity(one.quantity, style=style),
            formatting.quantity(abs(orders[one.symbol].quantity), style=style),
            formatting.number(orders[one.symbol].price if one.price is None else one.price, 2, style=style),
            formatting.money(one.fees_ccy, style=style),
        ]
        for one in view.fills
        if one.symbol in orders
    ]
    heads = (("Symbol", False), ("Filled", True), ("Ordered", True), ("Price", True), ("Fees", True))
    return table(heads, rows, caption="What was filled")


def history(lines: Sequence[RebalancingLine], style: Style) -> Any:
    """Return the proposals of a portfolio, the newest first."""
    if not lines:
        return html.P("No trades were proposed for this portfolio yet.", className="muted card-body")
    decimals = formatting.money_decimals(one.cost_ccy for one in lines)
    rows = [
        [
            dcc.Link(f"Proposal {one.number}", href=f"/rebalance?portfolio={one.portfolio_id}&proposal={one.id}"),
            html.Span([tag(*STATES[one.state]), *([" ", tag("Out of date", "warn")] if one.stale else [])]),
            one.source_name,
            formatting.number(one.trades_count, 0, style=style),
            formatting.weight(one.turnover_frac, style=style),
            formatting.money(one.cost_ccy, one.base_currency, style=style, decimals=decimals),
            one.made_by_name,
            formatting.moment(one.made_at_utc),
        ]
        for one in lines
    ]
    heads = [
        ("Proposal", False),
        ("State", False),
        ("Towards", False),
        ("Trades", True),
        ("Turnover", True),
        ("Cost", True),
        ("Made by", False),
        ("Made at", False),
    ]
    return html.Div(table(heads, rows, caption="Proposals"), className="rebalance-history")
