"""How does the tab of facts stand: what rules miss, what was stated, and a form to state what nobody can derive?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import dcc, html

from components.button import button, link_button
from components.card import card, columns
from components.confirm import record_note
from components.drop_zone import drop_zone
from components.fields import field, fields, select, text_area, text_input
from components.ids_compliance_facts import ComplianceFacts as Ids
from components.skeleton import skeleton

HOUSE: Final = "house"
TICK_MS: Final = 1_500
AWAITED: Final = "value-awaited"  # a field that is about to be replaced takes no word that would go with it


def facts_panel(view: Mapping[str, str]) -> list[Any]:
    """Draw the tab; what is missing and what was stated arrive."""
    portfolio = field(select(Ids.PORTFOLIO, (), view.get("facts") or view.get("portfolio")), "Of")
    return [
        dcc.Store(id=Ids.DONE),
        dcc.Interval(id=Ids.TICK, interval=TICK_MS, max_intervals=0),
        fields(portfolio),
        html.P(id=Ids.SENTENCE, className="compliance-sentence", role="status"),
        _missing(),
        columns(_stated(), _form(), layout="wide-left"),
    ]


def _missing() -> Any:
    actions = [
        button("A file to fill in", Ids.TEMPLATE, glyph="download", n_clicks=0, hidden=True),
        link_button("All imports", "/imports", glyph="folder2-open"),
    ]
    take_in = [
        html.Div(id=Ids.FILE_PROBLEMS),
        drop_zone(
            Ids.FILE,
            "Drop the file you filled in here",
            "CSV or Excel: symbol, date, field and value; the whole file is taken in, or nothing of it",
            label="Choose a file of facts",
        ),
        html.Div(id=Ids.FILE_SAID, role="status"),
    ]
    body = [
        html.Div(skeleton(height_px=160), id=Ids.MISSING, **{"aria-live": "polite"}),
        html.Div(take_in, id=Ids.FILE_BOX, className="stack", hidden=True),
    ]
    note = "What is not known never counts as kept; each line says which rules wait for it and how it is given"
    return card(html.Div(body, className="stack"), title="What rules need and nobody knows", note=note, actions=actions)


def _stated() -> Any:
    body = html.Div(skeleton(height_px=160), id=Ids.STATED, **{"aria-live": "polite"})
    return card(body, title="What was stated", note="Nothing is overwritten: a later statement follows an earlier one")


def _form() -> Any:
    form = html.Div(
        [
            html.Div(id=Ids.PROBLEMS),
            field(select(Ids.FACT, (), None), "Fact"),
            html.Div(field(text_input(Ids.ABOUT, maxLength=200), "Of which"), id=Ids.ABOUT_BOX, hidden=True),
            html.Div(id=Ids.VALUE_BOX),
            field(text_input(Ids.SINCE, kind="date"), "From", is_optional=True, help_text="Today where left out."),
            field(text_area(Ids.SOURCE, rows=2, maxLength=2000), "Where it is from"),
            record_note(),
            html.Div(
                [
                    button("State it", Ids.STATE, kind="primary", n_clicks=0),
                    button("It is not known any more", Ids.TAKE_BACK, kind="quiet", n_clicks=0),
                ],
                className="btn-row",
            ),
        ],
        id=Ids.FORM,
        className="stack",
        hidden=True,
    )
    only = html.P("Compliance and administrators state facts.", id=Ids.ONLY, className="muted", hidden=True)
    return card([form, only], title="State a fact", note="With its source and the day from which it holds")
