"""Which ids does the import of market data use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Imports(metaclass=Frozen):
    """What the data lack, a file that is looked at, and the files that were imported."""

    PLACE: Final = "market-import"  # the card, also the end of links to it
    GAPS: Final = "market-import-gaps"
    FORM: Final = "market-import-form"
    REFUSED: Final = "market-import-refused"
    UPLOAD: Final = "market-import-upload"
    FILE: Final = "market-import-file"  # Store, the chosen file: {name, size, content | null}
    LIMIT: Final = "market-import-limit"  # Store, most bytes of a file
    LIMIT_WORDS: Final = "market-import-limit-words"
    WAITING: Final = "market-import-waiting"
    ERRORS: Final = "market-import-errors"
    CHECK: Final = "market-import-check"
    ACTIONS: Final = "market-import-actions"
    RUN: Final = "market-import-run"
    DISCARD: Final = "market-import-discard"
    REJECTS: Final = "market-import-rejects"  # button, saves the rows with problems
    LIST: Final = "market-import-list"
    UNDO_OF: Final = "market-import-undo-of"  # Store, the import that the dialog asks about
    UNDO_DIALOG: Final = "market-import-undo-dialog"
    UNDO_TEXT: Final = "market-import-undo-text"
    UNDO_ERRORS: Final = "market-import-undo-errors"
    UNDO_CONFIRM: Final = "market-import-undo-confirm"
    UNDO_CANCEL: Final = "market-import-undo-cancel"

    @staticmethod
    def undo(index: Any) -> Pattern:
        """Undo button of an import; the index is the import's id."""
        return pattern("market-import-undo", index)
