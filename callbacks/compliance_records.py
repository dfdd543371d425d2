"""What answers the decisions of two people: those that wait, one of them, and what somebody decides?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import present_compliance_records as present
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import form, page, part
from callbacks.present_toast import read_anew, say
from callbacks.renewed import chosen_anew, renewed
from callbacks.still import first, still, usual_of, values
from components.ids import ComplianceRecords as Ids
from components.ids import Shell
from services.auth.policy import authorize
from services.errors import FieldProblem, InvalidRequest, NotFound
from services.messages.compliance_records import RequestState

SHOWN_COUNT = 200
WORDS = {"reason": ("The reason", Ids.TEXT)}
SAID = {"agree": "Agreed; it is done.", "refuse": "Refused; nothing changes.", "withdraw": "The request is withdrawn."}


@callback(
    Output(Ids.SENTENCE, "children"),
    Output(Ids.REQUESTS, "rowData"),
    Output(Ids.REQUESTS, "rowTransaction"),
    Output(Ids.REQUESTS, "selectedRows"),
    Input(Ids.STATE, "value"),
    Input(Shell.RESYNC, "data"),
    State(Ids.REQUESTS, "selectedRows"),
    State(Ids.REQUESTS, "rowData"),
)
@page(Ids.PROBLEM, Ids.MAIN, "These records", ("Go to the status", "/compliance"))
def show_requests(state: str, _resync: object, selected: Any, before: list[dict[str, Any]] | None) -> Any:
    """List what two people decide; what somebody has chosen stays chosen and in the list, else the first is.

    A colleague may decide it meanwhile: then it does not give its place, and the form beside it, to another one.
    """
    authorize(actor(), Permission.RECORDS_READ)
    wanted = None if state == "all" else RequestState(state)
    found = services().four_eyes.list(actor(), state=wanted, limit=SHOWN_COUNT).items
    rows = [present.request_row(one) for one in found]
    kept = present.chosen_id(selected)
    if kept and kept not in [row["id"] for row in rows] and ctx.triggered_id == Shell.RESYNC:
        rows = [*_hidden(kept), *rows]
    ids = [row["id"] for row in rows]
    shown = kept if kept in ids else usual_of(ids, kept)
    said = present.requests_summary(found, is_waiting=wanted is RequestState.PROPOSED)
    row_data, changes = renewed(rows, before)
    return said, row_data, changes, chosen_anew(shown, kept, row_data)


def _hidden(request_id: str) -> list[dict[str, Any]]:
    """Return the row of a request that the filter leaves out; none where the reader may not see it."""
    try:
        return [present.request_row(services().four_eyes.get(request_id, actor()))]
    except NotFound:
        return []


@callback(
    Output(Ids.DETAIL, "children"),
    Output(Ids.FORM, "hidden"),
    Output(Ids.DEED, "options"),
    Output(Ids.DEED, "value"),
    Input(Ids.REQUESTS, "selectedRows"),
    Input(Ids.DONE, "data"),
    Input(Shell.RESYNC, "data"),
    State(Ids.DEED, "value"),
)
@part
def show_request(selected: Any, _done: object, _resync: object, deed: str | None) -> tuple[Any, ...]:
    """Show one request, and offer what the reader may do about it."""
    request_id = present.chosen_id(selected)
    if request_id is None or not may(Permission.RECORDS_READ):
        return present.no_request(), True, [], None
    found = services().four_eyes.get(request_id, actor())
    deeds = present.deed_options(found)
    return present.request_words(found), not deeds, deeds, still(deed, values(deeds), first(deeds))


@callback(
    Output(Ids.DONE, "data"),
    Output(Ids.TEXT, "value"),
    Input(Ids.DO, "n_clicks"),
    State(Ids.REQUESTS, "selectedRows"),
    State(Ids.DEED, "value"),
    State(Ids.TEXT, "value"),
    prevent_initial_call=True,
    running=[(Output(Ids.DO, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, WORDS)
def decide(clicks: int | None, selected: Any, deed: str | None, text: str | None) -> Any:
    """Agree, refuse or withdraw, as was chosen."""
    request_id, reason = present.chosen_id(selected), (text or "").strip()
    if not clicks or request_id is None or deed is None or ctx.triggered_id != Ids.DO:
        return no_update, no_update
    _do(deed, request_id, reason)
    say("Done", SAID[deed])
    read_anew("decision made")
    return clicks, ""


def _do(deed: str, request_id: str, reason: str) -> None:
    verbs, version = services().four_eyes, services().four_eyes.get(request_id, actor()).row_version
    if deed == "agree":
        verbs.approve(request_id, actor(), reason or None, version)
    elif deed == "withdraw":
        verbs.withdraw(request_id, actor(), version)
    elif not reason:
        problem = FieldProblem("reason", "A refusal needs a reason.", "Write why, in a few words.")
        raise InvalidRequest("A reason is missing.", fields=(problem,))
    else:
        verbs.reject(request_id, actor(), reason, version)


clientside_callback(
    ClientsideFunction("compliance_controls", "named"),
    Output(Ids.DO, "children"),
    Input(Ids.DEED, "value"),
    State(Ids.DEED, "options"),
)
