"""How are rules taken in from a file, and given out as one?"""

from __future__ import annotations

from typing import Any

from dash import html

from components.card import folded
from components.drop_zone import drop_zone
from components.ids_compliance_rules import ComplianceRuleFiles as Ids

EXPORT = "/api/v1/rules/export"


def files_card() -> Any:
    """Draw the card; which rules are given out is told by what is ticked."""
    out = [
        html.P(id=Ids.SAID),
        html.Div(
            [
                html.A("As YAML", id=Ids.YAML, href=f"{EXPORT}/file", className="btn-q btn-q-secondary"),
                html.A("As JSON", id=Ids.JSON, href=EXPORT, download="rules.json", className="btn-q btn-q-secondary"),
            ],
            className="btn-row",
        ),
    ]
    take_in = [
        html.H3("Take in"),
        html.Div(id=Ids.PROBLEMS),
        drop_zone(
            Ids.FILE, "Drop a file of rules here", "YAML or JSON, as it is given out; every rule becomes a draft"
        ),
        html.Div(id=Ids.FILE_SAID, role="status"),
    ]
    body = [html.H3("Give out"), *out, html.Div(take_in, id=Ids.TAKE_IN, className="stack", hidden=True)]
    note = "For another house, for a version control, or to be written in an editor"
    return folded(html.Div(body, className="stack"), title="Rules as a file", note=note)
