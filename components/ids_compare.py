"""Which ids does the page of portfolios side by side use?"""

from __future__ import annotations

from typing import Any, Final

from components.ids_base import Frozen, Pattern, pattern


class Compare(metaclass=Frozen):
    """Two to four portfolios, and what is told of them."""

    PROBLEM: Final = "compare-problem"
    MAIN: Final = "compare-main"
    VIEW: Final = "compare-view"  # Store, {"portfolios": [...], "currency"}, as in the address
    LEAD: Final = "compare-lead"
    CURRENCY: Final = "compare-currency"
    SHOWN: Final = "compare-shown"  # all cards below the choice
    WHY: Final = "compare-why"  # why there are none
    FIGURES: Final = "compare-figures"
    GROWTH: Final = "compare-growth"
    GROWTH_CHART: Final = "compare-growth-chart"
    FALLS: Final = "compare-falls"
    FALLS_CHART: Final = "compare-falls-chart"
    COMMON: Final = "compare-common"
    SECTORS: Final = "compare-sectors"
    HOLDINGS: Final = "compare-holdings"

    @staticmethod
    def portfolio(index: Any) -> Pattern:
        """Return the id of a choice; the index is its place."""
        return pattern("compare-portfolio", index)
