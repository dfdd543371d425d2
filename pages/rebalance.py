"""Which trades bring a portfolio to its target, who agreed to them, and what became of them?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components.ids_rebalance import Rebalance
from components.rebalance_layout import page_layout, view_of
from pages._frame import frame

dash.register_page(__name__, path="/rebalance", title="Rebalance · Quantum Portfolio Optimizer", name="Rebalance")


def layout(**query: Any) -> html.Div:
    """Draw the outline as the address says; figures arrive when a worker has computed them."""
    return frame(Rebalance.PROBLEM, Rebalance.MAIN, *page_layout(view_of(query)))
