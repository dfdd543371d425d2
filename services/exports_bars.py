"""How do bars stand on the drawn page, a few of them as well as very many?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

DENSE_COUNT = 200


def draw_bars(
    axes: Any,
    at: Sequence[float],
    begins: Sequence[float],
    lengths: Sequence[float],
    width: float,
    paint: Sequence[Any],
    is_flat: bool,
) -> Any:
    """Draw bars and return what stands for them in the legend.

    Very many are drawn as one artist: each by itself would take the drawing minutes.

    Parameters
    ----------
    at : sequence of float
        Middles of the bars on the axis that they stand on.
    begins, lengths : sequence of float
        Where each begins on the other axis, and how far it goes from there.
    width : float
        Thickness, in units of the first axis.
    is_flat : bool
        Whether they lie.
    """
    if len(at) <= DENSE_COUNT:
        draw = axes.barh if is_flat else axes.bar
        from_there = {"left" if is_flat else "bottom": begins}
        return draw(at, lengths, width, color=paint, linewidth=0, zorder=2, **from_there)
    from matplotlib.collections import PolyCollection

    boxes = []
    for place, begin, length in zip(at, begins, lengths, strict=True):
        low, high, end = place - width / 2, place + width / 2, begin + length
        box = [(low, begin), (low, end), (high, end), (high, begin)]
        boxes.append([(y, x) for x, y in box] if is_flat else box)
    drawn = PolyCollection(boxes, facecolors=paint, linewidths=0, zorder=2)
    axes.add_collection(drawn)
    axes.autoscale_view()
    return drawn


def heaped(heaps: dict[tuple[float, bool], float], at: Sequence[float], lengths: Sequence[float]) -> list[float]:
    """Return where stacked bars begin: on those before them, gains above zero and losses below; `heaps` remembers."""
    begins = []
    for place, length in zip(at, lengths, strict=True):
        key = (place, length < 0)
        begins.append(heaps.get(key, 0.0))
        heaps[key] = begins[-1] + (length if math.isfinite(length) else 0.0)
    return begins
