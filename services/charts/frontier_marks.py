"""How do portfolios and assets stand on a chart of risk and reward, and where do their names find room?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import plotly.graph_objects as go

from services.charts.labels import Box, Canvas, around, label_box, least_bad, place
from services.charts.look import Look

Point = tuple[float, float]
WIDE_PX, NARROW_PX, PLOT_HEIGHT_PX, HEIGHT_PX = 480.0, 236.0, 300.0, 460
AXES = "Volatility %{x:.2%}<br>Return %{y:.2%}<extra></extra>"
NAMES = "asset names"
"""The name of the traces that hold the assets' names."""


@dataclass(frozen=True)
class AssetSpot:
    """One asset on the chart: where it lies and what the proposal holds of it."""

    name: str
    at: Point
    weight_frac: float


@dataclass(frozen=True)
class Mark:
    """One portfolio on the chart."""

    name: str
    at: Point
    symbol: str
    color: str
    size: int
    must_stand: bool = True


def ranges_of(points: Sequence[Point]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ranges of both axes that hold all points with room around them."""
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


def _mark_places(
    marks: Sequence[Mark], lines: Sequence[Sequence[Point]], canvas: Canvas
) -> tuple[list[str | None], list[Box]]:
    """Place the portfolios' names first, where they cover the least; one that must not stand anyhow may go without."""
    used = [box for line in lines for box in _curve_boxes(line, canvas)]
    used += [*(around(*canvas.to_px(*mark.at), mark.size / 2 + 1) for mark in marks)]
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


def label_traces(
    assets: Sequence[AssetSpot],
    line: Sequence[Point],
    marks: Sequence[Mark],
    ranges: tuple[tuple[float, float], tuple[float, float]],
    look: Look,
    beside: Sequence[Sequence[Point]] = (),
) -> tuple[list[str | None], list[go.Scatter]]:
    """Return where each portfolio's name stands, None where the legend names it, and the traces of assets' names.

    The last trace holds the names that are left out on phones. No name lies on `line`, nor on the lines `beside` it.
    """
    points = [(*asset.at, asset.name) for asset in assets]
    order = sorted(range(len(points)), key=lambda n: -abs(assets[n].weight_frac))
    narrow = Canvas(NARROW_PX, PLOT_HEIGHT_PX, *ranges)
    wide = Canvas(WIDE_PX, PLOT_HEIGHT_PX, *ranges)
    mark_places, taken = _mark_places(marks, [line, *beside], narrow)
    first, _ = place(points, narrow, taken=taken, order=order[:8])
    _, kept = _mark_places(marks, [line, *beside], wide)
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
                textfont={"color": look.color("text-muted"), "size": 11},
                mode="markers+text",
                cliponaxis=False,
                marker={"size": 9, "color": "rgba(0,0,0,0)"},
                hoverinfo="skip",
                showlegend=False,
                name=NAMES,
            )
        )
    return mark_places, traces


def assets_trace(assets: Sequence[AssetSpot], axes: str, look: Look) -> go.Scatter:
    """Return a dot for each asset; hovering tells its proposed weight."""
    return go.Scatter(
        x=[asset.at[0] for asset in assets],
        y=[asset.at[1] for asset in assets],
        mode="markers",
        marker={"size": 7, "color": look.color("chart-muted"), "opacity": 0.85},
        name="Single assets",
        customdata=[[asset.name, look.weight(asset.weight_frac)] for asset in assets],
        hovertemplate="<b>%{customdata[0]}</b>, proposed weight %{customdata[1]}<br>" + axes,
    )


def mark_traces(marks: Sequence[Mark], places: Sequence[str | None], axes: str, look: Look) -> list[go.Scatter]:
    """Return a trace for each portfolio, the first on top; without room for its name the legend has it."""
    return [
        go.Scatter(
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
            hovertemplate=f"<b>{mark.name}</b><br>{axes}",
            showlegend=spot is None,
        )
        for mark, spot in reversed(list(zip(marks, places, strict=True)))
    ]
