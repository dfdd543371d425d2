"""Which ids does the grid of all other limits use, in the third step of the wizard?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class LimitGrid(metaclass=Frozen):
    """Limits that have no field of their own: rows of a grid, paste from a spreadsheet, import and export as CSV."""

    FOLD: Final = "wizard-limits-fold"
    GRID: Final = "wizard-limits-grid"
    FRAME: Final = "wizard-limits-frame"
    COUNT: Final = "wizard-limits-count"  # how many rows there are, in the line that opens the section
    KIND: Final = "wizard-limits-kind"
    ADD: Final = "wizard-limits-add"
    CLEAR: Final = "wizard-limits-clear"
    REMOVED: Final = "wizard-limits-removed"  # Store, ids of rows that somebody removes: {"ids": [...], "at"}
    UPLOAD: Final = "wizard-limits-upload"
    EXPORT: Final = "wizard-limits-export"
    PASTE: Final = "wizard-limits-paste"
    PASTE_READ: Final = "wizard-limits-paste-read"
    GIVEN: Final = "wizard-limits-given"  # Store, what was brought: {"name", "text" | "content", "at"}
    CHOICES: Final = "wizard-limits-choices"  # Store, the kinds of limits with the cells that each has
    BEFORE: Final = "wizard-limits-before"  # Store, the draft before the last change, for undo
    RESULT: Final = "wizard-limits-result"
    UNDO: Final = "wizard-limits-undo"
    WAITING: Final = "wizard-limits-waiting"
    UNREAD: Final = "wizard-limits-unread"  # what keeps a file from being sent or saved
