"""What do pages answer in the browser alone, each the same way: a quick filter, pills that choose a view, dialogs?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, clientside_callback


def quick_filter(table_id: str, search_id: str) -> None:
    """Have what is typed into a search line filter the rows of a grid."""
    clientside_callback(
        ClientsideFunction("pages", "quick"),
        Output(table_id, "dashGridOptions"),
        Input(search_id, "value"),
        State(table_id, "dashGridOptions"),
        prevent_initial_call=True,
    )


def pills(view_id: str, pill: Callable[[Any], Any]) -> None:
    """Have the pill that is pressed become the view, which the address keeps, and be the one that looks pressed."""
    clientside_callback(
        ClientsideFunction("pages", "pick"),
        Output(view_id, "data"),
        Input(pill(ALL), "n_clicks"),
        State(pill(ALL), "id"),
        State(view_id, "data"),
        prevent_initial_call=True,
    )
    clientside_callback(
        ClientsideFunction("pages", "pressed"),
        Output(pill(ALL), "aria-pressed"),
        Input(view_id, "data"),
        State(pill(ALL), "id"),
        prevent_initial_call=True,
    )


def dialog(dialog_id: str, *buttons: str) -> None:
    """Have buttons open a dialog; the last one closes it."""
    clientside_callback(
        ClientsideFunction("pages", "dialog"),
        Output(dialog_id, "className"),
        *[Input(one, "n_clicks") for one in buttons],
        prevent_initial_call=True,
    )
