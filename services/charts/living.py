"""What stands still while the frontier moves: axes, assets, the portfolio held now, benchmark, client, band?

On the screen the frontier itself is drawn above this figure by the browser. A file gets it as a trace, from the
certified corners.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from services.charts.frame import frame
from services.charts.frontier import estimated
from services.charts.frontier_marks import (
    HEIGHT_PX,
    NAMES,
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
from services.messages.living import LivingFrontier, LivingProblem
from services.messages.uncertainty import UncertaintyResult

NAME = "living-frontier"
STEPS_COUNT = 12
LARGEST_COUNT = 4
ALIKE_FRAC = 5e-5
"""Corners whose expected returns differ by less are one portfolio to a reader."""
AXES = "Volatility %{x:.2%}<br>Expected return %{y:.2%}<extra></extra>"
LAYERS = {"Single assets": "assets", NAMES: "assets", "Current": "current", "Benchmark": "benchmark"}
SHARES: Any = {
    "tickformat": ".0%",
    "tickformatstops": [
        {"dtickrange": [None, 0.00099], "value": ".2%"},
        {"dtickrange": [0.00099, 0.0099], "value": ".1%"},
        {"dtickrange": [0.0099, None], "value": ".0%"},
    ],
}
"""How an axis names its marks: with as many decimals as tell two of them apart, however close a reader looks."""
COLUMNS = ("Portfolio or asset", "Volatility", "Expected return", "Maximum drawdown", "Largest weights")


def line_of(found: LivingFrontier) -> list[Point]:
    """Return risk and return along a frontier, exact between corners where it is."""
    risks, gains = np.array(found.volatilities_annual_frac), np.array(found.returns_annual_frac)
    if len(risks) < 2 or not found.is_exact:
        return list(zip(risks.tolist(), gains.tolist(), strict=True))
    share = np.arange(STEPS_COUNT) / STEPS_COUNT
    start, end, cross = risks[:-1, None] ** 2, risks[1:, None] ** 2, np.array(found.crosses)[:, None]
    squares = (1.0 - share) ** 2 * start + 2.0 * share * (1.0 - share) * cross + share**2 * end
    along = np.sqrt(np.maximum(squares, 0.0)).ravel().tolist()
    gained = ((1.0 - share) * gains[:-1, None] + share * gains[1:, None]).ravel().tolist()
    return [*zip(along, gained, strict=True), (float(risks[-1]), float(gains[-1]))]


def living_chart(
    problem: LivingProblem,
    look: Look,
    *,
    found: LivingFrontier | None = None,
    at: Point | None = None,
    pins: Sequence[tuple[str, Point]] = (),
    sure: UncertaintyResult | None = None,
) -> go.Figure:
    """Draw what stands still, and for a file the frontier, the point on it and what was pinned.

    Parameters
    ----------
    problem : LivingProblem
    look : Look
        Theme, number format and colors.
    found : LivingFrontier or None
        The frontier as a trace; without it the figure is the ground on which a browser draws.
    at : (risk, return) or None
        The chosen point.
    pins : sequence of (name, (risk, return))
    sure : UncertaintyResult or None
        With it the frontier as it was asked lies in the band of what other histories promise.
    """
    shown = found or problem.frontier
    line = line_of(shown)
    assets = [
        AssetSpot(name, (one.volatility_annual_frac, one.return_annual_frac), 0.0)
        for name, one in zip(problem.assets, problem.asset_points, strict=True)
    ]
    marks = [*_marks(problem, look)]
    if at is not None:
        marks.append(Mark("The point", at, "circle", look.color("text"), 12))
    marks += [Mark(name, spot, "square", look.color("series-4"), 10) for name, spot in pins]
    most = [] if problem.client is None else _client_most(problem)
    ranges = ranges_of([*line, *(one.at for one in assets), *(one.at for one in marks), *most, *band_points(sure)])
    walls = [[(x, y) for y in ranges[1]] for x, _ in most]
    places, names = label_traces(assets, line, marks, ranges, look, walls)
    figure = go.Figure([trace.update(meta={"layer": "band"}) for trace in band(sure, look)])
    if found is not None:
        figure.add_trace(_line(line, look))
    figure.add_traces([*_client_line(problem, ranges[1], look), _dots(assets, look)])
    figure.add_traces([*mark_traces(marks, places, AXES, look), *names])
    for trace in figure.data:
        own = (trace.meta or {}).get("layer", "frontier")
        trace.meta = {"layer": "client" if trace.name == "Client profile" else LAYERS.get(trace.name, own)}
    figure.update_traces(showlegend=False, selector={"name": NAMES})
    if found is None:
        _named_above(figure, [mark.name for mark in marks])
    frame(
        figure,
        name=NAME,
        title=_title(shown, look),
        **estimated(shown.lineage.model_dump(mode="json"), look, "Expected return against volatility, percent a year"),
        look=look,
        height_px=HEIGHT_PX + 20,
        table=table_of(problem, shown, look),
        screen_top_px=34,
        xaxis={"title": {"text": "Volatility"}, **SHARES, "range": list(ranges[0]), "showgrid": True},
        yaxis={"title": {"text": "Expected return"}, **SHARES, "range": list(ranges[1])},
    )
    figure.layout.meta |= {"extra_labels": True}
    return figure


def table_of(problem: LivingProblem, found: LivingFrontier, look: Look) -> tuple[Any, Any]:
    """Return the same numbers as text: portfolios beside the frontier, every corner, the assets."""
    rows: list[tuple[str, ...]] = [
        (name, look.rate(one.volatility_annual_frac), look.rate(one.return_annual_frac), "", "")
        for name, one in (("Current", problem.current), ("Benchmark", problem.benchmark), ("Client", problem.client))
        if one is not None
    ]
    falls = found.drawdowns_frac
    for number, weights in enumerate(found.corners):
        held = sorted(zip(problem.assets, weights, strict=True), key=lambda one: -abs(one[1]))[:LARGEST_COUNT]
        largest = ", ".join(f"{name} {look.weight(weight)}" for name, weight in held if abs(weight) >= 5e-4)
        figures = (found.volatilities_annual_frac[number], found.returns_annual_frac[number])
        fall = "" if falls is None else look.rate(falls[number])
        rows.append((f"Corner {look.number(number + 1, 0)}", *map(look.rate, figures), fall, largest))
    rows += [
        (name, look.rate(one.volatility_annual_frac), look.rate(one.return_annual_frac), "", "")
        for name, one in zip(problem.assets, problem.asset_points, strict=True)
    ]
    return COLUMNS, rows


def _named_above(figure: go.Figure, names: Sequence[str]) -> None:
    """Leave the portfolios' names to the browser, which writes them above lines that move; a picture keeps these."""
    for trace in figure.data:
        if trace.name in names:
            trace.uid = f"living-name-{trace.name.split()[0].lower()}"
            trace.meta = {**trace.meta, "named": True}
            trace.showlegend = False


def _title(found: LivingFrontier, look: Look) -> str:
    if not found.corners:
        return "No portfolio meets these limits"
    gains, risks = found.returns_annual_frac, found.volatilities_annual_frac
    if gains[-1] - gains[0] < ALIKE_FRAC:
        return f"The limits leave one portfolio: {look.rate(gains[0])} at {look.rate(risks[0])} volatility"
    return (
        f"Expected return from {look.rate(gains[0])} to {look.rate(gains[-1])}, at {look.rate(risks[0])} to "
        f"{look.rate(risks[-1])} volatility"
    )


def _marks(problem: LivingProblem, look: Look) -> list[Mark]:
    found = []
    for name, one, symbol, color, size in (
        ("Current", problem.current, "diamond", "chart-current", 13),
        ("Benchmark", problem.benchmark, "square", "series-2", 11),
        ("Client profile", problem.client, "star", "series-3", 14),
    ):
        if one is not None:
            at = (one.volatility_annual_frac, one.return_annual_frac)
            found.append(Mark(name, at, symbol, look.color(color), size, must_stand=name == "Current"))
    return found


def _client_most(problem: LivingProblem) -> list[Point]:
    most = None if problem.client is None else problem.client.volatility_max_annual_frac
    return [] if most is None else [(most, problem.client.return_annual_frac)] if problem.client else []


def _client_line(problem: LivingProblem, reach: tuple[float, float], look: Look) -> list[go.Scatter]:
    """Return the line beyond which the client can lose more than the capacity allows."""
    most = None if problem.client is None else problem.client.volatility_max_annual_frac
    if most is None:
        return []
    return [
        go.Scatter(
            x=[most, most],
            y=list(reach),
            mode="lines",
            line={"width": 1.5, "dash": "dot", "color": look.color("series-3")},
            name="Client's capacity for loss",
            hovertemplate="The client's capacity for loss ends at %{x:.2%}<extra></extra>",
            meta={"layer": "client"},
        )
    ]


def _line(line: Sequence[Point], look: Look) -> go.Scatter:
    return go.Scatter(
        x=[x for x, _ in line],
        y=[y for _, y in line],
        mode="lines" if len(line) > 1 else "markers",
        line={"width": 2.5, "color": look.color("series-5")},
        marker={"size": 9, "color": look.color("series-5")},
        name="Efficient frontier",
        hovertemplate=AXES,
    )


def _dots(assets: Sequence[AssetSpot], look: Look) -> go.Scatter:
    trace = assets_trace(assets, AXES, look)
    trace.customdata = [[one.name] for one in assets]
    trace.hovertemplate = "<b>%{customdata[0]}</b><br>" + AXES
    return trace
