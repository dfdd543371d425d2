"""How is a rule or a set of risk budgets solved on a bare covariance, with its proof looked at?"""

from __future__ import annotations

import numpy as np

from engine.constraints.budget import Budget
from engine.kernel.forms import Estimates, RiskBudgetGoal, Universe
from engine.optimize.compile import compile_limits
from engine.optimize.rule_core import RuleCore

PARITY = RiskBudgetGoal()


def core_of(covariance, goal=PARITY, limits=(), current=None, sectors=None):
    count = len(covariance)
    assets = tuple(f"A{i}" for i in range(count))
    universe = Universe(assets, sectors or {name: f"S{i % 3}" for i, name in enumerate(assets)}, current)
    given_limits = limits if any(isinstance(item, Budget) for item in limits) else (Budget(), *limits)
    return RuleCore(Estimates(np.full(count, 0.05), covariance), compile_limits(given_limits, universe), 0.0, goal)


def solved(core, goal, box=None):
    answer = core.solve(goal, box)
    assert answer.outcome == "solved", answer.refusal
    kkt = core.residuals(goal, answer, answer.weights_frac, (core.limits.lower_frac, core.limits.upper_frac))
    assert kkt.worst <= 1e-8, kkt
    assert abs(answer.weights_frac.sum() - core.limits.net_frac) <= 1e-9
    return answer
