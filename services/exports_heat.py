"""How does a heat map stand on the drawn page: colored cells, the numbers in them, and a scale beside?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from services.charts.tokens import color
from services.exports_figure import array, as_number, rgba, style_of, tick_words, words

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from services.exports_vector import Faces

SCALE_WIDTH_PX = 12.0
SCALE_ROOM_PX = 64.0
TEXT_PX = 10.0
INK_TURNS_AT = 0.45
"""Relative luminance below which text on a cell is white."""


def cells_of(trace: Mapping[str, Any]) -> list[list[float]]:
    """Return the values of a heat map row by row; what is missing becomes NaN."""
    rows = trace.get("z")
    if isinstance(rows, Mapping) and "bdata" in rows:
        flat = array(rows)
        width = int(str(rows.get("shape") or len(flat)).split(",")[-1])
        rows = [flat[n : n + width] for n in range(0, len(flat), width)]
    return [[as_number(value) for value in array(row)] for row in rows or []]


def bounds_of(trace: Mapping[str, Any], cells: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return the values at both ends of the scale: the given ones, else those around `zmid`, else the extremes."""
    known = [value for row in cells for value in row if math.isfinite(value)] or [0.0]
    low, high = trace.get("zmin"), trace.get("zmax")
    middle = trace.get("zmid")
    if middle is not None and (low is None or high is None):
        reach = max(abs(value - float(middle)) for value in known) or 1.0
        return float(middle) - reach, float(middle) + reach
    low = min(known) if low is None else float(low)
    high = max(known) if high is None else float(high)
    return low, high if high > low else low + 1.0


def paint_of(value: float, bounds: tuple[float, float], scale: Sequence[Sequence[Any]]) -> tuple[float, ...]:
    """Return the color of a value on a Plotly color scale; what is missing is clear."""
    if not math.isfinite(value):
        return (1.0, 1.0, 1.0, 0.0)
    low, high = bounds
    place = min(1.0, max(0.0, (value - low) / (high - low)))
    stops = [(float(at), rgba(name)) for at, name in scale]
    for (left, first), (right, second) in itertools.pairwise(stops):
        if place <= right:
            part = (place - left) / ((right - left) or 1.0)
            return tuple(a + (b - a) * part for a, b in zip(first, second, strict=True))
    return stops[-1][1]


def ink_on(paint: Sequence[float]) -> str:
    """Return black or white, whichever is read better on a color."""
    red, green, blue = ((part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4) for part in paint[:3])
    is_dark = paint[3] > 0.5 and 0.2126 * red + 0.7152 * green + 0.0722 * blue < INK_TURNS_AT / 2
    return "#ffffff" if is_dark else color("text")


def draw_heat(
    axes: Any,
    trace: Mapping[str, Any],
    places: tuple[Sequence[float], Sequence[float]],
    scale: Sequence[Sequence[Any]],
    faces: Faces,
) -> tuple[float, float]:
    """Draw the cells of a heat map, with their texts where the trace shows them.

    Parameters
    ----------
    places : (xs, ys)
        Centers of the columns and of the rows on the axes.
    scale : sequence of (place, color)
        As Plotly has it, from 0 to 1.

    Returns
    -------
    (low, high)
        Values at both ends of the scale.
    """
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    cells = cells_of(trace)
    bounds = bounds_of(trace, cells)
    xs, ys = places
    wide, high = _step(xs), _step(ys)
    gap = 0.04 if len(xs) * len(ys) <= 900 else 0.0
    boxes, paints = [], []
    texts = [array(row) for row in array(trace.get("text"))] if trace.get("texttemplate") else []
    for i, row in enumerate(cells):
        for j, value in enumerate(row):
            paint = paint_of(value, bounds, scale)
            corner = (xs[j] - wide * (0.5 - gap / 2), ys[i] - high * (0.5 - gap / 2))
            boxes.append(Rectangle(corner, wide * (1 - gap), high * (1 - gap)))
            paints.append(paint)
            if texts and texts[i][j] not in (None, ""):
                axes.text(
                    xs[j],
                    ys[i],
                    words(texts[i][j])[0],
                    ha="center",
                    va="center",
                    color=ink_on(paint),
                    fontproperties=faces.sized(TEXT_PX),
                    zorder=3,
                )
    axes.add_collection(PatchCollection(boxes, facecolors=paints, edgecolors="none", zorder=1))
    return bounds


def draw_scale(
    picture: Figure | SubFigure,
    axes: Any,
    trace: Mapping[str, Any],
    bounds: tuple[float, float],
    scale: Sequence[Sequence[Any]],
    faces: Faces,
    *,
    width_px: float,
    separators: object,
) -> None:
    """Draw the color scale at the right of the plot area, its two ends and its middle named."""
    bar = trace.get("colorbar") or {}
    place = axes.get_position()
    left = place.x1 + 14.0 / width_px
    strip = picture.add_axes((left, place.y0, SCALE_WIDTH_PX / width_px, place.height))
    steps = 64
    low, high = bounds
    rows = [[paint_of(low + (high - low) * (n + 0.5) / steps, bounds, scale)] for n in range(steps)]
    strip.imshow(rows, aspect="auto", origin="lower", extent=(0, 1, low, high), interpolation="nearest")
    strip.xaxis.set_visible(False)
    strip.yaxis.tick_right()
    at = array(bar.get("tickvals")) or [low, (low + high) / 2, high]
    said = array(bar.get("ticktext")) or [
        tick_words(float(value), bar.get("tickformat"), style_of(separators)) for value in at
    ]
    strip.yaxis.set_ticks([float(value) for value in at], [str(text) for text in said])
    strip.tick_params(length=0, pad=3)
    for label in strip.get_yticklabels():
        label.set_fontproperties(faces.sized(TEXT_PX))
        label.set_color(color("text-muted"))
    for edge in strip.spines.values():
        edge.set_visible(False)


def _step(at: Sequence[float]) -> float:
    return abs(at[1] - at[0]) if len(at) > 1 else 1.0
