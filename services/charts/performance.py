"""How did a portfolio grow beside its benchmark, when was it ahead or behind, and how far did it fall from its peak?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import by_days, empty, frame, joined
from services.charts.history import day_hover, time_axis
from services.charts.look import Look
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.messages.performance import ActivePeriods, PerformanceHead, PerformanceView, RollingSeries
from services.number_style import in_style
from services.performance_words import banded, ordinal

POINTS_MAX_COUNT = 900
TABLE_ROWS_MAX_COUNT = 13
HEIGHT_PX = 460
MARK_WIDTH_FRAC = 0.14
"""Width of the mark of a shaded stretch beside the plot's on a phone."""
MARK_LINE_PX = 14


def places(count: int, most: int = POINTS_MAX_COUNT) -> list[int]:
    """Return evenly spaced places from the first to the last, all of them where there are few."""
    if count <= most:
        return list(range(count))
    return sorted({round(number * (count - 1) / (most - 1)) for number in range(most)})


def chosen(values: Sequence[Any], kept: Sequence[int]) -> list[Any]:
    """Return the values at these places; nothing where there are none."""
    return [values[number] for number in kept] if values else []


def span(head: PerformanceHead) -> str:
    """Say which days a chart shows."""
    period = head.period
    return f"{formatting.day_short(period.told_from)} to {formatting.day_short(period.end)}"


def cumulative(
    view: PerformanceView,
    periods: ActivePeriods | None = None,
    *,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw the growth of 100 beside the benchmark, with bands where it was ahead or behind; or the client's money.

    Parameters
    ----------
    view : PerformanceView
        Its `basis` decides between growth of 100 (time-weighted) and the client's own money (money-weighted).
    periods : ActivePeriods or None
        Stretches of out- and underperformance; None while they are not known.

    """
    look = Look(theme, style, signs)
    return _money(view, look) if view.basis == "mwr" else _growth(view, periods, look)


def _growth(view: PerformanceView, periods: ActivePeriods | None, look: Look) -> go.Figure:
    curve = view.wealth
    if len(curve.dates) < 2:
        return empty("performance", "There is not enough history to draw yet.", look)
    kept = places(len(curve.dates))
    days = chosen(curve.dates, kept)
    own = [100 * value for value in chosen(curve.wealth, kept)]
    other = [100 * value for value in chosen(curve.benchmark_wealth, kept)]
    figure = go.Figure()
    name = "Benchmark" if view.benchmark is None else view.benchmark.name
    if other:
        figure.add_scatter(
            x=days,
            y=other,
            mode="lines",
            line={"width": 1.5, "color": look.color("chart-muted")},
            name=name,
            hovertemplate="%{y:,.1f}",
        )
    figure.add_scatter(
        x=days,
        y=own,
        mode="lines",
        line={"width": 2.25, "color": look.color("chart-proposed")},
        name=view.portfolio_name,
        hovertemplate="%{y:,.1f}",
    )
    shapes, notes = _bands(periods, view.period.sessions_count, (curve.dates[-1] - curve.dates[0]).days, look)
    rows_at = places(len(curve.dates), TABLE_ROWS_MAX_COUNT)
    rows = [
        [
            formatting.day_short(curve.dates[n]),
            look.number(100 * curve.wealth[n]),
            *([look.number(100 * curve.benchmark_wealth[n])] if other else []),
        ]
        for n in rows_at
    ]
    fees = "net of booked fees" if view.fees == "net" else "before booked fees"
    return frame(
        figure,
        name="performance",
        title=growth_title(view, look),
        subtitle=joined(f"Growth of 100, cash flows taken out, {fees}", span(view)),
        source="",
        mark=view.sample_mark,
        look=look,
        height_px=HEIGHT_PX,
        table=(("Day", view.portfolio_name, *([name] if other else [])), rows),
        screen_top_px=40,
        hovermode="x unified",
        choices=by_days(
            (one.started_on - timedelta(days=1), one.ended_on, "the stretch")
            for one in (() if periods is None else periods.periods)
        ),
        shapes=shapes,
        annotations=notes,
        xaxis=time_axis(),
        yaxis={"tickformat": ",.0f"},
    )


def growth_title(view: PerformanceView, look: Look) -> str:
    """Return what the portfolio earned, and by how much it was ahead of its benchmark or behind."""
    gain = view.return_frac
    title = f"{view.portfolio_name} {'gained' if gain >= 0 else 'lost'} {look.rate(abs(gain))}"
    if view.benchmark is None or view.benchmark_return_frac is None:
        return title
    ahead = gain - view.benchmark_return_frac
    apart = formatting.points(abs(ahead), style=look.style)
    return f"{title}, {apart} {'ahead of' if ahead >= 0 else 'behind'} {view.benchmark.name}"


def _bands(
    periods: ActivePeriods | None, sessions_count: int, curve_days: int, look: Look
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return shaded stretches with their numbers in the table below the chart, which spans so many calendar days."""
    shapes, notes = [], []
    found = () if periods is None else periods.periods
    shaded = banded(found, sessions_count)
    for number, one in enumerate(found, start=1):
        if number - 1 not in shaded:
            continue
        color = look.color("chart-band" if one.is_better else "chart-loss-band")
        edge = look.color("up-fill" if one.is_better else "down-fill")
        shapes.append(
            {
                "type": "rect",
                "xref": "x",
                "yref": "paper",
                "x0": one.started_on.isoformat(),
                "x1": one.ended_on.isoformat(),
                "y0": 0,
                "y1": 1,
                "layer": "below",
                "fillcolor": color,
                "line": {"width": 0},
            }
        )
        notes.append(
            {
                "text": f"{'▲' if one.is_better else '▼'} {ordinal(number)}{'*' if one.is_significant else ''}",
                "x": one.started_on.isoformat(),
                "y": 1,
                "xref": "x",
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "top",
                "showarrow": False,
                "font": {"size": 11, "color": edge},
                "hovertext": in_style(one.sentence, look.style),
            }
        )
    return shapes, _stepped(notes, curve_days)


def _stepped(notes: list[dict[str, Any]], curve_days: int) -> list[dict[str, Any]]:
    """Return marks so that none covers another on a phone: one that begins close after another stands a line lower."""
    lines: list[date] = []
    stepped = {}
    for place in sorted(range(len(notes)), key=lambda one: str(notes[one]["x"])):
        day = date.fromisoformat(notes[place]["x"])
        free = [line for line, last in enumerate(lines) if (day - last).days >= MARK_WIDTH_FRAC * curve_days]
        line = free[0] if free else len(lines)
        lines[line : line + 1] = [day]
        stepped[place] = {**notes[place], "yshift": -MARK_LINE_PX * line}
    return [stepped[place] for place in range(len(notes))]


def _money(view: PerformanceView, look: Look) -> go.Figure:
    course = view.course
    if len(course.dates) < 2:
        return empty("performance", "There is not enough history to draw yet.", look)
    kept = places(len(course.dates))
    days = chosen(course.dates, kept)
    figure = go.Figure()
    columns = ["Day", "Value", "Put in"]
    if course.benchmark_ccy is not None:
        name = f"The same money in {view.benchmark.name if view.benchmark else 'the benchmark'}"
        figure.add_scatter(
            x=days,
            y=chosen(course.benchmark_ccy, kept),
            mode="lines",
            line={"width": 1.5, "color": look.color("chart-muted")},
            name=name,
            hovertemplate=look.money_hover,
        )
        columns.append(name)
    figure.add_scatter(
        x=days,
        y=chosen(course.invested_ccy, kept),
        mode="lines",
        line={"width": 1.5, "dash": "dash", "shape": "hv", "color": look.color("chart-current")},
        name="Put in, less taken out",
        hovertemplate=look.money_hover,
    )
    figure.add_scatter(
        x=days,
        y=chosen(course.value_ccy, kept),
        mode="lines",
        line={"width": 2.25, "color": look.color("chart-proposed")},
        name=view.portfolio_name,
        hovertemplate=look.money_hover,
    )
    rows = []
    for n in places(len(course.dates), TABLE_ROWS_MAX_COUNT):
        row = [
            formatting.day_short(course.dates[n]),
            *(look.money(v[n]) for v in (course.value_ccy, course.invested_ccy)),
        ]
        rows.append([*row, look.money(course.benchmark_ccy[n])] if course.benchmark_ccy is not None else row)
    return frame(
        figure,
        name="performance-money",
        title=money_title(view, look),
        subtitle=joined(f"Value of the portfolio, {view.base_currency}, flows included", span(view)),
        source="",
        mark=view.sample_mark,
        look=look,
        height_px=HEIGHT_PX,
        table=(columns, rows),
        screen_top_px=40,
        hovermode="x unified",
        xaxis=time_axis(),
        yaxis=look.money_axis(),
    )


def money_title(view: PerformanceView, look: Look) -> str:
    """Return what the client's money earned in the period."""
    gain = float(view.bridge.gain_ccy)
    words = f"The money {'gained' if gain >= 0 else 'lost'} {look.money(abs(gain))} {view.base_currency}"
    money = view.money
    if money.is_annualized and money.rate_annual_frac is not None:
        return f"{words}: {look.rate(money.rate_annual_frac)} a year, money-weighted"
    if money.return_frac is not None:
        return f"{words}: {look.rate(money.return_frac)} over the period, money-weighted"
    return words


def underwater(
    view: PerformanceView, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw how far portfolio and benchmark stood below their highest earlier value."""
    look = Look(theme, style, signs)
    curve = view.wealth
    if len(curve.dates) < 2:
        return empty("underwater", "There is not enough history to draw yet.", look)
    kept = places(len(curve.dates))
    days = chosen(curve.dates, kept)
    table = view.figures.drawdowns
    figure = go.Figure()
    figure.add_scatter(
        x=days,
        y=chosen(curve.underwater_frac, kept),
        mode="lines",
        fill="tozeroy",
        fillcolor=look.color("chart-loss-band"),
        line={"width": 1.5, "color": look.color("down-fill")},
        name=view.portfolio_name,
        hovertemplate="%{y:.2%}",
    )
    if curve.benchmark_underwater_frac:
        figure.add_scatter(
            x=days,
            y=chosen(curve.benchmark_underwater_frac, kept),
            mode="lines",
            line={"width": 1.25, "color": look.color("chart-muted")},
            name="Benchmark" if view.benchmark is None else view.benchmark.name,
            hovertemplate="%{y:.2%}",
        )
    rows = [
        [formatting.day_short(curve.dates[n]), look.rate(curve.underwater_frac[n])]
        for n in places(len(curve.dates), TABLE_ROWS_MAX_COUNT)
    ]
    return frame(
        figure,
        name="underwater",
        title=underwater_title(table, look),
        subtitle=joined("Distance from the highest earlier value, percent", span(view)),
        source="",
        mark=view.sample_mark,
        look=look,
        height_px=330,
        table=(("Day", "Below peak"), rows),
        choices=by_days((one.peak_date, one.recovered_date or curve.dates[-1], "the fall") for one in table.drawdowns),
        screen_top_px=34,
        hovermode="x unified",
        xaxis=time_axis(),
        yaxis={"tickformat": ".0%", "rangemode": "tozero", "zeroline": True},
    )


def underwater_title(table: Any, look: Look) -> str:
    """Return how deep the deepest fall was, and how long it took."""
    if not table.drawdowns or table.max_drawdown_frac <= 0.0:
        return "It never closed below an earlier peak"
    worst = table.drawdowns[0]
    depth = f"The deepest fall was {look.rate(worst.depth_frac)}, to {formatting.day_short(worst.trough_date)}"
    if worst.recovered_date is None:
        return f"{depth}; it has not recovered yet"
    return f"{depth}, recovered after {look.count(worst.to_recovery_count or 0, 'session')}"


def rolling(
    view: PerformanceView,
    series: RollingSeries,
    *,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw one figure over a moving window."""
    look = Look(theme, style, signs)
    known = [value for value in series.values if value is not None and math.isfinite(value)]
    if len(known) < 2:
        words = f"A window of {look.count(series.window_count, 'session')} does not fit into this period."
        return empty(f"rolling-{series.key}", words, look, 300)
    kept = places(len(series.dates))
    is_share = series.unit == "fraction"
    shown = look.rate if is_share else look.number
    figure = go.Figure()
    figure.add_scatter(
        x=chosen(series.dates, kept),
        y=chosen(series.values, kept),
        mode="lines",
        line={"width": 1.75, "color": look.color("chart-proposed")},
        name=series.label,
        hovertemplate=day_hover("%{y:.2%}" if is_share else "%{y:.2f}"),
        showlegend=False,
    )
    rows = [
        [formatting.day_short(series.dates[n]), shown(series.values[n])]
        for n in places(len(series.dates), TABLE_ROWS_MAX_COUNT)
    ]
    low, high = min(known), max(known)
    return frame(
        figure,
        name=f"rolling-{series.key}",
        title=f"{series.label} is {shown(known[-1])}; it ranged from {shown(low)} to {shown(high)}",
        subtitle=joined(f"Over the last {look.count(series.window_count, 'session')}", span(view)),
        source="",
        mark=view.sample_mark,
        look=look,
        height_px=300,
        table=(("Day", series.label), rows),
        xaxis=time_axis(),
        yaxis={"tickformat": ".0%" if is_share else ".2~f", "zeroline": low < 0 < high},
    )
