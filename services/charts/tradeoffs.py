"""Which portfolios does no other one beat in every objective, and where do the chosen and the present one lie?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from services.charts.frame import by_point, empty, frame
from services.charts.frontier import estimated
from services.charts.look import Look
from services.charts.rules_marks import broken_trace, words
from services.charts.tokens import Signs, Theme
from services.charts.tradeoffs_scale import axis_title, shades, tick_format, value_text
from services.formatting import Style
from services.number_style import in_style

NAME = "trade-offs"
HEIGHT_PX = 500
TABLE_ROWS_MAX_COUNT = 20
MARKS = ("current", "recommended", "chosen")
FIRST_MARK = 3
"""Place of the first of the marks among the traces: points proven, points found by search and assets come before."""


@dataclass(frozen=True)
class Marks:
    """Which portfolios stand out: the values of each in the order of the axes, or None."""

    chosen: Sequence[float] | None = None
    recommended: Sequence[float] | None = None


def usual_axes(axes: Sequence[Mapping[str, Any]]) -> tuple[int, int, int | None]:
    """Return which objectives go across, up and into color, as somebody expects who is used to a frontier."""
    kinds = [str(axis["kind"]) for axis in axes]
    up = kinds.index("return") if "return" in kinds else 0
    rest = [place for place in range(len(kinds)) if place != up]
    across = kinds.index("volatility") if "volatility" in kinds and up != kinds.index("volatility") else rest[0]
    others = [place for place in rest if place != across]
    return across, up, others[0] if others else None


def finding(result: Mapping[str, Any], look: Look) -> str:
    """State how many portfolios there are to choose from, and how they were found."""
    exact, searched = int(result.get("exact_count") or 0), int(result.get("searched_count") or 0)
    total = exact + searched
    if total == 1:
        return "One portfolio is best in every objective"
    words = f"{look.count(total, 'portfolio')} to choose from: none beats another in every objective"
    if not searched:
        return f"{words}; all are proven"
    return f"{words}; {look.number(exact, 0)} proven, {look.number(searched, 0)} found by search"


def tradeoffs_surface(
    result: Mapping[str, Any],
    *,
    across: int | None = None,
    up: int | None = None,
    tint: int | None = None,
    marks: Marks | None = None,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw the points in two objectives, with a third as their color.

    Parameters
    ----------
    result : mapping
        The stored result (``ParetoResult`` as JSON).
    across, up, tint : int or None
        Places of the objectives among the axes; those of `usual_axes` where they are None. A `tint` that is one of the
        two others colors nothing.
    marks : Marks or None
        Values of the portfolios that stand out, in the order of the axes; None for the one that the result chose.

    Returns
    -------
    plotly.graph_objects.Figure
        Its traces are proven points, searched points, assets, then `MARKS`, each present even where it is empty, so
        that the marks can be moved on the screen; then crosses on the points that break rules, where any does.
    """
    look = Look(theme, style, signs)
    axes, points = list(result.get("axes") or []), list(result.get("points") or [])
    if not points:
        return empty(NAME, in_style(str(result.get("message") or "There is no portfolio to draw."), style), look)
    usual = usual_axes(axes)
    x, y = usual[0] if across is None else across, usual[1] if up is None else up
    z = usual[2] if tint is None else tint
    z = None if z in (x, y) else z
    figure = go.Figure()
    colors = shades([float(point["values"][z]) for point in points]) if z is not None else None
    plain = look.color("series-5")
    for is_exact in (True, False):
        shown = [n for n, point in enumerate(points) if bool(point["is_exact"]) is is_exact]
        figure.add_scatter(
            x=[points[n]["values"][x] for n in shown],
            y=[points[n]["values"][y] for n in shown],
            mode="markers",
            marker={
                "size": 8 if is_exact else 9,
                "symbol": "circle" if is_exact else "triangle-up",
                "color": [colors[n] for n in shown] if colors else plain,
                "line": {"width": 0.5, "color": look.color("chart-muted")},
            },
            name="Proven" if is_exact else "Found by search",
            showlegend=bool(shown),
            customdata=[[n, point_words(axes, points[n]["values"], look)] for n in shown],
            hovertemplate=f"<b>{'Proven' if is_exact else 'Found by search'}</b><br>%{{customdata[1]}}<extra></extra>",
        )
    figure.add_trace(_assets(result, axes, (x, y), look))
    current = result.get("current")
    held = {
        "current": current["values"] if current else None,
        "recommended": marks.recommended if marks else None,
        "chosen": marks.chosen if marks else chosen_of(result),
    }
    for name in MARKS:
        figure.add_trace(_mark(name, held[name], (x, y), axes, look))
    broken = (result.get("rules") or {}).get("broken") or ()
    if any(broken):
        spots = [(float(point["values"][x]), float(point["values"][y])) for point in points]
        figure.add_trace(broken_trace(spots, broken, look))
    lineage = result.get("lineage") or {}
    frame(
        figure,
        name=NAME,
        title=finding(result, look),
        **estimated(
            lineage,
            look,
            f"{axis_title(axes[y])} against {lowered(axis_title(axes[x]))}",
            tint_words(axes[z], points, z, look) if z is not None else "",
        ),
        look=look,
        height_px=HEIGHT_PX,
        table=points_table(axes, points, current, look, result.get("rules") or {}),
        screen_top_px=34,
        choices=by_point(),
        xaxis={"title": {"text": axis_title(axes[x])}, "tickformat": tick_format(axes[x]), "showgrid": True},
        yaxis={"title": {"text": axis_title(axes[y])}, "tickformat": tick_format(axes[y])},
    )
    return figure


def chosen_of(result: Mapping[str, Any]) -> Sequence[float] | None:
    """Return the values of the portfolio that the request's own weights chose; None where there is none."""
    chosen = result.get("chosen")
    return None if chosen is None else list(chosen["point"]["values"])


def mark_point(values: Sequence[float] | None, at: tuple[int, int]) -> tuple[list[float], list[float]]:
    """Return where a mark stands on the chart; nowhere without values."""
    return ([], []) if values is None else ([float(values[at[0]])], [float(values[at[1]])])


def _mark(
    name: str, values: Sequence[float] | None, at: tuple[int, int], axes: Sequence[Mapping[str, Any]], look: Look
) -> go.Scatter:
    symbol, paint, size = {
        "current": ("diamond", "chart-current", 13),
        "recommended": ("square", "series-3", 13),
        "chosen": ("circle", "chart-proposed", 15),
    }[name]
    xs, ys = mark_point(values, at)
    title = name.capitalize()
    return go.Scatter(
        x=xs,
        y=ys,
        mode="markers",
        cliponaxis=False,
        marker={
            "size": size,
            "symbol": symbol,
            "color": look.color(paint),
            "line": {"width": 2, "color": look.color("surface")},
        },
        name=title,
        showlegend=values is not None,
        customdata=[point_words(axes, values, look)] if values is not None else [],
        hovertemplate=f"<b>{title}</b><br>%{{customdata}}<extra></extra>",
    )


def _assets(
    result: Mapping[str, Any], axes: Sequence[Mapping[str, Any]], at: tuple[int, int], look: Look
) -> go.Scatter:
    """Return the single assets where both axes are measures that are known of each: expected return and volatility."""
    field = {"return": "return_annual_frac", "volatility": "volatility_annual_frac"}
    kinds = [str(axes[place]["kind"]) for place in at]
    found = list(result.get("asset_points") or []) if all(kind in field for kind in kinds) else []
    return go.Scatter(
        x=[one[field[kinds[0]]] for one in found],
        y=[one[field[kinds[1]]] for one in found],
        mode="markers",
        marker={"size": 6, "symbol": "x", "color": look.color("chart-muted")},
        name="Single assets",
        visible="legendonly",  # they lie so far away that the portfolios would stand in a corner
        showlegend=bool(found),
        customdata=[str(one["asset"]) for one in found],
        hovertemplate="<b>%{customdata}</b><br>%{x:.2%}, %{y:.2%}<extra></extra>",
    )


def point_words(axes: Sequence[Mapping[str, Any]], values: Sequence[float], look: Look) -> str:
    """Return how a portfolio reads where it is pointed at: each objective with its value, by line."""
    return "<br>".join(
        f"{axis['label']} {value_text(axis, float(value), look)}" for axis, value in zip(axes, values, strict=True)
    )


def tint_words(axis: Mapping[str, Any], points: Sequence[Mapping[str, Any]], place: int, look: Look) -> str:
    """Say which objective colors the points, and from what to what."""
    values = [float(point["values"][place]) for point in points]
    low, high = value_text(axis, min(values), look), value_text(axis, max(values), look)
    return f"color: {lowered(axis_title(axis))}, from {low} (blue) to {high} (amber)"


def points_table(
    axes: Sequence[Mapping[str, Any]],
    points: Sequence[Mapping[str, Any]],
    current: Mapping[str, Any] | None,
    look: Look,
    rules: Mapping[str, Any],
) -> tuple[list[str], list[list[str]]]:
    """Return the current portfolio and some of the points, evenly spread, as text; the page lists every one.

    Where points were held against rules of compliance, what each breaks stands behind it.
    """

    def line(name: str, values: Sequence[float], how: str) -> list[str]:
        return [name, *(value_text(axis, float(one), look) for axis, one in zip(axes, values, strict=True)), how]

    rows = [line("Current", current["values"], "held now")] if current else []
    count = min(len(points), TABLE_ROWS_MAX_COUNT)
    shown = [round(n * (len(points) - 1) / max(1, count - 1)) for n in range(count)]
    rows += [line(str(n + 1), points[n]["values"], "proven" if points[n]["is_exact"] else "by search") for n in shown]
    heads = ["Portfolio", *(axis_title(axis) for axis in axes), "How found"]
    if not rules.get("checked"):
        return heads, rows
    told = [words(rules["broken"][n]) or "none" for n in shown]
    return [*heads, "Rules broken"], [
        [*row, said] for row, said in zip(rows, [*([""] if current else []), *told], strict=True)
    ]


def lowered(text: str) -> str:
    """Return the name of an objective as it stands inside a sentence."""
    return text if text.startswith("ESG") else text[:1].lower() + text[1:]
