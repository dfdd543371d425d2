"""How do the limits lead, one by one, from the portfolio under the budget alone to the chosen one?

With P = Σ⁻¹ - Σ⁻¹11ᵀΣ⁻¹ / 1ᵀΣ⁻¹1, the conditions give w = w₀ + Σ P (what each limit adds to the balance), w₀ the
portfolio of the same λ under the budget alone; its own λ differs where the goal sets it, and that difference,
(λ - λ₀) P e, is a step of its own. Exact where Σ is regular; the balance is used as it stands, so nothing is attributed
by order.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from engine.explain.result import Split, SplitStep
from engine.explain.rules import Rule
from engine.explain.state import Solved
from engine.explain.terms import Balance
from engine.kernel.forms import ActiveRiskGoal, Matrix, RatioGoal, ReturnGoal, Vector
from engine.optimize.convex import ConvexCore
from engine.optimize.factor_matrix import dense_of

SINGULAR = 1e9
NOTE = "The shifts are exact. The figures along the way depend on the order, which is that of the request's limits."
SAME_PRICE = (
    "The goal has no best portfolio under the budget alone, so the way starts from the one at the same price of risk."
)


def split_of(solved: Solved, core: ConvexCore, balance: Balance, rules: list[Rule]) -> Split | str:
    """Return the split, or the sentence that says why there is none."""
    if balance.unit == "annual_return" and balance.tilt == 0.0:
        return "No split from the free portfolio: return alone decides, and without limits it has no best portfolio."
    count = len(solved.weights)
    quadratic = dense_of(core.curve)[:count, :count]
    if float(np.linalg.cond(quadratic)) > SINGULAR:
        return "No split from the free portfolio: the covariance is singular, so that it is not the only one."
    factor = linalg.cho_factor(quadratic)
    ones = np.ones(count)
    flat = linalg.cho_solve(factor, ones)
    unit = flat / flat.sum()

    def project(slopes: Matrix) -> Matrix:
        found = linalg.cho_solve(factor, slopes)
        found = found + linalg.cho_solve(factor, slopes - quadratic @ found)
        return np.asarray(found - np.multiply.outer(unit, found.sum(axis=0)))

    net = core.limits.net_frac
    still = unit * net
    if isinstance(solved.goal, ActiveRiskGoal) and core.benchmark_frac is not None:
        benchmark = core.benchmark_frac
        still = benchmark + unit * (net - float(benchmark.sum()))
    pull = project(core.excess)
    tilt, note = _own_tilt(solved, core, balance, still, pull), NOTE
    if tilt is None:
        tilt, note = balance.tilt, f"{SAME_PRICE} {NOTE}"
    start = still + tilt * pull
    named: list[tuple[str, str, Vector]] = []
    if balance.tilt != tilt:
        named.append(("Price of risk under all limits", "goal", (balance.tilt - tilt) * core.excess))
    if balance.costs.any():
        named.append(("Trading costs", "costs", balance.costs))
    if solved.answer.robust_dual > 0.0:
        named.append(("Worst case of the returns", "goal", balance.risk + core.pull_of(balance.weights)))
    order = {rule.name: place for place, rule in enumerate(rules)}
    rows = [(name, kind, part) for (name, kind), part in balance.limits.items() if kind != "budget"]
    rows += _bound_parts(balance, rules)
    named += sorted(rows, key=lambda item: order.get(item[0], len(order)))
    parts = np.array([part for *_, part in named]).reshape(len(named), count).T
    shifts = project(parts)
    chosen = balance.weights
    residual = float(np.abs(start + shifts.sum(axis=1) - chosen).max())
    along = start[:, None] + np.cumsum(shifts, axis=1)
    return Split(
        start_frac=tuple(start.tolist()),
        start=_step(solved, "Budget alone", "budget", np.zeros(count), start),
        steps=tuple(_step(solved, name, kind, shifts[:, at], along[:, at]) for at, (name, kind, _) in enumerate(named)),
        residual_frac=residual,
        note=note,
    )


def _bound_parts(balance: Balance, rules: list[Rule]) -> list[tuple[str, str, Vector]]:
    """Return the bounds' parts by the rule that sets them; what no rule names is together."""
    rest = balance.bound.copy()
    found: list[tuple[str, str, Vector]] = []
    for rule in rules:
        if rule.mask is not None:
            part = np.where(rule.mask & (np.sign(rest) == (-1.0 if rule.is_upper else 1.0)), rest, 0.0)
            rest = rest - part
            found.append((rule.name, rule.kind, part))
    if rest.any():
        found.append(("Weights that are set", "position_bounds", rest))
    return found


def _own_tilt(solved: Solved, core: ConvexCore, balance: Balance, still: Vector, pull: Vector) -> float | None:
    """Return the goal's λ under the budget alone; None where it has no best portfolio there."""
    goal = solved.goal
    floor = getattr(goal, "return_min_annual_frac", None)
    gain = float(core.excess @ pull)
    earned = float(core.excess @ still)
    if floor is not None:
        wanted = (floor - core.risk_free_annual_frac) / core.excess_scale
        return max(0.0, (wanted - earned) / gain) if gain > 0.0 else None
    variance = float(still @ core.pull_of(still))
    if isinstance(goal, RatioGoal):
        return variance / earned if earned > 0.0 else None
    if isinstance(goal, ReturnGoal):
        room = goal.volatility_max_annual_frac**2 / core.variance_scale - variance
        return float(np.sqrt(room / gain)) if room > 0.0 and gain > 0.0 else None
    return balance.tilt


def _step(solved: Solved, name: str, kind: str, shift: Vector, weights: Vector) -> SplitStep:
    estimates, rate = solved.inputs.estimates, solved.inputs.risk_free_annual_frac
    risk = estimates.volatility_annual_frac(weights)
    earned = float(estimates.returns_annual_frac @ weights) + rate * (1.0 - float(weights.sum()))
    return SplitStep(
        name=name,
        kind=kind,
        shifts_frac=tuple(shift.tolist()),
        return_annual_frac=earned,
        volatility_annual_frac=risk,
        sharpe=(earned - rate) / risk if risk > 0.0 else None,
    )
