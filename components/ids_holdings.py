"""Which ids does the page of imports use: the wizard for holdings and transactions, and what was imported?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class HoldingsImport(metaclass=Frozen):
    """A file of holdings or transactions from the first look to its undo."""

    PROBLEM: Final = "imports-problem"
    MAIN: Final = "imports-main"
    VIEW: Final = "imports-view"  # Store, changes when the page must read everything
    TABS: Final = "imports-tabs"
    PANEL_WIZARD: Final = "imports-panel-wizard"
    PANEL_MARKET: Final = "imports-panel-market"
    PANEL_HISTORY: Final = "imports-panel-history"
    KIND: Final = "imports-kind"  # Store, "holdings" or "transactions", as the tab says

    FORM: Final = "imports-form"
    REFUSED: Final = "imports-refused"
    BEGIN: Final = "imports-begin"  # the first step
    INTRO: Final = "imports-intro"
    UPLOAD: Final = "imports-upload"
    FILE: Final = "imports-file"  # Store, the chosen file: {name, size, content | null}
    LIMIT: Final = "imports-limit"  # Store, most bytes of a file
    LIMIT_WORDS: Final = "imports-limit-words"
    PASTE: Final = "imports-paste"
    PASTE_RUN: Final = "imports-paste-run"
    DRAFTS: Final = "imports-drafts"
    WAITING: Final = "imports-waiting"
    BOOKING: Final = "imports-booking"
    ERRORS: Final = "imports-errors"

    DRAFT: Final = "imports-draft"  # Store, {"id", "version"} of the draft that is looked at
    STEP: Final = "imports-step"  # Store, 1 columns, 2 names, 3 check
    STEPPER: Final = "imports-stepper"
    BODY: Final = "imports-body"
    FOOT: Final = "imports-foot"
    ASSETS: Final = "imports-assets"  # the list of assets that fields for symbols complete from
    STATUS: Final = "imports-status"
    BACK: Final = "imports-back"
    NEXT: Final = "imports-next"
    RUN: Final = "imports-run"
    DISCARD: Final = "imports-discard"

    LIST: Final = "imports-list"
    TEMPLATES: Final = "imports-templates"
    UNDO_OF: Final = "imports-undo-of"  # Store, the import that the dialog asks about
    UNDO_DIALOG: Final = "imports-undo-dialog"
    UNDO_TEXT: Final = "imports-undo-text"
    UNDO_ERRORS: Final = "imports-undo-errors"
    UNDO_CONFIRM: Final = "imports-undo-confirm"
    UNDO_CANCEL: Final = "imports-undo-cancel"

    @staticmethod
    def step(index: Any) -> Pattern:
        """Step button of the stepper, 0-based."""
        return pattern("imports-step-button", index)

    @staticmethod
    def answer(index: Any) -> Pattern:
        """Control of one answer about the file; the index says which, such as ``column:3`` or ``as_of``."""
        return pattern("imports-answer", index)

    @staticmethod
    def act(index: Any) -> Pattern:
        """Button at a name in the file; the index is ``new:<name>``, ``skip:<name>``, ``pick:<name>:<symbol>`` ..."""
        return pattern("imports-act", index)

    @staticmethod
    def resume(index: Any) -> Pattern:
        """Button that opens a draft; the index is its id."""
        return pattern("imports-resume", index)

    @staticmethod
    def undo(index: Any) -> Pattern:
        """Undo button of an import; the index is its id."""
        return pattern("imports-undo", index)

    @staticmethod
    def template_delete(index: Any) -> Pattern:
        """Button that forgets a template; the index is its id."""
        return pattern("imports-template-delete", index)

    @staticmethod
    def template_name(index: Any) -> Pattern:
        """Name of a template; the index is its id."""
        return pattern("imports-template-name", index)
