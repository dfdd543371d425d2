"""Which road does a goal take under its limits?

| goal or limit | road |
|---|---|
| variance, Sharpe ratio, return at a risk, utility, tracking error; linear limits, costs | quadratic programs by λ |
| the same with risk ceilings or market impact; worst case | Clarabel, cones |
| tail measures | linear programs over the scenarios that matter |
| ceilings on tail measures | cuts around any of them |
| risk budgets under ceilings | Clarabel, cones; cuts at the answer |
| diversification ratio | as a Sharpe ratio, with volatilities in place of expected returns |
| risk budgets, rules | their own |
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.kernel.forms import (
    DiversificationGoal,
    Estimates,
    Goal,
    RatioGoal,
    RiskBudgetGoal,
    RiskLimit,
    RobustGoal,
    RuleGoal,
    TailGoal,
    TailLimit,
    TradingCosts,
)
from engine.optimize.compile import LimitSet
from engine.optimize.convex import ConvexCore
from engine.optimize.core import Core


def road(
    estimates: Estimates, limits: LimitSet, risk_free_annual_frac: float, goal: Goal, costs: TradingCosts | None
) -> tuple[Core, Goal]:
    """Return the core that solves a goal under limits, and the goal as that core knows it."""
    if isinstance(goal, DiversificationGoal):
        spread = np.sqrt(np.maximum(estimates.variances_annual, 0.0))
        estimates, risk_free_annual_frac, goal = replace(estimates, returns_annual_frac=spread), 0.0, RatioGoal()

    def make(within: LimitSet) -> Core:
        if isinstance(goal, TailGoal):
            if within.risks or (costs is not None and costs.has_impact):
                from engine.optimize.tail_conic import TailConicCore

                return TailConicCore(estimates, within, risk_free_annual_frac, costs)
            from engine.optimize.tail import TailCore

            return TailCore(estimates, within, risk_free_annual_frac, costs)
        if isinstance(goal, RiskBudgetGoal | RuleGoal):
            from engine.optimize.rule_core import RuleCore

            return RuleCore(estimates, within, risk_free_annual_frac, goal, costs)
        if within.risks or isinstance(goal, RobustGoal) or (costs is not None and costs.has_impact):
            from engine.optimize.conic import ConicCore

            return ConicCore(estimates, within, risk_free_annual_frac, costs)
        return ConvexCore(estimates, within, risk_free_annual_frac, costs)

    curved: tuple[TailLimit | RiskLimit, ...] = limits.tails
    if isinstance(goal, RiskBudgetGoal | RuleGoal):
        curved = (*curved, *limits.risks)
    if not curved:
        return make(limits), goal
    if isinstance(goal, RiskBudgetGoal):
        from engine.optimize.budget_ceilings import BudgetCeilings

        return BudgetCeilings(limits, curved, make), goal
    from engine.optimize.cuts import CutCore

    return CutCore(limits, curved, make), goal
