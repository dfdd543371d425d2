"""What does an address show that leads nowhere?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components.card import card
from components.error_state import not_found

dash.register_page(__name__, title="Not found · Quantum Portfolio Optimizer")


def layout(**_: Any) -> html.Div:
    """Say that there is nothing here, and show the way back."""
    return html.Div(card(not_found("This page", is_page=True)))
