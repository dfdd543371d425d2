"""What answers the tab of breaches: the queue, one breach, and what somebody does about it?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import choosable
from callbacks import present_compliance_breaches as present
from callbacks.actor import actor, services
from callbacks.compliance_breach_deeds import do_deed
from callbacks.present_errors import form, part
from callbacks.present_toast import read_anew, say
from callbacks.renewed import chosen_anew, renewed
from callbacks.still import still, usual_of
from callbacks.wording import reader_style, told
from components.ids import ComplianceBreaches as Ids
from components.ids import Shell
from services.errors import NotFound
from services.messages.alerts import Severity
from services.messages.compliance_breaches import BreachStatus, BreachView

SHOWN_COUNT = 300
UNSETTLED = (BreachStatus.OPEN, BreachStatus.ACKNOWLEDGED, BreachStatus.IN_REMEDIATION)
WORDS = {
    "reason": ("The reason", Ids.TEXT),
    "comment": ("The comment", Ids.TEXT),
    "due_on": ("The day", Ids.DAY),
    "expires_on": ("The last day", Ids.DAY),
    "user_id": ("The person", Ids.PERSON),
}


def _queue(status: str, severity: str, owner: str, portfolio_id: str | None) -> tuple[BreachView, ...]:
    statuses = {"unsettled": UNSETTLED, "all": None, "late": None}.get(status, ())
    return (
        services()
        .breaches.queue(
            actor(),
            statuses=[BreachStatus(status)] if statuses == () else statuses,
            severities=None if severity == "all" else [Severity(severity)],
            owner=None if owner == "all" else owner,
            portfolio_id=None if portfolio_id in (None, "", "all") else portfolio_id,
            is_late=status == "late",
            limit=SHOWN_COUNT,
        )
        .items
    )


@callback(
    Output(Ids.SENTENCE, "children"),
    Output(Ids.FIGURES, "children"),
    Output(Ids.QUEUE, "rowData"),
    Output(Ids.QUEUE, "rowTransaction"),
    Output(Ids.QUEUE, "selectedRows"),
    Output(Ids.QUEUE_BOX, "hidden"),
    Output(Ids.EMPTY, "hidden"),
    Output(Ids.PORTFOLIO, "options"),
    Input(Ids.STATUS, "value"),
    Input(Ids.SEVERITY, "value"),
    Input(Ids.OWNER, "value"),
    Input(Ids.PORTFOLIO, "value"),
    Input(Shell.RESYNC, "data"),
    State(Ids.PICK, "data"),
    State(Ids.QUEUE, "selectedRows"),
    State(Ids.QUEUE, "rowData"),
)
@part
def show_queue(
    status: str,
    severity: str,
    owner: str,
    portfolio_id: str | None,
    _resync: object,
    pick: str | None,
    selected: Any,
    before: list[dict[str, Any]] | None,
) -> tuple[Any, ...]:
    """List the breaches; what somebody has chosen, or the address, stays chosen and in the list, else the first is.

    A colleague may settle it meanwhile: then it does not give its place, and the form beside it, to another one.
    """
    rows = [present.queue_row(one) for one in _queue(status, severity, owner, portfolio_id)]
    found = services().breaches.statistics(actor())
    wanted = present.chosen_id(selected) or pick
    ids = [row["id"] for row in rows]
    if wanted and wanted not in ids and ctx.triggered_id in (None, Shell.RESYNC):
        rows = [*_hidden(wanted), *rows]
        ids = [row["id"] for row in rows]
    shown = wanted if wanted in ids else usual_of(ids, wanted)
    row_data, changes = renewed(rows, before)
    return (
        told(found.sentence),
        present.figures(found, reader_style()),
        row_data,
        changes,
        chosen_anew(shown, present.chosen_id(selected), row_data),
        not rows,
        bool(rows),
        present.portfolio_options(choosable.portfolios()),
    )


def _hidden(breach_id: str) -> list[dict[str, Any]]:
    """Return the row of a breach that the filters leave out; none where the reader may not see it."""
    try:
        return [present.queue_row(services().breaches.get(breach_id, actor()))]
    except NotFound:
        return []


@callback(
    Output(Ids.DETAIL, "children"),
    Output(Ids.FORM, "hidden"),
    Output(Ids.NO_DEED, "hidden"),
    Output(Ids.DEED, "options"),
    Output(Ids.DEED, "value"),
    Output(Ids.PERSON, "options"),
    Output(Ids.PICK, "data"),
    Input(Ids.QUEUE, "selectedRows"),
    Input(Ids.DONE, "data"),
    Input(Shell.RESYNC, "data"),
    State(Ids.QUEUE, "rowData"),
    State(Ids.DEED, "value"),
)
@part
def show_breach(
    selected: Any, _done: object, _resync: object, rows: list[dict[str, Any]] | None, deed: str | None
) -> tuple[Any, ...]:
    """Show one breach with its history, and offer what the reader may do about it."""
    breach_id = present.chosen_id(selected)
    if breach_id is None:
        return (
            present.no_breach(bool(rows)),
            True,
            False,
            [],
            None,
            [],
            no_update,
        )  # a table that is filled anew says so too
    found = services().breaches.get(breach_id, actor())
    deeds = present.deed_options(found)
    keys = [one["value"] for one in deeds]
    people = services().breaches.owners(breach_id, actor()) if "assign" in keys else ()
    chosen = still(deed, keys, keys[0] if keys else None)
    return present.detail(found), not deeds, bool(deeds), deeds, chosen, present.people(people), breach_id


@callback(
    Output(Ids.DONE, "data"),
    Output(Ids.TEXT, "value"),
    Input(Ids.DO, "n_clicks"),
    State(Ids.QUEUE, "selectedRows"),
    State(Ids.DEED, "value"),
    State(Ids.TEXT, "value"),
    State(Ids.DAY, "value"),
    State(Ids.PERSON, "value"),
    prevent_initial_call=True,
    running=[(Output(Ids.DO, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, WORDS)
def act(
    clicks: int | None, selected: Any, deed: str | None, text: str | None, day: str | None, person: str | None
) -> Any:
    """Do what was chosen about the breach that is shown."""
    breach_id = present.chosen_id(selected)
    if not clicks or breach_id is None or deed is None or ctx.triggered_id != Ids.DO:
        return no_update, no_update
    say("Done", do_deed(breach_id, deed, (text or "").strip(), day or None, person or None))
    read_anew("breach changed")
    return clicks, ""


clientside_callback(
    ClientsideFunction("compliance_breaches", "needs"),
    Output(Ids.DAY_BOX, "hidden"),
    Output(Ids.PERSON_BOX, "hidden"),
    Output(Ids.DO, "children"),
    Input(Ids.DEED, "value"),
    State(Ids.DEED, "options"),
)
clientside_callback(
    ClientsideFunction("compliance_breaches", "view"),
    Output(Ids.STATUS, "title"),
    Input(Ids.STATUS, "value"),
    Input(Ids.SEVERITY, "value"),
    Input(Ids.OWNER, "value"),
    Input(Ids.PORTFOLIO, "value"),
    Input(Ids.PICK, "data"),
    prevent_initial_call=True,
)
