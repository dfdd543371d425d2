"""What is each screen for, and where is more about it?"""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from components.button import button, link_button
from components.ids_help import Help
from components.page_header import page_header
from pages._frame import frame, waiting

dash.register_page(__name__, path="/help", title="Help · Quantum Portfolio Optimizer", name="Help", order=20)


def layout(**_: Any) -> html.Div:
    """Draw the outline; the cards arrive when the server has been asked."""
    return frame(
        Help.PROBLEM,
        Help.MAIN,
        page_header(
            "Help",
            lead="One page for each screen: what it is for, how to read it, what can be done, and what is often asked.",
            actions=[
                link_button("Glossary", "/help/glossary", kind="primary", glyph="book"),
                button("Show the first steps again", Help.AGAIN, glyph="signpost", n_clicks=0),
            ],
        ),
        html.Div(id=Help.AGAIN_NOTE, role="status"),
        html.Div(waiting(320), id=Help.OVERVIEW),
    )
