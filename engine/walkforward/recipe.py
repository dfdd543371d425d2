"""What does the recipe answer on one date of the past, with what was known then?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.constraints import Constraint
from engine.constraints.position_bounds import PositionBounds
from engine.estimators.black_litterman import BlackLitterman
from engine.kernel.errors import InputRefused
from engine.kernel.forms import Vector
from engine.objectives import Objective
from engine.optimize.compile import compile_limits
from engine.optimize.convex import ConvexCore
from engine.optimize.feasibility import find_obstacle
from engine.optimize.inputs import Given, read_inputs
from engine.optimize.softened import softened
from engine.optimize.solve import optimize
from engine.spec import OptimizationRequest
from engine.walkforward.history import Known

Alive = Callable[[], None]


@dataclass(frozen=True, eq=False)
class Answer:
    """Weights over the whole history's assets, shape (n,), with their promise; without weights, why not."""

    weights_frac: Vector | None
    return_annual_frac: float | None = None
    volatility_annual_frac: float | None = None
    message: str | None = None


@dataclass(frozen=True, eq=False)
class Recipe:
    """A request that can be asked on any date: the estimators, goal, limits and costs stay, the data are the date's."""

    request: OptimizationRequest
    given: Given
    assets: tuple[str, ...]
    alive: Alive

    def ask(self, known: Known, held_frac: Vector, objective: Objective | None = None) -> Answer:
        """Return the answer of `engine.optimize` to the present holdings, shape (n,), which sum with cash to 1."""
        if known.panel is None:
            return Answer(None, message="No asset has prices over the look-back window.")
        request = self.dated(known, objective)
        given = self.given
        try:
            found = optimize(
                request,
                known.panel,
                given.sectors,
                self.named(held_frac),
                lambda stage, share: self.alive(),
                facts=given.facts,
                risk_free=given.risk_free,
            )
        except InputRefused as refusal:
            return Answer(None, message=refusal.problems[0].message)
        if not found.status.has_weights or found.metrics is None:
            return Answer(None, message=found.message)
        weights = np.zeros(len(self.assets))
        weights[known.columns] = [line.weight_frac for line in found.weights]
        return Answer(weights, found.metrics.return_annual_frac, found.metrics.volatility_annual_frac)

    def frontier(self, known: Known, held_frac: Vector, places_count: int) -> list[Answer]:
        """Return portfolios evenly spaced in expected return from the least risk on, empty where there are none.

        They keep the linear limits, measured from the recipe's own holdings where a limit is on trades.
        """
        from engine.frontier.sweep import sweep

        if known.panel is None:
            return []
        request = self.dated(known)
        try:
            inputs = read_inputs(
                request,
                Given(
                    known.panel, self.given.sectors, self.named(held_frac), self.given.facts, self.given.risk_free, None
                ),
            )
        except InputRefused:
            return []
        limits = compile_limits(softened(request, inputs)[0], inputs.universe)
        if find_obstacle(limits) is not None:
            return []
        core = ConvexCore(inputs.estimates, limits, inputs.risk_free_annual_frac)
        found = []
        for point in sweep(core, places_count, lambda share: self.alive()):
            weights = np.zeros(len(self.assets))
            weights[known.columns] = point
            promise = core.return_annual_frac(point), core.volatility_annual_frac(point)
            found.append(Answer(weights, *promise))
        return found

    def named(self, held_frac: Vector) -> Mapping[str, float]:
        """Return holdings by asset."""
        return dict(zip(self.assets, held_frac.tolist(), strict=True))

    def dated(self, known: Known, objective: Objective | None = None) -> OptimizationRequest:
        """Return the request for one date: its assets, the whole of its window, nothing of later dates."""
        assert known.panel is not None
        names = known.panel.assets
        request = self.request
        wanted: dict[str, object] = {"lookback_days": known.panel.observations_count}
        returns = request.estimates.expected_returns
        if isinstance(returns, BlackLitterman) and len(names) < len(self.assets):
            wanted["expected_returns"] = _views_among(returns, set(names))
        return request.model_copy(
            update={
                "asset_ids": names,
                "portfolio_id": None,
                "as_of": None,
                "current_weights": None,
                "frontier_points_count": 0,
                "constraints": _among(request.constraints, set(names)),
                "estimates": request.estimates.model_copy(update=wanted),
                **({} if objective is None else {"objective": objective}),
            }
        )


def _among(constraints: tuple[Constraint, ...], names: set[str]) -> tuple[Constraint, ...]:
    """Return the limits without the assets that a date does without; one that names no other is left out."""
    kept: list[Constraint] = []
    for item in constraints:
        if isinstance(item, PositionBounds) and item.assets is not None and not set(item.assets) <= names:
            rest = tuple(asset for asset in item.assets if asset in names)
            if rest:
                kept.append(item.model_copy(update={"assets": rest}))
        else:
            kept.append(item)
    return tuple(kept)


def _views_among(returns: BlackLitterman, names: set[str]) -> BlackLitterman:
    views = tuple(view for view in returns.views if set(sum(view.sides, ())) <= names)
    forecasts = tuple(one for one in returns.forecasts if one.asset in names)
    return returns.model_copy(update={"views": views, "forecasts": forecasts})
