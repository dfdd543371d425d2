"""Does every portfolio keep its rules, and what is done where one does not?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components.compliance_layout import page_layout, view_of
from components.ids import Compliance
from pages._frame import frame

dash.register_page(
    __name__, path="/compliance", title="Compliance · Quantum Portfolio Optimizer", name="Compliance", order=8
)


def layout(**query: Any) -> html.Div:
    """Draw the outline as the address says; figures arrive when the server has been asked."""
    return frame(Compliance.PROBLEM, Compliance.MAIN, *page_layout(view_of(query)))
