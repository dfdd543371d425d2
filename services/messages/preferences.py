"""Which choices of presentation does a user have?"""

from __future__ import annotations

from typing import Literal

from services.messages.frozen import Message


class Preferences(Message):
    """How a user likes the screen."""

    theme: Literal["light", "dark", "system"] = "system"
    number_format: Literal["comma", "point", "space"] = "comma"
    sign_palette: Literal["green_red", "blue_orange"] = "blue_orange"
    density: Literal["comfortable", "compact"] = "comfortable"
    first_steps: Literal["shown", "dismissed"] = "shown"
