"""Which ids do the edits on paper, the versions and the notes of a portfolio use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Asked(metaclass=Frozen):
    """Stores that say that a part behind a tab was looked at: only then it is filled."""

    ALLOCATION: Final = "portfolio-asked-allocation"
    HISTORY: Final = "portfolio-asked-history"
    TRANSACTIONS: Final = "portfolio-asked-transactions"
    LIMITS: Final = "portfolio-asked-limits"
    TARGETS: Final = "portfolio-asked-targets"
    VERSIONS: Final = "portfolio-asked-versions"
    NOTES: Final = "portfolio-asked-notes"
    ALL: Final = (ALLOCATION, HISTORY, TRANSACTIONS, LIMITS, TARGETS, VERSIONS, NOTES)


class Holdings(metaclass=Frozen):
    """The grid of what a portfolio holds, beside its rows."""

    PARTS: Final = "portfolio-parts"  # Store, contribution and share of risk by symbol
    PARTS_NOTE: Final = "portfolio-parts-note"
    PERIOD: Final = "portfolio-parts-period"
    COLUMNS: Final = "portfolio-columns"  # checklist
    ORDER: Final = "portfolio-columns-order"  # Store, all columns in the order of the person
    KEPT: Final = "portfolio-columns-kept"  # Store, {"shown", "order"} as the server keeps them
    TO_KEEP: Final = "portfolio-columns-to-keep"  # Store, the same as it is handed in, one choice after the other
    KEEPING: Final = "portfolio-columns-keeping"  # Store, whether the server is still at the last one
    MOVED: Final = "portfolio-columns-moved"  # the column that the two buttons move
    EARLIER: Final = "portfolio-columns-earlier"
    LATER: Final = "portfolio-columns-later"
    USUAL: Final = "portfolio-columns-usual"
    SECTOR: Final = "portfolio-sector"  # Store, the sector of the address
    SECTOR_CHIP: Final = "portfolio-sector-chip"
    SECTOR_WORDS: Final = "portfolio-sector-words"
    SECTOR_CLEAR: Final = "portfolio-sector-clear"
    LIVE: Final = "portfolio-holdings-live"  # around the grid


class WhatIf(metaclass=Frozen):
    """Edits on paper."""

    START: Final = "portfolio-what-if-start"
    BAR: Final = "portfolio-what-if"  # the bar as a whole
    BASIS: Final = "portfolio-what-if-basis"  # Store, value, cash and currency that edits are measured by
    EDITS: Final = "portfolio-what-if-edits"  # Store, {"edits": [...], "at": n}
    SEEN: Final = "portfolio-what-if-seen"  # Store, what the answer says of the edited positions
    LOADED: Final = "portfolio-what-if-loaded"  # Store, edits that the server hands to the grid
    FIGURES: Final = "portfolio-what-if-figures"
    PROBLEM: Final = "portfolio-what-if-problem"  # what the server refuses
    TYPED: Final = "portfolio-what-if-typed"  # what the browser could not read
    UNDO: Final = "portfolio-what-if-undo"
    REDO: Final = "portfolio-what-if-redo"
    DISCARD: Final = "portfolio-what-if-discard"
    ADD: Final = "portfolio-what-if-add"
    ADD_SYMBOL: Final = "portfolio-what-if-symbol"
    ASSETS: Final = "portfolio-what-if-assets"  # list to complete symbols from
    REST: Final = "portfolio-what-if-rest"
    KEEP: Final = "portfolio-what-if-keep"
    REBALANCE: Final = "portfolio-what-if-rebalance"
    WRITERS: Final = "portfolio-what-if-writers"  # what only those see who may change the portfolio
    KEEP_DIALOG: Final = "portfolio-keep-dialog"
    KEEP_ERRORS: Final = "portfolio-keep-errors"
    KEEP_NAME: Final = "portfolio-keep-name"
    KEEP_AS: Final = "portfolio-keep-as"
    KEEP_SAVE: Final = "portfolio-keep-save"
    KEEP_CANCEL: Final = "portfolio-keep-cancel"


class Versions(metaclass=Frozen):
    """Versions of holdings and targets, and drafts."""

    PANEL: Final = "portfolio-panel-versions"
    LIST: Final = "portfolio-versions-list"
    KIND: Final = "portfolio-versions-kind"
    BEFORE: Final = "portfolio-versions-before"
    AFTER: Final = "portfolio-versions-after"
    DIFFERENCE: Final = "portfolio-versions-difference"
    DRAFTS: Final = "portfolio-drafts"

    @staticmethod
    def restore(index: Any) -> Pattern:
        """Button that brings a version back; the index is ``holdings~3`` or ``target~2``."""
        return pattern("portfolio-version-restore", index)

    @staticmethod
    def draft_open(index: Any) -> Pattern:
        """Button that opens a draft in the grid; the index is its id."""
        return pattern("portfolio-draft-open", index)

    @staticmethod
    def draft_delete(index: Any) -> Pattern:
        """Button that puts a draft aside; the index is its id."""
        return pattern("portfolio-draft-delete", index)


class Notes(metaclass=Frozen):
    """Notes about a portfolio."""

    PANEL: Final = "portfolio-panel-notes"
    FORM: Final = "portfolio-notes-form"
    TEXT: Final = "portfolio-notes-text"
    SAVE: Final = "portfolio-notes-save"
    CANCEL: Final = "portfolio-notes-cancel"
    ERRORS: Final = "portfolio-notes-errors"
    EDITED: Final = "portfolio-notes-edited"  # Store, {"id", "version"} of the note in the form; None for a new one
    LIST: Final = "portfolio-notes-list"

    @staticmethod
    def edit(index: Any) -> Pattern:
        """Button that takes a note into the form; the index is its id."""
        return pattern("portfolio-note-edit", index)

    @staticmethod
    def delete(index: Any) -> Pattern:
        """Button that takes a note away; the index is its id."""
        return pattern("portfolio-note-delete", index)
