"""How did the price of one asset go, what moved it, and where does it come from?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components.ids import MarketSymbol
from components.market_layout import symbol_layout, view_of
from pages._frame import frame

dash.register_page(
    __name__,
    path_template="/market/<symbol>",
    title="Market · Quantum Portfolio Optimizer",
    name="Asset",
    order=9,
)


def layout(symbol: str | None = None, **query: Any) -> html.Div:
    """Draw the outline of one asset as the address says."""
    return frame(MarketSymbol.PROBLEM, MarketSymbol.MAIN, *symbol_layout(symbol, view_of(query)))
