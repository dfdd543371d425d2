"""What answers the frame of the page of compliance: which tab is shown, and which are for the reader?"""

from __future__ import annotations

from dash import ClientsideFunction, Input, Output, callback, clientside_callback

from callbacks.actor import Permission, actor, may, services
from components.compliance_layout import TABS
from components.ids import Compliance


@callback(Output(Compliance.TABS, "class_name"), Input(Compliance.VIEW, "data"))
def show_tabs(_view: object) -> str:
    """Show the tabs of records and reports to those whom they are for."""
    with_records = " with-records" if may(Permission.RECORDS_READ) else ""
    with_reports = " with-reports" if services().auditor_reports.may_read(actor()) else ""
    return f"tabs-q{with_records}{with_reports}"


clientside_callback(
    ClientsideFunction("compliance", "tab"),
    [Output(one.panel_id, "hidden") for one in TABS],
    Input(Compliance.TABS, "active_tab"),
    prevent_initial_call=True,
)
