"""Which ids does the page of performance use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Performance(metaclass=Frozen):
    """How one portfolio did, against what, why and when."""

    PROBLEM: Final = "performance-problem"
    MAIN: Final = "performance-main"
    VIEW: Final = "performance-view"  # Store, the whole view as in the URL
    PORTFOLIO: Final = "performance-portfolio"
    BENCHMARK: Final = "performance-benchmark"
    CURRENCY: Final = "performance-currency"
    PERIOD: Final = "performance-period"
    START: Final = "performance-start"
    END: Final = "performance-end"
    SPAN: Final = "performance-span"  # Store, the closes between which a period of a chip runs; none for days of choice
    BASIS: Final = "performance-basis"
    FEES: Final = "performance-fees"
    BADGE: Final = "performance-badge"
    STATE: Final = "performance-state"  # age of the figures, notes, and what is being computed
    FIGURES: Final = "performance-figures"
    GROWTH: Final = "performance-growth"
    PLOT: Final = "performance-plot"
    BANDS: Final = "performance-bands"  # the table of stretches under the chart
    CHOSEN: Final = "performance-chosen"  # the chip of what was chosen in an attribution
    CHOSEN_CLEAR: Final = "performance-chosen-clear"
    CHOSEN_BODY: Final = "performance-chosen-body"  # what it did through time
    TABS: Final = "performance-tabs"
    TODAY: Final = "performance-today"  # one line: the day's result, which follows live prices
    TODAY_BODY: Final = "performance-today-body"
    TODAY_GRID: Final = "performance-today-grid"
    PANEL_TODAY: Final = "performance-panel-today"
    PANEL_METRICS: Final = "performance-panel-metrics"
    PANEL_MONTHS: Final = "performance-panel-months"
    PANEL_COURSE: Final = "performance-panel-course"
    PANEL_WHY: Final = "performance-panel-why"
    PANEL_REGIMES: Final = "performance-panel-regimes"
    METRICS: Final = "performance-metrics"
    MONTHS: Final = "performance-months"
    ROLLING_COUNT: Final = "performance-rolling-count"
    ROLLED: Final = "performance-rolled"
    ROLLING: Final = "performance-rolling"
    UNDERWATER: Final = "performance-underwater"
    FALLS: Final = "performance-falls"
    GROUPING: Final = "performance-grouping"
    METHOD: Final = "performance-method"
    LINKING: Final = "performance-linking"
    FACTOR_SETS: Final = "performance-factor-sets"
    FACTOR_SETS_BOX: Final = "performance-factor-sets-box"  # hidden while the house has no sets
    FOLD: Final = "performance-fold"
    WHY: Final = "performance-why"
    REGIMES: Final = "performance-regimes"
    TICK: Final = "performance-tick"  # Interval, asks again while figures are being computed
    TICK_METRICS: Final = "performance-tick-metrics"
    TICK_MONTHS: Final = "performance-tick-months"
    TICK_COURSE: Final = "performance-tick-course"
    TICK_WHY: Final = "performance-tick-why"
    TICK_CHOSEN: Final = "performance-tick-chosen"
    TICK_REGIMES: Final = "performance-tick-regimes"
    EXPORTED: Final = "performance-exported"  # Store, name of the file that was saved last
    EXPORT_PDF: Final = "performance-export-pdf"
    EXPORT_XLSX: Final = "performance-export-xlsx"
    EXPORT_CSV: Final = "performance-export-csv"
    RETRY: Final = "performance-retry"
    NOTE: Final = "performance-note"  # what a figure means, beside the figure that is pointed at

    BLEND_ACTIONS: Final = "performance-blend-actions"
    BLEND_OPEN: Final = "performance-blend-open"
    BLEND_DELETE: Final = "performance-blend-delete"
    BLEND_DIALOG: Final = "performance-blend-dialog"
    BLEND_NAME: Final = "performance-blend-name"
    BLEND_RULE: Final = "performance-blend-rule"
    BLEND_ERRORS: Final = "performance-blend-errors"
    BLEND_SAVE: Final = "performance-blend-save"
    BLEND_CANCEL: Final = "performance-blend-cancel"

    @staticmethod
    def blend_part(number: int) -> str:
        """Benchmark that is one part of a new blend."""
        return f"performance-blend-part-{number}"

    @staticmethod
    def blend_share(number: int) -> str:
        """Share of one part of a new blend."""
        return f"performance-blend-share-{number}"

    @staticmethod
    def export(index: Any) -> Pattern:
        """Export of a chart; the index is ``<chart>:<format>[:<renderer>]``."""
        return pattern("performance-export", index)

    @staticmethod
    def chart(index: Any) -> str:
        """Plot of a chart that is drawn on request."""
        return f"performance-chart-{index}"
