"""How do the tabs of versions and of notes stand?"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from components.button import button
from components.card import card
from components.fields import field, select, text_area
from components.ids_portfolio_work import Notes, Versions
from components.skeleton import skeleton

KINDS = (("holdings", "Holdings"), ("target", "Target"))


def versions_panel() -> list[Any]:
    """Draw the list of versions, the comparison of two and the drafts; all comes by itself."""
    choice = html.Div(
        [
            field(select(Versions.KIND, KINDS, "holdings"), "Compare"),
            field(select(Versions.BEFORE, ()), "From"),
            field(select(Versions.AFTER, ()), "To"),
        ],
        className="fields",
    )
    return [
        card(
            html.Div([choice, html.Div(id=Versions.DIFFERENCE, **{"aria-live": "polite"})], className="stack"),
            title="What differs",
            note="At today's prices, so that only what is held differs",
        ),
        card(
            skeleton(height_px=160),
            title="Versions",
            note="Every change of holdings and target; none is ever overwritten",
            body_id=Versions.LIST,
        ),
        card(
            skeleton(height_px=60),
            title="Drafts",
            note="Weights that were wished in What if and kept; neither holdings nor target",
            body_id=Versions.DRAFTS,
        ),
    ]


def notes_panel() -> list[Any]:
    """Draw the notes with the form to write one, for those who may."""
    form = html.Div(
        [
            html.Div(id=Notes.ERRORS),
            field(
                text_area(Notes.TEXT, rows=3, maxlength=5000, placeholder="What should be remembered?"),
                "Note",
                help_text="Whoever sees the portfolio reads it; only you can change it.",
            ),
            html.Div(
                [
                    button("Write down", Notes.SAVE, kind="primary", glyph="pencil", n_clicks=0),
                    button("Cancel", Notes.CANCEL, kind="quiet", n_clicks=0, hidden=True),
                ],
                className="btn-row",
            ),
        ],
        id=Notes.FORM,
        hidden=True,
        className="stack",
    )
    return [
        dcc.Store(id=Notes.EDITED),
        card([form, html.Div(skeleton(height_px=80), id=Notes.LIST)], title="Notes"),
    ]
