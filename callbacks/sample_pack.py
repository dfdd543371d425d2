"""What answers the wish to load the sample pack, wherever it is offered?"""

from __future__ import annotations

from typing import Any

from dash import Input, Output, callback, no_update

from callbacks.actor import actor, services
from callbacks.present_toast import read_anew, say
from callbacks.wording import told
from components.confirm import CLOSED
from components.ids import Home, Settings


def load(clicks: int) -> Any:
    """Load the sample pack and close the dialog that asked."""
    if not clicks:
        return no_update
    status = services().sample_pack.load(actor())
    say("The sample pack is loaded", told(status.sentence))
    read_anew("sample pack loaded")
    return CLOSED


for _place in (Home, Settings):
    callback(
        Output(_place.SAMPLE_DIALOG, "className", allow_duplicate=True),
        Input(_place.SAMPLE_CONFIRM, "n_clicks"),
        prevent_initial_call=True,
        running=[
            (Output(_place.SAMPLE_CONFIRM, "disabled"), True, False),
            (Output(_place.SAMPLE_PROGRESS, "hidden"), False, True),
        ],
    )(load)
