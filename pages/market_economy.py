"""Which economic series are stored, and what did one of them say when?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components.economy_layout import economy_layout, view_of
from components.ids import Economy
from pages._frame import frame

dash.register_page(
    __name__,
    path="/market/economy",  # before the pages of assets, whose address would fit as well
    title="Economic series · Quantum Portfolio Optimizer",
    name="Economic series",
    order=8,
)


def layout(**query: Any) -> html.Div:
    """Draw the outline; series and figures arrive when the server has been asked."""
    return frame(Economy.PROBLEM, Economy.MAIN, *economy_layout(view_of(query)))
