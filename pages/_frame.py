"""What do all pages have in common around their content?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from components.grid import grid_in
from components.skeleton import kpi_skeleton, skeleton


def frame(problem_id: str, main_id: str, *parts: Any) -> html.Div:
    """Set a page's parts into one block that a refusal can take the place of."""
    return html.Div([html.Div(id=problem_id), html.Div(list(parts), id=main_id)])


def panels(options: Sequence[tuple[str, str]], chosen: str | None, *bodies: Any) -> list[html.Div]:
    """Set the parts behind tabs one after the other; only the chosen one is shown.

    Parameters
    ----------
    options : sequence of (key, id)
        Key of the tab and id of its part.
    chosen : str or None
        The key in the address; the first one stands in for an unknown word.
    bodies : component or list
        What each part holds, in the same order.

    """
    shown = tab_of(options, chosen)
    return [
        html.Div(body, id=part_id, hidden=key != shown, role="tabpanel", className="stack")
        for (key, part_id), body in zip(options, bodies, strict=True)
    ]


def tab_of(options: Sequence[tuple[str, str]], chosen: str | None) -> str:
    """Return the chosen key if there is such a tab, else the first."""
    keys = [key for key, _ in options]
    return chosen if chosen in keys else keys[0]


def arriving(table: Any) -> Any:
    """Have a grid show that its rows are on their way, until the first ones come."""
    grid_in(table).rowData = None
    return table


def waiting(height_px: int) -> html.Div:
    """Hold the place of a chart or table that is on its way."""
    return skeleton(height_px=height_px)


def waiting_figures(count: int) -> html.Div:
    """Hold the place of a strip of key figures."""
    return kpi_skeleton(count)
