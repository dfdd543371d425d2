"""How did a portfolio do, against what, why and when?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components.ids import Performance
from components.performance_layout import page_layout, view_of
from pages._frame import frame

dash.register_page(
    __name__,
    path="/performance",
    title="Performance · Quantum Portfolio Optimizer",
    name="Performance",
)


def layout(**query: Any) -> html.Div:
    """Draw the outline as the address says; figures arrive when a worker has computed them."""
    return frame(Performance.PROBLEM, Performance.MAIN, *page_layout(view_of(query)))
