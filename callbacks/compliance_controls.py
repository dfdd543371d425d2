"""What answers the controls of records: how long they are kept, what is held, and which days are locked?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import choosable
from callbacks import present_compliance_controls as present
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import form, part
from callbacks.present_toast import read_anew, say
from callbacks.still import still, values
from callbacks.wording import told
from components.compliance_controls import LOCK, PLACE
from components.ids import ComplianceHolds as Holds
from components.ids import ComplianceLocks as Locks
from components.ids import ComplianceRetention as Ids
from components.ids import Shell

ROUNDS_COUNT = 20
RETENTION_WORDS = {
    "years_count": ("The time", Ids.YEARS), "action": ("What happens then", Ids.ACTION),
    "reason": ("The reason", Ids.REASON),
}  # fmt: skip
HOLD_WORDS = {
    "name": ("The name", Holds.NAME), "scope_id": ("Whose records", Holds.WHOM), "reason": ("The reason", Holds.REASON),
}  # fmt: skip
LOCK_WORDS = {
    "start_on": ("The first day", Locks.START), "end_on": ("The last day", Locks.END),
    "reason": ("The reason", Locks.REASON),
}  # fmt: skip


@callback(
    Output(Ids.SENTENCE, "children"),
    Output(Ids.SCHEDULE, "children"),
    Output(Ids.ROUNDS, "children"),
    Output(Ids.FORM, "hidden"),
    Output(Ids.ASK, "hidden"),
    Output(Ids.CLASS, "options"),
    Output(Ids.CLASS, "value"),
    Input(Shell.RESYNC, "data"),
    State(Ids.CLASS, "value"),
)
@part
def show_retention(_resync: object, chosen: str | None) -> tuple[Any, ...]:
    """Show how long everything is kept, and what earlier rounds let go."""
    if not may(Permission.RECORDS_READ):
        return (no_update,) * 7
    found = services().retention.policy(actor())
    rounds = services().retention_job.reports(actor(), limit=ROUNDS_COUNT).items
    options = present.class_options(found)
    keys, may_not = [one["value"] for one in options], not may(Permission.RECORDS_WRITE)
    shown = (present.schedule(found), present.rounds(rounds))
    return told(found.sentence), *shown, may_not, may_not, options, still(chosen, keys, keys[0])


@callback(
    Output(Ids.ACTION, "options"), Output(Ids.ACTION, "value"), Output(Ids.YEARS, "value"),
    Input(Ids.CLASS, "value"), Input(Ids.DONE, "data"),
)  # fmt: skip
@part
def offer_actions(record_class: str | None, _done: object) -> tuple[Any, ...]:
    """Offer what can be done with the chosen class, with what stands now."""
    if not record_class or not may(Permission.RECORDS_READ):
        return (no_update,) * 3
    return present.action_options(services().retention.policy(actor()), record_class)


@callback(
    Output(Ids.DONE, "data"),
    Output(Ids.REASON, "value"),
    Input(Ids.CHOOSE, "n_clicks"),
    State(Ids.CLASS, "value"),
    State(Ids.YEARS, "value"),
    State(Ids.ACTION, "value"),
    State(Ids.REASON, "value"),
    prevent_initial_call=True,
    running=[(Output(Ids.CHOOSE, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, RETENTION_WORDS)
def choose(
    clicks: int | None, record_class: str | None, years: str | None, action: str | None, reason: str | None
) -> Any:
    """Choose how long a class is kept; keeping less waits for a second person."""
    if not clicks:
        return no_update, no_update
    wish = present.change(record_class, years, action, (reason or "").strip())
    done = services().retention.choose(wish, actor())
    say("Chosen" if done.request is None else "Asked for", told(done.sentence))
    read_anew("retention chosen")
    return clicks, ""


@callback(
    Output(Ids.TRIED, "children"),
    Input(Ids.TRY, "n_clicks"),
    prevent_initial_call=True,
    running=[(Output(Ids.TRY, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, {})
def preview(clicks: int | None) -> Any:
    """Say what a round would let go now; nothing is changed."""
    return present.round_lines(services().retention_job.dry_run(actor())) if clicks else no_update


@callback(
    Output(Ids.TRIED, "children", allow_duplicate=True),
    Input(Ids.RUN, "n_clicks"),
    prevent_initial_call=True,
    running=[(Output(Ids.RUN, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, {})
def let_go(clicks: int | None) -> Any:
    """Do a round now, and say what went."""
    if not clicks:
        return no_update
    done = services().retention_job.run(actor())
    say("The round is done", told(done.sentence))
    read_anew("records let go")
    return present.round_lines(done)


@callback(
    Output(Holds.LIST, "children"),
    Output(Holds.FORM, "hidden"),
    Output(Holds.DEED, "options"),
    Output(Holds.DEED, "value"),
    Output(Holds.WHOM, "options"),
    Output(Holds.WHOM, "value"),
    Input(Holds.SHOWN, "value"),
    Input(Holds.DONE, "data"),
    Input(Shell.RESYNC, "data"),
    State(Holds.DEED, "value"),
    State(Holds.WHOM, "value"),
)
@part
def show_holds(shown: str, _done: object, _resync: object, deed: str | None, whom: str | None) -> tuple[Any, ...]:
    """Show the holds, and offer to place one or to ask that one is released."""
    if not may(Permission.RECORDS_READ):
        return (no_update,) * 6
    found = services().holds.list(actor(), with_released=shown == "all")
    people = services().users.list(actor()) if may(Permission.USERS_READ) else []
    whom_options = present.whom_options(choosable.clients(), choosable.portfolios(), people)
    deeds, may_not = present.hold_deeds(found), not may(Permission.RECORDS_WRITE)
    deed, whom = still(deed, values(deeds), PLACE), still(whom, values(whom_options), "house")
    return present.holds(found), may_not, deeds, deed, whom_options, whom


@callback(
    Output(Holds.DONE, "data"),
    Output(Holds.NAME, "value"),
    Output(Holds.REASON, "value"),
    Input(Holds.DO, "n_clicks"),
    State(Holds.DEED, "value"),
    State(Holds.NAME, "value"),
    State(Holds.WHOM, "value"),
    State(Holds.REASON, "value"),
    prevent_initial_call=True,
    running=[(Output(Holds.DO, "disabled"), True, False)],
)
@form(Holds.PROBLEMS, HOLD_WORDS)
def act_on_hold(clicks: int | None, deed: str | None, name: str | None, whom: str | None, reason: str | None) -> Any:
    """Place a hold, or ask a second person to release one."""
    if not clicks or not deed or ctx.triggered_id != Holds.DO:
        return no_update, no_update, no_update
    text = (reason or "").strip()
    if deed == PLACE:
        made = services().holds.place(present.new_hold((name or "").strip(), whom, text), actor())
    else:
        made = services().holds.release(deed, present.needs_reason(text), actor())
    say("The hold counts" if deed == PLACE else "Asked for", told(made.sentence))
    read_anew("hold changed")
    return clicks, "", ""


@callback(
    Output(Locks.LIST, "children"),
    Output(Locks.FORM, "hidden"),
    Output(Locks.DEED, "options"),
    Output(Locks.DEED, "value"),
    Input(Locks.SHOWN, "value"),
    Input(Locks.DONE, "data"),
    Input(Shell.RESYNC, "data"),
    State(Locks.DEED, "value"),
)
@part
def show_locks(shown: str, _done: object, _resync: object, deed: str | None) -> tuple[Any, ...]:
    """Show the locked periods, and offer to lock one or to ask that one is opened."""
    if not may(Permission.RECORDS_READ):
        return (no_update,) * 4
    found = services().locked_periods.list(actor(), with_unlocked=shown == "all")
    deeds, may_not = present.lock_deeds(found), not may(Permission.RECORDS_WRITE)
    return present.locks(found), may_not, deeds, still(deed, values(deeds), LOCK)


@callback(
    Output(Locks.DONE, "data"),
    Output(Locks.START, "value"),
    Output(Locks.END, "value"),
    Output(Locks.REASON, "value"),
    Input(Locks.DO, "n_clicks"),
    State(Locks.DEED, "value"),
    State(Locks.START, "value"),
    State(Locks.END, "value"),
    State(Locks.REASON, "value"),
    prevent_initial_call=True,
    running=[(Output(Locks.DO, "disabled"), True, False)],
)
@form(Locks.PROBLEMS, LOCK_WORDS)
def act_on_lock(clicks: int | None, deed: str | None, start: str | None, end: str | None, reason: str | None) -> Any:
    """Lock a period, or ask a second person to open one again."""
    if not clicks or not deed or ctx.triggered_id != Locks.DO:
        return (no_update,) * 4
    text = (reason or "").strip()
    if deed == LOCK:
        made = services().locked_periods.lock(present.new_lock(start, end, text), actor())
    else:
        made = services().locked_periods.unlock(deed, present.needs_reason(text), actor())
    say("Locked" if deed == LOCK else "Asked for", told(made.sentence))
    read_anew("period changed")
    return clicks, None, None, ""


clientside_callback(
    ClientsideFunction("compliance_controls", "needs"),
    Output(Holds.PLACE_BOX, "hidden"), Output(Holds.DO, "children"),
    Input(Holds.DEED, "value"), State(Holds.DEED, "options"),
)  # fmt: skip
clientside_callback(
    ClientsideFunction("compliance_controls", "needs"),
    Output(Locks.DAYS_BOX, "hidden"), Output(Locks.DO, "children"),
    Input(Locks.DEED, "value"), State(Locks.DEED, "options"),
)  # fmt: skip
clientside_callback(
    ClientsideFunction("compliance_controls", "ask"),
    Output(Ids.DIALOG, "className"),
    Input(Ids.ASK, "n_clicks"), Input(Ids.CANCEL, "n_clicks"), Input(Ids.RUN, "n_clicks"),
    prevent_initial_call=True,
)  # fmt: skip
