"""What has one run found, or how far is it?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components import result_layout

dash.register_page(
    __name__, path_template="/runs/<run_id>", title="Result · Quantum Portfolio Optimizer", name="Result", order=3
)


def layout(run_id: str = "", **_: Any) -> html.Div:
    """Draw the outline of a run; what the person may see of it arrives from the server."""
    return result_layout.layout(run_id)
