"""How do the pages of the market explorer stand: what is always there, and what a callback fills in?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from components.button import button
from components.card import card, columns, stack
from components.empty_state import empty_state
from components.fields import search, segments, text_input
from components.graph import chart, graph
from components.grid import column, grid, grid_in
from components.ids import Market, MarketSymbol
from components.menu import export_menu
from components.page_header import page_header
from components.pills import pill_filter
from components.price_source import price_column
from components.skeleton import kpi_skeleton, skeleton

CLASSES = (
    ("all", "All", None),
    ("equity", "Stocks", None),
    ("etf", "ETFs", None),
    ("index", "Indices", None),
    ("fx", "Currencies", None),
    ("commodity", "Commodities", None),
    ("crypto", "Crypto", None),
)
RANGES = (("1m", "1M"), ("6m", "6M"), ("1y", "1Y"), ("5y", "5Y"), ("10y", "10Y"), ("max", "Max"))
MINUTE = "minute"
FREQUENCIES = (("auto", "Auto"), (MINUTE, "Minutes"), ("daily", "Days"), ("weekly", "Weeks"), ("monthly", "Months"))
SESSIONS = (("1", "Last session"), ("5", "5 sessions"), ("20", "20 sessions"))
ADJUSTS = (("raw", "As paid"), ("splits", "Splits"), ("total", "Total return"))
SCALES = (("linear", "Linear"), ("log", "Logarithmic"))
USUAL = {
    "range": "1y", "frequency": "auto", "sessions": "1", "adjust": "", "scale": "linear", "compare": "", "start": "",
    "end": "",
}  # fmt: skip
"""What leaves the address, because it is shown when nobody says otherwise."""

COLUMNS = (
    column("symbol", "Symbol", renderer="qpoName", width_px=160, narrow_px=150, grow=2, pinned=True),
    price_column("last_price", "Last close", session="last_date", width_px=104, narrow_px=92),
    column("currency", "In", width_px=64, grow=0, narrow=False),
    column(
        "change_1d_frac",
        "Change",
        format="signed_percent",
        width_px=104,
        narrow_px=92,
        tooltip="Over the last stored session.",
    ),
    column("last_date", "Price of", format="date", width_px=112, narrow=False),
    column(
        "age_days",
        "Days old",
        format="count",
        width_px=88,
        narrow_below_px=760,
        tooltip="Days from the last stored session to today.",
    ),
    column("quality_score", "Quality", format="count", width_px=88, narrow=False,
           tooltip="0 to 100; a dash where the asset has not been checked yet."),
    column("source", "Source", width_px=150, grow=1, narrow_below_px=900),
)  # fmt: skip


_KNOWN = {"range": RANGES, "frequency": FREQUENCIES, "sessions": SESSIONS, "adjust": ADJUSTS, "scale": SCALES}


def view_of(query: Mapping[str, Any]) -> dict[str, str]:
    """Return the view that an address asks for; words that it does not know are passed over."""
    view = {name: str(query.get(name) or usual)[:120] for name, usual in USUAL.items()}
    for name, options in _KNOWN.items():
        if view[name] not in {key for key, _text in options}:
            view[name] = USUAL[name]
    return view


def list_layout(asset_class: str) -> list[Any]:
    """Draw the outline of the list of all assets."""
    rows = grid(
        id=Market.TABLE,
        columns=COLUMNS,
        rows=[],
        row_key="id",
        height_px=620,
        label="Assets",
        empty="No asset fits. Clear the search, or choose another class.",
    )
    grid_in(rows).rowData = None  # on its way
    tools = [
        pill_filter(CLASSES, [asset_class], pill_id=Market.pill, label="Which class of assets"),
        search(Market.SEARCH, "Symbol, name or ISIN", debounce=False, maxlength=60),
    ]
    nothing = empty_state(
        "No assets yet",
        "Assets appear here with their prices, sources and age as soon as some are stored.",
        glyph="graph-up",
        actions=[dcc.Link("Import prices", href="/imports?tab=market", className="btn-q btn-q-primary")],
    )
    economy = dcc.Link("Economic series", href="/market/economy", className="btn-q btn-q-secondary")
    return [
        dcc.Store(id=Market.VIEW, data={"name": "class", "usual": "all", "value": asset_class}),
        page_header("Market", lead=html.Span("Loading.", id=Market.LEAD), actions=economy),
        html.P("", id=Market.FOUND, className="visually-hidden", role="status"),
        html.Div(
            card(
                rows,
                title="What is known of each asset?",
                actions=html.Div(tools, className="market-tools"),
                flush=True,
            ),
            id=Market.LIST,
        ),
        html.Div(card(nothing), id=Market.EMPTY, hidden=True),
    ]


def symbol_layout(symbol: str | None, view: Mapping[str, str]) -> list[Any]:
    """Draw the outline of one asset; the controls stand as the address says."""
    is_minute = view["frequency"] == MINUTE
    quiet: dict[str, Any] = {"small": True, "kind": "quiet", "n_clicks": 0}
    compare = html.Div(
        [
            html.Label("Compare with", htmlFor=MarketSymbol.COMPARE, className="visually-hidden"),
            text_input(
                MarketSymbol.COMPARE,
                value=view["compare"].replace(",", ", "),
                placeholder="Compare with: MSFT, KO",
                debounce=True,
                maxlength=120,
            ),
        ],
        className="market-compare",
    )
    tools = html.Div(
        [
            html.Div(
                segments(MarketSymbol.RANGE, RANGES, view["range"], label="How far back"),
                id=MarketSymbol.RANGE_BOX,
                hidden=is_minute,
            ),
            html.Div(
                segments(MarketSymbol.SESSIONS, SESSIONS, view["sessions"], label="How many sessions"),
                id=MarketSymbol.SESSIONS_BOX,
                hidden=not is_minute,
            ),
            segments(MarketSymbol.FREQUENCY, FREQUENCIES, view["frequency"], label="How dense"),
            html.Div(
                segments(MarketSymbol.ADJUST, ADJUSTS, view["adjust"], label="How prices are adjusted"),
                id=MarketSymbol.ADJUST_BOX,
                hidden=is_minute,
            ),
            segments(MarketSymbol.SCALE, SCALES, view["scale"], label="Scale of the prices"),
            compare,
        ],
        className="market-tools",
    )
    return [
        dcc.Store(id=MarketSymbol.SYMBOL, data=symbol),
        dcc.Store(id=MarketSymbol.VIEW, data=dict(view)),
        dcc.Store(id=MarketSymbol.ZOOM, data={"start": view["start"], "end": view["end"]}),
        dcc.Store(id=MarketSymbol.SHOWN),
        dcc.Store(id=MarketSymbol.EXPORTED),
        html.Div(_header_to_come(), id=MarketSymbol.HEADER),
        html.Div(kpi_skeleton(4), id=MarketSymbol.FIGURES),
        card(
            stack(
                tools,
                html.P("", id=MarketSymbol.ADJUST_SENTENCE, className="market-sentence"),
                html.Div([skeleton(height_px=440), _no_plot_yet()], id=MarketSymbol.CHART),
            )
        ),
        html.Div(
            card(html.Div(id=MarketSymbol.COMPARED), title="How does it compare?"),
            id=MarketSymbol.COMPARED_BOX,
            hidden=True,
        ),
        columns(
            card(html.Div(skeleton(lines=4), id=MarketSymbol.EVENTS), title="What moved it?"),
            card(
                html.Div(skeleton(lines=2), id=MarketSymbol.QUALITY),
                title="How good are the values?",
                note="One field a month, the oldest first",
            ),
        ),
        card(
            html.Div(skeleton(lines=6), id=MarketSymbol.SOURCE),
            title="Where do the prices come from?",
            actions=[
                button("CSV", MarketSymbol.EXPORT_CSV, glyph="download", **quiet),
                button("Excel", MarketSymbol.EXPORT_XLSX, glyph="file-earmark-spreadsheet", **quiet),
            ],
        ),
    ]  # fmt: skip


def _header_to_come() -> html.Div:
    return html.Div(html.Div(skeleton(lines=2), className="page-header-words"), className="page-header")


def _no_plot_yet() -> html.Div:
    """Hold the place of the plot's id, so that its zoom can be listened to from the start."""
    return html.Div(graph({}, id=MarketSymbol.PLOT, label="Prices", height_px=1), hidden=True)


def chart_box(figure: Any, *, plot_id: str, name: str, has_browser: bool, may_export: bool) -> html.Figure:
    """Show a chart of the explorer with its export menu."""
    items = [
        (MarketSymbol.export(f"{name}:pdf"), "PDF", "vector"),
        (MarketSymbol.export(f"{name}:svg"), "SVG", "vector"),
        (MarketSymbol.export(f"{name}:png"), "PNG", "picture"),
    ]
    if has_browser:
        items.append((MarketSymbol.export(f"{name}:pdf:browser"), "PDF", "as on screen"))
    return chart(figure, id=plot_id, actions=[export_menu(items)] if may_export else (), level=2)


def no_minutes(sentence: str) -> html.Div:
    """Say why there is no chart by the minute, in its place."""
    providers = dcc.Link("Providers", href="/providers", className="btn-q btn-q-secondary")
    return empty_state("No prices by the minute", sentence, glyph="clock", actions=[providers])


def events_list(sentences: Sequence[str]) -> Any:
    """List what moved the price, the latest first."""
    if not sentences:
        return html.P("No dividends, splits or unusually large moves are known in this window.", className="muted")
    return html.Ul([html.Li(one) for one in sentences], className="market-events")


def quality_strip(months: Sequence[tuple[str, str]], sentence: str) -> Any:
    """Show one field a month; each says in words what it stands for.

    Parameters
    ----------
    months : sequence of (flag, words)
        The gravest flag of the month, and the month in words with its counts.
    sentence : str
        The finding.

    """
    fields = [html.Li(title=words, **{"data-worst": flag, "aria-label": words}) for flag, words in months]
    return stack(html.P(sentence), html.Ul(fields, className="market-strip", **{"aria-label": "Quality by month"}))


def facts_list(facts: Sequence[tuple[str, Any]]) -> html.Dl:
    """List names with what is known."""
    return html.Dl([part for name, text in facts for part in (html.Dt(name), html.Dd(text))], className="market-facts")


def unknown_symbol(sentence: str, symbols: Sequence[str]) -> html.Div:
    """Say that there is no such asset, with those that are spelled alike."""
    links = [dcc.Link(one, href=f"/market/{one}", className="btn-q btn-q-secondary") for one in symbols]
    links.append(dcc.Link("All assets", href="/market", className="btn-q btn-q-primary"))
    return empty_state("This asset is not known", sentence, glyph="signpost-split", actions=links, level=1)
