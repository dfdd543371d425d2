"""How does the bar stand that says what edits on paper come to, and how are they kept?"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from components.button import button
from components.confirm import dialog
from components.fields import field, fields, segments, text_input
from components.ids_portfolio_work import WhatIf

FIRST = "Edit a weight, a value or a quantity in the grid: nothing is booked, and the target stays."


def what_if_bar() -> html.Div:
    """Draw the bar; hidden until somebody begins to edit."""
    add = html.Div(
        [
            html.Label("Symbol of an asset to add", htmlFor=WhatIf.ADD_SYMBOL, className="visually-hidden"),
            text_input(WhatIf.ADD_SYMBOL, placeholder="Symbol", maxlength=40, list=WhatIf.ASSETS, autocomplete="off"),
            html.Datalist(id=WhatIf.ASSETS),
            button("Add", WhatIf.ADD, small=True, glyph="plus-lg", n_clicks=0),
        ],
        className="what-if-add",
    )
    steps = html.Div(
        [
            button("Undo", WhatIf.UNDO, kind="quiet", small=True, glyph="arrow-counterclockwise", n_clicks=0),
            button("Redo", WhatIf.REDO, kind="quiet", small=True, glyph="arrow-clockwise", n_clicks=0),
            button("Discard", WhatIf.DISCARD, kind="quiet", small=True, glyph="x-lg", n_clicks=0),
            add,
        ],
        className="btn-row",
    )
    deeds = html.Div(
        [
            button("Optimize the rest", WhatIf.REST, small=True, glyph="magic", n_clicks=0),
            html.Span(
                [
                    button("Keep", WhatIf.KEEP, small=True, glyph="save", n_clicks=0),
                    button(
                        "To rebalancing",
                        WhatIf.REBALANCE,
                        kind="primary",
                        small=True,
                        glyph="arrow-left-right",
                        n_clicks=0,
                    ),
                ],
                id=WhatIf.WRITERS,
                className="btn-row",
                hidden=True,
            ),
        ],
        className="btn-row",
    )
    return html.Div(
        [
            dcc.Store(id=WhatIf.BASIS),
            dcc.Store(id=WhatIf.EDITS),
            dcc.Store(id=WhatIf.SEEN),
            dcc.Store(id=WhatIf.LOADED),
            html.Div([html.Div(id=WhatIf.TYPED, role="alert"), html.Div(id=WhatIf.PROBLEM, role="alert")]),
            html.Div(html.P(FIRST, className="muted"), id=WhatIf.FIGURES, **{"aria-live": "polite"}),
            html.Div([steps, deeds], className="what-if-deeds"),
        ],
        id=WhatIf.BAR,
        className="what-if",
        role="region",
        hidden=True,
        **{"aria-label": "What the edits come to"},
    )


def keep_dialog() -> html.Div:
    """Ask under which name, and as what, edits are kept."""
    ways = (("draft", "As a draft"), ("target", "As the target"))
    body: list[Any] = [
        html.Div(id=WhatIf.KEEP_ERRORS),
        fields(
            field(text_input(WhatIf.KEEP_NAME, maxlength=200), "Name", is_wide=True),
            html.Div(segments(WhatIf.KEEP_AS, ways, "draft", label="As what"), className="field field-wide"),
        ),
        html.P(
            "A draft changes nothing and waits below Versions. The target says what the portfolio should hold; the "
            "one before stays as a version. Nothing is traded either way.",
            className="muted",
        ),
    ]
    return dialog(
        WhatIf.KEEP_DIALOG,
        "Keep the edited weights",
        body,
        confirm="Keep",
        confirm_id=WhatIf.KEEP_SAVE,
        cancel_id=WhatIf.KEEP_CANCEL,
    )
