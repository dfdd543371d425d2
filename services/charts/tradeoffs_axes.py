"""How do portfolios compare in all objectives at once, each objective on an axis of its own?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from services.charts.frame import empty, frame
from services.charts.frontier import estimated
from services.charts.look import Look
from services.charts.tokens import Signs, Theme
from services.charts.tradeoffs import MARKS, Marks, chosen_of
from services.charts.tradeoffs_scale import axis_title, goodness, value_text
from services.formatting import Style
from services.number_style import in_style

NAME = "trade-offs-side-by-side"
HEIGHT_PX = 440
FIRST_MARK = 2
"""Place of the first of the marks among the traces: portfolios proven and found by search come before."""
SEEN = (-0.18, 1.18)
"""What of each axis is shown: the best of the points is 1, the worst 0; what lies beyond stands at the edge."""
FAINT = "#8b95a72e"


def tradeoffs_side_by_side(
    result: Mapping[str, Any],
    *,
    marks: Marks | None = None,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw each portfolio as a line over all objectives, the better the higher.

    Parameters
    ----------
    result : mapping
        The stored result (``ParetoResult`` as JSON).
    marks : Marks or None
        Values of the portfolios that stand out, in the order of the axes; None for the one that the result chose.

    Returns
    -------
    plotly.graph_objects.Figure
        Its traces are proven and searched portfolios, then the marks of `services.charts.tradeoffs`, each present even
        where it is empty.
    """
    look = Look(theme, style, signs)
    axes, points = list(result.get("axes") or []), list(result.get("points") or [])
    if not points:
        return empty(NAME, in_style(str(result.get("message") or "There is no portfolio to draw."), style), look)
    names = names_of(axes)
    figure = go.Figure()
    for is_exact in (True, False):
        chosen = [point["values"] for point in points if bool(point["is_exact"]) is is_exact]
        figure.add_scatter(
            x=[name for _ in chosen for name in [*names, None]],
            y=[height for values in chosen for height in [*heights(axes, values), None]],
            mode="lines",
            line={"width": 1, "color": FAINT, "dash": "solid" if is_exact else "dot"},
            name="Proven" if is_exact else "Found by search",
            showlegend=bool(chosen),
            hoverinfo="skip",
        )
    current = result.get("current")
    held = {
        "current": current["values"] if current else None,
        "recommended": marks.recommended if marks else None,
        "chosen": marks.chosen if marks else chosen_of(result),
    }
    paints = {"current": "chart-current", "recommended": "series-3", "chosen": "chart-proposed"}
    symbols = {"current": "diamond", "recommended": "square", "chosen": "circle"}
    for name in MARKS:
        values = held[name]
        figure.add_scatter(
            x=names if values is not None else [],
            y=heights(axes, values) if values is not None else [],
            mode="lines+markers",
            line={"width": 3, "color": look.color(paints[name])},
            marker={"size": 8, "symbol": symbols[name], "color": look.color(paints[name])},
            cliponaxis=False,
            name=name.capitalize(),
            showlegend=values is not None,
            customdata=texts(axes, values, look) if values is not None else [],
            hovertemplate=f"<b>{name.capitalize()}</b><br>%{{customdata}}<extra></extra>",
        )
    lineage = result.get("lineage") or {}
    frame(
        figure,
        name=NAME,
        title="Every portfolio in every objective: up is better",
        **estimated(
            lineage,
            look,
            "From the worst to the best value that any of the portfolios has",
        ),
        look=look,
        height_px=HEIGHT_PX,
        table=_table(axes, held, look),
        screen_top_px=34,
        xaxis={"showgrid": True, "range": [-0.4, len(axes) - 0.6], "showline": False, "ticks": ""},
        yaxis={"visible": False, "range": list(SEEN), "showgrid": False},
        annotations=_ends(axes, names, look),
    )
    return figure


def names_of(axes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names under the axes, as the chart has them."""
    return [_name(axis) for axis in axes]


def heights(axes: Sequence[Mapping[str, Any]], values: Sequence[float]) -> list[float]:
    """Return where a portfolio stands on each axis; beyond what is shown, at its edge."""
    low, high = SEEN[0] + 0.04, SEEN[1] - 0.04
    return [min(high, max(low, goodness(axis, float(value)))) for axis, value in zip(axes, values, strict=True)]


def texts(axes: Sequence[Mapping[str, Any]], values: Sequence[float], look: Look) -> list[str]:
    """Return what a portfolio's value on each axis reads."""
    return [f"{axis['label']} {value_text(axis, float(value), look)}" for axis, value in zip(axes, values, strict=True)]


def _name(axis: Mapping[str, Any]) -> str:
    """Return the name of an axis in lines of at most some eighteen letters."""
    lines = [""]
    for word in axis_title(axis).split():
        if lines[-1] and len(lines[-1]) + len(word) >= 18:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(lines)


def _ends(axes: Sequence[Mapping[str, Any]], names: Sequence[str], look: Look) -> list[dict[str, Any]]:
    """Return the best and the worst value of each axis, at its ends."""
    return [
        {
            "x": name,
            "y": place,
            "text": value_text(axis, float(axis[field]), look),
            "showarrow": False,
            "yanchor": anchor,
            "yshift": shift,
        }
        for axis, name in zip(axes, names, strict=True)
        for field, place, anchor, shift in (("ideal", 1.0, "bottom", 6), ("nadir", 0.0, "top", -6))
    ]


def _table(
    axes: Sequence[Mapping[str, Any]], held: Mapping[str, Sequence[float] | None], look: Look
) -> tuple[list[str], list[list[str]]]:
    """Return best, worst and present value of each objective as text."""
    rows = []
    for place, axis in enumerate(axes):
        row = [axis_title(axis), *(value_text(axis, float(axis[end]), look) for end in ("ideal", "nadir"))]
        values = held["current"]
        row.append(value_text(axis, float(values[place]), look) if values is not None else "")
        rows.append(row)
    return ["Objective", "Best", "Worst", "Current"], rows
