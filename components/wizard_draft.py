"""What does a fresh draft of an optimization hold, and which field shows which part of it?

A draft is what somebody typed, as text, so that nothing typed is ever lost: percentages stay percentages and a wrong
number stays the wrong number until it is mended. It never holds prices or results. Three parts are maps: own limits per
asset, limits per sector, and what was filled in from a portfolio, so that a field can say so while it still holds that.
"""

from __future__ import annotations

from typing import Any, Final

from components import wizard_draft_estimates
from components.ids import Wizard

STEPS: Final = ("Universe", "Goal", "Limits", "Review", "Run")
"""The steps in their order; their numbers in the address start at 1."""

HARD: Final = "hard"
"""A limit that must hold; the other choices are priorities of a soft one, the larger of which gives way first."""

MORE: Final = "more"
"""The goal that stands for what is chosen under More goals."""

DEFAULTS: Final[dict[str, Any]] = {
    "version": 1,
    "origin": "",
    "source": "assets",
    "portfolio_id": None,
    "assets": [],
    "goal": "max_sharpe",
    "risk_max": "20",  # most large stocks reach it together; 12% they do not
    "return_min": "8",
    "risk_free": "0",
    "returns_kind": "historical_mean",
    "covariance_kind": "sample",
    "lookback": "1260",
    "as_of": "",
    "min": "1",
    "max": "25",
    "zero_or_min": False,
    "keep_rules": True,
    "long_short": False,
    "gross_max": "160",
    "short_max": "30",
    "short_position_max": "10",
    "net": "100",
    "prefilled": {},
    "bounds": {},
    "sectors": {},
    "name": "",
    "goal_more": "min_max_drawdown",
    "risk_aversion": "4",
    "uncertainty": "1",
    "level": "95",
    "floor": "",
    "costs": False,
    "spread": "0.1",
    "holding_period": "252",
    "turnover_max": "",
    "turnover_soft": HARD,
    "tracking_max": "",
    "tracking_soft": HARD,
    "volatility_max": "",
    "volatility_soft": HARD,
    "cvar_max": "",
    "cvar_soft": HARD,
    "esg_min": "",
    "esg_soft": HARD,
    "count_min": "",
    "count_max": "",
    "trade_min": "",
    "applied": "",
    "others": [],
    "kept": {},
    **wizard_draft_estimates.DEFAULTS,
}
"""The product's starting point: positions from 1% to 25%, long-only, fully invested, five years of daily history."""

FIELDS: Final[dict[str, tuple[str, str]]] = {
    "source": (Wizard.SOURCE, "value"),
    "portfolio_id": (Wizard.PORTFOLIO, "value"),
    "goal": (Wizard.GOAL, "value"),
    "risk_max": (Wizard.RISK_MAX, "value"),
    "return_min": (Wizard.RETURN_MIN, "value"),
    "risk_free": (Wizard.RISK_FREE, "value"),
    "returns_kind": (Wizard.RETURNS_KIND, "value"),
    "covariance_kind": (Wizard.COVARIANCE_KIND, "value"),
    "lookback": (Wizard.LOOKBACK, "value"),
    "as_of": (Wizard.AS_OF, "value"),
    "min": (Wizard.POSITION_MIN, "value"),
    "max": (Wizard.POSITION_MAX, "value"),
    "zero_or_min": (Wizard.ZERO_OR_MIN, "value"),
    "keep_rules": (Wizard.KEEP_RULES, "value"),
    "long_short": (Wizard.LONG_SHORT, "value"),
    "gross_max": (Wizard.GROSS_MAX, "value"),
    "short_max": (Wizard.SHORT_MAX, "value"),
    "short_position_max": (Wizard.SHORT_POSITION_MAX, "value"),
    "net": (Wizard.NET, "value"),
    "name": (Wizard.NAME, "value"),
    "goal_more": (Wizard.GOAL_MORE, "value"),
    "risk_aversion": (Wizard.RISK_AVERSION, "value"),
    "uncertainty": (Wizard.UNCERTAINTY, "value"),
    "level": (Wizard.LEVEL, "value"),
    "floor": (Wizard.FLOOR, "value"),
    "costs": (Wizard.COSTS, "value"),
    "spread": (Wizard.SPREAD, "value"),
    "holding_period": (Wizard.HOLDING_PERIOD, "value"),
    "turnover_max": (Wizard.TURNOVER_MAX, "value"),
    "turnover_soft": (Wizard.TURNOVER_SOFT, "value"),
    "tracking_max": (Wizard.TRACKING_MAX, "value"),
    "tracking_soft": (Wizard.TRACKING_SOFT, "value"),
    "volatility_max": (Wizard.VOLATILITY_MAX, "value"),
    "volatility_soft": (Wizard.VOLATILITY_SOFT, "value"),
    "cvar_max": (Wizard.CVAR_MAX, "value"),
    "cvar_soft": (Wizard.CVAR_SOFT, "value"),
    "esg_min": (Wizard.ESG_MIN, "value"),
    "esg_soft": (Wizard.ESG_SOFT, "value"),
    "count_min": (Wizard.COUNT_MIN, "value"),
    "count_max": (Wizard.COUNT_MAX, "value"),
    "trade_min": (Wizard.TRADE_MIN, "value"),
    **wizard_draft_estimates.FIELDS,
}
"""Part of the draft -> the component and property that show it; the same order is used by assets/wizard.js."""

STEP_OF: Final[dict[str, int]] = {
    "assets": 0,
    "portfolio_id": 0,
    "source": 0,
    "goal": 1,
    "risk_max": 1,
    "return_min": 1,
    "risk_free": 1,
    "returns_kind": 1,
    "covariance_kind": 1,
    "lookback": 1,
    "as_of": 1,
    "goal_more": 1,
    "risk_aversion": 1,
    "uncertainty": 1,
    "level": 1,
    "floor": 1,
    "costs": 1,
    "spread": 1,
    "holding_period": 1,
    "name": 3,
    **wizard_draft_estimates.STEP_OF,
}
"""Part of the draft -> the step that it is typed in; everything else belongs to the limits."""


def step_of(key: str) -> int:
    """Return the 0-based step of a part of the draft, such as ``max`` or ``sectors.Energy.max``."""
    return STEP_OF.get(key.split(".", 1)[0], 2)
