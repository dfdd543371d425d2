"""What answers the notes about a portfolio: read, write, change one's own, take it away?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, no_update

from callbacks import present_portfolio_notes
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import form, part
from callbacks.present_toast import put, read_anew, say
from callbacks.pressed import pressed_index
from components.ids import Portfolio, Shell
from components.ids_portfolio_work import Asked, Notes
from services.messages.portfolio_notes import NoteInput

WORDS = {"text": ("The note", Notes.TEXT)}


@callback(
    Output(Notes.LIST, "children"),
    Output(Notes.FORM, "hidden"),
    Input(Asked.NOTES, "data"),
    Input(Shell.RESYNC, "data"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
@part
def show(asked: str | None, _resync: object, portfolio_id: str | None) -> tuple[Any, Any]:
    """Show the notes, and the form to those who may write."""
    if not asked:
        return no_update, no_update
    may_write = may(Permission.PORTFOLIOS_WRITE)
    found = services().portfolio_notes.list(portfolio_id or "", actor())
    return present_portfolio_notes.notes(found, may_write=may_write), not may_write


@callback(
    Output(Notes.EDITED, "data"),
    Output(Notes.TEXT, "value"),
    Output(Notes.CANCEL, "hidden"),
    Input(Notes.SAVE, "n_clicks"),
    State(Portfolio.ID, "data"),
    State(Notes.TEXT, "value"),
    State(Notes.EDITED, "data"),
    prevent_initial_call=True,
    running=[(Output(Notes.SAVE, "disabled"), True, False)],
)
@form(Notes.ERRORS, WORDS)
def save(clicks: int | None, portfolio_id: str, text: str | None, edited: dict[str, Any] | None) -> Any:
    """Write the note down, or the changed one anew."""
    if not clicks:
        return no_update, no_update, no_update
    wanted = NoteInput(text=text or "")
    if edited:
        services().portfolio_notes.change(portfolio_id, str(edited["id"]), wanted, actor(), int(edited["version"]))
    else:
        services().portfolio_notes.write(portfolio_id, wanted, actor())
    say("The note is written down")
    read_anew("note written")
    return None, "", True


@callback(
    Output(Notes.EDITED, "data", allow_duplicate=True),
    Output(Notes.TEXT, "value", allow_duplicate=True),
    Output(Notes.CANCEL, "hidden", allow_duplicate=True),
    Input(Notes.edit(ALL), "n_clicks"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
def edit(_clicks: list[int], portfolio_id: str) -> tuple[Any, Any, Any]:
    """Take one's own note into the form."""
    index = pressed_index()
    found = services().portfolio_notes.list(portfolio_id, actor()) if index is not None else []
    one = next((each for each in found if each.id == index), None)
    if one is None:
        return no_update, no_update, no_update
    put(Notes.ERRORS, children=None)
    return {"id": one.id, "version": one.row_version}, one.text, False


@callback(
    Output(Notes.EDITED, "data", allow_duplicate=True),
    Output(Notes.TEXT, "value", allow_duplicate=True),
    Output(Notes.CANCEL, "hidden", allow_duplicate=True),
    Input(Notes.CANCEL, "n_clicks"),
    prevent_initial_call=True,
)
def cancel(clicks: int | None) -> tuple[Any, Any, Any]:
    """Leave the note as it was."""
    return (None, "", True) if clicks else (no_update, no_update, no_update)


@callback(
    Input(Notes.delete(ALL), "n_clicks"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
def delete(_clicks: list[int], portfolio_id: str) -> None:
    """Take one's own note away; the message brings it back."""
    index = pressed_index()
    if index is None:
        return
    services().portfolio_notes.delete(portfolio_id, str(index), actor())
    say("The note was deleted", undo=f"note:{portfolio_id}~{index}")
    read_anew("note deleted")
