"""Which ids does the page of academic benchmarks use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Academic(metaclass=Frozen):
    """Files of an instance, the work on it, and what it found."""

    PROBLEM: Final = "academic-problem"  # what stands in the page's place when it cannot be shown
    MAIN: Final = "academic-main"
    RUN: Final = "academic-run"  # Store, the run of the address; None shows the latest
    SHOWN: Final = "academic-shown"  # Store, {"id", "status", "at_s"} of the run that is to be shown
    DRAWN: Final = "academic-drawn"  # Store, {"id", "status"} of the run as it is drawn
    TICK: Final = "academic-tick"
    NEWS: Final = "academic-news"  # Store, changes when the run must be looked at at once

    FORM: Final = "academic-form"
    REFUSED: Final = "academic-refused"
    LIMITS: Final = "academic-limits"  # Store, most bytes of each file: {"instance", "reference"}
    INSTANCE_UPLOAD: Final = "academic-instance-upload"
    INSTANCE_FILE: Final = "academic-instance-file"  # Store, {"name", "size", "limit", "content" | null}
    INSTANCE_CHECK: Final = "academic-instance-check"
    REFERENCE_UPLOAD: Final = "academic-reference-upload"
    REFERENCE_FILE: Final = "academic-reference-file"  # Store, as for the instance
    REFERENCE_CHECK: Final = "academic-reference-check"
    ERRORS: Final = "academic-errors"
    HOLDINGS: Final = "academic-holdings"
    LEAST: Final = "academic-least"
    MOST: Final = "academic-most"
    TRADEOFFS: Final = "academic-tradeoffs"
    EVALUATIONS: Final = "academic-evaluations"
    EFFORT: Final = "academic-effort"
    SEED: Final = "academic-seed"
    START: Final = "academic-start"

    WORK: Final = "academic-work"
    PROGRESS: Final = "academic-progress"
    STOP: Final = "academic-stop"
    RESULT: Final = "academic-result"
    FRONTIER_CHART: Final = "academic-frontier-chart"
    RACE_ALL_CHART: Final = "academic-race-all-chart"
    RACE_FEW_CHART: Final = "academic-race-few-chart"
    EARLIER: Final = "academic-earlier"
    EXPORTED: Final = "academic-exported"  # Store, name of the file saved last

    @staticmethod
    def export(index: Any) -> Pattern:
        """Export entry of a chart; the index is chart, format and renderer, such as ``frontier:pdf:vector``."""
        return pattern("academic-export", index)
