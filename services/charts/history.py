"""How did a portfolio, or a price, go over time, and how far below its peak?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from engine.kernel.wealth import falls_from_peak
from services import formatting
from services.charts.frame import as_of_words, day_of, empty, frame, joined
from services.charts.look import Look
from services.charts.tokens import Signs, Theme
from services.formatting import Style

HEIGHT_PX = 380
TABLE_ROWS_MAX_COUNT = 60
Dates = Sequence[date | str]


def _numbers(values: Sequence[Any] | None) -> list[float]:
    """Read numbers; what is missing becomes NaN, which Plotly leaves out."""
    return [math.nan if value is None else float(value) for value in (() if values is None else values)]


def _ends(values: Sequence[float]) -> tuple[float, float] | None:
    known = [value for value in values if math.isfinite(value)]
    return (known[0], known[-1]) if len(known) > 1 else None


def _span(dates: Dates, as_of: object) -> str:
    """Say which days are drawn, and until when prices are known where that is another day."""
    first, last = day_of(dates[0]), day_of(dates[-1])
    words = f"{formatting.day_short(first)} to {formatting.day_short(last)}"
    return words if day_of(as_of) == last else joined(words, as_of_words(as_of))


def thin(rows: list[list[str]]) -> list[list[str]]:
    """Keep the first, the last and evenly spaced rows between, so that the table twin can be read."""
    if len(rows) <= TABLE_ROWS_MAX_COUNT:
        return rows
    step = (len(rows) - 1) / (TABLE_ROWS_MAX_COUNT - 1)
    return [rows[round(n * step)] for n in range(TABLE_ROWS_MAX_COUNT)]


def day_hover(words: str) -> str:
    """Return the hover text of a point in time: its day, as the reader prefers days, above the words."""
    return f"%{{x|{formatting.day_marks()}}}<br>{words}<extra></extra>"


def time_axis() -> dict[str, Any]:
    """Return the properties of an axis of days."""
    short = formatting.day_marks(has_year=False)
    stops = [
        {"dtickrange": [None, 604800000], "value": short},
        {"dtickrange": [604800000, "M1"], "value": short},
        {"dtickrange": ["M1", "M12"], "value": "%b %Y"},
        {"dtickrange": ["M12", None], "value": "%Y"},
    ]
    return {"type": "date", "hoverformat": formatting.day_marks(), "tickformatstops": stops, "nticks": 7}


def value_history(
    dates: Dates,
    index: Sequence[float | None],
    *,
    benchmark: Sequence[float | None] | None = None,
    name: str = "Portfolio",
    benchmark_name: str = "Benchmark",
    base: float | None = None,
    as_of: object = None,
    source: str = "",
    mark: str = "",
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw the growth of 100 invested, cash flows taken out, against the benchmark.

    Parameters
    ----------
    dates : sequence of date or ISO text
        Days, rising.
    index, benchmark : sequence of float or None
        Time-weighted index and benchmark index, any start; both are brought to 100 at the first day shown; None is a
        gap.
    base : float or None
        Value of `index` that counts as 100, for an index whose first day has a return of its own; the first one when
        None.
    mark : str
        Which of the figures were invented; empty for none.
    """
    look = Look(theme, style, signs)
    own, other = _numbers(index), _numbers(benchmark)
    ends = _ends(own)
    if ends is None or ends[0] == 0:
        return empty("value-history", "There is not enough history to draw yet.", look)
    start = ends[0] if base is None else base
    gain = ends[1] / start - 1
    own = [value / start * 100 for value in own]
    other_ends = _ends(other)
    title = f"{name} {'gained' if gain >= 0 else 'lost'} {look.rate(abs(gain))} over the period"
    figure = go.Figure()
    rows = [[formatting.day_short(day_of(day)), look.number(value)] for day, value in zip(dates, own, strict=True)]
    columns = ["Day", name]
    if other_ends and other_ends[0]:
        other_gain = other_ends[1] / other_ends[0] - 1
        other = [value / other_ends[0] * 100 for value in other]
        verb = "gained" if other_gain >= 0 else "lost"
        title += f"; {benchmark_name} {verb} {look.rate(abs(other_gain))}"
        figure.add_scatter(
            x=list(dates),
            y=other,
            mode="lines",
            line={"width": 1.5, "color": look.color("chart-muted")},
            name=benchmark_name,
            hovertemplate="%{y:,.1f}",
        )
        columns.append(benchmark_name)
        rows = [[*row, look.number(value)] for row, value in zip(rows, other, strict=True)]
    figure.add_scatter(
        x=list(dates),
        y=own,
        mode="lines",
        line={"width": 2, "color": look.color("chart-proposed")},
        name=name,
        hovertemplate="%{y:,.1f}",
    )
    return frame(
        figure,
        name="value-history",
        title=title,
        subtitle=joined("Growth of 100, cash flows taken out", _span(dates, as_of)),
        source=source,
        mark=mark,
        look=look,
        height_px=HEIGHT_PX,
        table=(columns, thin(rows)),
        screen_top_px=34,
        hovermode="x unified",
        xaxis=time_axis(),
        yaxis={"tickformat": ",.0f"},
    )


def drawdown(
    dates: Dates,
    index: Sequence[float | None],
    *,
    name: str = "Portfolio",
    start: float | None = None,
    as_of: object = None,
    source: str = "",
    mark: str = "",
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw how far the value stood below its highest earlier value.

    Parameters
    ----------
    dates, index : sequences
        Days, rising; time-weighted index.
    start : float or None
        Value of `index` before the first day's return, which is the first peak, as in the engine's maximum drawdown;
        the first value when None.
    """
    look = Look(theme, style, signs)
    levels = _numbers(index)
    ends = _ends(levels)
    base = start if start is not None or ends is None else ends[0]
    below = [] if base is None else falls_from_peak(levels, start=base).tolist()
    known = [(value, n) for n, value in enumerate(below) if math.isfinite(value)]
    if len(known) < 2:
        return empty("drawdown", "There is not enough history to draw yet.", look)
    worst, at = min(known)
    now = known[-1][0]
    state = "it stands at its peak" if now > -5e-5 else f"it is now {look.rate(-now)} below"
    figure = go.Figure()
    figure.add_scatter(
        x=list(dates),
        y=below,
        mode="lines",
        line={"width": 1.5, "color": look.color("down-fill")},
        fill="tozeroy",
        fillcolor=look.color("chart-loss-band"),
        name=name,
        hovertemplate=day_hover("%{y:.2%} below the peak"),
        showlegend=False,
    )
    rows = [[formatting.day_short(day_of(day)), look.rate(value)] for day, value in zip(dates, below, strict=True)]
    return frame(
        figure,
        name="drawdown",
        title=f"Deepest fall: {look.rate(-worst)}, reached on {formatting.day_short(day_of(dates[at]))}; {state}",
        subtitle=joined("Distance from the highest earlier value, percent", _span(dates, as_of)),
        source=source,
        mark=mark,
        look=look,
        height_px=300,
        table=(("Day", "Below peak"), thin(rows)),
        xaxis=time_axis(),
        yaxis={"tickformat": ".0%", "rangemode": "tozero", "zeroline": True},
    )


def price_line(
    dates: Dates,
    prices: Sequence[float | None],
    *,
    symbol: str,
    currency: str = "USD",
    as_of: object = None,
    source: str = "",
    mark: str = "",
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw the adjusted closing price of one asset."""
    look = Look(theme, style, signs)
    closes = _numbers(prices)
    ends = _ends(closes)
    if ends is None or ends[0] == 0:
        return empty("price", f"There are not enough prices of {symbol} to draw yet.", look)
    gain = ends[1] / ends[0] - 1
    figure = go.Figure()
    figure.add_scatter(
        x=list(dates),
        y=closes,
        mode="lines",
        line={"width": 1.8, "color": look.color("chart-proposed")},
        name=symbol,
        hovertemplate=day_hover("%{y:,.2f} " + currency),
        showlegend=False,
    )
    rows = [[formatting.day_short(day_of(day)), look.number(value)] for day, value in zip(dates, closes, strict=True)]
    return frame(
        figure,
        name=f"price-{symbol}",
        title=f"{symbol} {'rose' if gain >= 0 else 'fell'} {look.rate(abs(gain))} over the period",
        subtitle=joined(f"Adjusted close, {currency}", _span(dates, as_of)),
        source=source,
        mark=mark,
        look=look,
        height_px=HEIGHT_PX,
        table=(("Day", f"Close, {currency}"), thin(rows)),
        xaxis=time_axis(),
        yaxis={"tickformat": ",.0f"},
    )
