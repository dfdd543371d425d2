"""How much may a portfolio lose, where does that come from, and is it inside its limits?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components.ids import Risk
from components.risk_layout import page_layout, view_of
from pages._frame import frame

dash.register_page(__name__, path="/risk", title="Risk · Quantum Portfolio Optimizer", name="Risk")


def layout(**query: Any) -> html.Div:
    """Draw the outline as the address says; figures arrive when a worker has computed them."""
    return frame(Risk.PROBLEM, Risk.MAIN, *page_layout(view_of(query)))
