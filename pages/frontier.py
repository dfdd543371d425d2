"""What is possible between risk and return, and what does each limit cost? The frontier follows the hand."""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components.ids_living import LivingPage
from components.living_layout import page_layout
from pages._frame import frame

dash.register_page(__name__, path="/frontier", title="Frontier · Quantum Portfolio Optimizer", name="Frontier", order=2)

ASKED = ("portfolio", "run", "moves", "at", "pins", "hide", "axes", "ranges")


def layout(**query: Any) -> html.Div:
    """Draw the outline; `portfolio` or `run` says whose frontier, `moves` and `at` where limits and point stand."""
    asked = {name: str(query[name]) for name in ASKED if query.get(name)}
    return frame(LivingPage.PROBLEM, LivingPage.MAIN, *page_layout(asked))
