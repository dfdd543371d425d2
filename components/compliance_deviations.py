"""How is it asked that a client or a portfolio has a rule otherwise, with inherited and own figures side by side?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import dcc, html

from components.button import button
from components.card import folded
from components.confirm import record_note
from components.fields import field, fields, number_input, select, text_area, text_input
from components.ids_compliance_rules import ComplianceDeviations as Ids

ASK: Final = "ask"
KINDS: Final = (
    ("figures", "Other figures"), ("exempt", "It need not keep the rule"), ("inherit", "As it is inherited again"),
)  # fmt: skip


def deviations_card() -> Any:
    """Draw the card; what can be done arrives with the rule that is shown."""
    asked = html.Div(
        [
            fields(
                field(select(Ids.FOR, (), None), "For"),
                field(select(Ids.KIND, KINDS, "figures"), "What it has"),
                field(text_input(Ids.FIRST_DAY, kind="date"), "First day", is_optional=True),
                field(text_input(Ids.LAST_DAY, kind="date"), "Last day", is_optional=True),
            ),
            html.Div(id=Ids.FIGURES),
        ],
        id=Ids.ASKED,
        className="stack",
    )
    body = [
        dcc.Store(id=Ids.DONE),
        html.Div(id=Ids.PROBLEMS),
        field(select(Ids.DEED, (), None), "Action"),
        asked,
        field(text_area(Ids.REASON, rows=2, maxLength=2000), "Reason"),
        record_note(),
        html.Div(button("Do it", Ids.DO, n_clicks=0), className="btn-row"),
    ]
    note = "For the rule above; a second person approves every change, looser or stricter"
    made = folded(html.Div(body, className="stack"), title="What clients and portfolios have otherwise", note=note)
    return html.Div(made, id=Ids.BOX, hidden=True)


def own_figures(pairs: Sequence[tuple[str, str, str, str | None]]) -> Any:
    """Ask for figures of one's own: name, label, the inherited figure in words, and the unit."""
    if not pairs:
        return html.P("The rule has no figures; it can only be kept or not.", className="muted")
    return fields(
        *(
            field(
                number_input(Ids.figure(name), None, unit=unit),
                label,
                help_text=f"Inherited: {inherited}. Empty leaves it so.",
                is_optional=True,
            )
            for name, label, inherited, unit in pairs
        )
    )
