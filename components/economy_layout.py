"""How does the page of economic series stand: what is always there, and what a callback fills in?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import dcc, html

from components.card import card, columns, stack
from components.empty_state import empty_state
from components.fields import field, segments, text_input
from components.graph import chart
from components.grid import column, grid, grid_in
from components.ids import Economy
from components.page_header import page_header
from components.skeleton import skeleton
from components.table import table

READINGS = (("latest", "Latest"), ("first", "First published"), ("known", "Known on a day"))
USUAL = {"series": "", "reading": "latest", "known_on": ""}
"""What leaves the address, because it is shown when nobody says otherwise."""

_FIGURE = {"function": "qpoNumber(params.value, params.data.decimals)"}
_SIGNED = {"function": "qpoSignedNumber(params.value, params.data.decimals)"}
"""Figures have the decimals of their series, which each of its rows carries."""

LIST = (
    column("series_id", "Series", width_px=150, narrow_px=120, grow=1, pinned=True),
    column("title", "What it measures", width_px=220, grow=2, narrow=False),
    column("last_value", "Last figure", format="number", width_px=116, valueFormatter=_FIGURE),
    column("unit", "In", width_px=150, grow=1, narrow=False),
    column("period", "Period", width_px=104, grow=0),
    column("released_on", "Published", format="date", width_px=112, narrow=False),
    column("source", "Source", width_px=110, narrow=False),
    column("age_days", "Days old", format="count", width_px=88, narrow=False,
           tooltip="Days since the source was last asked."),
)  # fmt: skip

PERIODS = (
    column("period", "Period", width_px=92, pinned=True, grow=1),
    column("value", "Figure", format="number", width_px=104, valueFormatter=_FIGURE),
    column("released_on", "Published", format="date", width_px=106),
    column("first_value", "First figure", format="number", width_px=104, narrow=False, valueFormatter=_FIGURE),
    column("first_on", "First published", format="date", width_px=116, narrow=False),
    column("revision", "Revised by", format="number", width_px=96, narrow=False, valueFormatter=_SIGNED,
           tooltip="The latest figure less the first one."),
    column("releases_count", "Releases", format="count", width_px=84, narrow=False),
)  # fmt: skip


def view_of(query: Mapping[str, Any]) -> dict[str, str]:
    """Return the view that an address asks for; words that it does not know are passed over."""
    view = {name: str(query.get(name) or usual)[:60] for name, usual in USUAL.items()}
    if view["reading"] not in {key for key, _text in READINGS}:
        view["reading"] = USUAL["reading"]
    try:
        date.fromisoformat(view["known_on"])
    except ValueError:
        view["known_on"] = ""
    return view


def economy_layout(view: Mapping[str, str]) -> list[Any]:
    """Draw the outline of the page; the controls stand as the address says."""
    rows = grid(
        id=Economy.TABLE, columns=LIST, rows=[], row_key="id", label="Economic series", empty="No series is stored."
    )
    grid_in(rows).rowData = None  # on its way
    nothing = empty_state(
        "No economic series yet",
        "The Federal Reserve's FRED has them, with every release: give its key on the page of providers and refresh "
        "the economic series there; then GDP, prices, unemployment and the policy rate appear here.",
        glyph="bank",
        actions=[dcc.Link("Set up FRED", href="/providers", className="btn-q btn-q-primary")],
    )
    return [
        dcc.Store(id=Economy.VIEW, data=dict(view)),
        page_header("Economic series", lead=html.Span("Loading.", id=Economy.LEAD), crumbs=(("Market", "/market"),)),
        html.Div(card(rows, title="Which series are stored?", flush=True), id=Economy.LIST),
        html.Div(card(nothing), id=Economy.EMPTY, hidden=True),
        html.Div(id=Economy.SHOWN_PROBLEM),
        html.Div(_shown(view), id=Economy.SHOWN, className="stack"),
    ]


def _shown(view: Mapping[str, str]) -> list[Any]:
    known = text_input(Economy.KNOWN_ON, value=view["known_on"], kind="date", debounce=True)
    tools = html.Div(
        [
            segments(Economy.READING, READINGS, view["reading"], label="Which releases count"),
            html.Div(field(known, "Day"), id=Economy.KNOWN_ON_BOX, hidden=view["reading"] != "known"),
        ],
        className="market-tools",
    )
    periods = grid(
        id=Economy.PERIODS, columns=PERIODS, rows=[], row_key="id", height_px=420, label="Periods",
        empty="Nothing had been published by that day.",
    )  # fmt: skip
    return [
        card(stack(tools, html.Div(skeleton(height_px=360), id=Economy.CHART))),
        columns(
            card(periods, title="When was each period published?", note="Choose a period to see all of its releases",
                 foot=html.Span("", id=Economy.PERIODS_NOTE), flush=True),
            card(html.Div(choose_period(), id=Economy.RELEASES), title="What was said of the period?"),
            layout="wide-left",
        ),
        card(html.Div(skeleton(lines=4), id=Economy.SOURCE), title="Where do the figures come from?"),
    ]  # fmt: skip


def chart_box(figure: Any) -> html.Figure:
    """Show the chart of a series."""
    return chart(figure, id=Economy.PLOT, level=2)


def choose_period() -> html.P:
    """Say how the releases of a period come to be shown."""
    return html.P("Choose a period in the table.", className="muted")


def releases_list(period: str, unit: str, rows: Sequence[Sequence[str]]) -> Any:
    """List every figure that was published of one period, the first release first."""
    columns_ = (("Published", False), (f"Figure, {unit}", True), ("Stood until", True))
    return stack(html.P(period), table(columns_, rows, caption=f"Releases of {period}"))
