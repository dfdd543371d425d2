"""What is possible between risk and return, and where do the current and the proposed portfolio lie?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from services import formatting
from services.charts.frame import as_of_words, day_of, empty, frame, joined, mark_words
from services.charts.labels import Box, Canvas, around, label_box, least_bad, place
from services.charts.look import Look
from services.charts.sureness import band, band_points
from services.charts.tokens import Signs, Theme
from services.formatting import Style
from services.market_marks import source_mark
from services.number_style import in_style
from services.source_names import source_names

if TYPE_CHECKING:
    from services.messages.uncertainty import UncertaintyResult

Point = tuple[float, float]
WIDE_PX, NARROW_PX, PLOT_HEIGHT_PX, HEIGHT_PX = 480.0, 236.0, 300.0, 460
AXES = "Volatility %{x:.2%}<br>Return %{y:.2%}<extra></extra>"


@dataclass(frozen=True)
class _Mark:
    """One portfolio on the chart."""

    name: str
    at: Point
    symbol: str
    color: str
    size: int
    must_stand: bool = True


def _point(metrics: Mapping[str, Any] | None) -> Point | None:
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


def _ranges(points: Sequence[Point]) -> tuple[tuple[float, float], tuple[float, float]]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x_pad, y_pad = (max(xs) - min(xs) or 0.01) * 0.09, (max(ys) - min(ys) or 0.01) * 0.12
    return (max(0.0, min(xs) - x_pad), max(xs) + x_pad * 1.6), (min(ys) - y_pad, max(ys) + y_pad)


def _curve_boxes(line: Sequence[Point], canvas: Canvas) -> list[Box]:
    boxes: list[Box] = []
    for start, end in pairwise(line):
        (x1, y1), (x2, y2) = canvas.to_px(*start), canvas.to_px(*end)
        steps = max(1, int(max(abs(x2 - x1), abs(y2 - y1)) // 6))
        boxes += [around(x1 + (x2 - x1) * n / steps, y1 + (y2 - y1) * n / steps, 2.5) for n in range(steps + 1)]
    return boxes


def _mark_places(marks: Sequence[_Mark], line: Sequence[Point], canvas: Canvas) -> tuple[list[str | None], list[Box]]:
    """Place the portfolios' names first, where they cover the least; one that must not stand anyhow may go without."""
    used = [*_curve_boxes(line, canvas), *(around(*canvas.to_px(*mark.at), mark.size / 2 + 1) for mark in marks)]
    places: list[str | None] = []
    for mark in marks:
        spot, box = least_bad(*mark.at, mark.name, canvas, used)
        is_free = box.lies_in(canvas.box) and not any(box.overlaps(other) for other in used)
        if not (is_free or mark.must_stand):
            places.append(None)  # the legend names it instead
            continue
        places.append(spot)
        used.append(box)
    return places, used


def _label_traces(
    assets: Sequence[Mapping[str, Any]],
    weights: Mapping[str, float],
    line: Sequence[Point],
    marks: Sequence[_Mark],
    ranges: tuple[tuple[float, float], tuple[float, float]],
) -> tuple[list[str | None], list[go.Scatter]]:
    points = [(float(a["volatility_annual_frac"]), float(a["return_annual_frac"]), str(a["asset"])) for a in assets]
    order = sorted(range(len(points)), key=lambda n: -abs(weights.get(points[n][2], 0.0)))
    narrow = Canvas(NARROW_PX, PLOT_HEIGHT_PX, *ranges)
    wide = Canvas(WIDE_PX, PLOT_HEIGHT_PX, *ranges)
    mark_places, taken = _mark_places(marks, line, narrow)
    first, _ = place(points, narrow, taken=taken, order=order[:8])
    _, kept = _mark_places(marks, line, wide)
    directions = {"middle right": (1, 0), "top center": (0, 1), "bottom center": (0, -1), "middle left": (-1, 0)}
    for n, spot in enumerate(first):
        if spot is not None:
            dx, dy = directions.get(spot, (1 if "right" in spot else -1, 1 if "top" in spot else -1))
            kept.append(label_box(*wide.to_px(*points[n][:2]), points[n][2], (dx, dy)))
    second, _ = place(points, wide, taken=kept, order=[n for n in order if first[n] is None])
    traces = []
    for spots in (first, second):
        shown = [n for n, spot in enumerate(spots) if spot is not None]
        traces.append(
            go.Scatter(
                x=[points[n][0] for n in shown],
                y=[points[n][1] for n in shown],
                text=[points[n][2] for n in shown],
                textposition=[str(spots[n]) for n in shown],
                mode="markers+text",
                cliponaxis=False,
                marker={"size": 9, "color": "rgba(0,0,0,0)"},
                hoverinfo="skip",
                showlegend=False,
                name="asset names",
            )
        )
    return mark_places, traces


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
    proposed = _point(result.get("metrics"))
    if proposed is None:
        reason = in_style(str(result.get("message") or "There is no portfolio to draw."), style)
        return empty("efficient-frontier", reason, look)
    current = _point(result.get("current_metrics"))
    frontier = result.get("frontier") or {}
    line = [point for point in map(_point, frontier.get("points") or []) if point is not None]
    assets = [a for a in frontier.get("asset_points") or [] if _point(a) is not None]
    weights = {str(w["asset"]): float(w["weight_frac"]) for w in result.get("weights") or []}
    lineage = result.get("lineage") or {}

    marks = [_Mark("Proposed", proposed, "circle", look.color("chart-proposed"), 14)]
    if current is not None:
        marks.append(_Mark("Current", current, "diamond", look.color("chart-current"), 13))
    if line:
        lowest = min(line)
        if math.dist(lowest, proposed) > 2e-3:
            marks.append(_Mark("Minimum risk", lowest, "square", look.color("chart-muted"), 9, must_stand=False))
    asset_xy = [(float(a["volatility_annual_frac"]), float(a["return_annual_frac"])) for a in assets]
    ranges = _ranges([*line, *asset_xy, *(mark.at for mark in marks), *band_points(sure)])
    places, label_traces = _label_traces(assets, weights, line, marks, ranges)

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
    figure.add_scatter(
        x=[x for x, _ in asset_xy],
        y=[y for _, y in asset_xy],
        mode="markers",
        marker={"size": 7, "color": look.color("chart-muted"), "opacity": 0.85},
        name="Single assets",
        customdata=[[str(a["asset"]), look.weight(weights.get(str(a["asset"]), 0.0))] for a in assets],
        hovertemplate="<b>%{customdata[0]}</b>, proposed weight %{customdata[1]}<br>" + AXES,
    )
    for mark, spot in reversed(list(zip(marks, places, strict=True))):
        figure.add_scatter(
            x=[mark.at[0]],
            y=[mark.at[1]],
            mode="markers+text" if spot else "markers",
            cliponaxis=False,
            text=[f"<b>{mark.name}</b>"],
            textposition=spot or "middle right",
            textfont={"color": look.color("text")},
            marker={
                "size": mark.size,
                "symbol": mark.symbol,
                "color": mark.color,
                "line": {"width": 2, "color": look.color("surface")},
            },
            name=mark.name,
            hovertemplate=f"<b>{mark.name}</b><br>{AXES}",
            showlegend=spot is None,
        )
    for trace in label_traces:
        trace.textfont = {"color": look.color("text-muted"), "size": 11}
        figure.add_trace(trace)
    rows = [
        *[(m.name, look.rate(m.at[1]), look.rate(m.at[0])) for m in marks],
        *[(str(a["asset"]), look.rate(y), look.rate(x)) for a, (x, y) in zip(assets, asset_xy, strict=True)],
    ]
    frame(
        figure,
        name="efficient-frontier",
        title=finding(proposed, current, (result.get("metrics") or {}).get("sharpe"), look),
        subtitle=joined(
            "Expected return against volatility, percent a year",
            as_of_words(lineage.get("as_of")),
            mark_words(source_mark(lineage)),
        ),
        source=source_words(lineage, look),
        look=look,
        height_px=HEIGHT_PX,
        table=(("Portfolio or asset", "Expected return a year", "Volatility a year"), rows),
        screen_top_px=34,
        xaxis={"title": {"text": "Volatility a year"}, "tickformat": ".0%", "range": list(ranges[0]), "showgrid": True},
        yaxis={"title": {"text": "Expected return a year"}, "tickformat": ".0%", "range": list(ranges[1])},
    )
    figure.layout.meta["extra_labels"] = True
    return figure


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
