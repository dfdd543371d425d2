"""What answers the tables of somebody's own: pasted text, files, and what follows in the browser?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks.optimize_asset_tables import COVARIANCE, FACTORS, GROUPS
from callbacks.present_imports import file_of
from callbacks.present_toast import put
from callbacks.wording import reader_style, told
from components.ids import Own, Wizard
from services.errors import ServiceError
from services.number_style import in_style
from services.optimize_tables import TABLE_MAX_BYTES, grouping_of, read_table

_DOORS = {
    GROUPS: (Own.GROUPS_PASTE, Own.GROUPS_APPLY, Own.GROUPS_UPLOAD, Own.GROUPS_RESULT),
    FACTORS: (Own.FACTORS_PASTE, Own.FACTORS_APPLY, Own.FACTORS_UPLOAD, Own.FACTORS_RESULT),
    COVARIANCE: (Own.COVARIANCE_PASTE, Own.COVARIANCE_APPLY, Own.COVARIANCE_UPLOAD, Own.COVARIANCE_RESULT),
}


def _serve(part: str, door: tuple[str, str, str, str]) -> None:
    """Answer the paste box and the file door of one table."""
    paste, apply, upload, result = door

    @callback(
        Output(Own.READ, "data", allow_duplicate=True),
        Output(result, "children"),
        Input(apply, "n_clicks"),
        Input(upload, "contents"),
        State(upload, "filename"),
        State(paste, "value"),
        State(Wizard.DRAFT, "data"),
        prevent_initial_call=True,
    )
    def take(
        clicks: int | None, contents: str | None, name: str | None, text: str | None, draft: dict[str, Any] | None
    ) -> tuple[Any, ...]:
        is_file = ctx.triggered_id == upload
        if not draft or not (contents if is_file else clicks):
            return no_update, no_update
        put(upload, contents=None)  # the same file may be chosen again once it was put right
        try:
            raw = _raw(contents, name) if is_file else (text or "").encode()
        except ServiceError as error:
            return no_update, told(error.sentence)
        return taken_over(part, raw, draft)


def _raw(contents: str | None, name: str | None) -> bytes:
    size = len(contents or "") * 3 // 4
    given = {
        "name": name,
        "size": size,
        "limit": TABLE_MAX_BYTES,
        "content": contents if size <= TABLE_MAX_BYTES else None,
    }
    return (file_of(given) or (b"", ""))[0]


def taken_over(part: str, raw: bytes, draft: Mapping[str, Any]) -> tuple[Any, str]:
    """Return the cells that a text states for a table of the draft, and what was read of it in words."""
    assets = draft.get("assets") or []
    table = read_table(raw, assets, is_square=part == COVARIANCE, has_numbers=part != GROUPS)
    cells = {grouping_of(name): given for name, given in table.cells.items()} if part == GROUPS else table.cells
    said = in_style(table.sentence, reader_style())
    return ({"part": part, "cells": cells} if cells else no_update), said


for _part, _door in _DOORS.items():
    _serve(_part, _door)

clientside_callback(
    ClientsideFunction("wizardOwn", "collect"),
    Output(Wizard.DRAFT, "data", allow_duplicate=True),
    Input(Own.GROUPS, "cellValueChanged"),
    Input(Own.FACTORS, "cellValueChanged"),
    Input(Own.COVARIANCE, "cellValueChanged"),
    Input(Own.GROUPS_ADD, "n_clicks"),
    Input(Own.GROUPS_DROP, "n_clicks"),
    Input(Own.FACTORS_ADD, "n_clicks"),
    Input(Own.FACTORS_DROP, "n_clicks"),
    Input(Own.COVARIANCE_CLEAR, "n_clicks"),
    Input(Own.READ, "data"),
    State(Own.GROUPS_NAME, "value"),
    State(Own.FACTORS_NAME, "value"),
    State(Wizard.DRAFT, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("wizardOwn", "show"),
    Output(Own.GROUPS, "columnDefs"),
    Output(Own.GROUPS, "rowData"),
    Output(Own.FACTORS, "columnDefs"),
    Output(Own.FACTORS, "rowData"),
    Output(Own.COVARIANCE, "columnDefs"),
    Output(Own.COVARIANCE, "rowData"),
    Output(Own.COUNT, "children"),
    Input(Wizard.DRAFT, "data"),
    Input(Wizard.LOADED, "data"),
)
