"""Which trades follow from inputs, a wish and what was chosen of its rows, exact to the cent?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

import numpy as np

from engine.rebalance.along import PartPoint, deviation, points_along
from engine.rebalance.costs import TradeCosts
from engine.rebalance.goal import outside_band
from engine.rebalance.problem import RebalanceProblem
from engine.rebalance.whole import whole_trades
from services.compliance.state_risk import PERIODS_A_YEAR
from services.messages.rebalancing import RebalancingChoices, RebalancingFigures, RebalancingWish, RowChoice
from services.portfolio_facts import FloatArray
from services.rebalancing_inputs import RebalancingInputs
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from engine.rebalance.result import WholeTrades

CENT = Decimal("0.01")
PARTS_FRAC = tuple(step / 20 for step in range(21))


@dataclass(frozen=True, eq=False)
class Plan:
    """Trades of each row, in units, with their money; parallel to the rows of the inputs.

    Parameters
    ----------
    proposed : tuple of Decimal
        Before anybody chose otherwise.
    quantities, values_ccy, costs_ccy : tuple of Decimal
        Values and costs to the cent.
    reasons : tuple of str or None
        Why nothing is traded.

    """

    inputs: RebalancingInputs
    found: WholeTrades
    reserve_ccy: Decimal
    proposed: tuple[Decimal, ...]
    quantities: tuple[Decimal, ...]
    values_ccy: tuple[Decimal, ...]
    costs_ccy: tuple[Decimal, ...]
    choices: Mapping[str, RowChoice]
    reasons: tuple[str | None, ...]
    before: RebalancingFigures
    after: RebalancingFigures
    points: tuple[PartPoint, ...]

    @property
    def cash_after_ccy(self) -> Decimal:
        """Cash in the base currency after trades and costs."""
        return self.inputs.cash_ccy - sum(self.values_ccy, ZERO) - sum(self.costs_ccy, ZERO)

    @property
    def cost_ccy(self) -> Decimal:
        """What all trades cost beside their prices."""
        return sum(self.costs_ccy, ZERO)


def plan_of(inputs: RebalancingInputs, wish: RebalancingWish, choices: RebalancingChoices) -> Plan:
    """Return the trades.

    What is chosen of a row stands; the other rows are traded as they were proposed, or, where the choices ask for it,
    found anew around what was chosen.
    """
    chosen = {one.symbol: one for one in choices.rows}
    reserve = (Decimal(repr(wish.reserve_frac)) * inputs.whole_ccy).quantize(CENT)
    problem = _problem(inputs, wish, reserve)
    found = whole_trades(problem)
    proposed = tuple(_units(one) for one in found.quantities)
    if choices.fits_rest and chosen:
        again = whole_trades(_around(problem, inputs, chosen))
        found, rest = again, tuple(_units(one) for one in again.quantities)
    else:
        rest = proposed
    quantities = tuple(
        _chosen(chosen.get(row.asset.symbol), units) for row, units in zip(inputs.rows, rest, strict=True)
    )
    values = tuple(
        (units * row.price_ccy).quantize(CENT, rounding=ROUND_HALF_EVEN)
        for row, units in zip(inputs.rows, quantities, strict=True)
    )
    costs = tuple(
        Decimal(repr(float(one))).quantize(CENT, rounding=ROUND_HALF_EVEN)
        for one in problem.costs.of(np.array([float(value) for value in values]))
    )
    plan = Plan(
        inputs=inputs,
        found=found,
        reserve_ccy=reserve,
        proposed=proposed,
        quantities=quantities,
        values_ccy=values,
        costs_ccy=costs,
        choices=chosen,
        reasons=_reasons(problem, inputs, quantities),
        before=_figures(inputs, problem, inputs.cash_ccy, problem.weights_frac),
        after=_figures(inputs, problem, inputs.cash_ccy, problem.weights_frac),
        points=points_along(problem, _own(inputs), PARTS_FRAC),
    )
    after = np.array([float(row.quantity + units) for row, units in zip(inputs.rows, quantities, strict=True)])
    weights = after * problem.prices_ccy / problem.whole_ccy
    return replace(
        plan,
        after=_figures(inputs, problem, plan.cash_after_ccy, weights),
        points=tuple(_with_others(inputs, problem, point) for point in plan.points),
    )


def _problem(inputs: RebalancingInputs, wish: RebalancingWish, reserve: Decimal) -> RebalanceProblem:
    rows = inputs.rows
    daily = np.zeros(len(rows))
    if inputs.covariance_annual is not None:
        daily = np.sqrt(np.maximum(np.diag(inputs.covariance_annual)[: len(rows)], 0.0) / PERIODS_A_YEAR)
    volumes = np.array([one.volume_ccy for one in rows])
    impacts = np.zeros(len(rows))
    known = np.isfinite(volumes) & (volumes > 0.0)
    impacts[known] = wish.impact_coefficient * daily[known] / np.sqrt(volumes[known])
    emphasis = None
    if daily.size and (daily > 0.0).any():
        usual = float(np.median(daily[daily > 0.0]))
        emphasis = np.clip(np.where(daily > 0.0, daily, usual) / usual, 0.2, 5.0)
    return RebalanceProblem(
        symbols=tuple(one.asset.symbol for one in rows),
        prices_ccy=np.array([float(one.price_ccy) for one in rows]),
        quantities=np.array([float(one.quantity) for one in rows]),
        lots=np.array([float(one.lot) for one in rows]),
        targets_frac=np.array([one.target_frac for one in rows]),
        whole_ccy=float(inputs.whole_ccy),
        cash_ccy=float(inputs.cash_ccy),
        reserve_ccy=float(reserve + CENT * len(rows)),  # each row's value and cost are rounded to the cent
        costs=TradeCosts(
            fixed_ccy=float(wish.commission_ccy),
            commission_frac=wish.commission_frac,
            half_spreads_frac=np.array([one.half_spread_frac for one in rows]),
            impacts=impacts,
        ),
        least_trade_ccy=float(wish.least_trade_ccy),
        unbought=np.array([one.unbought is not None for one in rows]),
        unsold=np.array([one.unsold is not None for one in rows]),
        emphasis=emphasis,
        band_frac=wish.band_frac,
        band_goal=wish.band_goal,
        part_frac=wish.part_frac,
        is_short_allowed=inputs.is_short_allowed,
    )


def _around(problem: RebalanceProblem, inputs: RebalancingInputs, chosen: Mapping[str, RowChoice]) -> RebalanceProblem:
    """Return the problem of the rows that nobody chose anything of, after the trades that were chosen."""
    is_fixed = np.array([_is_fixed(chosen.get(one.asset.symbol)) for one in inputs.rows])
    units = np.array(
        [
            float(_chosen(chosen.get(one.asset.symbol), ZERO)) if fixed else 0.0
            for one, fixed in zip(inputs.rows, is_fixed, strict=True)
        ]
    )
    values = units * problem.prices_ccy
    return replace(
        problem,
        cash_ccy=problem.cash_ccy - float(values.sum()) - float(problem.costs.of(values).sum()),
        unbought=~problem.may_buy() | is_fixed,
        unsold=~problem.may_sell() | is_fixed,
    )


def _is_fixed(choice: RowChoice | None) -> bool:
    return choice is not None and (choice.is_held or choice.quantity is not None)


def _chosen(choice: RowChoice | None, units: Decimal) -> Decimal:
    if choice is None:
        return units
    if choice.is_held:
        return ZERO
    return units if choice.quantity is None else choice.quantity


def _units(quantity: float) -> Decimal:
    """Return units as they were held or as a whole number, without the noise of a product."""
    nearest = round(quantity)
    return Decimal(nearest) if abs(quantity - nearest) < 1e-9 else Decimal(repr(round(float(quantity), 9)))


def _reasons(
    problem: RebalanceProblem, inputs: RebalancingInputs, quantities: tuple[Decimal, ...]
) -> tuple[str | None, ...]:
    """Return why rows are not traded, as far as it is not that they stand at their target."""
    is_out = outside_band(problem)
    now = problem.weights_frac
    found: list[str | None] = []
    for place, (row, units) in enumerate(zip(inputs.rows, quantities, strict=True)):
        wants_more = problem.targets_frac[place] > now[place]
        away_ccy = abs(problem.targets_frac[place] - now[place]) * problem.part_frac * problem.whole_ccy
        said = None
        if units == 0 and now[place] != problem.targets_frac[place]:
            if not is_out[place]:
                said = "Within its band."
            elif wants_more and row.unbought:
                said = row.unbought
            elif not wants_more and row.unsold:
                said = row.unsold
            elif away_ccy < problem.least_trade_ccy:
                said = "Smaller than the smallest trade."
            elif away_ccy < float(row.price_ccy * row.lot):
                said = "Less than one lot away." if row.lot != 1 else "Less than one share away."
            else:
                said = "Left alone: cash or costs leave no room."
        found.append(said)
    return tuple(found)


def _own(inputs: RebalancingInputs) -> FloatArray | None:
    count = len(inputs.rows)
    return None if inputs.covariance_annual is None else inputs.covariance_annual[:count, :count]


def _with_others(inputs: RebalancingInputs, problem: RebalanceProblem, point: PartPoint) -> PartPoint:
    """Return a point with the risk of balances in other currencies."""
    if inputs.covariance_annual is None or not inputs.others_frac.size:
        return point
    from engine.rebalance.goal import goal_weights

    goal = goal_weights(problem.partly(point.part_frac))
    risk = deviation(inputs.covariance_annual, np.append(goal, inputs.others_frac))
    return replace(point, volatility_annual_frac=risk)


def _figures(
    inputs: RebalancingInputs, problem: RebalanceProblem, cash: Decimal, weights: FloatArray
) -> RebalancingFigures:
    whole = np.append(weights, inputs.others_frac)
    away = np.append(weights - problem.targets_frac, np.zeros(inputs.others_frac.size))
    return RebalancingFigures(
        cash_ccy=cash.quantize(CENT),
        cash_frac=float(cash / inputs.whole_ccy),
        volatility_annual_frac=deviation(inputs.covariance_annual, whole),
        tracking_error_annual_frac=deviation(inputs.covariance_annual, away),
    )
