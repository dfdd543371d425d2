"""Which ids do the pages of the market explorer use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Market(metaclass=Frozen):
    """The list of all assets."""

    PROBLEM: Final = "market-problem"
    MAIN: Final = "market-main"
    VIEW: Final = "market-view"  # Store, the class of the URL
    LEAD: Final = "market-lead"
    SEARCH: Final = "market-search"
    TABLE: Final = "market-table"
    LIST: Final = "market-list"
    EMPTY: Final = "market-empty"
    FOUND: Final = "market-found"  # how many fit, read out

    @staticmethod
    def pill(index: Any) -> Pattern:
        """Filter pill; the index is the asset class."""
        return pattern("market-pill", index)


class MarketSymbol(metaclass=Frozen):
    """One asset of the market."""

    PROBLEM: Final = "market-symbol-problem"
    MAIN: Final = "market-symbol-main"
    SYMBOL: Final = "market-symbol-symbol"  # Store, the symbol of the address
    VIEW: Final = "market-symbol-view"  # Store, {range, frequency, sessions, adjust, scale, compare}, as in the URL
    ZOOM: Final = "market-symbol-zoom"  # Store, {start, end} of the part that is zoomed into, as in the URL
    SHOWN: Final = "market-symbol-shown"  # Store, the adjustment that is drawn
    HEADER: Final = "market-symbol-header"
    FIGURES: Final = "market-symbol-figures"
    RANGE: Final = "market-symbol-range"
    RANGE_BOX: Final = "market-symbol-range-box"  # hidden by the minute
    SESSIONS: Final = "market-symbol-sessions"
    SESSIONS_BOX: Final = "market-symbol-sessions-box"  # shown by the minute alone
    FREQUENCY: Final = "market-symbol-frequency"
    ADJUST: Final = "market-symbol-adjust"
    ADJUST_BOX: Final = "market-symbol-adjust-box"  # hidden by the minute
    ADJUST_SENTENCE: Final = "market-symbol-adjust-sentence"
    SCALE: Final = "market-symbol-scale"
    COMPARE: Final = "market-symbol-compare"
    COMPARE_SENTENCE: Final = "market-symbol-compare-sentence"
    CHART: Final = "market-symbol-chart"
    PLOT: Final = "market-symbol-plot"
    COMPARED: Final = "market-symbol-compared"
    COMPARED_BOX: Final = "market-symbol-compared-box"
    COMPARED_PLOT: Final = "market-symbol-compared-plot"
    EVENTS: Final = "market-symbol-events"
    QUALITY: Final = "market-symbol-quality"
    SOURCE: Final = "market-symbol-source"
    EXPORT_CSV: Final = "market-symbol-export-csv"
    EXPORT_XLSX: Final = "market-symbol-export-xlsx"
    EXPORTED: Final = "market-symbol-exported"  # Store, name of the file that was saved last

    @staticmethod
    def export(index: Any) -> Pattern:
        """Export of a chart; the index is ``<chart>:<format>[:<renderer>]``."""
        return pattern("market-symbol-export", index)
