"""What has one run found, or how far is it?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components import result_layout

dash.register_page(
    __name__, path_template="/runs/<run_id>", title="Result · Quantum Portfolio Optimizer", name="Result", order=3
)


def layout(run_id: str = "", risk: str = "volatility", reward: str = "return", hide: str = "", **_: Any) -> html.Div:
    """Draw the outline of a run; what the person may see of it arrives from the server.

    The address may say in which measures the frontier is drawn, and which layers are hidden.
    """
    return result_layout.layout(run_id, {"risk": risk, "reward": reward, "hide": hide})
