"""What is this screen for, how is it read, and what can be done on it?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.ids_help import Help
from pages._frame import frame, waiting

dash.register_page(
    __name__,
    path_template="/help/<screen>",
    title="Help · Quantum Portfolio Optimizer",
    name="Help about a screen",
    order=21,
)


def layout(screen: str = "", **_: Any) -> html.Div:
    """Draw the outline; the words arrive when the server has been asked."""
    return frame(
        Help.SCREEN_PROBLEM,
        Help.SCREEN_MAIN,
        dcc.Store(id=Help.SCREEN, data=screen),
        html.Div(waiting(480), id=Help.ARTICLE),
    )
