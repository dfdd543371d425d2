"""Which ids does the page of risk use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Risk(metaclass=Frozen):
    """How much one portfolio may lose, where that comes from, and whether it is inside its limits."""

    PROBLEM: Final = "risk-problem"
    MAIN: Final = "risk-main"
    VIEW: Final = "risk-view"  # Store, the whole view as in the URL
    STATE: Final = "risk-state"  # Store, which report is shown: changes whenever the parts have to be drawn anew
    PICK: Final = "risk-pick"  # Store, the holding or group that stands out everywhere
    TICK: Final = "risk-tick"  # Interval, asks again while the report is being computed
    TICK_TESTS: Final = "risk-tick-tests"
    PORTFOLIO: Final = "risk-portfolio"
    LEAD: Final = "risk-lead"
    BADGE: Final = "risk-badge"
    STATUS: Final = "risk-status"
    RETRY: Final = "risk-retry"
    STAGE: Final = "risk-stage"  # what stands in the place of a report
    BODY: Final = "risk-body"
    FIGURES: Final = "risk-figures"
    LIMITS: Final = "risk-limits"
    CHOSEN: Final = "risk-chosen"  # the chip of what was chosen
    CHOSEN_CLEAR: Final = "risk-chosen-clear"
    TABS: Final = "risk-tabs"
    PANEL_SOURCES: Final = "risk-panel-sources"
    PANEL_LOSSES: Final = "risk-panel-losses"
    PANEL_STRUCTURE: Final = "risk-panel-structure"
    MEASURE: Final = "risk-measure"
    BY: Final = "risk-by"
    SCOPE: Final = "risk-scope"
    FACTOR_SETS: Final = "risk-factor-sets"
    FACTOR_SETS_BOX: Final = "risk-factor-sets-box"  # hidden while the house has no sets
    SPEED: Final = "risk-speed"  # share of a day's volume that would be sold
    SOURCES: Final = "risk-sources"
    SOURCES_PLOT: Final = "risk-sources-plot"
    SOURCES_TABLE: Final = "risk-sources-table"
    LEVEL: Final = "risk-level"
    HORIZON: Final = "risk-horizon"
    METHOD: Final = "risk-method"
    HISTOGRAM: Final = "risk-histogram"
    HISTOGRAM_PLOT: Final = "risk-histogram-plot"
    METHODS: Final = "risk-methods"
    METHODS_PLOT: Final = "risk-methods-plot"
    METHODS_TABLE: Final = "risk-methods-table"
    TESTS: Final = "risk-tests"
    TESTS_PLOT: Final = "risk-tests-plot"
    TESTS_TABLE: Final = "risk-tests-table"
    CORRELATIONS: Final = "risk-correlations"
    CORRELATIONS_PLOT: Final = "risk-correlations-plot"
    UNDERWATER: Final = "risk-underwater"
    UNDERWATER_PLOT: Final = "risk-underwater-plot"
    ROLLING: Final = "risk-rolling"
    ROLLED: Final = "risk-rolled"
    BENCHMARK_TABLE: Final = "risk-benchmark-table"
    LIQUIDITY_FACTS: Final = "risk-liquidity-facts"
    ROLLING_PLOT: Final = "risk-rolling-plot"
    FALLS: Final = "risk-falls"
    LIQUIDITY: Final = "risk-liquidity"
    LIQUIDITY_PLOT: Final = "risk-liquidity-plot"
    LIQUIDITY_TABLE: Final = "risk-liquidity-table"
    GROUP: Final = "risk-group"
    CONCENTRATION: Final = "risk-concentration"
    CONCENTRATION_PLOT: Final = "risk-concentration-plot"
    CONCENTRATION_TABLE: Final = "risk-concentration-table"
    NOTES: Final = "risk-notes"
    EXPORTED: Final = "risk-exported"  # Store, name of the file that was saved last
    EXPORT_PDF: Final = "risk-export-pdf"
    EXPORT_XLSX: Final = "risk-export-xlsx"
    EXPORT_CSV: Final = "risk-export-csv"

    @staticmethod
    def export(index: Any) -> Pattern:
        """Export of a chart; the index is ``<chart>:<format>[:<renderer>]``."""
        return pattern("risk-export", index)


class RiskEditor(metaclass=Frozen):
    """The dialogs that set limits, and that hand one to an optimization."""

    OPEN: Final = "risk-editor-open"
    DIALOG: Final = "risk-editor-dialog"
    ERRORS: Final = "risk-editor-errors"
    ROWS: Final = "risk-editor-rows"
    VERSION: Final = "risk-editor-version"  # Store, version of the portfolio that the rows were read from
    ADD: Final = "risk-editor-add"
    ADD_METRIC: Final = "risk-editor-add-metric"
    SAVE: Final = "risk-editor-save"
    CANCEL: Final = "risk-editor-cancel"
    USE_DIALOG: Final = "risk-use-dialog"
    USE_BODY: Final = "risk-use-body"
    USE_GO: Final = "risk-use-go"
    USE_CLOSE: Final = "risk-use-close"
    USE_LINK: Final = "risk-use-link"  # Store, where the constraint can be used

    @staticmethod
    def field(index: Any) -> Pattern:
        """One field of a row; the index is ``<row>:<field>``."""
        return pattern("risk-editor-field", index)

    @staticmethod
    def remove(index: Any) -> Pattern:
        """Take a row away; the index is the row."""
        return pattern("risk-editor-remove", index)

    @staticmethod
    def use(index: Any) -> Pattern:
        """Use a limit as a constraint; the index is the limit's id."""
        return pattern("risk-limit-use", index)


class RiskCourse(metaclass=Frozen):
    """The course of a limit: a small one on its card, and the dialog with all days."""

    TICK: Final = "risk-course-tick"  # Interval, asks again while missing days are computed
    DIALOG: Final = "risk-course-dialog"
    BODY: Final = "risk-course-body"
    PLOT: Final = "risk-course-plot"
    OPENED: Final = "risk-course-opened"  # Store, the limit whose course is shown
    CLOSE: Final = "risk-course-close"
    SAVE: Final = "risk-course-save"
    HOUSE: Final = "risk-house-limits"  # how the limits of house and client stand, which are judged elsewhere
    SAVED: Final = "risk-course-saved"  # Store, name of the file that was saved last

    @staticmethod
    def spark(index: Any) -> Pattern:
        """The small course on a card, which is pressed for the dialog; the index is the limit's id."""
        return pattern("risk-course-spark", index)

    @staticmethod
    def export(index: Any) -> Pattern:
        """Export of the drawn course; the index is the format."""
        return pattern("risk-course-export", index)
