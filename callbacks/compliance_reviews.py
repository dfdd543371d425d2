"""What answers the reviews of access: make a list, decide on its rows, and sign it?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, html, no_update

from callbacks import present_compliance_controls as present
from callbacks.actor import Permission, actor, may, services
from callbacks.present_compliance_reviews import follow_up
from callbacks.present_errors import form, part
from callbacks.present_toast import put, read_anew, say
from callbacks.pressed import pressed_index
from callbacks.still import Options, same, still
from callbacks.wording import told
from components.ids import ComplianceReviews as Ids
from components.ids import Shell

SHOWN_COUNT = 50
WORDS = {"note": ("The note", Ids.NOTE), "reason": ("The note", Ids.NOTE)}


@callback(
    Output(Ids.WHICH, "options"),
    Output(Ids.WHICH, "value"),
    Output(Ids.MAKE, "hidden"),
    Input(Shell.RESYNC, "data"),
    Input(Ids.MADE, "data"),
    State(Ids.WHICH, "value"),
    State(Ids.WHICH, "options"),
)
@part
def offer_reviews(_resync: object, made: str | None, chosen: str | None, offered: Options) -> tuple[Any, ...]:
    """Offer the lists; one that was just made is shown."""
    if not may(Permission.RECORDS_READ):
        return no_update, no_update, True
    options = present.review_options(services().access_reviews.list(actor(), limit=SHOWN_COUNT).items)
    keys = [one["value"] for one in options]
    put(Ids.WHICH, disabled=not keys, placeholder="" if keys else "No list was made yet")
    first = keys[0] if keys else None
    wanted = made if ctx.triggered_id == Ids.MADE and made in keys else still(chosen, keys, first)
    options = no_update if same(options, offered) else options  # the same would draw anew what is decided row by row
    return options, wanted, not may(Permission.RECORDS_WRITE)


@callback(
    Output(Ids.SAID, "children"),
    Output(Ids.ROWS, "children"),
    Output(Ids.FORM, "hidden"),
    Input(Ids.WHICH, "value"),
    Input(Ids.WHICH, "options"),
    Input(Ids.SIGNED, "data"),
)
@part
def show_review(review_id: str | None, _options: object, _signed: object) -> tuple[Any, ...]:
    """Show one list, with a choice at each row for who may sign it."""
    if not may(Permission.RECORDS_READ):
        return (no_update,) * 3
    put(Ids.PROBLEMS, children=None)
    may_write = may(Permission.RECORDS_WRITE)
    if not review_id:
        return present.review_words(None, may_write=may_write), None, True
    found = services().access_reviews.get(review_id, actor())
    may_change = bool(found.follow_ups) and may(Permission.USERS_WRITE)
    done = follow_up(found, may_change=may_change, may_write=may_write)
    rows = html.Div([*done, present.review_rows(found)], className="stack")
    return present.review_words(found, may_write=may_write), rows, not found.can_review


@callback(
    Output(Ids.MADE, "data"),
    Input(Ids.MAKE, "n_clicks"),
    prevent_initial_call=True,
    running=[(Output(Ids.MAKE, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, {})
def make(clicks: int | None) -> Any:
    """Write down who may do what now."""
    if not clicks:
        return no_update
    made = services().access_reviews.make(actor())
    say("The list is made", told(made.sentence))
    return made.id


@callback(
    Output(Ids.SIGNED, "data"),
    Output(Ids.NOTE, "value"),
    Input(Ids.SIGN, "n_clicks"),
    State(Ids.WHICH, "value"),
    State(Ids.decision(ALL), "id"),
    State(Ids.decision(ALL), "value"),
    State(Ids.NOTE, "value"),
    prevent_initial_call=True,
    running=[(Output(Ids.SIGN, "disabled"), True, False)],
)
@form(Ids.PROBLEMS, WORDS)
def sign(
    clicks: int | None, review_id: str | None, ids: list[dict[str, Any]], values: list[str | None], note: str | None
) -> Any:
    """Sign the list with what was decided about each row."""
    if not clicks or not review_id or ctx.triggered_id != Ids.SIGN:
        return no_update, no_update
    decided, text = present.decisions(ids, values), present.needs_reason((note or "").strip())
    seen = services().access_reviews.get(review_id, actor())
    done = services().access_reviews.review(review_id, text, actor(), seen.row_version, decided)
    say("Signed", told(done.sentence))
    read_anew("access reviewed")
    return clicks, ""


@callback(
    Output(Ids.SIGNED, "data", allow_duplicate=True), Input(Ids.close(ALL), "n_clicks"), prevent_initial_call=True
)
@form(Ids.PROBLEMS, {})
def close(_clicks: list[int]) -> Any:
    """Close a review once everything that it decided is done."""
    review_id = pressed_index()
    if review_id is None:
        return no_update
    seen = services().access_reviews.get(str(review_id), actor())
    done = services().access_reviews.close(seen.id, actor(), seen.row_version)
    say("Closed", told(done.sentence))
    read_anew("access review closed")
    return f"closed {done.id}"


clientside_callback(
    ClientsideFunction("compliance_controls", "rest"),
    Output(Ids.decision(ALL), "value"),
    Input(Ids.REST, "n_clicks"),
    State(Ids.decision(ALL), "value"),
    prevent_initial_call=True,
)
