"""Which ids does the eye have that hides amounts?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class Amounts(metaclass=Frozen):
    """The eye in the bar above every page; assets/amounts.js."""

    BUTTON: Final = "shell-amounts-button"
    CHOICE: Final = "shell-amounts"  # Store, memory: what the eye was pressed for: shown or hidden
