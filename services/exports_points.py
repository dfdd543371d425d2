"""How do the marks of a trace, and the texts beside them, stand on the drawn page?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from services.charts.tokens import color
from services.exports_figure import each, rgba, words

if TYPE_CHECKING:
    from services.exports_vector import Faces

POINTS_PER_PX = 0.72
TEXT_PX = 12.0
OPEN = "-open"
SYMBOLS = {
    "circle": ("o", 1.0),
    "diamond": ("D", 0.8),
    "square": ("s", 0.9),
    "triangle-up": ("^", 1.0),
    "triangle-down": ("v", 1.0),
    "cross": ("P", 1.0),
    "x": ("X", 1.0),
    "x-thin": ("x", 1.0),
    "line-ns": ("|", 1.0),
    "line-ew": ("_", 1.0),
}
THIN = ("|", "_", "x")
"""Marks without an inside: they are drawn by their edge alone."""


def draw_marks(axes: Any, xs: list[float], ys: list[float], marker: Mapping[str, Any], ink: str) -> Any:
    """Draw the marks of a trace, those of one color at a time, and return what stands for them in the legend."""
    named = str(marker.get("symbol") or "circle")
    is_open = named.endswith(OPEN)
    symbol, factor = SYMBOLS.get(named.removesuffix(OPEN), ("o", 1.0))
    size = float(marker.get("size") or 6) * POINTS_PER_PX * factor
    edge = marker.get("line") or {}
    opacity = float(marker.get("opacity") or 1.0)
    fills = [rgba(one or ink) for one in each(marker.get("color"), len(xs))]
    is_thin = symbol in THIN
    rim = rgba(edge.get("color") or (marker.get("color") if is_thin else None) or ink)
    width = float(edge.get("width") or (2 if is_thin or is_open else 0)) * POINTS_PER_PX
    handle = None
    for paint in dict.fromkeys(fills):
        chosen = [n for n, one in enumerate(fills) if one == paint]
        (handle,) = axes.plot(
            [xs[n] for n in chosen],
            [ys[n] for n in chosen],
            symbol,
            markersize=size,
            markerfacecolor="none" if is_open else paint,
            markeredgecolor=(paint if is_open else rim) if width else "none",
            markeredgewidth=width,
            alpha=opacity,
            linestyle="none",
            zorder=3,
        )
    return handle


def draw_texts(axes: Any, faces: Faces, trace: Mapping[str, Any], xs: list[float], ys: list[float]) -> None:
    """Write the texts of a trace beside its points."""
    count = len(xs)
    places = each(trace.get("textposition") or "middle center", count)
    font = trace.get("textfont") or {}
    reach = (float((trace.get("marker") or {}).get("size") or 6) / 2 + 3) * POINTS_PER_PX
    for x, y, text, place in zip(xs, ys, each(trace.get("text"), count), places, strict=False):
        vertical, horizontal = str(place).split()
        shown, is_bold = words(text)
        axes.annotate(
            shown,
            (x, y),
            xytext=(
                {"left": -reach, "right": reach}.get(horizontal, 0.0),
                {"top": reach, "bottom": -reach}.get(vertical, 0.0),
            ),
            textcoords="offset points",
            ha={"left": "right", "right": "left"}.get(horizontal, "center"),
            va={"top": "bottom", "bottom": "top"}.get(vertical, "center"),
            color=rgba(font.get("color") or color("text-muted")),
            fontproperties=faces.sized(float(font.get("size") or TEXT_PX), is_bold),
            zorder=4,
        )
