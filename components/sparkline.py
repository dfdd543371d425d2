"""How is a course of 30 to 60 points drawn in the height of a line of text?"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence

from dash import html

WIDTH = 96
HEIGHT = 24


def spark_svg(values: Sequence[float], reference: float | None = None) -> str:
    """Draw the line as SVG text: no axes, a dot at the last point, a dashed line at ``reference``.

    Parameters
    ----------
    values : sequence of float
        The course; NaN and infinities are left out. Fewer than two points give an empty picture.
    reference : float or None
        Level of a zero or limit line.
    """
    points = [float(value) for value in values if math.isfinite(value)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
    if len(points) < 2:
        return f"{head}</svg>"
    levels = [*points, *([reference] if reference is not None else [])]
    low, high = min(levels), max(levels)
    span = (high - low) or 1.0

    def y(value: float) -> float:
        return HEIGHT - 4 - (value - low) / span * (HEIGHT - 8)

    step = (WIDTH - 6) / (len(points) - 1)
    line = " ".join(f"{2 + n * step:.1f},{y(value):.1f}" for n, value in enumerate(points))
    dot = f'<circle cx="{2 + (len(points) - 1) * step:.1f}" cy="{y(points[-1]):.1f}" r="2.3"/>'
    level = ""
    if reference is not None:
        at = f"{y(reference):.1f}"
        level = f'<path d="M2 {at}H{WIDTH - 4}" stroke="#000" stroke-opacity=".35" stroke-dasharray="2 2"/>'
    path = (
        f'<polyline points="{line}" fill="none" stroke="#000" stroke-width="1.4" stroke-linejoin="round" '
        'stroke-linecap="round"/>'
    )
    return f"{head}{level}{path}{dot}</svg>"


def sparkline(
    values: Sequence[float], *, label: str, reference: float | None = None, paint: str | None = None
) -> html.Span:
    """Show a course; the picture is a mask, painted with a token, so that it follows the theme.

    Parameters
    ----------
    values, reference
        As of `spark_svg`.
    label : str
        For screen readers.
    paint : str or None
        A color of the theme, such as ``var(--q-text-muted)``; that of gain or loss when None.
    """
    encoded = base64.b64encode(spark_svg(values, reference).encode()).decode()
    mask = f"url(data:image/svg+xml;base64,{encoded}) center / contain no-repeat"
    points = [value for value in values if math.isfinite(value)]
    has_gained = len(points) < 2 or points[-1] >= points[0]
    color = paint or ("var(--q-up-fill)" if has_gained else "var(--q-down-fill)")
    return html.Span(
        className="spark",
        role="img",
        style={"mask": mask, "backgroundColor": color},
        **{"aria-label": label},
    )
