"""Which ids does the page of data quality use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Quality(metaclass=Frozen):
    """What looks wrong in stored prices."""

    PROBLEM: Final = "quality-problem"
    MAIN: Final = "quality-main"
    SYMBOL: Final = "quality-symbol"  # Store, the symbol of the address
    SENTENCE: Final = "quality-sentence"
    FIGURES: Final = "quality-figures"
    CHECK: Final = "quality-check"
    STATE: Final = "quality-state"
    KIND: Final = "quality-kind"
    QUEUE: Final = "quality-queue"
    QUEUE_NOTE: Final = "quality-queue-note"  # of which asset alone, and how many of how many
    QUEUE_BOX: Final = "quality-queue-box"
    QUEUE_EMPTY: Final = "quality-queue-empty"
    DETAIL: Final = "quality-detail"
    NEIGHBORS: Final = "quality-neighbors"  # the chart of the sessions around
    ACTIONS: Final = "quality-actions"
    ACCEPT: Final = "quality-accept"
    REJECT: Final = "quality-reject"
    UNDO: Final = "quality-undo"
    SERIES: Final = "quality-series"
    CALENDAR: Final = "quality-calendar"
    CALENDAR_CHART: Final = "quality-calendar-chart"
    CALENDAR_TITLE: Final = "quality-calendar-title"
    YEAR: Final = "quality-year"
    POLICY: Final = "quality-policy"
    POLICY_ERRORS: Final = "quality-policy-errors"
    POLICY_SAVED: Final = "quality-policy-saved"  # Store, the press that was kept last
    POLICY_SAVE: Final = "quality-policy-save"

    @staticmethod
    def mode(index: Any) -> Pattern:
        """What is done about a kind of finding; the index is the kind."""
        return pattern("quality-mode", index)

    @staticmethod
    def sureness(index: Any) -> Pattern:
        """From which sureness on a kind is corrected at once; the index is the kind."""
        return pattern("quality-sureness", index)
