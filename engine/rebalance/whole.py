"""Which trades in whole lots come nearest to the goal while enough cash is left?

Let a_i be the value to be traded towards the goal, u_i the value of a lot, k_i ≥ 0 the lots traded in that direction.
Minimized is Σ emphasis_i |a_i - u_i k_i| + costs, with cash after trades and costs at least the reserve, whole k_i, at
most one lot past the goal, and every trade either nothing or at least the least trade. A mixed-integer linear program,
solved by HiGHS (Huangfu and Hall 2018, Parallelizing the dual revised simplex method); impact, which is convex, is
counted at the rate of the largest trade that an asset may make, so that cash is never overestimated.

Beyond `EXACT_MAX_COUNT` assets that trade, or where the program is not proven in its share of nodes and time, lots are
rounded by largest remainders and mended by single lots and swaps, and the relaxed program says how much is lost at
most.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Vector
from engine.rebalance.goal import given_up, goal_weights
from engine.rebalance.problem import RebalanceProblem
from engine.rebalance.result import Method, Outcome, WholeTrades
from engine.rebalance.rounded import rounded_lots
from engine.rebalance.steps import LotSteps

EXACT_MAX_COUNT = 60
NODES_MAX_COUNT = 4_000
TIME_LIMIT_S = 4.0
PROVEN_FRAC = 1e-6
"""Of net assets: what others could gain at most where trades count as proven."""
LEAST_RELATIVE_GAP = 1e-7
_EXACT: Method = "integer_program"


def whole_trades(problem: RebalanceProblem) -> WholeTrades:
    """Return the trades; see the module. Nothing is traded where even allowed sales do not raise the reserve."""
    goal = goal_weights(problem)
    for is_forced in (False, True):
        steps = _steps(problem, goal, is_forced=is_forced)
        found = _solved(steps, PROVEN_FRAC * problem.whole_ccy)
        if found is not None:
            return _told(problem, goal, steps, *found)
    nothing = np.zeros(problem.count)
    away = float(problem.importance @ np.abs(goal - problem.weights_frac)) * problem.whole_ccy
    return WholeTrades("no_cash", "integer_program", nothing, goal, away, away, problem.cash_ccy, 0.0)


def _steps(problem: RebalanceProblem, goal: Vector, *, is_forced: bool) -> LotSteps:
    """Return the lots that may be traded; when forced, everything that is not bought may be sold."""
    units = problem.prices_ccy * problem.lots
    wanted = (goal - problem.weights_frac) * problem.whole_ccy
    wanted = np.where(np.abs(wanted) < 1e-9 * problem.whole_ccy, 0.0, wanted)
    signs = np.sign(wanted)
    most = np.ceil(np.abs(wanted) / units - 1e-9)
    held_lots = np.floor(np.maximum(problem.quantities, 0.0) / problem.lots + 1e-9)
    short_lots = np.floor(np.maximum(-problem.quantities, 0.0) / problem.lots + 1e-9)
    if not problem.is_short_allowed:
        most = np.where(signs < 0, np.minimum(most, held_lots), most)
    if is_forced:
        is_sold = (signs <= 0) & problem.may_sell() & (held_lots > 0)
        most = np.where(is_sold, held_lots, most)
        signs = np.where(is_sold, -1.0, signs)
    shut = given_up(problem, goal)
    is_short = problem.quantities < 0.0
    most = np.where(shut & is_short & (signs > 0), np.minimum(most, short_lots), most)
    rates = problem.costs.rates(most * units)
    return LotSteps(
        wanted_ccy=np.abs(wanted),
        units_ccy=units,
        signs=signs,
        most=most,
        least=np.maximum(np.ceil(problem.least_trade_ccy / units - 1e-9), 1.0),
        rates_frac=rates,
        fixed_ccy=problem.costs.fixed_ccy,
        importance=problem.importance,
        room_ccy=problem.cash_ccy - problem.reserve_ccy,
    )


def _solved(steps: LotSteps, proven_ccy: float) -> tuple[NDArray[np.int64], float, Method, bool] | None:
    """Return lots, a lower bound, how they were found, and whether nothing comes nearer; None where nothing fits."""
    active = steps.active
    if not active.any():
        return None if steps.room_ccy < 0.0 else (steps.nothing(), steps.objective(steps.nothing()), _EXACT, True)
    if int(active.sum()) <= EXACT_MAX_COUNT:
        program = steps.program()
        answer = program.solve(nodes_count=NODES_MAX_COUNT, time_limit_s=TIME_LIMIT_S, gap=LEAST_RELATIVE_GAP)
        if answer.is_infeasible:
            return None
        if answer.lots is not None:
            lots = steps.kept(answer.lots)
            if lots is not None:
                is_proven = steps.objective(lots) - answer.bound_ccy <= proven_ccy
                return lots, answer.bound_ccy, _EXACT, is_proven
    lots = rounded_lots(steps)
    if lots is None:
        return None
    bound = max(steps.program().relaxed_ccy(), steps.apart_bound())
    return lots, bound, "largest_remainder", steps.objective(lots) - bound <= proven_ccy


def _told(
    problem: RebalanceProblem,
    goal: Vector,
    steps: LotSteps,
    lots: NDArray[np.int64],
    bound_ccy: float,
    method: Method,
    is_proven: bool,
) -> WholeTrades:
    quantities = steps.signs * lots * problem.lots
    left = problem.quantities + quantities
    rest_ccy = left * problem.prices_ccy
    is_odd = given_up(problem, goal) & problem.may_sell() & (left > 0.0) & (left < problem.lots)
    is_odd &= (np.abs(quantities) > 0.0) | (rest_ccy >= problem.least_trade_ccy)
    is_odd &= rest_ccy > problem.costs.of(rest_ccy)
    quantities = np.where(is_odd, -problem.quantities, quantities)
    values = quantities * problem.prices_ccy
    cost = float(problem.costs.of(values).sum())
    distance = steps.objective(lots)
    past = (steps.signs < 0.0) & (lots * steps.units_ccy >= steps.wanted_ccy + steps.units_ccy)
    outcome: Outcome = "proven" if is_proven else "near"
    return WholeTrades(
        outcome=outcome,
        method=method,
        quantities=np.asarray(quantities),
        goal_frac=goal,
        distance_ccy=distance,
        bound_ccy=min(bound_ccy, distance),
        cash_ccy=problem.cash_ccy - float(values.sum()) - cost,
        cost_ccy=cost,
        forced=tuple(int(place) for place in np.flatnonzero(past & (lots > 0))),
    )
