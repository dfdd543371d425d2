"""What answers the tab of auditors' reports: make one, have them made, and hand their files over?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, no_update

from callbacks import present_compliance_records as present
from callbacks import present_compliance_work as work
from callbacks.actor import Permission, actor, may, services
from callbacks.pace import held
from callbacks.present_errors import form, page, part
from callbacks.present_file import handed
from callbacks.present_shell import mark_of
from callbacks.present_toast import put, read_anew
from callbacks.pressed import pressed_index
from callbacks.wording import told
from components.compliance_reports import TICK_MS
from components.ids import ComplianceReports as Ids
from components.ids import Shell
from services.messages.compliance_auditor import NewAuditorReport, ReportCadence

ENOUGH_TICKS, SHOWN_COUNT = 600, 50
WORDS = {
    "start_on": ("The first day", Ids.START),
    "end_on": ("The last day", Ids.END),
    "portfolio_id": ("The portfolio", Ids.PORTFOLIO),
}


@callback(
    Output(Ids.KEPT, "children"),
    Output(Ids.CADENCE, "value"),
    Output(Ids.CADENCE_SAID, "children"),
    Output(Ids.FORM, "hidden"),
    Output(Ids.SEEN, "data"),
    Input(Shell.RESYNC, "data"),
    State(Ids.SEEN, "data"),
    State(Ids.CADENCE, "value"),
)
@page(Ids.PROBLEM, Ids.MAIN, "These reports", ("Go to the status", "/compliance"))
def show_reports(_resync: object, seen: str | None, chosen: str | None) -> Any:
    """Show the reports that are kept, and how often one is made by itself; what did not change stays under a press."""
    found = services().auditor_reports.list(actor(), limit=SHOWN_COUNT).items
    schedule = services().auditor_reports.schedule(actor())
    shown = present.reports_table(found, Ids.take, Ids.check)
    # a choice that is not saved stays; an answer that a later question overtook left none
    cadence = schedule.cadence.value if chosen is None else no_update
    mark = mark_of(shown)
    stands = no_update if mark == seen else shown
    return stands, cadence, told(schedule.sentence), not may(Permission.RECORDS_WRITE), mark


@callback(Output(Ids.PORTFOLIO, "options"), Input(Shell.RESYNC, "data"))
@part
def offer_portfolios(_resync: object) -> Any:
    """Offer all portfolios together, and each."""
    found = services().portfolios.list(actor()) if may(Permission.PORTFOLIOS_READ) else ()
    return [{"value": "all", "label": "All portfolios"}, *({"value": one.id, "label": one.name} for one in found)]


@callback(
    Output(Ids.RUN, "data"),
    Input(Ids.MAKE, "n_clicks"),
    State(Ids.START, "value"),
    State(Ids.END, "value"),
    State(Ids.PORTFOLIO, "value"),
    prevent_initial_call=True,
    running=[(Output(Ids.MAKE, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, WORDS)
def make(clicks: int | None, start: str | None, end: str | None, portfolio_id: str | None) -> Any:
    """Have a worker make a report of a period."""
    if not clicks:
        return no_update
    sent = {
        "start_on": start or None,
        "end_on": end or None,
        "portfolio_id": None if portfolio_id == "all" else portfolio_id,
    }
    return services().auditor_work.make(NewAuditorReport.model_validate(sent), actor()).id


@callback(
    Output(Ids.CADENCE_SAID, "children", allow_duplicate=True),
    Input(Ids.CADENCE, "value"),
    prevent_initial_call=True,
)
@form(Ids.PROBLEMS, WORDS)
def choose(cadence: str | None) -> Any:
    """Have a report made by itself as often as was chosen; what stands already is not written again."""
    before = services().auditor_reports.schedule(actor())
    if cadence is None or before.cadence.value == cadence:
        return no_update
    return told(services().auditor_reports.choose_schedule(ReportCadence(cadence), actor()).sentence)


@callback(Output(Ids.KEPT, "title"), Input(Ids.take(ALL), "n_clicks"), prevent_initial_call=True)
@form(Ids.PROBLEMS, WORDS)
def take(_clicks: list[int]) -> Any:
    """Hand a report's file over as it was made."""
    index = pressed_index()
    if index is not None:
        report_id, _, kind = str(index).partition("|")
        handed(services().auditor_reports.file(report_id, "pdf" if kind == "pdf" else "xlsx", actor()))
    return no_update


@callback(Output(Ids.RUN, "data", allow_duplicate=True), Input(Ids.check(ALL), "n_clicks"), prevent_initial_call=True)
@form(Ids.PROBLEMS, WORDS)
def check(_clicks: list[int]) -> Any:
    """Have a worker make both files again."""
    index = pressed_index()
    if index is None or not ctx.triggered_id:
        return no_update
    return services().auditor_work.check(str(index), actor()).id


@callback(
    Output(Ids.PROGRESS, "children"),
    Output(Ids.PROGRESS, "hidden"),
    Output(Ids.TICK, "max_intervals"),
    Input(Ids.RUN, "data"),
    Input(Ids.TICK, "n_intervals"),
    running=held(Ids.TICK, TICK_MS),
)
@part
def watch(run_id: str | None, ticks: int | None) -> tuple[Any, ...]:
    """Say how far the work is, and how it ended; a run that the address names may have ended long ago."""
    if not run_id:
        return None, True, 0
    run = services().runs.get(run_id, actor())
    if not run.is_final:
        return work.progress(run), False, (ticks or 0) + ENOUGH_TICKS
    put(Ids.CHECKED, children=work.ended(run))
    put(Ids.RUN, data="")
    read_anew("auditor report made")
    return None, True, 0
