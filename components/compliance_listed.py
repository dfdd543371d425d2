"""How do the answers stand: what may not be traded in one portfolio, and which shares were found for short sales?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from components.button import button
from components.card import card
from components.fields import field, fields, number_input, select, text_input
from components.ids_compliance_lists import ComplianceListed as Ids
from components.skeleton import skeleton


def listed_card(view: Mapping[str, str]) -> Any:
    """Draw what counts for one portfolio, all lists together."""
    body = [
        field(select(Ids.PORTFOLIO, (("house", "The house alone"),), view.get("portfolio", "house")), "Portfolio"),
        html.Div(skeleton(height_px=120), id=Ids.LISTED, **{"aria-live": "polite"}),
    ]
    return card(html.Div(body, className="stack"), title="What counts for a portfolio", note="All lists together")


def locates_card() -> Any:
    """Draw the locates of a day, and the form for a new one."""
    form = [
        html.Div(id=Ids.PROBLEMS),
        fields(
            field(text_input(Ids.SYMBOL, maxLength=40), "Symbol"),
            field(number_input(Ids.QUANTITY, unit="shares"), "Quantity"),
            field(text_input(Ids.BROKER, maxLength=120), "Broker"),
            field(text_input(Ids.REFERENCE, maxLength=100), "Reference", is_optional=True),
            field(text_input(Ids.UNTIL, kind="date"), "Holds until", help_text="Today alone where left out"),
        ),
        html.Div(button("Record it", Ids.RECORD, n_clicks=0), className="btn-row"),
    ]
    recorded = html.Details([html.Summary("Record a locate"), html.Div(form, className="stack")], className="more")
    body = [
        html.Div(skeleton(height_px=120), id=Ids.LOCATES, **{"aria-live": "polite"}),
        html.Div(recorded, id=Ids.FORM, hidden=True),
    ]
    note = "For the chosen portfolio; a short sale needs as many as it leaves short"
    return card(html.Div(body, className="stack"), title="Shares found for short sales", note=note)
