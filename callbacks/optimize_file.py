"""What answers a file that names the assets to choose from?"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback, no_update

from callbacks.actor import actor, services
from callbacks.present_toast import put
from callbacks.wording import reader_style, told
from components.ids import Own
from services.errors import InvalidRequest
from services.formatting import count

SHOWN_COUNT = 12


@callback(
    Output(Own.UNIVERSE_NAMED, "data"),
    Output(Own.UNIVERSE_SAID, "children"),
    Input(Own.UNIVERSE_FILE, "contents"),
    prevent_initial_call=True,
)
def read_universe(contents: str | None) -> tuple[Any, Any]:
    """Choose what a file names, and say what of it is not known."""
    if not contents:
        return no_update, no_update
    put(Own.UNIVERSE_FILE, contents=None)  # the same file may be brought again
    try:
        found = services().optimize.universe_of_file(base64.b64decode(contents.partition(",")[2]), actor())
    except (InvalidRequest, binascii.Error) as problem:
        return no_update, _refused(problem)
    chosen = f"{count(len(found.symbols), 'asset', style=reader_style())} chosen from the file."
    left = list(found.unknown)
    more = f" and {len(left) - SHOWN_COUNT} more" if len(left) > SHOWN_COUNT else ""
    unknown = f" Not known: {', '.join(left[:SHOWN_COUNT])}{more}." if left else ""
    return list(found.symbols), f"{chosen}{unknown}"


def _refused(problem: Exception) -> str:
    """Return why a file names nothing, and the way out."""
    if not isinstance(problem, InvalidRequest):
        return "The file did not arrive whole. Choose it again."
    first = problem.fields[0]
    return told(f"{first.message} {first.advice}")


clientside_callback(ClientsideFunction("wizard", "named"), Input(Own.UNIVERSE_NAMED, "data"), prevent_initial_call=True)
