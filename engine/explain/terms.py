"""What pulls each weight up and what holds it down, as terms that sum to zero?

The conditions of Karush (1939) at the answer, a Σw - λ e + Σ y_k ∇g_k + z = 0 for each asset, divided by λ: the
expected return e_i, less what the asset's risk takes off, less trading costs, less each limit's part, less its own
bound. Where return has no part they are divided by the volatility instead: the risk term is the marginal volatility.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.explain.piece import Piece, Sides, pulls_of, sides_of
from engine.explain.result import LimitTerm, Unit, WeightTerms
from engine.explain.state import Solved
from engine.explain.words import why
from engine.kernel.forms import ActiveRiskGoal, DiversificationGoal, Matrix, Vector
from engine.optimize.convex import ConvexCore
from engine.optimize.convex_answer import ConvexAnswer

NOTHING = 1e-12
NO_RISK = 1e-6
LEAST_RISK = 1e-3  # of a typical asset's: below it a volatility has no slope worth stating


@dataclass(frozen=True, eq=False)
class Balance:
    """The balance of all assets; every part in scaled units of the conditions, positive pulls a weight up.

    Attributes
    ----------
    weights, reward, risk, costs, bound
        Shape (n,); the weights are those that the parts are about, exact to rounding.
    limits
        Name and kind of a limit to its part, shape (n,).
    tilt
        λ in scaled units, the multiplier of a return floor included; 0 where return has no part.
    scale
        What the parts are multiplied by for the unit.

    """

    weights: Vector
    reward: Vector
    risk: Vector
    costs: Vector
    bound: Vector
    limits: dict[tuple[str, str], Vector]
    tilt: float
    scale: float
    unit: Unit

    @property
    def residual(self) -> Vector:
        """The sum of all parts, shape (n,)."""
        return self.reward + self.risk + self.costs + self.bound + sum(self.limits.values(), np.zeros(len(self.risk)))


def balance_of(solved: Solved, core: ConvexCore, piece: Piece | None) -> Balance:
    """Return the balance at an answer with multipliers, from its stretch where there is one."""
    answer, box, weights = solved.answer, solved.answered.box, solved.weights
    assert answer.row_duals is not None
    assert answer.bound_duals is not None
    count, rows = len(weights), core.lifted
    heights = len(rows.matrix) - len(rows.places)
    is_linear = bool(np.isinf(answer.tilt))
    tilt = 1.0 if is_linear else answer.tilt
    if piece is None:
        duals, sides = answer.row_duals[:heights], sides_of(core, solved.goal, answer, box)
    else:
        tilt, sides = piece.tilt_of(piece.base), piece.sides
        along = np.array([1.0, tilt, 0.0])
        weights, duals = piece.base.weights @ along, piece.base.duals @ along
    curved = _curved(core, answer, weights)
    linear_risk = np.zeros(count) if is_linear else core.pull_of(weights)
    if isinstance(solved.goal, ActiveRiskGoal) and core.benchmark_frac is not None:
        linear_risk = core.pull_of(weights - core.benchmark_frac)
    risk = -linear_risk - curved.pop(("", ""), np.zeros(count))
    whole = tilt - float(duals[rows.RETURN_FLOOR])
    reward = whole * core.excess
    others = [at for at in np.flatnonzero(duals).tolist() if at != rows.RETURN_FLOOR]
    assert answer.weights_frac is not None
    own, parts = _cost_row(core, answer.weights_frac, count)
    fixed = reward + risk - duals[others] @ rows.matrix[others, :count] - sum(curved.values(), np.zeros(count))
    shares = _shares(core, sides, duals, whole, fixed + whole * own, count)
    limits: dict[tuple[str, str], Vector] = {}
    for at in others:
        name, kind = _named(core, at)
        pull = -rows.matrix[at, :count]
        if len(rows.places):
            pull = pull + np.bincount(rows.places, rows.matrix[at, count:] * shares, count)
        limits[(name, kind)] = limits.get((name, kind), np.zeros(count)) + duals[at] * pull
    for key, slope in curved.items():
        limits[key] = limits.get(key, np.zeros(count)) - slope
    costs = whole * own
    if len(rows.places):
        costs = costs - whole * np.bincount(rows.places, parts * shares, count)
    rest = reward + risk + costs + sum(limits.values(), np.zeros(count))
    held = sides.is_low | sides.is_high | sides.is_fixed
    bound = np.where(held, -rest, 0.0)
    if is_linear or whole > NOTHING:
        scale = core.excess_scale / whole
        unit: Unit = "annual_return"
        if isinstance(solved.request.objective.compile(), DiversificationGoal):
            unit = "own_volatility"
    else:
        scale, unit = core.variance_scale / _risk(solved, core, weights), "marginal_volatility"
    return Balance(weights, reward, risk, costs, bound, limits, 0.0 if is_linear else whole, scale, unit)


def _risk(solved: Solved, core: ConvexCore, weights: Vector) -> float:
    """Return the risk that the goal is about; at the benchmark itself, which has no slope, that of the weights."""
    risk = core.volatility_annual_frac(weights)
    active = core.active_risk_annual_frac(weights) if isinstance(solved.goal, ActiveRiskGoal) else risk
    return max(active if active > NO_RISK * risk else risk, LEAST_RISK * float(np.sqrt(core.variance_scale)))


def _cost_row(core: ConvexCore, weights: Vector, count: int) -> tuple[Vector, Vector]:
    """Return what costs add to the scaled direction on weights, impact included, and on parts."""
    lift = core.lifted.lift(weights)
    return core.reward_slope(lift)[:count] - core.excess, core.direction[count:]


def _shares(core: ConvexCore, sides: Sides, duals: Vector, tilt: float, before: Vector, count: int) -> Vector:
    """Return for each part how much of its slope counts, 1 below its center, 0 above, between them at the kink.

    `before` is the balance with every part above its center; at a kink the share is what makes it zero.
    """
    shares = sides.is_below.astype(float)
    rows = core.lifted
    if not len(rows.places):
        return shares
    slopes = duals @ rows.matrix[: len(duals), count:] - tilt * core.direction[count:]
    # the floor's row is the direction, and its multiplier is counted in `tilt`
    slopes -= duals[rows.RETURN_FLOOR] * rows.matrix[rows.RETURN_FLOOR, count:]
    others = before + np.bincount(rows.places, slopes * shares, count)
    kinked = np.flatnonzero(sides.kink >= 0)
    part = sides.kink[kinked]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares[part] = np.clip(np.nan_to_num(-others[kinked] / slopes[part]), 0.0, 1.0)
    return shares


def _curved(core: ConvexCore, answer: ConvexAnswer, weights: Vector) -> dict[tuple[str, str], Vector]:
    """Return the slopes of ceilings on risk by name; those of a worst case, which are part of the risk, unnamed."""
    found: dict[tuple[str, str], Vector] = {}
    for key, center, strength in pulls_of(core, answer):
        found[key] = found.get(key, np.zeros(len(weights))) + strength * core.pull_of(weights - center)
    if answer.kink_slope is not None:
        found[("", "")] = answer.kink_slope
    return found


def _named(core: ConvexCore, at: int) -> tuple[str, str]:
    """Return name and kind of a lifted row."""
    limits, rows = core.limits, core.lifted
    if at == rows.BUDGET:
        return "Budget", "budget"
    number = at - rows.FIRST_ROW
    if number < len(limits.rows):
        return limits.rows[number].name, limits.rows[number].kind
    if rows.first_absolute >= 0 and 0 <= at - rows.first_absolute < len(limits.absolute_rows):
        absolute = limits.absolute_rows[at - rows.first_absolute]
        return absolute.name, absolute.kind
    return rows.names[at], "long_short"


def weight_terms(solved: Solved, core: ConvexCore, balance: Balance) -> tuple[WeightTerms, ...]:
    """Return the balance of every asset in the unit of the explanation."""
    scale, weights = balance.scale, balance.weights
    low, high = solved.answered.box
    residual = balance.residual * scale
    parts: Matrix = np.array([balance.reward, balance.risk, balance.costs, balance.bound]) * scale + 0.0
    names = list(balance.limits)
    amounts = np.array([balance.limits[name] for name in names]).reshape(len(names), len(weights)) * scale
    found = []
    for at, asset in enumerate(core.limits.universe.assets):
        reward, risk, costs, bound = parts[:, at].tolist()
        limits = tuple(
            LimitTerm(name=name[0], kind=name[1], amount=float(amounts[number, at]))
            for number, name in enumerate(names)
            if amounts[number, at] != 0.0
        )
        line = WeightTerms(
            asset=asset,
            weight_frac=float(weights[at]),
            reward=reward,
            risk=risk,
            costs=costs,
            limits=limits,
            bound=bound,
            residual=float(residual[at]),
            sentence="",
        )
        sentence = why(line, balance.unit, float(low[at]), float(high[at]))
        found.append(line.model_copy(update={"sentence": sentence}))
    return tuple(found)
