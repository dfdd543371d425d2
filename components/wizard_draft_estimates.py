"""Which parts of a draft say from what is estimated, what it is measured against, and whether in whole lots?"""

from __future__ import annotations

from typing import Any, Final

from components.ids import Estimates

OWN: Final = "own"
"""The choice of the portfolio's own benchmark."""

DEFAULTS: Final[dict[str, Any]] = {
    "benchmark": OWN,
    "prior": "market",
    "half_life": "252",
    "market_aversion": "",
    "market_sharpe": "",
    "premium": "",
    "capm_reference": "market",
    "tau": "0.05",
    "posterior": False,
    "decay": "0.97",
    "factors": "",
    "linkage": "ward",
    "budgets_by": "equal",
    "lots": False,
    "lot_size": "1",
    "capital": "",
    "views": [],
    "own_returns": {},
    "budgets": {},
    "budget_members": {},
}
"""What the product starts with; the last four are what is typed into tables."""

FIELDS: Final[dict[str, tuple[str, str]]] = {
    "benchmark": (Estimates.BENCHMARK, "value"),
    "prior": (Estimates.PRIOR, "value"),
    "half_life": (Estimates.HALF_LIFE, "value"),
    "market_aversion": (Estimates.MARKET_AVERSION, "value"),
    "market_sharpe": (Estimates.MARKET_SHARPE, "value"),
    "premium": (Estimates.PREMIUM, "value"),
    "capm_reference": (Estimates.CAPM_REFERENCE, "value"),
    "tau": (Estimates.TAU, "value"),
    "posterior": (Estimates.POSTERIOR, "value"),
    "decay": (Estimates.DECAY, "value"),
    "factors": (Estimates.FACTORS, "value"),
    "linkage": (Estimates.LINKAGE, "value"),
    "budgets_by": (Estimates.BUDGETS_BY, "value"),
    "lots": (Estimates.LOTS, "value"),
    "lot_size": (Estimates.LOT_SIZE, "value"),
    "capital": (Estimates.CAPITAL, "value"),
}
"""Part of the draft -> the component and property that show it."""

STEP_OF: Final[dict[str, int]] = dict.fromkeys(DEFAULTS, 1)
"""All of it is set beside the goal."""

TABLES: Final = frozenset({"views", "own_returns", "budgets"})
"""Parts whose rows share one place for messages."""
