"""Which assets are known, what do they cost, and how old is that?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components.ids import Market
from components.market_layout import CLASSES, list_layout
from pages._frame import frame

dash.register_page(__name__, path="/market", title="Market · Quantum Portfolio Optimizer", name="Market", order=8)


def layout(**query: Any) -> html.Div:
    """Draw the outline; the rows arrive when the server has been asked."""
    asked = str(query.get("class") or "all")
    chosen = asked if asked in {value for value, _text, _count in CLASSES} else "all"
    return frame(Market.PROBLEM, Market.MAIN, *list_layout(chosen))
