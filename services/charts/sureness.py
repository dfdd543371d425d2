"""How do charts show how sure weights and the frontier are: whiskers and a band?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from services.charts.look import Look

if TYPE_CHECKING:
    from services.messages.uncertainty import UncertaintyResult, WeightInterval

Point = tuple[float, float]


def interval_name(sure: UncertaintyResult) -> str:
    """Name the intervals by their level: "90% interval"."""
    return f"{sure.level_frac:.0%} interval"


def intervals(sure: UncertaintyResult | None) -> dict[str, WeightInterval]:
    """Return the interval of each asset; none where nobody has found out."""
    return {} if sure is None else {line.asset: line for line in sure.weights}


def whiskers(names: Sequence[str], sure: UncertaintyResult | None, look: Look) -> list[go.Scatter]:
    """Return a thin line over each weight from the lower to the upper end of its interval, with a stroke at each end.

    Parameters
    ----------
    names : sequence of str
        The rows of the chart.
    sure : UncertaintyResult or None
        Nothing is drawn without it.
    look : Look
        Colors and number format.
    """
    known = intervals(sure)
    shown = [known[name] for name in names if name in known]
    if sure is None or not shown:
        return []
    xs: list[float | None] = []
    ys: list[str | None] = []
    for line in shown:
        xs += [line.lower_frac, line.upper_frac, None]
        ys += [line.asset, line.asset, None]
    ink, name = look.color("text"), interval_name(sure)
    ends = {"symbol": "line-ns", "size": 9, "line": {"width": 1.5, "color": ink}}
    texts = [[look.weight(one) for one in (line.lower_frac, line.upper_frac, line.inclusion_frac)] for line in shown]
    return [
        go.Scatter(
            x=xs,
            y=ys,
            mode="lines",
            line={"width": 1.5, "color": ink},
            name=name,
            hoverinfo="skip",
            legendgroup="interval",
        ),
        go.Scatter(
            x=[x for x in xs if x is not None],
            y=[y for y in ys if y is not None],
            mode="markers",
            marker=ends,
            name=name,
            customdata=[text for text in texts for _ in range(2)],
            hovertemplate=f"<b>%{{y}}</b><br>{name} %{{customdata[0]}} to %{{customdata[1]}}"
            "<br>Held in %{customdata[2]} of the other histories<extra></extra>",
            legendgroup="interval",
            showlegend=False,
        ),
    ]


def band_points(sure: UncertaintyResult | None) -> list[Point]:
    """Return the edge of the band along the frontier: its upper side from the left, its lower side back."""
    bands = [] if sure is None else sorted(sure.bands, key=lambda one: one.volatility_annual_frac)
    if len(bands) < 2:
        return []
    upper = [(one.volatility_annual_frac, one.return_upper_annual_frac) for one in bands]
    lower = [(one.volatility_annual_frac, one.return_lower_annual_frac) for one in reversed(bands)]
    return [*upper, *lower]


def band(sure: UncertaintyResult | None, look: Look) -> list[go.Scatter]:
    """Return the band that the frontier's promised returns fill on other histories; a click on its name hides it."""
    edge = band_points(sure)
    if sure is None or not edge:
        return []
    paint = look.color("chart-band")
    return [
        go.Scatter(
            x=[x for x, _ in edge],
            y=[y for _, y in edge],
            mode="lines",
            line={"width": 1, "color": paint},
            fill="toself",
            fillcolor=paint,
            name=f"{sure.level_frac:.0%} band",
            hoverinfo="skip",
        )
    ]


def interval_words(sure: UncertaintyResult, look: Look) -> Mapping[str, str]:
    """Return the interval of each asset as text, for the table beside a chart."""
    return {line.asset: f"{look.weight(line.lower_frac)} to {look.weight(line.upper_frac)}" for line in sure.weights}
