"""What would a recipe have earned over the past, and is it more than chance?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components import walk_forward_layout

dash.register_page(
    __name__,
    path="/walk-forward",
    title="Test over the past · Quantum Portfolio Optimizer",
    name="Test over the past",
    order=4,
)


def layout(run: str | None = None, **_: Any) -> html.Div:
    """Draw the outline; what the person may see of the run arrives from the server."""
    return walk_forward_layout.layout(run)
