"""Which ids does the tab of lists use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class ComplianceLists(metaclass=Frozen):
    """Lists of what may not be traded, the names on one of them, and what is done with both."""

    PANEL: Final = "compliance-panel-lists"
    SENTENCE: Final = "compliance-lists-sentence"
    KIND: Final = "compliance-lists-kind"
    ON: Final = "compliance-lists-on"
    LISTS: Final = "compliance-lists-lists"
    LISTS_BOX: Final = "compliance-lists-lists-box"
    EMPTY: Final = "compliance-lists-empty"
    PICK: Final = "compliance-lists-pick"  # Store, id of the list that is shown
    TITLE: Final = "compliance-lists-title"
    DETAIL: Final = "compliance-lists-detail"
    SHOWN: Final = "compliance-lists-shown"
    ENTRIES: Final = "compliance-lists-entries"
    ENTRIES_BOX: Final = "compliance-lists-entries-box"
    ENTRY: Final = "compliance-lists-entry"
    FORM: Final = "compliance-lists-form"
    FORM_SAID: Final = "compliance-lists-form-said"
    PROBLEMS: Final = "compliance-lists-problems"
    DEED: Final = "compliance-lists-deed"
    COVERS: Final = "compliance-lists-covers"
    COVERS_BOX: Final = "compliance-lists-covers-box"
    SYMBOL: Final = "compliance-lists-symbol"
    SYMBOL_BOX: Final = "compliance-lists-symbol-box"
    FROM: Final = "compliance-lists-from"
    FROM_BOX: Final = "compliance-lists-from-box"
    UNTIL: Final = "compliance-lists-until"
    UNTIL_BOX: Final = "compliance-lists-until-box"
    FILE: Final = "compliance-lists-file"
    FILE_BOX: Final = "compliance-lists-file-box"
    FILE_SAID: Final = "compliance-lists-file-said"
    TEXT: Final = "compliance-lists-text"
    DO: Final = "compliance-lists-do"
    DONE: Final = "compliance-lists-done"  # Store, the press that was answered last


class ComplianceNewList(metaclass=Frozen):
    """A list to be made."""

    CARD: Final = "compliance-new-list-card"
    PROBLEMS: Final = "compliance-new-list-problems"
    NAME: Final = "compliance-new-list-name"
    KIND: Final = "compliance-new-list-kind"
    SCOPE: Final = "compliance-new-list-scope"
    WHO: Final = "compliance-new-list-who"
    WHO_BOX: Final = "compliance-new-list-who-box"
    NOTE: Final = "compliance-new-list-note"
    MAKE: Final = "compliance-new-list-make"


class ComplianceListed(metaclass=Frozen):
    """What counts for one portfolio on a day, and the shares that were found for its short sales."""

    PORTFOLIO: Final = "compliance-listed-portfolio"
    LISTED: Final = "compliance-listed-listed"
    LOCATES: Final = "compliance-listed-locates"
    FORM: Final = "compliance-listed-form"
    PROBLEMS: Final = "compliance-listed-problems"
    SYMBOL: Final = "compliance-listed-symbol"
    QUANTITY: Final = "compliance-listed-quantity"
    BROKER: Final = "compliance-listed-broker"
    REFERENCE: Final = "compliance-listed-reference"
    UNTIL: Final = "compliance-listed-until"
    RECORD: Final = "compliance-listed-record"

    @staticmethod
    def withdraw(index: Any) -> Pattern:
        """Button that withdraws one locate; the index is its id."""
        return pattern("compliance-listed-withdraw", index)
