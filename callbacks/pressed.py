"""Which button of a family was pressed?

Buttons that arrive on the page while one is pressed stand among the triggers too, without a press of their own: Dash
merges both calls into one, in no useful order. So the trigger that counts is the one with a value, not the first.
"""

from __future__ import annotations

import json
from typing import Any

from dash import ctx


def pressed_id() -> Any | None:
    """Return the id of the button that was pressed (text, or a dict for one of a family), or None where none was."""
    for trigger in ctx.triggered:
        if trigger["value"]:
            name = trigger["prop_id"].rpartition(".")[0]
            return json.loads(name) if name.startswith("{") else name
    return None


def pressed_index() -> Any | None:
    """Return the index of the button of a family that was pressed, or None where none was."""
    pressed = pressed_id()
    return pressed["index"] if isinstance(pressed, dict) else None
