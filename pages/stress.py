"""What would past crises, moves of markets and scenarios of one's own do to a portfolio?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components.ids import Stress
from components.stress_layout import page_layout, view_of
from pages._frame import frame

dash.register_page(__name__, path="/stress", title="Stress · Quantum Portfolio Optimizer", name="Stress")


def layout(**query: Any) -> html.Div:
    """Draw the outline as the address says; figures arrive when a worker has computed them."""
    return frame(Stress.PROBLEM, Stress.MAIN, *page_layout(view_of(query)))
