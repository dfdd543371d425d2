"""What stands in the place of content that is on its way?"""

from __future__ import annotations

from dash import html

_WIDTHS = ("92%", "78%", "85%", "64%", "88%", "72%")


def skeleton(*, lines: int = 4, height_px: int | None = None) -> html.Div:
    """Draw the outline of what comes, from 300 ms on (a fast answer never flickers).

    Parameters
    ----------
    lines : int
        Number of text lines; used where ``height_px`` is None.
    height_px : int or None
        Height of a block, the same as that of the chart or grid that replaces it, so that nothing jumps.
    """
    if height_px is not None:
        bars = [html.Div(className="skeleton-bar skeleton-block", style={"height": f"{height_px}px"})]
    else:
        bars = [html.Div(className="skeleton-bar", style={"width": _WIDTHS[n % len(_WIDTHS)]}) for n in range(lines)]
    return html.Div(bars, className="skeleton", role="status", **{"aria-label": "Loading", "aria-busy": "true"})


def kpi_skeleton(count: int) -> html.Div:
    """Draw the outline of a strip of key figures."""
    one = [
        html.Div(className="skeleton-bar", style={"width": "55%"}),
        html.Div(className="skeleton-bar", style={"width": "80%", "height": "22px"}),
    ]
    cells = [html.Div(html.Div(one, className="skeleton"), className="kpi") for _ in range(count)]
    return html.Div(cells, className="kpis", role="status", **{"aria-label": "Loading", "aria-busy": "true"})
