"""What answers the page of one asset: drawing it as the address says, and taking it along?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import market_minutes
from callbacks import market_words as words
from callbacks.actor import Permission, actor, may, preferences, services
from callbacks.present_errors import in_its_place
from callbacks.present_file import chart_sent, sent
from callbacks.present_toast import put
from callbacks.pressed import pressed_index
from callbacks.wording import reader_style, told
from components.ids import MarketSymbol, Shell
from components.market_layout import MINUTE, chart_box, events_list, no_minutes, quality_strip, unknown_symbol
from services.charts import candles
from services.charts.frame import with_footer
from services.charts.minutes import minute_chart
from services.errors import NotFound, ServiceError
from services.messages.explorer import SymbolView
from services.messages.minutes import MinuteView

_PARTS_COUNT = 12


@callback(
    Output(MarketSymbol.HEADER, "children"),
    Output(MarketSymbol.FIGURES, "children"),
    Output(MarketSymbol.ADJUST, "options"),
    Output(MarketSymbol.ADJUST, "value"),
    Output(MarketSymbol.SHOWN, "data"),
    Output(MarketSymbol.ADJUST_SENTENCE, "children"),
    Output(MarketSymbol.CHART, "children"),
    Output(MarketSymbol.COMPARED, "children"),
    Output(MarketSymbol.COMPARED_BOX, "hidden"),
    Output(MarketSymbol.EVENTS, "children"),
    Output(MarketSymbol.QUALITY, "children"),
    Output(MarketSymbol.SOURCE, "children"),
    Input(MarketSymbol.VIEW, "data"),
    Input(Shell.RESYNC, "data"),
    Input(Shell.THEME_SHOWN, "data"),
    State(MarketSymbol.SYMBOL, "data"),
    State(MarketSymbol.ZOOM, "data"),
)
def show(
    view: dict[str, str], _resync: object, theme: str | None, symbol: str, zoom: dict[str, str]
) -> tuple[Any, ...]:
    """Draw the asset as the view says."""
    try:
        found = viewed(symbol, view)
    except ServiceError as error:
        put(MarketSymbol.PROBLEM, children=_instead(error, symbol))
        put(MarketSymbol.MAIN, hidden=True)
        return (no_update,) * _PARTS_COUNT
    put(MarketSymbol.PROBLEM, children=None)
    put(MarketSymbol.MAIN, hidden=False)
    style = reader_style()
    options = [{"value": one.key, "label": one.label, "disabled": not one.is_possible} for one in found.choices]
    sentence, price = _price(found, view, theme, zoom)
    beside = _boxed("compare", figure_of("compare", found, theme)) if found.compared else told(found.compare_sentence)
    months, judged = words.quality(found, style)
    return (
        words.header(found),
        words.figures(found, style),
        options,
        found.shown_adjust,
        found.shown_adjust,
        sentence,
        price,
        beside,
        not (found.compared or found.compare_sentence),
        events_list([told(one.sentence) for one in reversed(found.events)]),
        quality_strip(months, judged),
        words.source(found, last_value(found), style),
    )


def _price(found: SymbolView, view: dict[str, str], theme: str | None, zoom: dict[str, str]) -> tuple[str, Any]:
    """Return how the prices are to be read, and their chart; by the minute where the view asks for that."""
    minutes = market_minutes.viewed(found.symbol, view)
    if minutes is not None and not minutes.bars:
        return "", no_minutes(told(minutes.sentence))
    figure = figure_of("price", found, theme, view["scale"], zoom, minutes=minutes)
    sentence = words.adjust_sentence(found, reader_style()) if minutes is None else told(minutes.sentence)
    return sentence, _boxed("price", figure)


@callback(
    Output(MarketSymbol.EXPORTED, "data"),
    Input(MarketSymbol.export(ALL), "n_clicks"),
    State(MarketSymbol.SYMBOL, "data"),
    State(MarketSymbol.VIEW, "data"),
    State(MarketSymbol.ZOOM, "data"),
    prevent_initial_call=True,
)
def export_chart(_clicks: Any, symbol: str, view: dict[str, str], zoom: dict[str, str]) -> Any:
    """Draw the chart that was asked for; paper is always light."""
    index = pressed_index()
    if index is None:
        return no_update
    name, kind, *renderer = index.split(":")
    drawn = renderer[0] if renderer else "vector"
    found, minutes = viewed(symbol, view), market_minutes.viewed(symbol, view)
    figure = figure_of(name, found, None, view["scale"], zoom, is_plain=drawn == "vector", minutes=minutes)
    figure = with_footer(figure, found.name)
    made = services().exports.chart(figure, name=name, format=kind, renderer=drawn, actor=actor())
    return chart_sent(made)


@callback(
    Output(MarketSymbol.EXPORTED, "data", allow_duplicate=True),
    Input(MarketSymbol.EXPORT_CSV, "n_clicks"),
    Input(MarketSymbol.EXPORT_XLSX, "n_clicks"),
    State(MarketSymbol.SYMBOL, "data"),
    State(MarketSymbol.VIEW, "data"),
    prevent_initial_call=True,
)
def export_table(csv_clicks: int | None, xlsx_clicks: int | None, symbol: str, view: dict[str, str]) -> Any:
    """Take the bars, the events and the sources along as a file."""
    if not (csv_clicks or xlsx_clicks):
        return no_update
    kind = "csv" if ctx.triggered_id == MarketSymbol.EXPORT_CSV else "xlsx"
    if view["frequency"] == MINUTE:
        made = market_minutes.table(symbol, view, kind)
    else:
        made = services().explorer.table(symbol, kind, actor(), style=reader_style(), **asked(view))
    return sent(made)


def asked(view: dict[str, str]) -> dict[str, Any]:
    """Return the view as the service takes it."""
    compare = [one for one in view.get("compare", "").split(",") if one]
    return {
        "range": view["range"],
        "frequency": "auto" if view["frequency"] == MINUTE else view["frequency"],
        "adjust": view["adjust"] or None,
        "compare": compare,
    }


def viewed(symbol: str, view: dict[str, str]) -> SymbolView:
    """Return the asset as the view says."""
    return services().explorer.view(symbol, actor(), **asked(view))


def _instead(error: ServiceError, symbol: str) -> Any:
    """Return what stands in the place of an asset that cannot be shown."""
    if isinstance(error, NotFound):
        return unknown_symbol(told(error.sentence), services().explorer.alike(symbol, actor()))
    return in_its_place(error, "This asset", ("All assets", "/market"))


def last_value(view: SymbolView) -> Any:
    """Return where the last value comes from; None where that cannot be told."""
    try:
        return services().lineage.of(view.symbol, view.last_date, actor())
    except ServiceError:
        return None


def figure_of(
    name: str,
    view: SymbolView,
    theme: str | None,
    scale: str = "linear",
    zoom: dict[str, str] | None = None,
    *,
    is_plain: bool = False,
    minutes: MinuteView | None = None,
) -> Any:
    """Return the Plotly figure of a chart, on screen and in files alike; that of minutes where there are any."""
    likes = preferences()
    look: dict[str, Any] = {
        "theme": "dark" if theme == "dark" else "light",
        "style": likes.number_format,
        "signs": likes.sign_palette,
    }
    if name == "compare":
        return candles.compare_chart(view.compared, view.compare_sentence, **look)
    if minutes is not None and minutes.bars:
        return minute_chart(minutes, scale=scale, is_plain=is_plain, **look)
    start, end = words.zoomed(zoom)
    return candles.price_chart(view, scale=scale, start=start, end=end, is_plain=is_plain, **look)


def _boxed(name: str, figure: Any) -> Any:
    return chart_box(
        figure,
        plot_id=MarketSymbol.COMPARED_PLOT if name == "compare" else MarketSymbol.PLOT,
        name=name,
        has_browser=services().exports.has_browser,
        may_export=may(Permission.EXPORTS_MAKE),
    )


clientside_callback(
    ClientsideFunction("market", "view"),
    Output(MarketSymbol.VIEW, "data"),
    Output(MarketSymbol.ZOOM, "data"),
    Input(MarketSymbol.RANGE, "value"),
    Input(MarketSymbol.FREQUENCY, "value"),
    Input(MarketSymbol.SESSIONS, "value"),
    Input(MarketSymbol.ADJUST, "value"),
    Input(MarketSymbol.SCALE, "value"),
    Input(MarketSymbol.COMPARE, "value"),
    State(MarketSymbol.VIEW, "data"),
    State(MarketSymbol.SHOWN, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("market", "zoom"),
    Output(MarketSymbol.ZOOM, "data", allow_duplicate=True),
    Input(MarketSymbol.PLOT, "relayoutData"),
    prevent_initial_call=True,
)
