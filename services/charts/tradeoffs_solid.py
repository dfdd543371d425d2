"""Which surface do the portfolios form that are best in three objectives, seen from the corner where all are best?

Everything is projected here, in parallel, onto the plane of the picture: the same figure serves screen, keyboard and
files, and needs no graphics card. From that corner no point of the surface hides another (engine.pareto.faces), so
nothing is sorted by depth. Each trace keeps its places in the box of the objectives in its `meta`; the browser turns
the picture with them (assets/tradeoffs_solid.js).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from engine.pareto.faces import faces_of
from services.charts.frame import by_point, empty, frame
from services.charts.frontier import estimated
from services.charts.look import Look
from services.charts.rules_marks import broken_trace
from services.charts.tokens import Signs, Theme
from services.charts.tradeoffs import (
    MARKS,
    Marks,
    chosen_of,
    lowered,
    point_words,
    points_table,
    tint_words,
    usual_axes,
)
from services.charts.tradeoffs_scale import axis_title, goodness, shades, value_text
from services.charts.tradeoffs_view import TILT_DEG, TURN_DEG, seen_from
from services.formatting import Style
from services.number_style import in_style

NAME = "trade-offs-in-three"
HEIGHT_PX = 540
REACHES = ([-1.0, 1.0], [-1.05, 1.05])
"""What of the plane is shown: the box of the objectives, its middle at 0, from any side, with room for its names."""
BEYOND = 0.3
"""A mark that lies further outside the box than this is left to the table: the surface would shrink to a speck."""
FACES_OPACITY = 0.75
MIDDLE = 0.5

Place = tuple[float, float, float]
Spots = Sequence[Place | None]
Projection = NDArray[np.float64]


def surface_of_three(
    result: Mapping[str, Any],
    *,
    across: int | None = None,
    up: int | None = None,
    marks: Marks | None = None,
    turn_deg: float = TURN_DEG,
    tilt_deg: float = TILT_DEG,
    theme: Theme = "light",
    style: Style = "comma",
    signs: Signs = "blue_orange",
) -> go.Figure:
    """Draw the surface of three objectives.

    Parameters
    ----------
    result : mapping
        The stored result (``ParetoResult`` as JSON); of another number of objectives there is no surface to draw.
    across, up : int or None
        Places of the objectives to the left and upwards; the one that is left goes to the right and colors the faces.
    marks : Marks or None
        As for `tradeoffs_surface`.
    turn_deg, tilt_deg : float
        From where it is seen, in degrees; as `services.charts.tradeoffs_view` holds them.

    Returns
    -------
    plotly.graph_objects.Figure
        Traces are the walls behind, faces by color, proven points, searched points, then the marks,
        then crosses on the points that break rules, where any does.
    """
    look = Look(theme, style, signs)
    axes, points = list(result.get("axes") or []), list(result.get("points") or [])
    if not points:
        return empty(NAME, in_style(str(result.get("message") or "There is no portfolio to draw."), style), look)
    if len(axes) != 3:
        return empty(NAME, f"A surface is drawn of three objectives; these are {len(axes)}.", look)
    order = order_of(axes, across, up)
    view = seen_from(turn_deg, tilt_deg)
    places = [_place(axes, point["values"], order) for point in points]
    current = result.get("current")
    figure = go.Figure([_walls(view, look)])
    colors, faces = _faces(np.array(places), [float(point["values"][order[1]]) for point in points], view)
    figure.add_traces(faces)
    figure.add_traces(_dots(axes, points, places, colors, view, look))
    held = {
        "current": current["values"] if current else None,
        "recommended": marks.recommended if marks else None,
        "chosen": marks.chosen if marks else chosen_of(result),
    }
    figure.add_traces([_mark(name, held[name], axes, order, view, look) for name in MARKS])
    broken = (result.get("rules") or {}).get("broken") or ()
    if any(broken):
        figure.add_trace(_crosses(places, broken, view, look))
    frame(
        figure,
        name=NAME,
        title=_finding(axes, points, order, look),
        **estimated(
            result.get("lineage") or {},
            look,
            "From the worst to the best value of each objective",
            tint_words(axes[order[1]], points, order[1], look),
            "faces join portfolios that lie next to each other",
        ),
        look=look,
        height_px=HEIGHT_PX,
        table=points_table(axes, points, current, look, result.get("rules") or {}),
        screen_top_px=34,
        choices=by_point(),
        dragmode=False,
        xaxis={"visible": False, "range": REACHES[0], "fixedrange": True},
        yaxis={"visible": False, "range": REACHES[1], "fixedrange": True},
        annotations=_names(axes, order, view, look),
    )
    return figure


def order_of(axes: Sequence[Mapping[str, Any]], across: int | None, up: int | None) -> tuple[int, int, int]:
    """Return which objectives go to the left, to the right and upwards."""
    usual = usual_axes(axes)
    x, z = usual[0] if across is None else across, usual[1] if up is None else up
    return x, next(n for n in range(3) if n not in (x, z)), z


def _place(axes: Sequence[Mapping[str, Any]], values: Sequence[float], order: Sequence[int]) -> Place:
    """Return where a portfolio lies in the box: 0 is the worst, 1 the best of each objective."""
    x, y, z = (goodness(axes[n], float(values[n])) for n in order)
    return x, y, z


def _spots(spots: Spots, view: Projection) -> dict[str, Any]:
    """Return the arrays of a trace, with the places in the box that they were projected from."""
    seen = [None if one is None else view @ (np.array(one) - MIDDLE) for one in spots]
    return {
        "x": [None if one is None else float(one[0]) for one in seen],
        "y": [None if one is None else float(one[1]) for one in seen],
        "meta": {"solid": [None if one is None else list(one) for one in spots]},
    }


def _walls(view: Projection, look: Look) -> go.Scatter:
    """Return the three walls behind the surface, where one objective is at its worst, with a line in their middle."""
    spots: list[Place | None] = []
    for wall, along, at in product(range(3), (1, 2), (0.0, 0.5, 1.0)):
        start, end = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]
        one, other = (wall + along) % 3, (wall - along) % 3
        start[one] = end[one] = at
        end[other] = 1.0
        spots += [(start[0], start[1], start[2]), (end[0], end[1], end[2]), None]
    return go.Scatter(
        **_spots(spots, view),
        mode="lines",
        line={"width": 1, "color": look.color("line-strong")},
        hoverinfo="skip",
        showlegend=False,
        name="Walls",
    )


def _faces(
    places: NDArray[np.float64], values: Sequence[float], view: Projection
) -> tuple[list[str], list[go.Scatter]]:
    """Return the color of each point, and the faces between them, those of a color together."""
    corners = faces_of(places)
    means = [float(np.mean([values[n] for n in face])) for face in corners]
    colors = shades([*values, *means])
    own, painted = colors[: len(values)], colors[len(values) :]
    traces = []
    for paint in dict.fromkeys(painted):
        spots: list[Place | None] = []
        for face, color in zip(corners, painted, strict=True):
            if color == paint:
                around = [places[n] for n in (*face, face[0])]
                spots += [*((float(one[0]), float(one[1]), float(one[2])) for one in around), None]
        traces.append(
            go.Scatter(
                **_spots(spots, view),
                mode="lines",
                fill="toself",
                fillcolor=_faded(paint),
                line={"width": 0.5, "color": paint},
                hoverinfo="skip",
                showlegend=False,
                name="Face",
            )
        )
    return own, traces


def _faded(color: str) -> str:
    red, green, blue = (int(color[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red},{green},{blue},{FACES_OPACITY})"


def _dots(
    axes: Sequence[Mapping[str, Any]],
    points: Sequence[Mapping[str, Any]],
    places: Sequence[Place],
    colors: Sequence[str],
    view: Projection,
    look: Look,
) -> list[go.Scatter]:
    traces = []
    for is_exact, name, symbol in ((True, "Proven", "circle"), (False, "Found by search", "triangle-up")):
        shown = [n for n, point in enumerate(points) if bool(point["is_exact"]) is is_exact]
        traces.append(
            go.Scatter(
                **_spots([places[n] for n in shown], view),
                mode="markers",
                marker={
                    "size": 6 if is_exact else 8,
                    "symbol": symbol,
                    "color": [colors[n] for n in shown],
                    "line": {"width": 0.5, "color": look.color("surface")},
                },
                name=name,
                showlegend=bool(shown),
                customdata=[[n, point_words(axes, points[n]["values"], look)] for n in shown],
                hovertemplate=f"<b>{name}</b><br>%{{customdata[1]}}<extra></extra>",
            )
        )
    return traces


def _mark(
    name: str,
    values: Sequence[float] | None,
    axes: Sequence[Mapping[str, Any]],
    order: Sequence[int],
    view: Projection,
    look: Look,
) -> go.Scatter:
    """Return a portfolio that stands out; nowhere where there is none, or where it lies far outside the box."""
    place = None if values is None else _place(axes, values, order)
    is_shown = place is not None and all(-BEYOND <= one <= 1.0 + BEYOND for one in place)
    symbol, paint, size = {
        "current": ("diamond", "chart-current", 13),
        "recommended": ("square", "series-3", 13),
        "chosen": ("circle", "chart-proposed", 15),
    }[name]
    title = name.capitalize()
    return go.Scatter(
        **_spots([place] if is_shown else [], view),
        mode="markers",
        marker={
            "size": size,
            "symbol": symbol,
            "color": look.color(paint),
            "line": {"width": 2, "color": look.color("surface")},
        },
        name=title,
        showlegend=is_shown,
        customdata=[point_words(axes, values, look)] if is_shown and values is not None else [],
        hovertemplate=f"<b>{title}</b><br>%{{customdata}}<extra></extra>",
    )


def _crosses(places: Sequence[Place], broken: Sequence[Sequence[str]], view: Projection, look: Look) -> go.Scatter:
    """Return a cross on each point that breaks a rule of compliance."""
    spots = _spots(places, view)
    trace = broken_trace(list(zip(spots["x"], spots["y"], strict=True)), broken, look)
    trace.meta = {"solid": [list(place) for place, titles in zip(places, broken, strict=True) if titles]}
    return trace


def _names(axes: Sequence[Mapping[str, Any]], order: Sequence[int], view: Projection, look: Look) -> list[Any]:
    """Return the name of each objective with its ends, at the best end of its edge of the box."""
    notes = []
    for n, (axis, anchor) in enumerate(zip([axes[place] for place in order], ("top", "top", "bottom"), strict=True)):
        x, y = view @ (np.eye(3)[n] - MIDDLE)
        best, worst = (value_text(axis, float(axis[field]), look) for field in ("ideal", "nadir"))
        notes.append(
            {
                "name": f"solid-{n}",
                "x": float(x),
                "y": float(y),
                "text": f"<b>{axis_title(axis)}</b><br>best {best}<br>worst {worst}",
                "showarrow": False,
                "yanchor": anchor,
                "yshift": 6 if anchor == "bottom" else -6,
            }
        )
    return notes


def _finding(
    axes: Sequence[Mapping[str, Any]], points: Sequence[Mapping[str, Any]], order: Sequence[int], look: Look
) -> str:
    """State what the best of the objective that goes up costs in the two others."""
    top = max(points, key=lambda point: goodness(axes[order[2]], float(point["values"][order[2]])))
    names = [lowered(axes[n]["label"]) for n in order]
    texts = [value_text(axes[n], float(top["values"][n]), look) for n in order]
    return f"The best {names[2]}, {texts[2]}, comes with {names[0]} {texts[0]} and {names[1]} {texts[1]}"
