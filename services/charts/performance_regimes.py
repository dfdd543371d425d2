"""When were a portfolio's times calm, and when turbulent?"""

from __future__ import annotations

from datetime import timedelta

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import by_days, empty, frame, joined
from services.charts.history import day_hover, time_axis
from services.charts.look import Look
from services.charts.performance import TABLE_ROWS_MAX_COUNT, chosen, places, span
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.messages.performance import RegimesView
from services.number_style import in_style

TURBULENT = "turbulent"


def regimes(
    view: RegimesView, *, theme: Theme = "light", style: Style = "comma", signs: Signs = "blue_orange"
) -> go.Figure:
    """Draw the probability of turbulence by day, with turbulent runs shaded."""
    look = Look(theme, style, signs)
    found = view.regimes
    if len(found.dates) < 2 or not found.regimes:
        return empty("regimes", in_style(found.sentence, style), look)
    kept = places(len(found.dates))
    figure = go.Figure()
    figure.add_scatter(
        x=chosen(found.dates, kept),
        y=chosen(found.turbulent_probability, kept),
        mode="lines",
        line={"width": 1.5, "color": look.color("down-fill")},
        name="Probability of turbulence",
        hovertemplate=day_hover("%{y:.0%}"),
        showlegend=False,
    )
    shapes = [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": run.started_on.isoformat(),
            "x1": run.ended_on.isoformat(),
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "fillcolor": look.color("chart-loss-band"),
            "line": {"width": 0},
        }
        for run in found.runs
        if run.label == TURBULENT
    ]
    rows = [
        [formatting.day_short(found.dates[n]), look.weight(found.turbulent_probability[n])]
        for n in places(len(found.dates), TABLE_ROWS_MAX_COUNT)
    ]
    return frame(
        figure,
        name="regimes",
        title=regimes_title(view, look),
        subtitle=joined("Probability of turbulence, smoothed over the whole period", span(view)),
        source="",
        mark=view.sample_mark,
        look=look,
        height_px=340,
        table=(("Day", "Probability of turbulence"), rows),
        choices=by_days(
            (run.started_on - timedelta(days=1), run.ended_on, "the turbulent days")
            for run in found.runs
            if run.label == TURBULENT
        ),
        shapes=shapes,
        xaxis=time_axis(),
        yaxis={"tickformat": ".0%", "range": [0, 1]},
    )


def regimes_title(view: RegimesView, look: Look) -> str:
    """Return how much of the time was turbulent, and how wild it was then."""
    found = view.regimes
    if not found.has_two:
        return in_style(found.sentence, look.style)
    calm, wild = found.regimes
    return (
        f"Turbulent {look.weight(wild.probability_frac)} of the time: volatility "
        f"{look.rate(wild.volatility_annual_frac)} then, {look.rate(calm.volatility_annual_frac)} in calm times"
    )
