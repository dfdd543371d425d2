"""How does the tab of rules stand: the library, one rule with its versions, and a form for what is done with them?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.button import button
from components.card import card, columns
from components.compliance_deviations import deviations_card
from components.compliance_packs import packs_card
from components.compliance_rule_editor import editor_card
from components.compliance_rule_files import files_card
from components.confirm import record_note
from components.empty_state import empty_state
from components.fields import field, fields, search, select, text_area, text_input
from components.grid import column, grid, grid_in
from components.ids_compliance_rules import ComplianceRules as Ids
from components.skeleton import skeleton

HEIGHT_PX, TICK_MS = 640, 1_000
USUAL: Final = "What is in force, else the one before"
STATES: Final = (
    ("all", "All"), ("in_force", "In force"), ("waiting", "Waiting for approval"), ("draft", "Drafts"),
    ("out", "Not in force any more"),
)  # fmt: skip
SEVERITIES: Final = (
    ("all", "All"), ("hard", "Hard"), ("soft", "Soft"), ("warning", "Warning"), ("info", "Information"),
)  # fmt: skip
SCOPES: Final = (
    ("all", "All"), ("house", "Of the house"), ("client", "Of a client"), ("portfolio", "Of a portfolio"),
)  # fmt: skip
LIBRARY: Final = (
    column("title", "Rule", renderer="qpoName", width_px=180, grow=2, narrow_px=156, pinned=True),
    column("standing", "Stands", renderer="qpoState", width_px=126, narrow_px=126),
    column("severity", "Severity", width_px=84, narrow=False),
    column("whose", "Whose", renderer="qpoLines", width_px=84, grow=1, narrow=False),
)
CHOICE: Final = {
    "mode": "multiRow", "enableClickSelection": True, "headerCheckbox": True, "selectAll": "filtered",
}  # fmt: skip
"""A press on a row shows that rule alone; ticks gather several."""


def rules_panel(view: Mapping[str, str]) -> list[Any]:
    """Draw the tab; rules arrive."""
    return [
        dcc.Store(id=Ids.PICK, data=view.get("rule", "")),
        dcc.Store(id=Ids.DONE),
        dcc.Store(id=Ids.RUN),
        dcc.Interval(id=Ids.TICK, interval=TICK_MS, max_intervals=0),
        html.P(id=Ids.SENTENCE, className="compliance-sentence", role="status"),
        columns(_library(view), _one(), layout="two"),
        html.Div([deviations_card(), editor_card(), packs_card(), files_card()], className="folded-cards"),
    ]


def _library(view: Mapping[str, str]) -> Any:
    table = grid(
        id=Ids.LIBRARY, columns=LIBRARY, rows=[], row_key="id", select="many", height_px=HEIGHT_PX, label="Rules",
        empty="No rule of this kind.", options={"rowSelection": CHOICE},
    )  # fmt: skip
    grid_in(table).rowData = None
    filters = fields(
        field(select(Ids.STATE, STATES, _one_of(STATES, view.get("stands"))), "Show"),
        field(select(Ids.OF_PACK, (("all", "All"),), view.get("of", "all")), "Pack"),
        field(select(Ids.SEVERITY, SEVERITIES, _one_of(SEVERITIES, view.get("weight"))), "Severity"),
        field(select(Ids.SCOPE, SCOPES, _one_of(SCOPES, view.get("scope"))), "Whose"),
    )
    none = empty_state(
        "No rule of this kind",
        "Rules of law and a template for a house stand below, ready to be taken in as drafts.",
        glyph="journal-check",
        level=3,
    )
    find = search(Ids.SEARCH, "Find a rule by name, code, source or words", value=view.get("find", ""), debounce=300)
    body = [
        find,
        html.Div(filters, className="filters-two"),
        html.Div(table, id=Ids.LIBRARY_BOX),
        html.Div(none, id=Ids.EMPTY, hidden=True),
    ]
    note = "A press shows a rule; ticks gather several for one action"
    return card(html.Div(body, className="stack"), title="Rules", note=note)


def _one_of(options: tuple[tuple[str, str], ...], wanted: str | None) -> str:
    keys = [key for key, _ in options]
    return wanted if wanted in keys else keys[0]


def _try() -> Any:
    days = fields(
        field(text_input(Ids.TRY_FIRST, kind="date"), "First day", is_optional=True),
        field(text_input(Ids.TRY_LAST, kind="date"), "Last day", is_optional=True),
    )
    said = "The year up to the last day with values, and every portfolio that the rule is for, where nothing is chosen."
    portfolios = field(dbc.Checklist(id=Ids.TRY_OF, options=[], value=[], class_name="rule-checks"), "Only of")
    parts = [days, portfolios, html.P(said, className="muted"), html.P(id=Ids.TRY_TAKES, role="status")]
    return html.Div(parts, id=Ids.TRY_BOX, className="stack", hidden=True)


def _one() -> Any:
    reading = html.Div(
        [
            fields(
                field(select(Ids.VERSION, (), None), "Version"),
                field(select(Ids.AGAINST, (("usual", USUAL),), "usual"), "Compared with"),
                field(text_input(Ids.AS_OF, kind="date"), "What it said on a past day", is_optional=True),
            ),
            html.P(id=Ids.AS_OF_SAID, className="rule-as-of", role="status"),
        ],
        id=Ids.READ,
        hidden=True,
    )
    form = html.Div(
        [
            html.H3("What is done"),
            html.P(id=Ids.FORM_SAID),
            html.Div(id=Ids.PROBLEMS),
            field(select(Ids.DEED, (), None), "Action"),
            _try(),
            field(text_area(Ids.TEXT, rows=3, maxLength=2000), "Reason"),
            record_note(),
            html.Div(button("Do it", Ids.DO, kind="primary", n_clicks=0), className="btn-row"),
        ],
        id=Ids.FORM,
        className="stack",
        hidden=True,
    )
    body = [
        reading,
        html.Div(skeleton(height_px=240), id=Ids.DETAIL, **{"aria-live": "polite"}),
        html.Div(id=Ids.PROGRESS, role="status", hidden=True),
        form,
    ]
    return card(html.Div(body, className="stack"), title="The rule", note=html.Span("No rule is shown", id=Ids.TITLE))
