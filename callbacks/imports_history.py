"""What can be done with imports of holdings that were booked, and with the templates of their files?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import present_holdings_history
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import clear, form, page
from callbacks.present_toast import read_anew, say
from callbacks.pressed import pressed_index
from callbacks.wording import reader_style, told
from components.confirm import CLOSED, OPEN
from components.ids import HoldingsImport, Shell
from services.messages.holdings_import import ImportTemplateChanges


@callback(
    Output(HoldingsImport.LIST, "children"),
    Output(HoldingsImport.TEMPLATES, "children"),
    Input(HoldingsImport.VIEW, "data"),
    Input(Shell.RESYNC, "data"),
)
@page(HoldingsImport.PROBLEM, HoldingsImport.MAIN)
def show_history(_view: object, _resync: object) -> tuple[Any, ...]:
    """Show what was booked, and how files are read, to those who may see portfolios; market data need not wait."""
    if not may(Permission.PORTFOLIOS_READ):
        return present_holdings_history.withheld(), present_holdings_history.withheld()
    may_write, style = may(Permission.PORTFOLIOS_WRITE), reader_style()
    return (
        present_holdings_history.history(services().holdings_imports.list(actor()), style, may_write=may_write),
        present_holdings_history.templates(services().holdings_imports.templates(actor()), style, may_write=may_write),
    )


@callback(
    Output(HoldingsImport.UNDO_DIALOG, "className"),
    Output(HoldingsImport.UNDO_TEXT, "children"),
    Output(HoldingsImport.UNDO_OF, "data"),
    Input(HoldingsImport.undo(ALL), "n_clicks"),
    prevent_initial_call=True,
)
def ask_undo(_clicks: list[int]) -> tuple[Any, ...]:
    """Ask before an import is taken back."""
    index = pressed_index()
    if index is None:
        return no_update, no_update, no_update
    clear(HoldingsImport.UNDO_ERRORS, {})
    one = services().holdings_imports.get(index, actor())
    return OPEN, present_holdings_history.undo_words(one, reader_style()), one.id


@callback(
    Output(HoldingsImport.UNDO_DIALOG, "className", allow_duplicate=True),
    Input(HoldingsImport.UNDO_CONFIRM, "n_clicks"),
    State(HoldingsImport.UNDO_OF, "data"),
    prevent_initial_call=True,
    running=[(Output(HoldingsImport.UNDO_CONFIRM, "disabled"), True, False)],
)
@form(HoldingsImport.UNDO_ERRORS, {})
def undo(clicks: int, import_id: str | None) -> Any:
    """Take an import back."""
    if not clicks or not import_id:
        return no_update
    one = services().holdings_imports.undo(import_id, actor())
    say("The import is undone", told(one.sentence))
    read_anew("holdings import undone")
    return CLOSED


@callback(Input(HoldingsImport.template_delete(ALL), "n_clicks"), prevent_initial_call=True)
def forget_template(_clicks: list[int]) -> None:
    """Forget how files with one header are read."""
    if (index := pressed_index()) is not None:
        services().holdings_imports.delete_template(index, actor())
        say("Forgotten", "The next file with these headings is guessed anew.")
        read_anew("template forgotten")


@callback(
    Input(HoldingsImport.template_name(ALL), "value"),
    State(HoldingsImport.template_name(ALL), "id"),
    prevent_initial_call=True,
)
def rename_template(names: list[str | None], ids: list[dict[str, Any]]) -> None:
    """Give a template another name."""
    known = {one.id: one.name for one in services().holdings_imports.templates(actor())} if ctx.triggered else {}
    for name, one in zip(names, ids, strict=True):
        if name and known.get(one["index"]) not in {None, name}:
            services().holdings_imports.change_template(one["index"], ImportTemplateChanges(name=name), actor())
            say("Saved", f"The template is called {name}.")


clientside_callback(
    ClientsideFunction("pages", "close"),
    Output(HoldingsImport.UNDO_DIALOG, "className", allow_duplicate=True),
    Input(HoldingsImport.UNDO_CANCEL, "n_clicks"),
    prevent_initial_call=True,
)
