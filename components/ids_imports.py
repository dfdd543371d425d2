"""Which ids does the import of market data use, on the settings page?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Imports(metaclass=Frozen):
    """What the data lack, a file that is looked at, and the files that were imported."""

    PLACE: Final = "settings-import"  # the card, also the end of links to it
    GAPS: Final = "settings-import-gaps"
    FORM: Final = "settings-import-form"
    REFUSED: Final = "settings-import-refused"
    UPLOAD: Final = "settings-import-upload"
    FILE: Final = "settings-import-file"  # Store, the chosen file: {name, size, content | null}
    LIMIT: Final = "settings-import-limit"  # Store, most bytes of a file
    LIMIT_WORDS: Final = "settings-import-limit-words"
    WAITING: Final = "settings-import-waiting"
    ERRORS: Final = "settings-import-errors"
    CHECK: Final = "settings-import-check"
    ACTIONS: Final = "settings-import-actions"
    RUN: Final = "settings-import-run"
    DISCARD: Final = "settings-import-discard"
    LIST: Final = "settings-import-list"
    UNDO_OF: Final = "settings-import-undo-of"  # Store, the import that the dialog asks about
    UNDO_DIALOG: Final = "settings-import-undo-dialog"
    UNDO_TEXT: Final = "settings-import-undo-text"
    UNDO_ERRORS: Final = "settings-import-undo-errors"
    UNDO_CONFIRM: Final = "settings-import-undo-confirm"
    UNDO_CANCEL: Final = "settings-import-undo-cancel"

    @staticmethod
    def undo(index: Any) -> Pattern:
        """Undo button of an import; the index is the import's id."""
        return pattern("settings-import-undo", index)
