"""How do two to four portfolios stand side by side?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components.compare_layout import page_layout, view_of
from components.ids_compare import Compare
from pages._frame import frame

dash.register_page(
    __name__, path="/compare", title="Compare portfolios · Quantum Portfolio Optimizer", name="Compare portfolios"
)


def layout(**query: Any) -> html.Div:
    """Draw the outline as the address says; figures arrive when the server has been asked."""
    return frame(Compare.PROBLEM, Compare.MAIN, *page_layout(view_of(query)))
