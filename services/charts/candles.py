"""How did the price of one asset go, with its volume and what moved it?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import frame, joined
from services.charts.history import time_axis
from services.charts.look import Look
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.lineage_words import FLAGS
from services.messages.explorer import ComparedSeries, MarketEvent, ShownBar, SymbolView
from services.number_style import in_style

HEIGHT_PX = 520
COMPARE_HEIGHT_PX = 380
TABLE_ROWS_MAX_COUNT = 60
ADJUSTED = {"raw": "prices as paid", "splits": "adjusted for splits", "total": "adjusted for splits and dividends"}
UNITS = {"daily": "day", "weekly": "week", "monthly": "month"}
MARKS = {"dividend": ("circle", "Dividend"), "split": ("diamond", "Split"), "move": ("triangle-down", "Large move")}


def price_chart(
    view: SymbolView,
    *,
    scale: str = "linear",
    start: date | None = None,
    end: date | None = None,
    is_plain: bool = False,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw candles over volume, or a line of closes where opens, highs and lows are not stored, with events marked.

    Parameters
    ----------
    view : SymbolView
    scale : {"linear", "log"}
        Of the prices; logarithmic makes equal percentages equally high.
    start, end : date or None
        The part that is zoomed into; the whole window when None.
    is_plain : bool
        Whether candles are made of lines and volume is left out, for a renderer that knows lines, points and bars.

    """
    look = Look(theme, style, signs)
    figure = go.Figure()
    days = [bar.session for bar in view.bars]
    if view.has_candles and is_plain:
        _plain_candles(figure, view.bars, look)
    elif view.has_candles:
        _candles(figure, view.bars, days, look)
    else:
        _line(figure, view, days, look)
    has_volume = not is_plain and any(bar.volume is not None for bar in view.bars)
    if has_volume:
        _volume(figure, view.bars, days, look)
    _marked(figure, view.bars, look)
    _events(figure, view, look)
    mark = "Sample data: these prices are fictitious." if view.is_sample else ""
    axis: dict[str, Any] = time_axis() | {
        "rangeslider": {"visible": False},
        "nticks": 5,
        "tickangle": 0,
        "anchor": "y2" if has_volume else "y",
    }
    if start is not None and end is not None:
        axis |= {"range": [start.isoformat(), end.isoformat()], "autorange": False}
    layout: dict[str, Any] = {
        "xaxis": axis,
        "yaxis": {"type": scale, "domain": [0.26, 1.0] if has_volume else [0.0, 1.0], "tickformat": ",.9~g"},
        "hovermode": "x unified",
        "showlegend": False,
    }
    if has_volume:
        layout["yaxis2"] = {"domain": [0.0, 0.18], "tickformat": "~s", "nticks": 3, "rangemode": "tozero"}
    return frame(
        figure,
        name=f"market-{view.symbol}",
        title=_title(view, look),
        subtitle=joined(
            f"{'Candles' if view.has_candles else 'Closes'} by the {UNITS[view.shown_frequency]}, {view.currency}",
            ADJUSTED[view.shown_adjust],
            f"{formatting.day_short(view.first_date)} to {formatting.day_short(view.last_date)}",
        ),
        source=f"{view.source.provider_label}, stored {formatting.moment(view.source.knowledge_time_utc)}",
        mark=mark,
        look=look,
        height_px=HEIGHT_PX,
        table=_table(view, look),
        **layout,
    )


def compare_chart(
    series: Sequence[ComparedSeries],
    sentence: str,
    *,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw several assets from 100 on their first common day on."""
    look = Look(theme, style, signs)
    figure = go.Figure()
    for number, one in enumerate(series, start=1):
        figure.add_scatter(
            x=list(one.sessions),
            y=list(one.index),
            mode="lines",
            line={"width": 2 if number == 1 else 1.5, "color": look.color(f"series-{number}")},
            name=one.symbol,
            hovertemplate="%{y:,.1f}",
        )
    ranked = sorted(series, key=lambda one: -one.change_frac)
    best, worst = ranked[0], ranked[-1]
    title = (
        f"{best.symbol} did best, {_gained(best.change_frac, look)}; {worst.symbol} {_gained(worst.change_frac, look)}"
    )
    columns = ["Asset", "Change", "From", "To"]
    rows = [
        [
            one.symbol,
            look.rate(one.change_frac),
            formatting.day_short(one.sessions[0]),
            formatting.day_short(one.sessions[-1]),
        ]
        for one in ranked
    ]
    mark = "Sample data: some of these prices are fictitious." if any(one.is_sample for one in series) else ""
    return frame(
        figure,
        name="market-compare",
        title=title,
        subtitle=in_style(sentence, style),
        source="",
        mark=mark,
        look=look,
        height_px=COMPARE_HEIGHT_PX,
        table=(columns, rows),
        screen_top_px=34,
        hovermode="x unified",
        xaxis=time_axis(),
        yaxis={"tickformat": ",.0f"},
    )


def _gained(change: float, look: Look) -> str:
    return f"{'gained' if change >= 0 else 'lost'} {look.rate(abs(change))}"


def _title(view: SymbolView, look: Look) -> str:
    if view.change_frac is None:
        return f"{view.symbol}: its prices over the window"
    verb = "rose" if view.change_frac >= 0 else "fell"
    ends = "" if view.high is None or view.low is None else (
        f", between {look.number(view.low)} and {look.number(view.high)}"
    )  # fmt: skip
    return f"{view.symbol} {verb} {look.rate(abs(view.change_frac))}{ends} {view.currency if ends else ''}".rstrip()


def _candles(figure: go.Figure, bars: Sequence[ShownBar], days: list[date], look: Look) -> None:
    figure.add_candlestick(
        x=days,
        open=[bar.open for bar in bars],
        high=[bar.high for bar in bars],
        low=[bar.low for bar in bars],
        close=[bar.close for bar in bars],
        increasing={"line": {"color": look.color("up-fill"), "width": 1}, "fillcolor": look.color("surface")},
        decreasing={"line": {"color": look.color("down-fill"), "width": 1}, "fillcolor": look.color("down-fill")},
        name="Price",
        showlegend=False,
        hovertemplate="Open %{open:,.2f}, high %{high:,.2f}, low %{low:,.2f}, close %{close:,.2f}<extra></extra>",
    )


def _plain_candles(figure: go.Figure, bars: Sequence[ShownBar], look: Look) -> None:
    """Draw each candle as a thin line from low to high and a thick one from open to close; a gap parts them."""
    for is_up, ink in ((True, "up-fill"), (False, "down-fill")):
        some = [bar for bar in bars if (bar.open is None or bar.close >= bar.open) == is_up]
        for width, ends in ((1.0, ("low", "high")), (3.5, ("open", "close"))):
            figure.add_scatter(
                x=[day for bar in some for day in (bar.session, bar.session, bar.session)],
                y=[value for bar in some for value in (getattr(bar, ends[0]), getattr(bar, ends[1]), None)],
                mode="lines",
                line={"width": width, "color": look.color(ink)},
                name="Price",
                showlegend=False,
                hoverinfo="skip",
            )


def _line(figure: go.Figure, view: SymbolView, days: list[date], look: Look) -> None:
    figure.add_scatter(
        x=days,
        y=[bar.close for bar in view.bars],
        mode="lines",
        line={"width": 1.8, "color": look.color("chart-proposed")},
        name="Close",
        hovertemplate="%{y:,.2f} " + view.currency + "<extra></extra>",
    )


def _volume(figure: go.Figure, bars: Sequence[ShownBar], days: list[date], look: Look) -> None:
    figure.add_bar(
        x=days,
        y=[bar.volume for bar in bars],
        marker={"color": look.color("chart-muted"), "line": {"width": 0}},
        name="Volume",
        yaxis="y2",
        hovertemplate="%{y:,.0f} units<extra></extra>",
    )


def _marked(figure: go.Figure, bars: Sequence[ShownBar], look: Look) -> None:
    """Mark bars that are not plainly fine by an open square at their close."""
    words = dict(FLAGS)
    marked = [bar for bar in bars if bar.flag != "ok"]
    if not marked:
        return
    figure.add_scatter(
        x=[bar.session for bar in marked],
        y=[bar.close for bar in marked],
        mode="markers",
        marker={"symbol": "square-open", "size": 8, "color": look.color("text")},
        text=[words[bar.flag] for bar in marked],
        name="Marked",
        hovertemplate="%{text}<extra></extra>",
    )


def _events(figure: go.Figure, view: SymbolView, look: Look) -> None:
    """Mark what happened above the bar in which it falls; shape and words tell the kinds apart."""
    for kind, (symbol, name) in MARKS.items():
        found = [(one, _bar_of(one, view.bars)) for one in view.events if one.kind == kind]
        if not found:
            continue
        figure.add_scatter(
            x=[bar.session for _one, bar in found],
            y=[(bar.high if bar.high is not None else bar.close) * 1.02 for _one, bar in found],
            mode="markers",
            marker={
                "symbol": symbol,
                "size": 9,
                "color": look.color("surface"),
                "line": {"width": 1.6, "color": look.color("text-muted")},
            },
            text=[in_style(one.sentence, look.style) for one, _bar in found],
            name=name,
            hovertemplate="%{text}<extra></extra>",
        )


def _bar_of(event: MarketEvent, bars: Sequence[ShownBar]) -> ShownBar:
    """Return the first bar that ends on or after the event's day."""
    return next((bar for bar in bars if bar.session >= event.session), bars[-1])


def _table(view: SymbolView, look: Look) -> tuple[list[str], list[list[str]]]:
    bars = view.bars
    if len(bars) > TABLE_ROWS_MAX_COUNT:
        step = (len(bars) - 1) / (TABLE_ROWS_MAX_COUNT - 1)
        bars = tuple(bars[round(n * step)] for n in range(TABLE_ROWS_MAX_COUNT))
    if not view.has_candles:
        return ["Day", f"Close, {view.currency}"], [
            [formatting.day_short(bar.session), look.number(bar.close)] for bar in bars
        ]
    rows = [
        [
            formatting.day_short(bar.session),
            *(look.number(value) for value in (bar.open, bar.high, bar.low, bar.close)),
            look.number(bar.volume, 0),
        ]
        for bar in bars
    ]
    return ["Day", "Open", "High", "Low", f"Close, {view.currency}", "Volume"], rows
