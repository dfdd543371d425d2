"""What does the page of templates do: list, show, rename, share, compare, restore and delete them?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import present_templates
from callbacks.actor import Permission, actor, may, services
from callbacks.in_browser import quick_filter
from callbacks.present_errors import clear, form, page, part
from callbacks.present_toast import put, read_anew, say
from callbacks.pressed import pressed_index
from callbacks.still import Options, same
from callbacks.tradeoffs_keep import sharing_of, sharing_options, sharing_word
from callbacks.wording import reader_style
from components.confirm import CLOSED, OPEN, title_id
from components.ids import Shell, Templates
from services.messages.clients import ClientType
from services.messages.templates import Purpose, TemplateChanges

WORDS = {
    "name": ("The name", Templates.NAME),
    "description": ("The description", Templates.DESCRIPTION),
    "team_id": ("The team", Templates.SHARING),
}


@callback(
    Output(Templates.TABLE, "rowData"),
    Output(Templates.TABLE, "selectedRows"),
    Output(Templates.LIST, "hidden"),
    Output(Templates.EMPTY, "hidden"),
    Input(Shell.RESYNC, "data"),
    State(Templates.ID, "data"),
)
@page(Templates.PROBLEM, Templates.MAIN)
def show(_resync: object, chosen: str | None) -> tuple[Any, ...]:
    """List the templates; the one in the address is chosen."""
    rows = [present_templates.row(one) for one in services().templates.list(actor())]
    selected = {"ids": [row["id"] for row in rows if row["id"] == chosen]}
    return rows, selected, not rows, bool(rows)


@callback(
    Output(Templates.DETAIL, "children"),
    Output(Templates.VERSIONS, "children"),
    Output(Templates.ACTIONS, "hidden"),
    Output(Templates.OWN_ACTIONS, "hidden"),
    Output(Templates.COMPARE_BOX, "hidden"),
    Output(Templates.FIRST, "options"),
    Output(Templates.FIRST, "value"),
    Output(Templates.SECOND, "options"),
    Output(Templates.SECOND, "value"),
    Input(Templates.ID, "data"),
    Input(Shell.RESYNC, "data"),
    State(Templates.SECOND, "options"),
)
@part
def show_one(template_id: str | None, _resync: object, offered: Options) -> tuple[Any, ...]:
    """Show what the chosen template fills in, and its versions."""
    known = {one.id: one for one in services().templates.list(actor())}
    if template_id not in known:
        return present_templates.nothing(), None, True, True, True, [], None, [], None
    one, style = known[template_id], reader_style()
    versions = services().templates.versions(template_id, actor())
    may_write = one.is_mine and may(Permission.RUNS_WRITE)
    options = present_templates.version_options(versions)
    last = options[0]["value"], options[1]["value"] if len(options) > 1 else None
    second, first = (no_update, no_update) if same(options, offered) else last
    return (
        present_templates.detail(one, style),
        present_templates.versions(versions, one.version, may_write=may_write),
        not may(Permission.RUNS_WRITE),
        not may_write,
        len(versions) < 2,
        options,
        first,
        options,
        second,
    )


@callback(
    Output(Templates.COMPARED, "children"),
    Input(Templates.FIRST, "value"),
    Input(Templates.SECOND, "value"),
    State(Templates.ID, "data"),
    prevent_initial_call=True,
)
@part
def compare(first: str | None, second: str | None, template_id: str | None) -> Any:
    """Say in which fields two versions differ."""
    if not first or not second or template_id is None:
        return None
    found = services().templates.compare(template_id, int(first), int(second), actor())
    return present_templates.comparison(found, reader_style())


@callback(
    Input(Templates.restore(ALL), "n_clicks"),
    State(Templates.ID, "data"),
    prevent_initial_call=True,
)
def restore(_clicks: list[int], template_id: str | None) -> None:
    """Put an earlier version in force again; those between stay in the list."""
    version = pressed_index()
    if version is None or template_id is None:
        return
    known = services().templates.get(template_id, actor())
    made = services().templates.restore_version(template_id, int(version), actor(), known.row_version)
    say(f"Version {version} is in force again", f"As version {made.version} of {made.name}.")
    read_anew("template version restored")


@callback(
    Output(Templates.FORM_DIALOG, "className"),
    Output(Templates.EDITED, "data"),
    Output(Templates.NAME, "value"),
    Output(Templates.DESCRIPTION, "value"),
    Output(Templates.TYPES, "value"),
    Output(Templates.SHARING, "options"),
    Output(Templates.SHARING, "value"),
    Input(Templates.EDIT, "n_clicks"),
    State(Templates.ID, "data"),
    prevent_initial_call=True,
)
def open_form(clicks: int | None, template_id: str | None) -> tuple[Any, ...]:
    """Open the form with the chosen template."""
    if not clicks or template_id is None:
        return (no_update,) * 7
    clear(Templates.FORM_ERRORS, WORDS)
    one = services().templates.get(template_id, actor())
    edited = {"id": one.id, "row_version": one.row_version}
    types = [kind.value for kind in one.client_types]
    return OPEN, edited, one.name, one.description, types, sharing_options(), sharing_word(one)


@callback(
    Output(Templates.FORM_DIALOG, "className", allow_duplicate=True),
    Input(Templates.SAVE, "n_clicks"),
    State(Templates.EDITED, "data"),
    State(Templates.NAME, "value"),
    State(Templates.DESCRIPTION, "value"),
    State(Templates.TYPES, "value"),
    State(Templates.SHARING, "value"),
    prevent_initial_call=True,
    running=[(Output(Templates.SAVE, "disabled"), True, False)],
)
@form(Templates.FORM_ERRORS, WORDS)
def save(clicks: int | None, edited: Any, name: Any, description: Any, types: Any, sharing: Any) -> Any:
    """Keep name, description, kinds of clients and sharing; other kinds of clients make a new version."""
    if not clicks:
        return no_update
    shared, team_id = sharing_of(sharing)
    changes = TemplateChanges(
        name=name or " ",
        description=description or None,
        sharing=shared,
        team_id=team_id,
        client_types=tuple(ClientType(one) for one in types or ()),
    )
    made = services().templates.update(edited["id"], changes, actor(), edited["row_version"])
    say("Saved", made.name)
    read_anew("template saved")
    return CLOSED


@callback(
    Output(Templates.DELETE_DIALOG, "className", allow_duplicate=True),
    Output(title_id(Templates.DELETE_DIALOG), "children"),
    Input(Templates.DELETE, "n_clicks"),
    State(Templates.ID, "data"),
    prevent_initial_call=True,
)
def ask_delete(clicks: int | None, template_id: str | None) -> tuple[Any, Any]:
    """Ask before the chosen template is put aside, by name."""
    if not clicks or template_id is None:
        return no_update, no_update
    return OPEN, f"Delete the template {services().templates.get(template_id, actor()).name}?"


@callback(
    Output(Templates.DELETE_DIALOG, "className", allow_duplicate=True),
    Output(Templates.ID, "data", allow_duplicate=True),
    Input(Templates.DELETE_CONFIRM, "n_clicks"),
    State(Templates.ID, "data"),
    prevent_initial_call=True,
)
def delete(clicks: int | None, template_id: str | None) -> tuple[Any, Any]:
    """Put a template aside; the message takes it back."""
    if not clicks or template_id is None:
        return no_update, no_update
    put(Templates.DELETE_DIALOG, className=CLOSED)
    services().templates.delete(template_id, actor())
    say("The template was deleted", undo=f"template:{template_id}")
    read_anew("template deleted")
    return CLOSED, None


@callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(Templates.USE, "n_clicks"),
    State(Templates.ID, "data"),
    prevent_initial_call=True,
)
def use(clicks: int | None, template_id: str | None) -> Any:
    """Go to the wizard, or to the page of trade-offs, with the template filled in."""
    if not clicks or not template_id:
        return no_update
    purpose = services().templates.get(template_id, actor()).recipe.purpose
    page_ = "/optimize" if purpose is Purpose.OPTIMIZATION else "/tradeoffs"
    return f"{page_}?template={template_id}"


clientside_callback(
    ClientsideFunction("tradeoffs", "selectTemplate"),
    Output(Templates.ID, "data"),
    Input(Templates.TABLE, "selectedRows"),
    prevent_initial_call=True,
)
quick_filter(Templates.TABLE, Templates.SEARCH)
for _dialog, _close in (
    (Templates.FORM_DIALOG, Templates.CANCEL),
    (Templates.DELETE_DIALOG, Templates.DELETE_CANCEL),
):
    clientside_callback(
        ClientsideFunction("pages", "close"),
        Output(_dialog, "className", allow_duplicate=True),
        Input(_close, "n_clicks"),
        prevent_initial_call=True,
    )
