"""What does the grid of all other limits do: take a file or what was copied, save all limits, take a change back?"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from dash import ClientsideFunction, Input, Output, Patch, State, callback, clientside_callback, dcc, no_update

from callbacks.actor import actor, services
from callbacks.optimize_draft import build
from callbacks.optimize_limits import limits_of
from callbacks.optimize_local import localized
from callbacks.optimize_place import Placed, place
from callbacks.present_errors import form
from callbacks.present_imports import file_of
from callbacks.present_limits import choices, known, not_saved, read_words
from callbacks.wording import reader_style
from components.ids import LimitGrid, Shell, Wizard
from components.wizard_draft import DEFAULTS, step_of
from services.messages.limits import LimitsRead

LIMITS_STEP = 2


@callback(
    Output(LimitGrid.CHOICES, "data"),
    Output(LimitGrid.KIND, "options"),
    Input(Wizard.BOOT, "data"),
)
def offer_kinds(_boot: object) -> tuple[Any, ...]:
    """Say which kinds of limits there are."""
    found = choices()
    options = [{"label": one["words"].replace(": ", " of your own"), "value": one["words"]} for one in found]
    return found, options


@callback(
    Output(Wizard.LOADED, "data", allow_duplicate=True),
    Output(LimitGrid.RESULT, "children", allow_duplicate=True),
    Output(LimitGrid.BEFORE, "data", allow_duplicate=True),
    Output(LimitGrid.UNDO, "hidden", allow_duplicate=True),
    Input(LimitGrid.GIVEN, "data"),
    State(Wizard.DRAFT, "data"),
    State(Wizard.LOADED, "data"),
    prevent_initial_call=True,
    running=[(Output(LimitGrid.WAITING, "hidden"), False, True)],
)
def take_over(
    given: dict[str, Any] | None, draft: dict[str, Any] | None, loaded: dict[str, Any] | None
) -> tuple[Any, ...]:
    """Read what was brought; all of it comes into the draft, or nothing while anything is wrong with it."""
    read = _read(given, loaded)
    if not isinstance(read, LimitsRead):
        return no_update, None, no_update, no_update
    before = DEFAULTS | dict(draft or {})
    limits = [limit.model_dump(mode="json") for limit in read.constraints]
    if read.problems or not limits:
        return no_update, read_words(read, None, reader_style()), no_update, no_update
    placed = place(before, limits)
    placed = replace(placed, draft=localized(placed.draft, reader_style()))
    kept = {"before": before, "after": placed.draft}
    return _changed(placed, given), read_words(read, placed, reader_style()), kept, False


@form(LimitGrid.UNREAD, {})
def _read(given: dict[str, Any] | None, loaded: dict[str, Any] | None) -> Any:
    """Return what a table says; a file that did not arrive is told at the form."""
    if not given:
        return no_update
    if given.get("text") is not None:
        raw = str(given["text"]).encode()
    else:
        raw, _ = file_of(given) or (b"", "")
    return services().limits.read(raw, actor(), known(loaded))


def _changed(placed: Placed, given: dict[str, Any] | None) -> Patch:
    """Return the change of what the wizard starts from: its fields and grids are filled anew."""
    loaded = Patch()
    loaded["draft"], loaded["mended"], loaded["turn"] = placed.draft, True, (given or {}).get("at")
    return loaded


@callback(
    Output(Shell.DOWNLOAD, "data", allow_duplicate=True),
    Output(LimitGrid.RESULT, "children", allow_duplicate=True),
    Input(LimitGrid.EXPORT, "n_clicks"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
def save(clicks: int | None, draft: dict[str, Any] | None) -> tuple[Any, ...]:
    """Save all limits of the draft, those of the fields too, as a CSV file in the reader's number format."""
    if not clicks:
        return no_update, no_update
    built, style = build(draft), reader_style()
    wrong = [one for one in built.problems if step_of(one.key) == LIMITS_STEP]
    if wrong:
        return no_update, not_saved(wrong, style)
    decimal = "point" if style == "comma" else "comma"
    wish = services().limits.parse_wish(json.dumps({"constraints": limits_of(draft or {}), "decimal": decimal}))
    raw = services().limits.table(wish, actor())
    return dcc.send_bytes(raw, "limits.csv", type="text/csv"), None


clientside_callback(
    ClientsideFunction("limits", "follow"),
    Output(LimitGrid.GRID, "rowData"),
    Output(LimitGrid.COUNT, "children"),
    Input(Wizard.DRAFT, "data"),
    Input(Wizard.LOADED, "data"),
    Input(LimitGrid.CHOICES, "data"),
)
clientside_callback(
    ClientsideFunction("limits", "edit"),
    Output(Wizard.DRAFT, "data", allow_duplicate=True),
    Input(LimitGrid.GRID, "cellValueChanged"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("limits", "add"),
    Output(Wizard.DRAFT, "data", allow_duplicate=True),
    Input(LimitGrid.ADD, "n_clicks"),
    State(LimitGrid.KIND, "value"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("limits", "remove"),
    Output(Wizard.DRAFT, "data", allow_duplicate=True),
    Output(LimitGrid.BEFORE, "data"),
    Output(LimitGrid.UNDO, "hidden"),
    Output(LimitGrid.RESULT, "children"),
    Input(LimitGrid.REMOVED, "data"),
    Input(LimitGrid.CLEAR, "n_clicks"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("limits", "undo"),
    Output(Wizard.LOADED, "data", allow_duplicate=True),
    Output(LimitGrid.UNDO, "hidden", allow_duplicate=True),
    Output(LimitGrid.RESULT, "children", allow_duplicate=True),
    Input(LimitGrid.UNDO, "n_clicks"),
    State(LimitGrid.BEFORE, "data"),
    State(Wizard.LOADED, "data"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("limits", "file"),
    Output(LimitGrid.GIVEN, "data"),
    Input(LimitGrid.UPLOAD, "contents"),
    State(LimitGrid.UPLOAD, "filename"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("limits", "text"),
    Output(LimitGrid.GIVEN, "data", allow_duplicate=True),
    Input(LimitGrid.PASTE_READ, "n_clicks"),
    State(LimitGrid.PASTE, "value"),
    prevent_initial_call=True,
)
