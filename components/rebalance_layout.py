"""How does the page of trades towards a target stand: the wish, the way, the trade list, and the proposal?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import dcc, html

from components.button import button
from components.card import card, columns
from components.fields import field, fields, number_input, select, switch, text_area, text_input
from components.grid import column, grid
from components.ids_rebalance import Rebalance as Ids
from components.page_header import page_header
from components.skeleton import skeleton
from components.table import more

TICK_MS: Final = 1_000
TARGET: Final = "target"
FRONTIER: Final = "frontier"
GIVEN: Final = "weights"
POINT: Final = "point"
NAMES: Final = ("portfolio", "run", "wish", "proposal", "at", "tradeoffs", POINT)
USUAL: Final[dict[str, str]] = {
    "part": "100", "band": "0", "goal": TARGET, "cash": "0", "least": "", "lot": "1", "keep": "",
    "commission": "", "rate": "", "spread": "0.1", "impact": "0",
}  # fmt: skip
"""What the form says without an address that says otherwise; assets/rebalance.js keeps the address so."""
TYPED_MAX_LENGTH: Final = 24
MOVES_MAX_COUNT: Final = 20_000
WHEN_WHY: Final = "Needed to refuse, and where a soft rule would be broken"
EDITING: Final = {
    "singleClickEdit": True,
    "stopEditingWhenCellsLoseFocus": True,
    "enterNavigatesVerticallyAfterEdit": True,
}
OPEN: Final[dict[str, Any]] = {"function": "qpoTradeOpen(params)"}
TYPED: Final[dict[str, Any]] = {
    "type": "rightAligned",
    "cellClass": "ag-right-aligned-cell num trade-typed",
    "cellEditor": "agTextCellEditor",
    "cellDataType": "text",
}

COLUMNS: Final = (
    column("symbol", "Asset", width_px=130, pinned=True, narrow_px=96, renderer="qpoName", grow=1),
    column("standing", "Check", width_px=126, renderer="qpoLight", narrow=False, tooltip="What rules and lists say"),
    column(
        "is_held",
        "Hold",
        width_px=76,
        editable=OPEN,
        cellDataType="boolean",
        cellRenderer="agCheckboxCellRenderer",
        cellEditor="agCheckboxCellEditor",
        tooltip="Ticked rows are not traded now",
    ),
    column("side", "Side", width_px=72),
    column(
        "typed",
        "Units",
        format="shares",
        width_px=104,
        editable=OPEN,
        tooltip="Type other units, negative to sell; empty for the proposal",
        **{
            **TYPED,
            "valueFormatter": {"function": "qpoTradeUnits(params)"},
            "cellClassRules": {"trade-custom": "params.data.is_custom"},
        },
    ),
    column("mark", "Row", width_px=92, narrow=False),
    column("value_ccy", "Amount", format="signed_money", width_px=124),
    column("price", "Price", format="price", width_px=96, narrow=False),
    column("price_on", "Price of", format="date", width_px=112, narrow=False, narrow_below_px=1000),
    column("weight_before_frac", "Weight now", format="weight", width_px=92, narrow=False),
    column("target_frac", "Target", format="weight", width_px=84, narrow=False),
    column("weight_after_frac", "Weight after", format="weight", width_px=96),
    column("cost_ccy", "Cost", format="money", width_px=96, narrow=False, narrow_below_px=1000),
    column(
        "limit_price",
        "Limit",
        width_px=96,
        editable=OPEN,
        narrow=False,
        tooltip="Limit of the order in the asset's currency; at market when empty",
        **TYPED,
    ),
    column(
        "note",
        "Note",
        width_px=170,
        editable=OPEN,
        narrow=False,
        cellEditor="agTextCellEditor",
        cellDataType="text",
    ),
    column("reason", "Why", width_px=300, narrow=False, tooltip="Why nothing is traded, or what is told of it"),
)


def view_of(query: Mapping[str, Any]) -> dict[str, str]:
    """Return the view that an address asks for."""
    view = {name: str(query.get(name) or "")[:80] for name in NAMES}
    view |= {name: str(query.get(name) or usual)[:TYPED_MAX_LENGTH] for name, usual in USUAL.items()}
    return {**view, FRONTIER: str(query.get(FRONTIER) or "")[:MOVES_MAX_COUNT]}


def page_layout(view: Mapping[str, str]) -> list[Any]:
    """Draw the outline of the page; figures arrive when a worker has computed them."""
    proposal = {"id": view["proposal"]} if view["proposal"] else None
    return [
        dcc.Store(id=Ids.VIEW, data=dict(view)),
        dcc.Store(id=Ids.PROPOSAL, data=proposal),
        dcc.Store(id=Ids.ASKED),
        dcc.Store(id=Ids.CHOICES, data=[]),
        dcc.Store(id=Ids.POINTS),
        dcc.Interval(id=Ids.TICK, interval=TICK_MS, max_intervals=0),
        page_header(
            "Rebalance",
            lead="Trades in whole shares towards a target: looked at, checked by the rules, approved by a second "
            "person, handed to an order system, and recorded.",
        ),
        columns(_wish(view), html.Div([_outcome(), _proposal()], className="stack"), layout="wide-right"),
        _trades(),
        _check(),
        card(html.Div(skeleton(lines=3), id=Ids.HISTORY), title="Proposals of this portfolio", flush=True),
    ]


def _wish(view: Mapping[str, str]) -> Any:
    rest = fields(
        field(number_input(Ids.LEAST, view["least"] or None, debounce=True), "Smallest trade", is_optional=True,
              help_text="In the portfolio's currency"),
        field(number_input(Ids.LOT, view["lot"], debounce=True), "Lot",
              help_text="Units; an asset's own lot goes first"),
        switch(Ids.KEEPS, "Keep what the target does not name", value=bool(view["keep"]),
               help_text="Else it is sold"),
    )  # fmt: skip
    costs = fields(
        field(number_input(Ids.COMMISSION, view["commission"] or None, debounce=True), "Commission a trade",
              is_optional=True, help_text="In the portfolio's currency"),
        field(number_input(Ids.RATE, view["rate"] or None, unit="%", debounce=True), "Commission of the amount",
              is_optional=True),
        field(number_input(Ids.SPREAD, view["spread"], unit="%", debounce=True), "Bid-ask spread",
              help_text="Half of it is paid; a spread stated for an asset goes first"),
        field(number_input(Ids.IMPACT, view["impact"], debounce=True), "Market impact",
              help_text="Coefficient of the square-root law; 0 leaves it out"),
    )  # fmt: skip
    band_goals = ((TARGET, "to the target"), ("edge", "to the band's edge"))
    body = [
        html.Div(id=Ids.FORM_PROBLEMS),
        field(select(Ids.PORTFOLIO, (), view["portfolio"] or None), "Portfolio"),
        field(select(Ids.SOURCE, ((TARGET, "The portfolio's target"),), TARGET), "Trade to"),
        _slider(part_of(view["part"])),
        fields(
            field(number_input(Ids.BAND, view["band"], unit="%", debounce=True), "Band around the target",
                  help_text="A weight so near is left alone"),
            field(select(Ids.BAND_GOAL, band_goals, "edge" if view["goal"] == "edge" else TARGET),
                  "What is outside goes"),
            field(number_input(Ids.RESERVE, view["cash"], unit="%", debounce=True), "Cash at least",
                  help_text="Of net assets, after costs"),
        ),
        more("Smallest trade and lots", rest),
        more("Costs", costs),
    ]  # fmt: skip
    return card(html.Div(body, className="stack"), title="Where to", note="Nothing is stored until you keep it")


def part_of(text: str) -> int:
    """Return how much of the way an address asks for, in percent; all of it where that is no part."""
    return int(text) if text.isdecimal() and int(text) <= 100 else int(USUAL["part"])


def _slider(part_percent: int) -> Any:
    slider = dcc.Slider(
        id=Ids.PART,
        min=0,
        max=100,
        step=5,
        value=part_percent,
        marks={place: f"{place}%" for place in (0, 25, 50, 75, 100)},
        updatemode="mouseup",
        className="rebalance-slider",
    )
    return html.Div(
        [
            html.Span("How much of the way", className="field-label"),
            html.Div(slider, role="group", **{"aria-label": "How much of the way is traded, in percent"}),
            html.Div(id=Ids.AHEAD, className="rebalance-ahead", **{"aria-live": "polite"}),
        ],
        className="field",
    )


def _outcome() -> Any:
    body = [
        html.Div(id=Ids.SAID, **{"aria-live": "polite"}),
        html.Div(skeleton(height_px=160), id=Ids.FIGURES),
    ]
    return card(html.Div(body, className="stack"), title="What becomes of it")


def _trades() -> Any:
    table = grid(
        id=Ids.GRID,
        columns=COLUMNS,
        rows=(),
        row_key="symbol",
        height_px=360,
        label="Trade list",
        empty="Nothing to trade.",
        options=EDITING,
    )
    tools = [
        switch(Ids.FITS, "Fit the other rows to my changes"),
        button("Discard my changes", Ids.RESET, small=True, glyph="arrow-counterclockwise", n_clicks=0, disabled=True),
    ]
    return card(
        table,
        title="Trade list",
        note="Hold a row back, type other units or a limit, write a note; cash and check follow at once",
        actions=tools,
        flush=True,
    )


def _check() -> Any:
    nothing = html.P("What rules and lists say to the trades appears here.", className="muted")
    return card(html.Div(nothing, id=Ids.CHECK), title="Compliance")


def _proposal() -> Any:
    deeds = [
        button("Keep as proposal", Ids.KEEP, kind="primary", glyph="save", n_clicks=0, disabled=True),
        button("Hand in", Ids.SUBMIT, kind="primary", glyph="send", n_clicks=0, hidden=True),
        button("Approve", Ids.APPROVE, kind="primary", glyph="check-lg", n_clicks=0, hidden=True),
        button("Refuse", Ids.REJECT, glyph="x-lg", n_clicks=0, hidden=True),
        button("Record as done", Ids.RECORD, kind="primary", glyph="journal-check", n_clicks=0, hidden=True),
        button("Take back the entries", Ids.UNDO, kind="danger", glyph="arrow-counterclockwise", n_clicks=0,
               hidden=True),
        button("Compute anew", Ids.RENEW, glyph="arrow-clockwise", n_clicks=0, hidden=True),
        button("Withdraw", Ids.WITHDRAW, n_clicks=0, hidden=True),
    ]  # fmt: skip
    files = [
        html.A(words, id=name, href="", hidden=True, className="btn-q btn-q-secondary btn-q-small")
        for name, words in ((Ids.ORDERS_CSV, "Orders as CSV"), (Ids.ORDERS_XLSX, "Orders as Excel"))
    ]
    reason = text_input(Ids.REASON, None, placeholder="For whoever decides, and for the audit log", maxLength=2000)
    body = [
        html.Div(html.P("Not kept yet.", className="muted"), id=Ids.STATE),
        html.Div(id=Ids.DEED_PROBLEMS),
        html.Div(field(reason, "Reason", help_text=WHEN_WHY), id=Ids.REASON_BOX, hidden=True),
        html.Div(
            [field(text_input(Ids.DAY, None, kind="date"), "Day of the trades", is_optional=True,
                  help_text="The day of their prices when empty"),
            field(text_area(Ids.FILLS, None, placeholder="AAPL 100 130.25 1.50", rows=3), "What was filled",
                  is_optional=True,
                  help_text="One order a line: symbol, units, then price and fees where they differ. Empty: all as "
                            "proposed. What is not named was not filled")],
            id=Ids.DAY_BOX,
            hidden=True,
            className="stack",
        ),
        html.Div(deeds, className="btn-row"),
        html.Div(files, className="btn-row"),
    ]  # fmt: skip
    return card(html.Div(body, className="stack"), title="Proposal", note="Whoever hands it in never decides about it")
