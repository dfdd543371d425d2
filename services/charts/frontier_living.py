"""How does a whole frontier look as a chart, drawn from its corners, in the measures that somebody chose?

The curve is the frontier itself: between corners it follows the variance of their mixtures. Every trace names its layer
in `meta`, so that the browser can hide it without asking for the chart again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from services.charts.frame import frame
from services.charts.frontier import estimated, finding, point_of
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
from services.charts.frontier_measures import reward_measure, risk_measure
from services.charts.look import Look
from services.charts.rules_marks import NAME as BROKEN
from services.charts.rules_marks import broken_trace, words
from services.charts.sureness import band, band_points
from services.frontier_document import risk_of

if TYPE_CHECKING:
    from services.messages.frontier import FrontierResult
    from services.messages.uncertainty import UncertaintyResult

STEPS_COUNT = 12
LARGEST_COUNT = 4
LAYERS = {
    "Proposed": "proposed",
    "Current": "current",
    "Single assets": "assets",
    NAMES: "assets",
    "Highest Sharpe ratio": "best",
    "Client profile": "client",
    BROKEN: "frontier",
}


@dataclass(frozen=True)
class Beside:
    """What stands on the chart beside the frontier itself: risk and reward of each portfolio, None where unknown.

    `client_most` is the highest risk within the client's capacity for loss.
    """

    proposed: Point | None = None
    current: Point | None = None
    client: Point | None = None
    client_most: float | None = None


def curve_of(found: FrontierResult, steps_count: int = STEPS_COUNT) -> list[Point]:
    """Return risk and reward along the frontier, `steps_count` points a stretch: exact between corners.

    Where the corners were solved for one by one, a straight line joins them.
    """
    risks = np.array([risk_of(corner) for corner in found.corners])
    rewards = np.array([corner.reward for corner in found.corners])
    if len(risks) < 2 or not found.is_exact:
        return list(zip(risks.tolist(), rewards.tolist(), strict=True))
    share = np.arange(steps_count) / steps_count
    start, end, cross = risks[:-1, None] ** 2, risks[1:, None] ** 2, np.array(found.between_variances_annual)[:, None]
    squares = (1.0 - share) ** 2 * start + 2.0 * share * (1.0 - share) * cross + share**2 * end
    along = np.sqrt(np.maximum(squares, 0.0)).ravel()
    gained = ((1.0 - share) * rewards[:-1, None] + share * rewards[1:, None]).ravel()
    return [*zip(along.tolist(), gained.tolist(), strict=True), (float(risks[-1]), float(rewards[-1]))]


def living_frontier(
    found: FrontierResult,
    result: Mapping[str, Any],
    look: Look,
    *,
    beside: Beside,
    sure: UncertaintyResult | None = None,
) -> go.Figure:
    """Draw a frontier with what is known beside it.

    Parameters
    ----------
    found : FrontierResult
        With at least one corner.
    result : mapping
        The stored result of the optimization (``OptimizationResult`` as JSON).
    look : Look
        Theme, number format and colors.
    beside : Beside
        The other portfolios in the same measures.
    sure : UncertaintyResult or None
        With it the frontier of volatility and return lies in the band of what other histories promise.
    """
    risk, reward = risk_measure(found), reward_measure(found)
    is_usual = (found.risk, found.reward) == ("volatility", "return")
    line, sure = curve_of(found), sure if is_usual else None
    weights = {str(one["asset"]): float(one["weight_frac"]) for one in result.get("weights") or []}
    assets = [AssetSpot(name, at, weights.get(name, 0.0)) for name, at in _asset_spots(found)]
    marks = _marks(found, beside, look)
    most = [] if beside.client_most is None else [(beside.client_most, line[0][1])]
    ranges = ranges_of(
        [*line, *(asset.at for asset in assets), *(mark.at for mark in marks), *most, *band_points(sure)]
    )
    axes = f"{risk.hover('x')}<br>{reward.hover('y')}<extra></extra>"
    places, names = label_traces(assets, line, marks, ranges, look)
    figure = go.Figure([*_band(sure, look), _line(line, axes, look, has_corners=len(found.corners) > 1)])
    figure.add_traces(
        [*_client_limit(beside, ranges[1], look), *([assets_trace(assets, axes, look)] if assets else [])]
    )
    figure.add_traces([*mark_traces(marks, places, axes, look), *names, *_broken(found, look)])
    for trace in figure.data:
        trace.meta = {"layer": LAYERS.get(trace.name) or (trace.meta or {}).get("layer", "frontier")}
    lineage = result.get("lineage") or {}
    frame(
        figure,
        name="efficient-frontier",
        title=_title(found, result, look),
        **estimated(
            lineage,
            look,
            f"{reward.name} against {risk.inside}" + (", percent a year" if is_usual else ""),
        ),
        look=look,
        height_px=HEIGHT_PX,
        table=_table(found, marks, assets, look),
        screen_top_px=34,
        xaxis={
            "title": {"text": risk.axis},
            "tickformat": risk.tick_format,
            "range": list(ranges[0]),
            "showgrid": True,
        },
        yaxis={"title": {"text": reward.axis}, "tickformat": reward.tick_format, "range": list(ranges[1])},
    )
    figure.layout.meta |= {"extra_labels": True, "drawn_in": f"{found.risk}:{found.reward}"}
    return figure


def _asset_spots(found: FrontierResult) -> list[tuple[str, Point]]:
    """Return where the single assets lie, as far as that is known in these measures."""
    if found.reward != "return" or found.risk == "tracking_error":
        return []
    losses = found.asset_losses_frac or tuple(one.volatility_annual_frac for one in found.asset_points)
    return [(one.asset, (loss, one.return_annual_frac)) for one, loss in zip(found.asset_points, losses, strict=True)]


def _marks(found: FrontierResult, beside: Beside, look: Look) -> list[Mark]:
    marks = []
    if beside.proposed is not None:
        marks.append(Mark("Proposed", beside.proposed, "circle", look.color("chart-proposed"), 14))
    if beside.current is not None:
        marks.append(Mark("Current", beside.current, "diamond", look.color("chart-current"), 13))
    if beside.client is not None:
        mark = Mark("Client profile", beside.client, "star", look.color("series-3"), 14, must_stand=False)
        marks.append(mark)
    best = found.best_sharpe
    if best is not None:
        at = (best.risk_annual_frac, best.reward)
        marks.append(Mark("Highest Sharpe ratio", at, "triangle-up", look.color("series-4"), 11, must_stand=False))
    return marks


def _band(sure: UncertaintyResult | None, look: Look) -> list[go.Scatter]:
    return [trace.update(meta={"layer": "band"}) for trace in band(sure, look)]


def _broken(found: FrontierResult, look: Look) -> list[go.Scatter]:
    """Return crosses on the corners that break rules of compliance, where any does."""
    broken = () if found.rules is None else found.rules.broken
    points = [(risk_of(corner), corner.reward) for corner in found.corners]
    return [broken_trace(points, broken, look)] if any(broken) else []


def _line(line: Sequence[Point], axes: str, look: Look, *, has_corners: bool) -> go.Scatter:
    return go.Scatter(
        x=[x for x, _ in line],
        y=[y for _, y in line],
        mode="lines" if has_corners else "markers",
        line={"width": 2.5, "color": look.color("series-5")},
        marker={"size": 9, "color": look.color("series-5")},
        name="Efficient frontier",
        hovertemplate=axes,
    )


def _client_limit(beside: Beside, reach: tuple[float, float], look: Look) -> list[go.Scatter]:
    """Return the line beyond which the client can lose more than the capacity allows."""
    if beside.client_most is None:
        return []
    return [
        go.Scatter(
            x=[beside.client_most] * 2,
            y=list(reach),
            mode="lines",
            line={"width": 1.5, "dash": "dot", "color": look.color("series-3")},
            name="Client's capacity for loss",
            hovertemplate="The client's capacity for loss ends at %{x:.2%}<extra></extra>",
            meta={"layer": "client"},
        )
    ]


def _title(found: FrontierResult, result: Mapping[str, Any], look: Look) -> str:
    risk, reward = risk_measure(found), reward_measure(found)
    metrics = result.get("metrics") or {}
    proposed, current = point_of(metrics), point_of(result.get("current_metrics"))
    if (found.risk, found.reward) == ("volatility", "return") and proposed is not None:
        return finding(proposed, current, metrics.get("sharpe"), look)
    first, last = found.corners[0], found.corners[-1]
    if len(found.corners) == 1:
        gained, risked = reward.text(first.reward, look), risk.text(risk_of(first), look)
        return f"{reward.name} {gained} at {risked} {risk.inside}"
    return (
        f"{reward.name} from {reward.text(first.reward, look)} to {reward.text(last.reward, look)}, at "
        f"{risk.text(risk_of(first), look)} to {risk.text(risk_of(last), look)} {risk.inside}"
    )


def _table(found: FrontierResult, marks: Sequence[Mark], assets: Sequence[AssetSpot], look: Look) -> Any:
    """Return the same numbers as text: portfolios, then every corner with its largest weights, then assets.

    Where corners were held against rules of compliance, what each breaks stands behind it.
    """
    broken = () if found.rules is None or not found.rules.checked else found.rules.broken
    risk, reward = risk_measure(found), reward_measure(found)
    rows = [(mark.name, reward.text(mark.at[1], look), risk.text(mark.at[0], look), "") for mark in marks]
    word = "Corner" if found.is_exact else "Point"
    for number, corner in enumerate(found.corners, 1):
        held = sorted(zip(found.assets, corner.weights_frac, strict=True), key=lambda one: -abs(one[1]))[:LARGEST_COUNT]
        largest = ", ".join(f"{name} {look.weight(weight)}" for name, weight in held if abs(weight) >= 5e-4)
        figures = (reward.text(corner.reward, look), risk.text(risk_of(corner), look))
        rows.append((f"{word} {look.number(number, 0)}", *figures, largest))
    rows += [(one.name, reward.text(one.at[1], look), risk.text(one.at[0], look), "") for one in assets]
    heads = ("Portfolio or asset", reward.axis, risk.axis, "Largest weights")
    if not broken:
        return heads, rows
    told = [""] * len(marks) + [words(titles) or "none" for titles in broken] + [""] * len(assets)
    return (*heads, "Rules broken"), [(*row, said) for row, said in zip(rows, told, strict=True)]
