"""Where can the names of points stand so that none covers another, a point or the curve?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CHARACTER_PX = 6.7
LINE_PX = 13.0
GAP_PX = 7.0

PLACES: tuple[tuple[str, float, float], ...] = (
    ("middle right", 1, 0),
    ("top center", 0, 1),
    ("bottom center", 0, -1),
    ("middle left", -1, 0),
    ("top right", 1, 1),
    ("bottom right", 1, -1),
    ("top left", -1, 1),
    ("bottom left", -1, -1),
)
"""Plotly's text positions with the direction in which the label lies, in the order in which they are tried."""


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, y upwards."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Return whether the two share any area."""
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )

    def shared_px2(self, other: Box) -> float:
        """Return the area that the two share."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(0.0, width) * max(0.0, height)

    def lies_in(self, other: Box) -> bool:
        """Return whether this box lies within the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.bottom >= other.bottom
            and self.top <= other.top
        )


@dataclass(frozen=True)
class Canvas:
    """The plot area: its size in pixels and the ranges of its axes."""

    width_px: float
    height_px: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def to_px(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a data point."""
        (x_low, x_high), (y_low, y_high) = self.x_range, self.y_range
        return (
            (x - x_low) / ((x_high - x_low) or 1) * self.width_px,
            (y - y_low) / ((y_high - y_low) or 1) * self.height_px,
        )

    @property
    def box(self) -> Box:
        """The plot area itself."""
        return Box(0, 0, self.width_px, self.height_px)


def around(x: float, y: float, radius_px: float) -> Box:
    """Return the square around a point."""
    return Box(x - radius_px, y - radius_px, x + radius_px, y + radius_px)


def label_box(x: float, y: float, text: str, direction: tuple[float, float], gap_px: float = GAP_PX) -> Box:
    """Return the rectangle that a label takes when it lies in a direction from its point."""
    width, (dx, dy) = len(text) * CHARACTER_PX, direction
    left = x + gap_px if dx > 0 else x - gap_px - width if dx < 0 else x - width / 2
    bottom = y + gap_px if dy > 0 else y - gap_px - LINE_PX if dy < 0 else y - LINE_PX / 2
    if dx and dy:  # diagonal labels touch the corner of the point
        left += -gap_px / 3 if dx > 0 else gap_px / 3
        bottom += -gap_px / 3 if dy > 0 else gap_px / 3
    return Box(left, bottom, left + width, bottom + LINE_PX)


def place(
    points: Sequence[tuple[float, float, str]],
    canvas: Canvas,
    *,
    taken: Sequence[Box] = (),
    order: Sequence[int] | None = None,
) -> tuple[list[str | None], list[Box]]:
    """Choose a place for each label, the important ones first; what finds no room stays without a label.

    Parameters
    ----------
    points : sequence of (x, y, text)
        In data units.
    canvas : Canvas
        Plot area; choose the smallest size at which the labels must not collide.
    taken : sequence of Box
        Rectangles that are in use: markers, curve, other labels.
    order : sequence of int or None
        Indices by importance.

    Returns
    -------
    (positions, boxes)
        Plotly text positions, None for no label; and the rectangles now in use, the given ones first.
    """
    at = [canvas.to_px(x, y) for x, y, _ in points]
    used = [*taken, *(around(x, y, 4) for x, y in at)]
    chosen: list[str | None] = [None] * len(points)
    for n in order if order is not None else range(len(points)):
        for name, dx, dy in PLACES:
            box = label_box(*at[n], points[n][2], (dx, dy))
            own = around(*at[n], 4)
            if box.lies_in(canvas.box) and not any(box.overlaps(other) for other in used if other != own):
                chosen[n] = name
                used.append(box)
                break
    return chosen, used


def least_bad(x: float, y: float, text: str, canvas: Canvas, taken: Sequence[Box]) -> tuple[str, Box]:
    """Choose the place that covers the least, for a label that must stand; places outside the plot come last."""
    at = canvas.to_px(x, y)
    found: list[tuple[bool, float, int, str, Box]] = []
    for rank, (name, dx, dy) in enumerate(PLACES):
        box = label_box(*at, text, (dx, dy), GAP_PX + 3)
        covered = sum(box.shared_px2(other) for other in taken)
        found.append((not box.lies_in(canvas.box), covered, rank, name, box))
    best = min(found, key=lambda one: one[:3])
    return best[3], best[4]
