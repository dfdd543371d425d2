"""On which days did the loss exceed what was forecast?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import by_label, empty, frame, joined
from services.charts.history import time_axis
from services.charts.look import Look
from services.charts.risk import level_words, mark_of, source_of
from services.charts.risk_days import add_marks
from services.charts.risk_losses import DAY
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.messages.risk import BacktestRow, RiskReport

POINTS_MAX_COUNT = 1600
ROWS_MAX_COUNT = 30
NAME = "risk-exceptions"


def exceptions_strip(
    row: BacktestRow | None,
    report: RiskReport,
    *,
    chosen: Collection[date] = (),
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw each day's return with the forecast of value at risk, and mark the days beyond it.

    Parameters
    ----------
    row : BacktestRow or None
        One method at one level.
    report : RiskReport
        For source and mark.
    chosen : collection of date
        The chosen days, which stand out. A day beyond the forecast chooses itself.
    """
    look = Look(theme, style, signs)
    if row is None or not row.series.dates:
        return empty(NAME, "There are no forecasts to hold against what came.", look)
    series, tested = row.series, row.report
    days, returns = list(series.dates), list(series.returns_frac)
    bounds = [-value for value in series.var_frac]
    beyond = [n for n, (one, bound) in enumerate(zip(returns, bounds, strict=True)) if one < bound]
    first = max(0, len(days) - POINTS_MAX_COUNT)
    figure = go.Figure()
    figure.add_bar(
        x=days[first:],
        y=returns[first:],
        marker={"color": look.color("chart-muted")},
        name="Return of the day",
        hovertemplate="%{y:.2%}",
    )
    figure.add_scatter(
        x=days[first:],
        y=bounds[first:],
        mode="lines",
        line={"width": 1.75, "color": look.color("chart-proposed")},
        name=f"Forecast value at risk {level_words(series.level_frac)}",
        hovertemplate="%{y:.2%}",
    )
    shown = [n for n in beyond if n >= first]
    figure.add_scatter(
        x=[days[n] for n in shown],
        y=[returns[n] for n in shown],
        mode="markers",
        marker={"size": 9, "symbol": "x", "color": look.color("down-fill")},
        name="Beyond the forecast",
        hovertemplate="%{y:.2%}",
    )
    add_marks(figure, dict(zip(days[first:], returns[first:], strict=True)), chosen, look)
    return frame(
        figure,
        name=NAME,
        title=f"{look.count(tested.exceptions_count, 'day')} beyond the forecast; "
        f"{look.number(tested.expected_count, 1)} were to be expected",
        subtitle=joined(
            f"{row.label}, {level_words(series.level_frac)}",
            f"{look.count(tested.days_count, 'day')} from {formatting.day_short(days[0])} "
            f"to {formatting.day_short(days[-1])}",
            f"the last {look.number(POINTS_MAX_COUNT, 0)} are drawn" if first else "",
        ),
        source=source_of(report),
        mark=mark_of(report),
        look=look,
        height_px=360,
        table=(
            ("Day", "Return", "Forecast", "Beyond it"),
            [
                (
                    formatting.day_short(days[n]),
                    look.rate(returns[n]),
                    look.rate(series.var_frac[n]),
                    look.rate(bounds[n] - returns[n]),
                )
                for n in list(reversed(beyond))[:ROWS_MAX_COUNT]
            ],
        ),
        choices=by_label("x", {days[n].isoformat(): f"{DAY}{days[n].isoformat()}" for n in shown}),
        screen_top_px=34,
        hovermode="x unified",
        bargap=0.0,
        xaxis=time_axis(),
        yaxis={"tickformat": ".1%", "zeroline": True},
    )
