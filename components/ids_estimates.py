"""Which ids do the wizard's estimates, views, risk budgets, benchmark and whole lots have?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class Estimates(metaclass=Frozen):
    """What the goal step holds beside the goal: from what it is estimated, and what it is measured against."""

    PASTED: Final = "wizard-tables-pasted"  # Store, rows read from a pasted text

    BENCHMARK: Final = "wizard-benchmark"
    BENCHMARK_BOX: Final = "wizard-benchmark-box"  # shown while a goal, an estimate or a limit needs a benchmark
    PRIOR: Final = "wizard-prior"
    HALF_LIFE: Final = "wizard-half-life"
    MARKET_AVERSION: Final = "wizard-market-aversion"
    MARKET_SHARPE: Final = "wizard-market-sharpe"
    PREMIUM: Final = "wizard-premium"
    CAPM_REFERENCE: Final = "wizard-capm-reference"
    TAU: Final = "wizard-tau"
    POSTERIOR: Final = "wizard-posterior"
    DECAY: Final = "wizard-decay"
    FACTORS: Final = "wizard-factors"
    LINKAGE: Final = "wizard-linkage"
    LOTS: Final = "wizard-lots"
    LOT_SIZE: Final = "wizard-lot-size"
    CAPITAL: Final = "wizard-capital"

    VIEWS: Final = "wizard-views"
    VIEWS_ADD: Final = "wizard-views-add"
    VIEWS_REMOVE: Final = "wizard-views-remove"
    VIEWS_PASTE: Final = "wizard-views-paste"
    VIEWS_PASTE_APPLY: Final = "wizard-views-paste-apply"
    VIEWS_PASTE_RESULT: Final = "wizard-views-paste-result"
    VIEWS_SAID: Final = "wizard-views-said"  # one sentence for each view, or what is wrong with it

    OWN_RETURNS: Final = "wizard-own-returns"
    RETURNS_PASTE: Final = "wizard-returns-paste"
    RETURNS_PASTE_APPLY: Final = "wizard-returns-paste-apply"
    RETURNS_PASTE_RESULT: Final = "wizard-returns-paste-result"

    BUDGETS_BY: Final = "wizard-budgets-by"
    BUDGETS: Final = "wizard-budgets"

    NOTICE: Final = "wizard-notice"  # what of the address could not be followed
    NO_EXCESS: Final = "wizard-no-excess"  # no Sharpe ratio can be maximized, with the way out
    NO_EXCESS_SAID: Final = "wizard-no-excess-said"
    CALMEST: Final = "wizard-calmest"  # takes the lowest volatility as the goal
