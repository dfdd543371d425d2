"""What answers the audit log: its rows, one of them, whether it is whole, and from where it is taken along?"""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, ctx, no_update

from callbacks import present_compliance_records as present
from callbacks.actor import Permission, actor, may, services
from callbacks.compliance_lists import day_of
from callbacks.present_errors import form, part
from components.ids import ComplianceAudit as Ids
from components.ids import Shell
from services.messages.audit import AuditFilter

STEP_COUNT = 200
WORDS = {"start_on": ("The first day", Ids.START), "end_on": ("The last day", Ids.END)}


@callback(Output(Ids.ACTION, "options"), Output(Ids.KIND, "options"), Input(Shell.RESYNC, "data"))
@part
def offer_words(_resync: object) -> Any:
    """Offer the deeds and the kinds of objects that occur."""
    if not may(Permission.RECORDS_READ):
        return no_update, no_update
    return present.options_of(services().audit.words(actor()))


@callback(Output(Ids.EXPORT, "hidden"), Input(Shell.RESYNC, "data"))
@part
def offer_export(_resync: object) -> bool:
    """Offer the whole chain to those who may take it out."""
    return not may(Permission.AUDIT_EXPORT)


@callback(
    Output(Ids.ROWS, "rowData"),
    Output(Ids.CURSOR, "data"),
    Output(Ids.MORE, "hidden"),
    Output(Ids.EXPORT, "href"),
    Output(Ids.VERDICT, "children"),
    Input(Ids.ACTION, "value"),
    Input(Ids.KIND, "value"),
    Input(Ids.START, "value"),
    Input(Ids.END, "value"),
    Input(Ids.MORE, "n_clicks"),
    Input(Shell.RESYNC, "data"),
    State(Ids.CURSOR, "data"),
    State(Ids.ROWS, "rowData"),
)
@form(Ids.PROBLEMS, WORDS)
def show_rows(
    action: str | None, kind: str | None, start: str | None, end: str | None, _more: int | None, _resync: object,
    cursor: str | None, rows: list[dict[str, Any]] | None,
) -> tuple[Any, ...]:  # fmt: skip
    """List the deeds that fit the filter, the latest first; a press shows earlier ones below."""
    if not may(Permission.RECORDS_READ):
        return (no_update,) * 5
    chosen = [None if one in (None, "", "all") else one for one in (action, kind)]
    wanted = AuditFilter(action=chosen[0], object_kind=chosen[1], start_on=day_of(start), end_on=day_of(end))
    goes_on = ctx.triggered_id == Ids.MORE and cursor is not None
    found = services().audit.list(actor(), cursor=cursor if goes_on else None, limit=STEP_COUNT, wanted=wanted)
    shown = ((rows or []) if goes_on else []) + [present.audit_row(one) for one in found.items]
    address = present.export_address(start, end)
    return shown, found.next_cursor, found.next_cursor is None, address, no_update if goes_on else None


@callback(Output(Ids.ROW, "children"), Input(Ids.ROWS, "selectedRows"), State(Ids.ROWS, "rowData"))
@part
def show_row(selected: Any, rows: list[dict[str, Any]] | None) -> Any:
    """Show one deed with what stood before and after."""
    return present.audit_detail(selected, rows)


@callback(
    Output(Ids.VERDICT, "children", allow_duplicate=True),
    Input(Ids.VERIFY, "n_clicks"),
    State(Ids.START, "value"),
    State(Ids.END, "value"),
    prevent_initial_call=True,
    running=[(Output(Ids.VERIFY, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, WORDS)
def verify(clicks: int | None, start: str | None, end: str | None) -> Any:
    """Recompute the chain of the days, and say whether it is whole."""
    if not clicks:
        return no_update
    return present.verdict(services().audit.verify(actor(), start_on=day_of(start), end_on=day_of(end)))
