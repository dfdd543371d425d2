"""Which ids do the page of a test over the past, and the dialog that starts one, use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class WalkForward(metaclass=Frozen):
    """A test over the past."""

    RUN: Final = "walk-forward-run"  # Store, id of the run in the address
    STATE: Final = "walk-forward-state"  # Store, id and status of the run as last shown
    NEWS: Final = "walk-forward-news"  # Store, changes when the run was cancelled here
    TICK: Final = "walk-forward-tick"  # Interval, asks for the run's state while it is unfinished
    LEAD: Final = "walk-forward-lead"
    WORK: Final = "walk-forward-work"
    PROGRESS: Final = "walk-forward-progress"
    STOP: Final = "walk-forward-stop"
    STAGE: Final = "walk-forward-stage"  # what stands in the place of a result
    BODY: Final = "walk-forward-body"
    VERDICT: Final = "walk-forward-verdict"
    FIGURES: Final = "walk-forward-figures"
    SCALE: Final = "walk-forward-scale"
    WEALTH: Final = "walk-forward-wealth"
    WEALTH_CHART: Final = "walk-forward-wealth-chart"
    PROMISES: Final = "walk-forward-promises"
    PROMISES_CHART: Final = "walk-forward-promises-chart"
    CALIBRATION: Final = "walk-forward-calibration"
    POINTS: Final = "walk-forward-points"
    DECISIONS: Final = "walk-forward-decisions"
    DECISIONS_TABLE: Final = "walk-forward-decisions-table"
    NOTES: Final = "walk-forward-notes"
    EXPORTED: Final = "walk-forward-exported"  # Store, name of the file that was saved last
    EXPORT_CSV: Final = "walk-forward-export-csv"
    EXPORT_XLSX: Final = "walk-forward-export-xlsx"

    @staticmethod
    def export(index: Any) -> Pattern:
        """Export of a chart; the index is ``<chart>:<format>[:<renderer>]``."""
        return pattern("walk-forward-export", index)


class WalkForwardStart(metaclass=Frozen):
    """The dialog of a result that has its recipe tested over the past."""

    OFFER: Final = "walk-forward-start-offer"
    OPEN: Final = "walk-forward-start-open"
    DIALOG: Final = "walk-forward-start-dialog"
    ERRORS: Final = "walk-forward-start-errors"
    LATEST: Final = "walk-forward-start-latest"
    FREQUENCY: Final = "walk-forward-start-frequency"
    EVERY: Final = "walk-forward-start-every"
    EVERY_FIELD: Final = "walk-forward-start-every-field"
    WINDOW: Final = "walk-forward-start-window"
    LOOKBACK: Final = "walk-forward-start-lookback"
    SPREAD: Final = "walk-forward-start-spread"
    TRIALS: Final = "walk-forward-start-trials"
    CONFIRM: Final = "walk-forward-start-confirm"
    CANCEL: Final = "walk-forward-start-cancel"
