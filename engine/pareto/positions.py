"""How good can a portfolio that a search found become without changing which positions it holds?

With the positions fixed the limits are convex: the least of one objective at the portfolio's own values of the others
is one program. What comes out is at least as good in everything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.kernel.forms import Matrix, TradingCosts, Vector
from engine.optimize.compile import LimitSet
from engine.optimize.inputs import Inputs
from engine.pareto.measures import HELD_FRAC, Measure
from engine.pareto.repair import LEAST_HELD_FRAC
from engine.pareto.search import Rules
from engine.pareto.sweep import GOAL_ORDER, Sweep

BETTER = 1e-9


def can_be_settled(measures: Sequence[Measure]) -> bool:
    """Return whether fixing the positions leaves convex objectives only: all but a number of holdings."""
    kinds = [one.kind for one in measures if one.form != "searched"]
    ratios = [one for one in measures if one.form == "searched" and one.kind != "holdings_count"]
    return not ratios and any(kind in GOAL_ORDER for kind in kinds)


def on_positions(
    measures: Sequence[Measure],
    inputs: Inputs,
    limits: LimitSet,
    costs: TradingCosts | None,
    rules: Rules,
    weights: Matrix,
    on_one: Callable[[], None],
) -> tuple[Matrix, int]:
    """Return the portfolios, shape (k, n), as good as their positions allow, and how many programs were solved.

    `on_one` is called after each; it may raise to stop.
    """
    convex = [one for one in measures if one.form != "searched"]
    made, solves_count = weights.copy(), 0
    for at, one in enumerate(weights):
        fixed = _fixed(limits, rules, one)
        sweep = Sweep(convex, inputs.estimates, fixed, inputs.risk_free_annual_frac, costs, breaks_ties=False)
        levels = [float(other.costs(one[None])[0]) for other in sweep.others]
        found = sweep.least(levels)
        solves_count += sweep.solves_count
        on_one()
        if found is None:
            continue
        before, after = (float(sweep.goal.costs(row[None])[0]) for row in (one, found))
        if after < before - BETTER * max(1.0, abs(before)) and rules.is_kept(found[None])[0]:
            made[at] = found
    return made, solves_count


def _fixed(limits: LimitSet, rules: Rules, weights: Vector) -> LimitSet:
    """Return the limits with each asset held within the interval where it is now."""
    lower, upper = limits.lower_frac.copy(), limits.upper_frac.copy()
    for place, intervals in limits.split.items():
        value = weights[place]
        lower[place], upper[place] = min(intervals, key=lambda one: max(one[0] - value, value - one[1], 0.0))
    out = (np.abs(weights) <= HELD_FRAC) & rules.repair.has_zero
    lower[out] = upper[out] = 0.0
    if limits.count is not None and limits.count.min_count:
        must = ~out & (lower <= 0.0) & (upper > LEAST_HELD_FRAC) & (weights > 0.0)
        lower[must] = LEAST_HELD_FRAC
    return replace(limits, lower_frac=lower, upper_frac=upper, split={}, count=None)
