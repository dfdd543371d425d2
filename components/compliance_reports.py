"""How does the tab of auditors' reports stand: make one, have them made by themselves, and those that are kept?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import dcc, html

from components.button import button
from components.card import card, columns
from components.fields import field, fields, select, text_input
from components.ids_compliance_records import ComplianceReports as Ids
from components.skeleton import skeleton

TICK_MS: Final = 1_000
CADENCES: Final = (
    ("never", "Never"), ("month", "Every month"), ("quarter", "Every quarter"), ("year", "Every year"),
)  # fmt: skip


def reports_panel(view: Mapping[str, str]) -> list[Any]:
    """Draw the tab; reports arrive, and a run that the address names is followed."""
    form = [
        html.Div(id=Ids.PROBLEMS),
        fields(
            field(text_input(Ids.START, kind="date"), "First day"),
            field(text_input(Ids.END, kind="date"), "Last day"),
            field(select(Ids.PORTFOLIO, (("all", "All portfolios"),), "all"), "Of"),
        ),
        html.Div(button("Make the report", Ids.MAKE, kind="primary", n_clicks=0), className="btn-row"),
    ]
    schedule = [
        field(select(Ids.CADENCE, CADENCES, None), "A report of the whole house is made by itself"),
        html.P(id=Ids.CADENCE_SAID, role="status"),
    ]
    note = "Rules in force, breaches, overrides, decisions, lists, and whether the audit log is whole"
    kept = [
        html.Div(id=Ids.PROGRESS, role="status", hidden=True),
        html.Div(id=Ids.CHECKED, role="status"),
        html.Div(skeleton(height_px=160), id=Ids.KEPT, **{"aria-live": "polite"}),
    ]
    main = [
        html.Div(
            columns(
                card(html.Div(form, className="stack"), title="Make a report for auditors", note=note),
                card(html.Div(schedule, className="stack"), title="By itself"),
                layout="wide-left",
            ),
            id=Ids.FORM,
        ),
        card(html.Div(kept, className="stack"), title="Kept reports", note="Files are made from what was kept then"),
    ]
    return [
        dcc.Store(id=Ids.RUN, data=view.get("run", "") if view.get("tab") == "reports" else ""),
        dcc.Store(id=Ids.SEEN),
        dcc.Interval(id=Ids.TICK, interval=TICK_MS, max_intervals=0),
        html.Div(id=Ids.PROBLEM),
        html.Div(main, id=Ids.MAIN, className="stack"),
    ]
