"""How do candles stand on the drawn page: a thin line from low to high, and a body from open to close?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from services.charts.tokens import color
from services.exports_figure import array, as_number, rgba

BODY_FRAC = 0.62
"""Width of a body as a part of the least distance between two candles."""
LINE_POINTS = 0.72


def draw_candles(axes: Any, trace: Mapping[str, Any], at: Sequence[float]) -> None:
    """Draw the candles of a trace; one without an open, or with any gap, is drawn as far as it is known.

    Parameters
    ----------
    axes : matplotlib Axes
    trace : mapping
        A trace of the kind ``candlestick``: open, high, low, close, and the looks of ``increasing`` and
        ``decreasing``.
    at : sequence of float
        Where each stands on the x-axis.
    """
    from matplotlib.collections import LineCollection, PolyCollection

    ends = {name: [as_number(value) for value in array(trace.get(name))] for name in ("open", "high", "low", "close")}
    half = _least_step(at) * BODY_FRAC / 2
    for side, is_up in (("increasing", True), ("decreasing", False)):
        look = trace.get(side) or {}
        ink = rgba((look.get("line") or {}).get("color") or color("up-fill" if is_up else "down-fill"))
        fill = rgba(look.get("fillcolor") or color("surface" if is_up else "down-fill"))
        wicks, bodies = [], []
        for x, first, high, low, last in zip(at, *ends.values(), strict=True):
            if (last >= first or math.isnan(first)) != is_up or not math.isfinite(last):
                continue
            if math.isfinite(low) and math.isfinite(high):
                wicks.append([(x, low), (x, high)])
            begin = first if math.isfinite(first) else last
            bodies.append([(x - half, begin), (x - half, last), (x + half, last), (x + half, begin)])
        axes.add_collection(LineCollection(wicks, colors=[ink], linewidths=LINE_POINTS, zorder=2))
        axes.add_collection(
            PolyCollection(bodies, facecolors=[fill], edgecolors=[ink], linewidths=LINE_POINTS, zorder=2.1)
        )
    axes.autoscale_view()


def _least_step(at: Sequence[float]) -> float:
    places = sorted({one for one in at if math.isfinite(one)})
    return min((later - earlier for earlier, later in pairwise(places)), default=1.0)
