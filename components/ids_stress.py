"""Which ids does the page of stress tests use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Stress(metaclass=Frozen):
    """Stress tests of a portfolio."""

    PROBLEM: Final = "stress-problem"
    MAIN: Final = "stress-main"
    VIEW: Final = "stress-view"  # Store, {"portfolio", "group"}: which scenarios are drawn
    PICK: Final = "stress-pick"  # Store, {"portfolio", "scenario", "mode"}: which one is looked at
    CHOSEN: Final = "stress-chosen"  # Store, the position, sector or factor that the page follows
    CHOSEN_BOX: Final = "stress-chosen-box"  # its chip
    CHOSEN_CLEAR: Final = "stress-chosen-clear"
    PORTFOLIO: Final = "stress-portfolio"
    GROUP: Final = "stress-group"
    MODE: Final = "stress-mode"
    STATE: Final = "stress-state"
    RETRY: Final = "stress-retry"
    TICK: Final = "stress-tick"  # Interval, asks again while scenarios are being computed
    TICK_DETAIL: Final = "stress-tick-detail"
    BADGE: Final = "stress-badge"
    FIGURES: Final = "stress-figures"
    BARS: Final = "stress-bars"
    BARS_CHART: Final = "stress-bars-chart"
    LIBRARY: Final = "stress-library"
    DETAIL_WORDS: Final = "stress-detail-words"
    WATERFALL: Final = "stress-waterfall"
    WATERFALL_CHART: Final = "stress-waterfall-chart"
    SECTORS: Final = "stress-sectors"
    SECTORS_CHART: Final = "stress-sectors-chart"
    COURSE: Final = "stress-course"
    COURSE_CHART: Final = "stress-course-chart"
    FALL_CHART: Final = "stress-fall-chart"
    FACTORS_CHART: Final = "stress-factors-chart"
    COMPARED: Final = "stress-compared"
    COVERAGE: Final = "stress-coverage"
    TABS: Final = "stress-tabs"
    PANEL_RESULTS: Final = "stress-panel-results"
    PANEL_BUILDER: Final = "stress-panel-builder"
    PANEL_CHANCE: Final = "stress-panel-chance"
    PANEL_REPAIR: Final = "stress-panel-repair"

    BUILD: Final = "stress-build"  # Store, what stood in the builder when it was computed, as typed
    BUILD_KIND: Final = "stress-build-kind"
    BUILD_OTHERS: Final = "stress-build-others"
    BUILD_MOVES: Final = "stress-build-moves"
    BUILD_DAYS: Final = "stress-build-days"
    EQUITY: Final = "stress-build-equity"
    RATES: Final = "stress-build-rates"
    CREDIT: Final = "stress-build-credit"
    VOLATILITY: Final = "stress-build-volatility"
    OIL: Final = "stress-build-oil"
    USD: Final = "stress-build-usd"
    SLOPE: Final = "stress-build-slope"
    IG: Final = "stress-build-ig"
    EMERGING: Final = "stress-build-emerging"
    START: Final = "stress-build-start"
    END: Final = "stress-build-end"
    BUILD_RUN: Final = "stress-build-run"
    BUILD_ERRORS: Final = "stress-build-errors"
    BUILD_RESULT: Final = "stress-build-result"
    BUILD_TICK: Final = "stress-build-tick"
    BUILD_FACTORS_CHART: Final = "stress-build-factors-chart"
    BUILD_WATERFALL_CHART: Final = "stress-build-waterfall-chart"
    LAW: Final = "stress-law"  # Store, how the factors move together, from the report that is shown
    LIVE_METER: Final = "stress-live-meter"
    STALE: Final = "stress-build-stale"
    OWN: Final = "stress-own"
    OWN_CHOSEN: Final = "stress-own-chosen"  # Store, id of the kept scenario whose versions are shown
    OWN_DETAIL: Final = "stress-own-detail"
    OWN_VERSIONS: Final = "stress-own-versions"
    OWN_COMPARE: Final = "stress-own-compare"
    OWN_FIRST: Final = "stress-own-first"
    OWN_SECOND: Final = "stress-own-second"
    OWN_COMPARED: Final = "stress-own-compared"
    OWN_CLOSE: Final = "stress-own-close"
    EDIT_DIALOG: Final = "stress-edit-dialog"
    EDIT_ERRORS: Final = "stress-edit-errors"
    EDITED: Final = "stress-edited"  # Store, {"id", "row_version"} of the kept scenario in the dialog
    EDIT_NAME: Final = "stress-edit-name"
    EDIT_ABOUT: Final = "stress-edit-about"
    EDIT_SHARING: Final = "stress-edit-sharing"
    EDIT_SAVE: Final = "stress-edit-save"
    EDIT_CANCEL: Final = "stress-edit-cancel"
    OWN_NEWS: Final = "stress-own-news"  # Store, changes when a scenario of one's own was kept or deleted
    KEEP: Final = "stress-keep"
    KEEP_DIALOG: Final = "stress-keep-dialog"
    KEEP_ERRORS: Final = "stress-keep-errors"
    KEEP_AS: Final = "stress-keep-as"
    KEEP_NAME: Final = "stress-keep-name"
    KEEP_SHARING: Final = "stress-keep-sharing"
    KEEP_NOTE: Final = "stress-keep-note"
    KEEP_CONFIRM: Final = "stress-keep-confirm"
    KEEP_CANCEL: Final = "stress-keep-cancel"

    LOSS_SLIDE: Final = "stress-loss-slide"
    LOSS_WORDS: Final = "stress-loss-words"
    LOSS_SAME: Final = "stress-loss-same"
    LOSS_MORE: Final = "stress-loss-more"
    LOSS_ANSWER: Final = "stress-loss-answer"
    REVERSE_LOSS: Final = "stress-reverse-loss"
    REVERSE_BASIS: Final = "stress-reverse-basis"
    REVERSE_RUN: Final = "stress-reverse-run"
    REVERSE_ERRORS: Final = "stress-reverse-errors"
    REVERSE: Final = "stress-reverse"
    REVERSE_ASKED: Final = "stress-reverse-asked"  # Store, what was asked last
    REVERSE_TICK: Final = "stress-reverse-tick"
    REVERSE_CHART: Final = "stress-reverse-chart"
    REPAIR_LOSS: Final = "stress-repair-loss"
    REPAIR_TURNOVER: Final = "stress-repair-turnover"
    REPAIR_HEDGE: Final = "stress-repair-hedge"
    REPAIR_WHICH: Final = "stress-repair-which"
    REPAIR_WAY: Final = "stress-repair-way"
    REPAIR_RUN: Final = "stress-repair-run"
    REPAIR_ERRORS: Final = "stress-repair-errors"
    REPAIR: Final = "stress-repair"
    REPAIR_ASKED: Final = "stress-repair-asked"  # Store, what was asked last
    REPAIR_TICK: Final = "stress-repair-tick"
    REPAIR_CHART: Final = "stress-repair-chart"

    CHANCE_METHOD: Final = "stress-chance-method"
    CHANCE_DAYS: Final = "stress-chance-days"
    CHANCE_RUN: Final = "stress-chance-run"
    CHANCE: Final = "stress-chance"
    CHANCE_ERRORS: Final = "stress-chance-errors"
    CHANCE_ASKED: Final = "stress-chance-asked"  # Store, what was asked last
    CHANCE_TICK: Final = "stress-chance-tick"
    CHANCE_CHART: Final = "stress-chance-chart"
    BREAK_KIND: Final = "stress-break-kind"
    BREAK_STRENGTH: Final = "stress-break-strength"
    BREAK: Final = "stress-break"
    BREAK_TICK: Final = "stress-break-tick"
    BREAK_CHART: Final = "stress-break-chart"
    REDEEM_PART: Final = "stress-redeem-part"
    REDEEM_DAYS: Final = "stress-redeem-days"
    REDEEM_RUN: Final = "stress-redeem-run"
    REDEEM: Final = "stress-redeem"
    REDEEM_ERRORS: Final = "stress-redeem-errors"
    REDEEM_ASKED: Final = "stress-redeem-asked"  # Store, what was asked last
    REDEEM_TICK: Final = "stress-redeem-tick"
    REDEEM_CHART: Final = "stress-redeem-chart"

    EXPORTED: Final = "stress-exported"  # Store, name of the file that was saved last
    EXPORT_PDF: Final = "stress-export-pdf"
    EXPORT_CSV: Final = "stress-export-csv"
    EXPORT_XLSX: Final = "stress-export-xlsx"

    @staticmethod
    def card(index: Any) -> Pattern:
        """Card of a scenario in the library; the index is its id."""
        return pattern("stress-card", index)

    @staticmethod
    def slide(control_id: str) -> str:
        """Return the id of the slider beside a number."""
        return f"{control_id}-slide"

    @staticmethod
    def implied(control_id: str) -> str:
        """Return the id of the words beside a number that say what follows while it is empty."""
        return f"{control_id}-implied"

    @staticmethod
    def retry(index: Any) -> Pattern:
        """Button that asks a question again that failed; the index is the question's name."""
        return pattern("stress-retry", index)

    @staticmethod
    def own_versions(index: Any) -> Pattern:
        """Button that shows the versions of an own scenario; the index is its id."""
        return pattern("stress-own-versions", index)

    @staticmethod
    def own_edit(index: Any) -> Pattern:
        """Button that opens name and sharing of an own scenario; the index is its id."""
        return pattern("stress-own-edit", index)

    @staticmethod
    def own_restore(index: Any) -> Pattern:
        """Button that puts an earlier version in force again; the index is its number."""
        return pattern("stress-own-restore", index)

    @staticmethod
    def own_use(index: Any) -> Pattern:
        """Button that puts an own scenario into the builder; the index is its id."""
        return pattern("stress-own-use", index)

    @staticmethod
    def own_delete(index: Any) -> Pattern:
        """Button that puts an own scenario aside; the index is its id."""
        return pattern("stress-own-delete", index)

    @staticmethod
    def export(index: Any) -> Pattern:
        """Export of a chart; the index is ``<chart>:<format>[:<renderer>]``."""
        return pattern("stress-export", index)
