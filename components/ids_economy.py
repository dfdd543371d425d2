"""Which ids does the page of economic series use?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class Economy(metaclass=Frozen):
    """The list of economic series, and one of them with its releases."""

    PROBLEM: Final = "economy-problem"
    MAIN: Final = "economy-main"
    VIEW: Final = "economy-view"  # Store, {series, reading, known_on}, as in the URL
    LEAD: Final = "economy-lead"
    LIST: Final = "economy-list"
    EMPTY: Final = "economy-empty"
    TABLE: Final = "economy-table"
    SHOWN: Final = "economy-shown"  # the part below the list
    SHOWN_PROBLEM: Final = "economy-shown-problem"
    READING: Final = "economy-reading"
    KNOWN_ON: Final = "economy-known-on"
    KNOWN_ON_BOX: Final = "economy-known-on-box"
    CHART: Final = "economy-chart"
    PLOT: Final = "economy-plot"
    PERIODS: Final = "economy-periods"
    PERIODS_NOTE: Final = "economy-periods-note"
    RELEASES: Final = "economy-releases"
    SOURCE: Final = "economy-source"
