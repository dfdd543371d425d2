"""What does a term mean that a screen uses?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.fields import search
from components.ids_help import Help
from components.page_header import page_header
from pages._frame import frame, waiting

dash.register_page(
    __name__,
    path="/help/glossary",  # before the pages about screens, whose address would fit as well
    title="Glossary · Quantum Portfolio Optimizer",
    name="Glossary",
    order=20,
)

TERM_MAX_LENGTH = 60


def layout(term: str | None = None, **_: Any) -> html.Div:
    """Draw the outline; `term` is the key of the entry to begin with."""
    return frame(
        Help.TERMS_PROBLEM,
        Help.TERMS_MAIN,
        dcc.Store(id=Help.TERM, data=term[:TERM_MAX_LENGTH] if term else None),
        page_header(
            "Glossary",
            lead="Every term of the screens: what it means, how it is computed, and how its sign is read.",
            crumbs=(("Help", "/help"),),
        ),
        search(Help.SEARCH, "Find a term"),
        html.P(id=Help.COUNT, className="help-count", role="status"),
        html.Div(waiting(480), id=Help.TERMS, className="help-glossary"),
    )
