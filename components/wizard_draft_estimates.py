"""Which parts of a draft say from what is estimated and measured, what is given from outside, and how it is proven?"""

from __future__ import annotations

from typing import Any, Final

from components.ids import Estimates, Own

OWN: Final = "own"
"""The choice of the portfolio's own benchmark."""

NOT_SET, CONSTANT, DATED = "not_set", "constant", "dated"
"""Whether there is a risk-free rate, and whether it changes with the date."""

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
    "repair": False,
    "proof": "standard",
    "impact": "0",
    "rate_kind": NOT_SET,
    "rates": "",
    "views": [],
    "own_returns": {},
    "budgets": {},
    "budget_members": {},
    "own_groups": {},
    "own_factors": {},
    "own_covariance": {},
}
"""What the product starts with; the last seven are what is typed into tables."""

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
    "repair": (Own.REPAIR, "value"),
    "proof": (Own.PROOF, "value"),
    "impact": (Own.IMPACT, "value"),
    "rate_kind": (Own.RATE_KIND, "value"),
    "rates": (Own.RATES, "value"),
}
"""Part of the draft -> the component and property that show it."""

_BESIDE_LIMITS: Final = frozenset({"proof", "own_groups", "own_factors"})
STEP_OF: Final[dict[str, int]] = {name: 2 if name in _BESIDE_LIMITS else 1 for name in DEFAULTS}
"""All but these is set beside the goal."""

TABLES: Final = frozenset({"views", "own_returns", "budgets", "own_groups", "own_factors", "own_covariance"})
"""Parts whose rows share one place for messages."""
