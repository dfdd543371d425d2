"""How did the price of one asset go by the minute, where closed hours take no room?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import frame, joined
from services.charts.look import Look
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.messages.minutes import MinuteBar, MinuteView

HEIGHT_PX = 520
BREAK_MINUTES = 12
"""Room between two sessions."""
TABLE_ROWS_MAX_COUNT = 60
TICKS_MAX_COUNT = 7
HOVER = "open %{open:,.2f}, high %{high:,.2f}, low %{low:,.2f}, close %{close:,.2f}"


def places(bars: Sequence[MinuteBar]) -> list[int]:
    """Return where each bar stands: minutes since its session's first bar, one session after the other.

    A minute without a bar leaves its place free.
    """
    found: list[int] = []
    begin = 0
    for _, group in groupby(bars, key=lambda bar: bar.session):
        session = list(group)
        first = session[0].ended_at_utc
        found += [begin + int((bar.ended_at_utc - first) / timedelta(minutes=1)) for bar in session]
        begin = found[-1] + BREAK_MINUTES
    return found


def minute_chart(
    view: MinuteView,
    *,
    scale: str = "linear",
    is_plain: bool = False,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw candles over volume, or a line where only closes are stored; times are those of the exchange.

    Parameters
    ----------
    view : MinuteView
        With one bar or more.
    scale : {"linear", "log"}
        Of the prices.
    is_plain : bool
        Whether the price is a line and volume is left out, for a renderer that knows no candles.

    """
    look = Look(theme, style, signs)
    figure = go.Figure()
    where, zone = places(view.bars), ZoneInfo(view.timezone)
    local = [bar.ended_at_utc.astimezone(zone) for bar in view.bars]
    words = [
        f"{formatting.day_short(bar.session)}, {moment:%H:%M}" for bar, moment in zip(view.bars, local, strict=True)
    ]
    has_candles = view.has_candles and not is_plain
    (_candles if has_candles else _line)(figure, view, where, words, look)
    has_volume = not is_plain and any(bar.volume for bar in view.bars)
    layout: dict[str, Any] = {
        "xaxis": _axis(view.bars, where, [f"{moment:%H:%M}" for moment in local])
        | {"rangeslider": {"visible": False}, "anchor": "y2" if has_volume else "y"},
        "yaxis": {"type": scale, "domain": [0.26, 1.0] if has_volume else [0.0, 1.0], "tickformat": ",.9~g"},
        "hovermode": "x unified",
        "showlegend": False,
    }
    if has_volume:
        figure.add_bar(
            x=where, y=[bar.volume for bar in view.bars], name="Volume", yaxis="y2",
            marker={"color": look.color("chart-muted"), "line": {"width": 0}},
            hovertemplate="%{y:,.0f} units<extra></extra>",
        )  # fmt: skip
        layout["yaxis2"] = {"domain": [0.0, 0.18], "tickformat": "~s", "nticks": 3, "rangemode": "tozero"}
    mark = "Sample data: these prices are fictitious." if view.is_sample else ""
    return frame(
        figure,
        name=f"market-{view.symbol}-minutes",
        title=_title(view, look),
        subtitle=joined(
            f"{'Candles' if has_candles else 'Closes'} by the minute, {view.currency}",
            "as delivered",
            f"times of {view.timezone.replace('_', ' ')}",
            _span(view),
        ),
        source=f"{view.provider_label}, stored {formatting.moment(view.knowledge_time_utc)}",
        mark=mark,
        look=look,
        height_px=HEIGHT_PX,
        table=_table(view, words, look),
        **layout,
    )


def _axis(bars: Sequence[MinuteBar], where: Sequence[int], clock: Sequence[str]) -> dict[str, Any]:
    """Name full hours within one session, and sessions by their day where there are several."""
    first_of = [n for n, bar in enumerate(bars) if n == 0 or bar.session != bars[n - 1].session]
    marks = first_of if len(first_of) > 1 else [n for n, text in enumerate(clock) if text.endswith(":00")] or [0]
    marks = marks[:: -(-len(marks) // TICKS_MAX_COUNT)]
    texts = [
        f"{bars[n].session.day} {bars[n].session:%b}" if len(first_of) > 1 else clock[n] for n in marks
    ]  # fmt: skip
    return {"type": "linear", "tickvals": [where[n] for n in marks], "ticktext": texts, "tickangle": 0}


def _candles(figure: go.Figure, view: MinuteView, where: Sequence[int], words: Sequence[str], look: Look) -> None:
    figure.add_candlestick(
        x=list(where),
        open=[bar.open for bar in view.bars],
        high=[bar.high for bar in view.bars],
        low=[bar.low for bar in view.bars],
        close=[bar.close for bar in view.bars],
        increasing={"line": {"color": look.color("up-fill"), "width": 1}, "fillcolor": look.color("surface")},
        decreasing={"line": {"color": look.color("down-fill"), "width": 1}, "fillcolor": look.color("down-fill")},
        name="Price",
        text=list(words),
        hovertemplate=f"%{{text}}: {HOVER}<extra></extra>",
    )


def _line(figure: go.Figure, view: MinuteView, where: Sequence[int], words: Sequence[str], look: Look) -> None:
    """Draw closes; minutes without a price part the line."""
    xs: list[int | None] = []
    ys: list[float | None] = []
    texts: list[str] = []
    for n, bar in enumerate(view.bars):
        if n and where[n] - where[n - 1] > 1:
            xs, ys, texts = [*xs, where[n] - 1], [*ys, None], [*texts, ""]
        xs, ys, texts = [*xs, where[n]], [*ys, bar.close], [*texts, words[n]]
    figure.add_scatter(
        x=xs, y=ys, mode="lines", connectgaps=False, text=texts, name="Close",
        line={"width": 1.6, "color": look.color("chart-proposed")},
        hovertemplate="%{text}: %{y:,.2f} " + view.currency + "<extra></extra>",
    )  # fmt: skip


def _span(view: MinuteView) -> str:
    ends = dict.fromkeys(formatting.day_short(day) for day in (view.sessions[0], view.sessions[-1]))
    return " to ".join(ends)


def _title(view: MinuteView, look: Look) -> str:
    over = "in the session" if len(view.sessions) == 1 else f"over {len(view.sessions)} sessions"
    if view.change_frac is None:
        return f"{view.symbol}: its prices by the minute"
    verb = "rose" if view.change_frac >= 0 else "fell"
    return f"{view.symbol} {verb} {look.rate(abs(view.change_frac))} {over}, to {look.number(view.bars[-1].close)}"


def _table(view: MinuteView, words: Sequence[str], look: Look) -> tuple[list[str], list[list[str]]]:
    rows = [
        [text, *(look.number(value) for value in (bar.open, bar.high, bar.low, bar.close)), look.number(bar.volume, 0)]
        for bar, text in list(zip(view.bars, words, strict=True))[-TABLE_ROWS_MAX_COUNT:]
    ]
    return ["Minute to", "Open", "High", "Low", f"Close, {view.currency}", "Volume"], rows
