"""How do key figures, and small courses without axes, stand on the drawn page?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.charts.tokens import color

LABEL_PX, VALUE_PX, NOTE_PX = 9.5, 15.0, 9.0
LINE = 1.38
BESIDE_PX = 14.0
SPARK_PX = 26.0
LINE_POINTS = 0.9


@dataclass(frozen=True)
class CardLine:
    """Some lines of one size, and how far below the upper edge of their card they begin."""

    text: str
    size_px: float
    tone: str
    down_px: float
    is_strong: bool = False


@dataclass(frozen=True)
class Card:
    """One key figure: its lines, its course, and its height."""

    lines: tuple[CardLine, ...]
    spark: tuple[float, ...]
    height_px: float


def card_of(one: Sequence[Any], width_px: float, wrapped: Callable[[str, float, float], list[str]]) -> Card:
    """Return a key figure, given as label, value, note and course, for a place of some width."""
    label, value, note, course = one
    lines, down_px = [], 2.0
    for text, size_px, tone, is_strong in (
        (label, LABEL_PX, "text-muted", False),
        (value, VALUE_PX, "text", True),
        (note, NOTE_PX, "text-muted", False),
    ):
        if text:
            told = wrapped(str(text), size_px, width_px - BESIDE_PX)
            lines.append(CardLine("\n".join(told), size_px, tone, down_px, is_strong))
            down_px += len(told) * size_px * LINE + 2.0
    spark = tuple(course["spark"]) if course else ()
    return Card(tuple(lines), spark, down_px + (SPARK_PX if spark else 0.0) + 6.0)


def draw_spark(
    picture: Any, values: Sequence[float], place: tuple[float, float, float, float], size: tuple[float, float]
) -> None:
    """Draw a course into a box of a page.

    Parameters
    ----------
    picture : matplotlib Figure
    values : sequence of float
        What is not finite is left out; fewer than two draw nothing.
    place : (left, top, width, height)
        Of the box, in pixels from the upper left corner of the page.
    size : (width, height)
        Of the page, in pixels.
    """
    from matplotlib.lines import Line2D

    known = [float(value) for value in values if math.isfinite(float(value))]
    if len(known) < 2:
        return
    left, top, width, height = place
    low, span = min(known), (max(known) - min(known)) or 1.0
    xs = [(left + n * width / (len(known) - 1)) / size[0] for n in range(len(known))]
    ys = [1 - (top + (1 - (value - low) / span) * height) / size[1] for value in known]
    ink = color("up-fill" if known[-1] >= known[0] else "down-fill")
    picture.add_artist(Line2D(xs, ys, transform=picture.transFigure, color=ink, linewidth=LINE_POINTS))
