"""What is possible between risk and return, and where do the current and the proposed portfolio lie?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import as_of_words, day_of, empty, frame, joined
from services.charts.frontier_marks import (
    AXES,
    HEIGHT_PX,
    AssetSpot,
    Mark,
    Point,
    assets_trace,
    label_traces,
    mark_traces,
    ranges_of,
)
from services.charts.look import Look
from services.charts.sureness import band, band_points
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.market_marks import source_mark
from services.number_style import in_style
from services.source_names import source_names

if TYPE_CHECKING:
    from services.messages.uncertainty import UncertaintyResult


def point_of(metrics: Mapping[str, Any] | None) -> Point | None:
    """Return volatility and expected return of a portfolio's figures, None where they are not known."""
    if not metrics:
        return None
    risk, gain = metrics.get("volatility_annual_frac"), metrics.get("return_annual_frac")
    return None if risk is None or gain is None else (float(risk), float(gain))


def finding(proposed: Point, current: Point | None, sharpe: float | None, look: Look) -> str:
    """State what the proposal does to risk and return."""
    words = f"{look.rate(proposed[1])} expected return at {look.rate(proposed[0])} volatility"
    if current is not None:
        return f"Proposed: {words}; today {look.rate(current[1])} at {look.rate(current[0])}"
    return f"Proposed: {words}" + (f", a Sharpe ratio of {look.number(sharpe)}" if sharpe is not None else "")


def efficient_frontier(
    result: Mapping[str, Any],
    *,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
    sure: UncertaintyResult | None = None,
) -> go.Figure:
    """Draw the efficient frontier with the assets, the current and the proposed portfolio on it.

    Parameters
    ----------
    result : mapping
        The stored result of an optimization (``OptimizationResult`` as JSON).
    theme : {"light", "dark"}
        Colors.
    sure : UncertaintyResult or None
        With it the frontier lies in the band of what other histories promise.

    Returns
    -------
    plotly.graph_objects.Figure
        The last trace holds the asset names that are left out on phones.
    """
    look = Look(theme, style, signs)
    proposed = point_of(result.get("metrics"))
    if proposed is None:
        reason = in_style(str(result.get("message") or "There is no portfolio to draw."), style)
        return empty("efficient-frontier", reason, look)
    current = point_of(result.get("current_metrics"))
    frontier = result.get("frontier") or {}
    line = [point for point in map(point_of, frontier.get("points") or []) if point is not None]
    weights = {str(w["asset"]): float(w["weight_frac"]) for w in result.get("weights") or []}
    assets = [
        AssetSpot(str(one["asset"]), at, weights.get(str(one["asset"]), 0.0))
        for one in frontier.get("asset_points") or []
        if (at := point_of(one)) is not None
    ]
    lineage = result.get("lineage") or {}

    marks = [Mark("Proposed", proposed, "circle", look.color("chart-proposed"), 14)]
    if current is not None:
        marks.append(Mark("Current", current, "diamond", look.color("chart-current"), 13))
    if line:
        lowest = min(line)
        if math.dist(lowest, proposed) > 2e-3:
            marks.append(Mark("Minimum risk", lowest, "square", look.color("chart-muted"), 9, must_stand=False))
    ranges = ranges_of([*line, *(asset.at for asset in assets), *(mark.at for mark in marks), *band_points(sure)])
    places, names = label_traces(assets, line, marks, ranges, look)

    figure = go.Figure(band(sure, look))
    if line:
        figure.add_scatter(
            x=[x for x, _ in line],
            y=[y for _, y in line],
            mode="lines",
            line={"width": 2.5, "color": look.color("series-5"), "shape": "spline", "smoothing": 0.4},
            name="Efficient frontier",
            hovertemplate=AXES,
        )
    figure.add_traces([assets_trace(assets, AXES, look), *mark_traces(marks, places, AXES, look), *names])
    rows = [
        *[(m.name, look.rate(m.at[1]), look.rate(m.at[0])) for m in marks],
        *[(asset.name, look.rate(asset.at[1]), look.rate(asset.at[0])) for asset in assets],
    ]
    frame(
        figure,
        name="efficient-frontier",
        title=finding(proposed, current, (result.get("metrics") or {}).get("sharpe"), look),
        **estimated(
            lineage,
            look,
            "Expected return against volatility, percent a year",
        ),
        look=look,
        height_px=HEIGHT_PX,
        table=(("Portfolio or asset", "Expected return a year", "Volatility a year"), rows),
        screen_top_px=34,
        xaxis={"title": {"text": "Volatility a year"}, "tickformat": ".0%", "range": list(ranges[0]), "showgrid": True},
        yaxis={"title": {"text": "Expected return a year"}, "tickformat": ".0%", "range": list(ranges[1])},
    )
    figure.layout.meta["extra_labels"] = True
    return figure


def estimated(lineage: Mapping[str, Any], look: Look, *measured: str) -> dict[str, Any]:
    """Return the words of a chart about an estimate, as `frame` takes them: what, to which day, from where."""
    return {
        "subtitle": joined(*measured, as_of_words(lineage.get("as_of"))),
        "source": source_words(lineage, look),
        "mark": source_mark(lineage),
    }


def source_words(lineage: Mapping[str, Any], look: Look) -> str:
    """Say from how many days, and which, the figures were estimated."""
    count = lineage.get("observations_count")
    start, end = day_of(lineage.get("window_start")), day_of(lineage.get("window_end"))
    data = lineage.get("data") or {}
    providers = data.get("providers") if isinstance(data, Mapping) else None
    origin = source_names(providers or ())
    window = ""
    if count:
        window = f"Estimated from {look.count(int(count), 'daily return')}"
        if start and end:
            window += f", {formatting.day_short(start)} to {formatting.day_short(end)}"
    return joined(source_mark(lineage), window, f"Source: {origin}" if origin else "")
