"""Which choices of presentation does a user have?"""

from __future__ import annotations

from typing import Literal

from services.messages.frozen import Message
from services.messages.zones import USUAL, ZoneName

DateFormat = Literal["words", "iso", "day_first", "month_first"]
"""28 Dec 2022 (words), 2022-12-28 (iso), 28/12/2022 (day_first), 12/28/2022 (month_first)."""
Clock = Literal["h24", "h12"]
"""14:05 (h24), 2:05 pm (h12)."""


class Preferences(Message):
    """How a user likes the screen; `time_zone` is a name such as Europe/Berlin, and holds for moments, not for days."""

    theme: Literal["light", "dark", "system"] = "system"
    number_format: Literal["comma", "point", "space"] = "comma"
    sign_palette: Literal["green_red", "blue_orange"] = "blue_orange"
    density: Literal["comfortable", "compact"] = "comfortable"
    amounts: Literal["shown", "hidden"] = "shown"
    date_format: DateFormat = "words"
    time_zone: ZoneName = USUAL
    clock: Clock = "h24"
    first_steps: Literal["shown", "dismissed"] = "shown"
