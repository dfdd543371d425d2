"""How does the page of compliance stand: which tabs, what is behind each, and what does the address say?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dash import dcc, html

from components.compliance_breaches import breaches_panel
from components.compliance_controls import controls_panel
from components.compliance_facts import facts_panel
from components.compliance_lists import lists_panel
from components.compliance_records import records_panel
from components.compliance_reports import reports_panel
from components.compliance_rules import rules_panel
from components.compliance_status import status_panel
from components.compliance_trade import trade_panel
from components.ids import (
    Compliance,
    ComplianceBreaches,
    ComplianceFacts,
    ComplianceLists,
    ComplianceRecords,
    ComplianceReports,
    ComplianceRetention,
    ComplianceRules,
    ComplianceTrade,
)
from components.page_header import page_header
from components.tabs import tabs

ADDRESS_MAX_LENGTH = 400
View = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ComplianceTab:
    """One tab: its word in the address, its name, the id of its panel, and what is drawn in it."""

    key: str
    text: str
    panel_id: str
    body: Callable[[View], list[Any]]


TABS: Final = (
    ComplianceTab("status", "Status", Compliance.PANEL_STATUS, status_panel),
    ComplianceTab("breaches", "Breaches", ComplianceBreaches.PANEL, breaches_panel),
    ComplianceTab("trade", "Before a trade", ComplianceTrade.PANEL, trade_panel),
    ComplianceTab("rules", "Rules", ComplianceRules.PANEL, rules_panel),
    ComplianceTab("lists", "Lists", ComplianceLists.PANEL, lists_panel),
    ComplianceTab("facts", "Facts", ComplianceFacts.PANEL, facts_panel),
    ComplianceTab("records", "Records", ComplianceRecords.PANEL, records_panel),
    ComplianceTab("controls", "Controls", ComplianceRetention.PANEL, controls_panel),
    ComplianceTab("reports", "Reports", ComplianceReports.PANEL, reports_panel),
)

GUARDED: Final = {"records": "tab-records", "controls": "tab-records", "reports": "tab-reports"}
"""Tabs that are not for everybody, by what the style sheet calls them: hidden until the server says for whom."""


def view_of(query: Mapping[str, Any]) -> dict[str, str]:
    """Return what an address asks for; each tab reads its own words of it, and a breach opens its tab."""
    view = {name: str(value)[:ADDRESS_MAX_LENGTH] for name, value in query.items() if value}
    if view.get("tab") not in {one.key for one in TABS}:
        view["tab"] = "breaches" if "breach" in view else TABS[0].key
    return view


def page_layout(view: View) -> list[Any]:
    """Draw the outline of the page with the tab of the address open."""
    return [
        dcc.Store(id=Compliance.VIEW, data=dict(view)),
        page_header("Compliance", lead="Which rules every portfolio has to keep, and how it stands by them."),
        tabs(Compliance.TABS, [(one.key, one.text) for one in TABS], view["tab"], GUARDED),
        *(
            html.Div(
                one.body(view),
                id=one.panel_id,
                hidden=one.key != view["tab"],
                role="tabpanel",
                className="stack",
                **{"aria-label": one.text},
            )
            for one in TABS
        ),
    ]
