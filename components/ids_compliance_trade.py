"""Which ids does the tab of the check before a trade use?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class ComplianceTrade(metaclass=Frozen):
    """Orders that are only looked at, and what rules and lists say to them."""

    PANEL: Final = "compliance-panel-trade"
    PORTFOLIO: Final = "compliance-trade-portfolio"
    SOURCE: Final = "compliance-trade-source"
    SOURCE_BOX: Final = "compliance-trade-source-box"
    ORDERS: Final = "compliance-trade-orders"
    ORDERS_BOX: Final = "compliance-trade-orders-box"
    CHECK: Final = "compliance-trade-check"
    PROBLEMS: Final = "compliance-trade-problems"
    ANSWER: Final = "compliance-trade-answer"
    ASKED: Final = "compliance-trade-asked"  # Store, what was asked last: {"portfolio", "source", "orders"}
    TICK: Final = "compliance-trade-tick"
