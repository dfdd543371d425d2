"""Which ids does the page of sources of market data use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Providers(metaclass=Frozen):
    """How sources stand, their order, and the dialogs that set them up."""

    PROBLEM: Final = "providers-problem"
    MAIN: Final = "providers-main"
    VIEW: Final = "providers-view"  # Store, fires once the page is there
    SUMMARY: Final = "providers-summary"
    CARDS: Final = "providers-cards"
    BUILT_IN: Final = "providers-built-in"
    REFRESH: Final = "providers-refresh"
    KIND: Final = "providers-kind"  # whose order is shown
    ORDER: Final = "providers-order"
    ORDER_NOTE: Final = "providers-order-note"
    CHOSEN: Final = "providers-chosen"  # Store, the source that a dialog is about
    KEY_DIALOG: Final = "providers-key-dialog"
    KEY_TEXT: Final = "providers-key-text"
    KEY_ERRORS: Final = "providers-key-errors"
    KEY_VALUE: Final = "providers-key-value"
    KEY_SAVE: Final = "providers-key-save"
    KEY_CANCEL: Final = "providers-key-cancel"
    KEY_DELETE: Final = "providers-key-delete"
    LIMITS_DIALOG: Final = "providers-limits-dialog"
    LIMITS_TEXT: Final = "providers-limits-text"
    LIMITS_ERRORS: Final = "providers-limits-errors"
    LIMITS_DAY: Final = "providers-limits-day"
    LIMITS_MINUTE: Final = "providers-limits-minute"
    LIMITS_SAVE: Final = "providers-limits-save"
    LIMITS_CANCEL: Final = "providers-limits-cancel"
    FEED_NEW: Final = "providers-feed-new"
    FEED_DIALOG: Final = "providers-feed-dialog"
    FEED_ERRORS: Final = "providers-feed-errors"
    FEED_FIELDS: Final = "providers-feed-fields"
    FEED_TRY: Final = "providers-feed-try"
    FEED_KEY: Final = "providers-feed-key"  # used once, for a try
    FEED_TRIAL: Final = "providers-feed-trial"
    FEED_TRYING: Final = "providers-feed-trying"
    FEED_SAVE: Final = "providers-feed-save"
    FEED_CANCEL: Final = "providers-feed-cancel"
    DELETE_DIALOG: Final = "providers-delete-dialog"
    DELETE_TEXT: Final = "providers-delete-text"
    DELETE_CONFIRM: Final = "providers-delete-confirm"
    DELETE_CANCEL: Final = "providers-delete-cancel"

    @staticmethod
    def switch(index: Any) -> Pattern:
        """Switch a source on or off; the index is its name."""
        return pattern("providers-switch", index)

    @staticmethod
    def key(index: Any) -> Pattern:
        """Open the dialog of a source's key."""
        return pattern("providers-key", index)

    @staticmethod
    def limits(index: Any) -> Pattern:
        """Open the dialog of a source's limits."""
        return pattern("providers-limits", index)

    @staticmethod
    def trial(index: Any) -> Pattern:
        """Test a source."""
        return pattern("providers-trial", index)

    @staticmethod
    def trial_result(index: Any) -> Pattern:
        """What a test of a source brought."""
        return pattern("providers-trial-result", index)

    @staticmethod
    def feed(index: Any) -> Pattern:
        """Open the description of a feed."""
        return pattern("providers-feed", index)

    @staticmethod
    def delete(index: Any) -> Pattern:
        """Ask whether a feed is to be forgotten."""
        return pattern("providers-delete", index)

    @staticmethod
    def move(index: Any) -> Pattern:
        """Move a source in the order; the index is ``up:<name>`` or ``down:<name>``."""
        return pattern("providers-move", index)

    @staticmethod
    def feed_field(index: Any) -> Pattern:
        """One field of a feed's description; the index is the field's path."""
        return pattern("providers-feed-field", index)
