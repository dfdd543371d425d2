"""Which ids does the tab of controls use: retention, holds, locked periods and reviews of access?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class ComplianceRetention(metaclass=Frozen):
    """How long each class of records is kept, and what a round would let go."""

    PANEL: Final = "compliance-panel-controls"
    SENTENCE: Final = "compliance-retention-sentence"
    SCHEDULE: Final = "compliance-retention-schedule"
    FORM: Final = "compliance-retention-form"
    PROBLEMS: Final = "compliance-retention-problems"
    CLASS: Final = "compliance-retention-class"
    YEARS: Final = "compliance-retention-years"
    ACTION: Final = "compliance-retention-action"
    REASON: Final = "compliance-retention-reason"
    CHOOSE: Final = "compliance-retention-choose"
    TRY: Final = "compliance-retention-try"
    TRIED: Final = "compliance-retention-tried"
    ROUNDS: Final = "compliance-retention-rounds"
    ASK: Final = "compliance-retention-ask"  # the dialog before records go
    RUN: Final = "compliance-retention-run"
    CANCEL: Final = "compliance-retention-cancel"
    DIALOG: Final = "compliance-retention-dialog"
    DONE: Final = "compliance-retention-done"  # Store, the press that was answered last


class ComplianceHolds(metaclass=Frozen):
    """What must not go, whatever its age."""

    SHOWN: Final = "compliance-holds-shown"
    LIST: Final = "compliance-holds-list"
    FORM: Final = "compliance-holds-form"
    PROBLEMS: Final = "compliance-holds-problems"
    DEED: Final = "compliance-holds-deed"
    NAME: Final = "compliance-holds-name"
    WHOM: Final = "compliance-holds-whom"
    PLACE_BOX: Final = "compliance-holds-place-box"
    REASON: Final = "compliance-holds-reason"
    DO: Final = "compliance-holds-do"
    DONE: Final = "compliance-holds-done"  # Store, the press that was answered last


class ComplianceLocks(metaclass=Frozen):
    """Days in which nothing is booked or changed any more."""

    SHOWN: Final = "compliance-locks-shown"
    LIST: Final = "compliance-locks-list"
    FORM: Final = "compliance-locks-form"
    PROBLEMS: Final = "compliance-locks-problems"
    DEED: Final = "compliance-locks-deed"
    START: Final = "compliance-locks-start"
    END: Final = "compliance-locks-end"
    DAYS_BOX: Final = "compliance-locks-days-box"
    REASON: Final = "compliance-locks-reason"
    DO: Final = "compliance-locks-do"
    DONE: Final = "compliance-locks-done"  # Store, the press that was answered last


class ComplianceReviews(metaclass=Frozen):
    """Lists of who may do what, decided on row by row and signed."""

    MAKE: Final = "compliance-reviews-make"
    MADE: Final = "compliance-reviews-made"  # Store, the press that was answered last
    WHICH: Final = "compliance-reviews-which"
    SAID: Final = "compliance-reviews-said"
    ROWS: Final = "compliance-reviews-rows"
    FORM: Final = "compliance-reviews-form"
    PROBLEMS: Final = "compliance-reviews-problems"
    REST: Final = "compliance-reviews-rest"
    NOTE: Final = "compliance-reviews-note"
    SIGN: Final = "compliance-reviews-sign"
    SIGNED: Final = "compliance-reviews-signed"  # Store, the press that was answered last

    @staticmethod
    def decision(index: Any) -> Pattern:
        """Choice about one row; the index is the person's id."""
        return pattern("compliance-reviews-decision", index)

    @staticmethod
    def close(index: Any) -> Pattern:
        """Button that closes a review whose decisions are carried out; the index is the review's id."""
        return pattern("compliance-reviews-close", index)
