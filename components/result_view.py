"""How are the parts of a result drawn from words and numbers that are already formatted?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from dash import html

from components.empty_state import empty_state
from components.graph import chart
from components.grid import column, grid
from components.icon import icon
from components.ids import Result
from components.kpi_card import Direction, kpi_card, kpi_strip
from components.menu import export_menu
from components.page_header import page_header
from components.pills import tag
from components.price_source import price_column
from components.sample_badge import sample_badge
from components.table import table

MISSING: Final = "\u2014"

Tone = Literal["ok", "warn", "bad", "info", ""]


@dataclass(frozen=True)
class MetricLine:
    """One measure: its name, its definition, and its value now, proposed and the difference, as text."""

    name: str
    definition: str
    current: str
    proposed: str
    change: str
    direction: Direction
    is_key: bool


@dataclass(frozen=True)
class HeaderView:
    """What the top of a run's page says."""

    title: str
    lead: str
    status: str
    tone: Tone
    crumbs: Sequence[tuple[str, str]]
    has_samples: bool = False


def header(view: HeaderView) -> html.Header:
    """Head the page with the finding; what rests on invented figures is marked."""
    badges = [tag(view.status, view.tone), *([sample_badge()] if view.has_samples else [])]
    return page_header(view.title, lead=view.lead, crumbs=view.crumbs, badges=badges)


def key_figures(lines: Sequence[MetricLine], has_current: bool) -> html.Div:
    """Show the measures that are looked at first."""
    cards = [
        kpi_card(
            line.name,
            line.proposed,
            note=f"now {line.current}" if has_current else None,
            change_text=line.change if has_current else None,
            direction=line.direction,
            help_text=line.definition,
        )
        for line in lines
        if line.is_key
    ]
    return kpi_strip(*cards, label="Key figures of the proposal")


def metrics_table(lines: Sequence[MetricLine], has_current: bool, notes: Sequence[str]) -> html.Div:
    """Compare the current with the proposed portfolio, measure by measure; each name explains itself."""
    heads = [("Measure", False), ("Current", True), ("Proposed", True), ("Change", True)]
    rows = [[_term(line), line.current, html.Strong(line.proposed), line.change] for line in lines]
    if not has_current:
        heads, rows = [heads[0], heads[2]], [[row[0], row[2]] for row in rows]
    said = [html.P(text) for text in notes]
    return html.Div(
        [table(heads, rows, caption="Measures, current and proposed"), html.Div(said, className="card-foot")]
    )


def _term(line: MetricLine) -> html.Span:
    mark = icon("question-circle", className="term-mark")
    return html.Span([line.name, " ", mark], title=line.definition, className="term", tabIndex=0)


def chart_with_exports(
    figure: Any, *, chart_id: str, name: str, height_px: int, has_browser: bool, may_export: bool
) -> html.Figure:
    """Show a chart with its export menu; what a browser draws looks exactly as on screen.

    Parameters
    ----------
    figure : plotly Figure
        From ``services.charts``.
    chart_id : str
        Id of the graph.
    name : str
        Word of the chart in export ids: ``frontier`` or ``weights``.
    height_px : int
        Height of the plot.
    has_browser : bool
        Whether this installation has a browser that can draw.
    may_export : bool
        Whether the person may take files along.

    """
    items = [
        (Result.export(f"{name}:pdf"), "PDF", "vector"),
        (Result.export(f"{name}:svg"), "SVG", "vector"),
        (Result.export(f"{name}:png"), "PNG", "picture"),
    ]
    if has_browser:
        items += [
            (Result.export(f"{name}:pdf:browser"), "PDF", "as on screen"),
            (Result.export(f"{name}:png:browser"), "PNG", "as on screen"),
        ]
    actions = [export_menu(items)] if may_export else []
    return chart(figure, id=chart_id, height_px=height_px, actions=actions, level=2)


SYMBOL_MAX_COUNT: Final = 10
"""Longer texts are symbols with the mark of invented figures, which must not be cut off."""

WEIGHT_COLUMNS = (
    column("asset", "Asset", width_px=80, grow=1, pinned=True, tooltipField="sector"),
    column("current_frac", "Current", format="percent", width_px=86, grow=1),
    column("weight_frac", "Proposed", format="percent", width_px=92, grow=1),
    column(
        "interval",
        "Interval",
        width_px=126,
        grow=1.2,
        sortable=False,
        type="rightAligned",
        cellClass="ag-right-aligned-cell num",
        tooltip="Where the weight lay in the answers to other histories as likely as the real one.",
    ),
    column(
        "trade_pp",
        "Change, pp",
        format="signed_money",
        width_px=98,
        grow=1,
        tooltip="Proposed less current weight as they are shown, in percentage points.",
    ),
    column(
        "inclusion_frac",
        "Held in",
        format="weight",
        width_px=78,
        grow=1,
        tooltip="In how many of the answers to other histories the asset was held at all.",
    ),
    column(
        "risk_frac",
        "Share of risk",
        format="percent",
        width_px=104,
        grow=1,
        tooltip="What the position contributes to the variance of the proposal; all shares add up to 100%. "
        "A position that hedges the others is below zero.",
    ),
    column("amount_ccy", "Amount", format="signed_money", width_px=118, grow=1, narrow=False),
    column(
        "quantity",
        "Shares",
        format="quantity",
        width_px=90,
        grow=1,
        narrow=False,
        tooltip="Whole shares at the last price.",
    ),
    price_column(
        "price", "Price", width_px=88, narrow=False, tooltip="The last price, which the shares are counted at."
    ),
)


def weights_grid(
    rows: Sequence[dict[str, Any]],
    has_current: bool,
    currency: str | None,
    sentence: str,
    interval_heading: str | None = None,
) -> html.Div:
    """List every asset with its weights and the trade between them; amounts where their currency is known.

    Parameters
    ----------
    rows : sequence of dict
        One an asset.
    has_current : bool
        Whether there are present weights.
    currency : str or None
        Of the amounts; they are left out without it.
    sentence : str
        What the trades come to.
    interval_heading : str or None
        Words over the weights' intervals; they are left out without it.

    """
    hidden = set() if has_current else {"current_frac", "trade_pp"}
    hidden |= set() if interval_heading else {"interval", "inclusion_frac"}
    hidden |= set() if currency else {"amount_ccy", "quantity", "price"}
    hidden |= set() if any(row.get("risk_frac") is not None for row in rows) else {"risk_frac"}
    shown = [dict(one) for one in WEIGHT_COLUMNS if one["field"] not in hidden]
    for one in shown:
        if one["field"] == "amount_ccy":
            one["headerName"] = f"Amount, {currency}"
        if one["field"] == "interval":
            one["headerName"] = interval_heading
    longest = max((len(str(row["asset"])) for row in rows), default=0)
    if longest > SYMBOL_MAX_COUNT:
        shown[0] = column("asset", "Asset", width_px=216, grow=2, pinned=True, tooltipField="sector")
    made = grid(
        id=Result.WEIGHTS_TABLE,
        columns=shown,
        rows=rows,
        row_key="asset",
        height_px=min(520, 46 + 38 * max(3, len(rows))),
        label="Weights and trades",
    )
    return html.Div([made, html.Div(sentence, className="card-foot")])


_STATE: Final = {
    "limit-binding": "params.value == 'Binding'",
    "limit-gave-way": "params.value == 'Gave way'",
}
"""A shape before the word, drawn by the style sheet: a square without room, a triangle given way, a ring with room."""

_NUMBER: Final = "ag-right-aligned-cell num"
_WRAPPED: Final = {"wrapText": True, "autoHeight": True, "cellClass": "cell-wrapped"}
MUST_HOLD: Final = "Must hold"
"""How firm a limit is that may not give way."""

AUTO_HEIGHT_MAX_COUNT: Final = 20
"""A list of so many limits grows with its rows, whose names may take several lines; a longer one scrolls."""

LIMIT_COLUMNS = (
    column("name", "Limit", width_px=160, grow=2, **_WRAPPED),
    column("value", "Value", width_px=84, grow=0.6, sortable=False, type="rightAligned", cellClass=_NUMBER),
    column("state", "State", width_px=112, grow=0.6, cellClass="limit-state", cellClassRules=_STATE),
    column(
        "firm",
        "How firm",
        width_px=116,
        grow=0.8,
        tooltip="Must hold, or may give way: the larger number gives way first.",
        **_WRAPPED,
    ),
    column(
        "price",
        "1 pp more",
        width_px=132,
        wrapHeaderText=True,
        autoHeaderHeight=True,
        grow=0.9,
        sortable=False,
        type="rightAligned",
        cellClass=_NUMBER,
        tooltip="What one percentage point more would change, as long as the same limits bind; for scores, betas and "
        "factors the cell says per what. 0: it does not bind. A dash: this goal or this search has no price.",
    ),
    column("scope", "Whose", width_px=120, grow=1, narrow=False, tooltip="What comes nearest to the limit."),
    column(
        "room",
        "Room left",
        width_px=96,
        grow=0.6,
        narrow=False,
        sortable=False,
        type="rightAligned",
        cellClass=_NUMBER,
        tooltip="The way to the nearer side: in percentage points (pp), or in the limit's own unit.",
    ),
)

POSITION_COLUMNS = (
    column("asset", "Asset", width_px=90, grow=1, pinned=True),
    column("weight_frac", "Weight", format="percent", width_px=84, grow=1),
    column("state", "State", width_px=112, cellClass="limit-state", cellClassRules=_STATE),
    column("low", "Least", format="percent", width_px=84, grow=1, tooltip="As it was set; below zero is a short."),
    column("high", "Most", format="percent", width_px=84, grow=1),
    column("room_pp", "Room left, pp", format="number", width_px=110, grow=1, narrow=False),
)


def limits_grid(
    rows: Sequence[dict[str, Any]], positions: Sequence[dict[str, Any]], sentences: Sequence[str], price_heading: str
) -> html.Div:
    """List every limit as it was set with the value that comes nearest to it; every position unfolds below.

    Parameters
    ----------
    rows, positions : sequence of dict
        The limits, and the positions with their own bounds.
    sentences : sequence of str
        How many limits bind, then what gave way.
    price_heading : str
        Words over the prices, with their unit; prices are left out where the goal has none. How firm the limits are
        is left out where all must hold.

    """
    has_prices = any(row["price"] != MISSING for row in rows)
    hidden = set() if has_prices else {"price"}
    hidden |= set() if any(row["firm"] != MUST_HOLD for row in rows) else {"firm"}
    columns = [dict(one) for one in LIMIT_COLUMNS if one["field"] not in hidden]
    for one in columns:
        if one["field"] == "price":
            one["headerName"] = price_heading
    made = grid(
        id=Result.LIMITS_TABLE,
        columns=columns,
        rows=rows,
        height_px=None if len(rows) <= AUTO_HEIGHT_MAX_COUNT else 560,
        label="Limits",
    )
    each = grid(
        id=Result.POSITIONS_TABLE,
        columns=POSITION_COLUMNS,
        rows=positions,
        row_key="asset",
        height_px=min(420, 46 + 38 * max(2, len(positions))),
        label="Every position with its own limits",
    )
    below = html.Details(
        [html.Summary(f"Every position with its own limits ({len(positions)})", className="wz-fold"), each],
        className="limit-positions",
    )
    said = html.Div([html.P(text) for text in sentences], className="card-foot")
    return html.Div([made, said, below])


def calm_state(title: str, text: str, *, glyph: str, actions: Sequence[Any]) -> html.Section:
    """Say in the place of a result why there is none, and what to do."""
    return html.Section(empty_state(title, text, glyph=glyph, actions=list(actions), level=2), className="card-q")
