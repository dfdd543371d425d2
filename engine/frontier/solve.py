"""Which portfolios are efficient under a request's limits? The road from request and data to a whole frontier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from engine.constraints.tracking_error import benchmark_outside_notes, benchmark_outside_problems
from engine.doors import PanelLike, RateLike, given_of
from engine.frontier.result import FrontierCorner, FrontierPrices, FrontierResult, FrontierReward, FrontierRisk
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.facts import Facts, benchmark_center
from engine.kernel.figures import Figures
from engine.kernel.forms import Matrix, Universe, Vector
from engine.kernel.status import SolveStatus
from engine.kernel.units import listing
from engine.optimize.answer import Clock
from engine.optimize.beside import asset_points_of, left_out
from engine.optimize.compile import LimitSet, compile_limits
from engine.optimize.convex import ConvexCore
from engine.optimize.feasibility import find_obstacle
from engine.optimize.inputs import Inputs, read_inputs
from engine.optimize.lift import LiftedRows
from engine.optimize.lineage import lineage_of
from engine.optimize.softened import softened
from engine.spec import OptimizationRequest

POINTS_COUNT = 60
BINDING_DUAL = 1e-11
DIGITS = 10
RISKS, REWARDS = "volatility or tracking_error", "return or esg"


def frontier(
    request: OptimizationRequest,
    panel: PanelLike | None = None,
    sectors: Mapping[str, str] | None = None,
    current_weights_frac: Mapping[str, float] | None = None,
    data_lineage: Mapping[str, Any] | None = None,
    facts: Facts | None = None,
    risk_free: RateLike | None = None,
    figures: Figures | None = None,
    *,
    risk: FrontierRisk = "volatility",
    reward: FrontierReward = "return",
) -> FrontierResult:
    """Return the whole efficient frontier under the linear limits of a request, as its corners.

    Parameters
    ----------
    request, panel, sectors, current_weights_frac, data_lineage, facts, risk_free, figures
        As for `engine.optimize`; the request's objective plays no part.
    risk
        Volatility, or tracking error against the benchmark's weights.
    reward
        Expected annual return after proportional trading costs, or the average ESG score.

    Returns
    -------
    FrontierResult
        Corners from the least risk to the highest reward. Whole positions, ceilings on risk and market impact are left
        out, which a note says.

    Raises
    ------
    InputRefused
        When what is given cannot be used, or the benchmark's weights or the scores that are asked for are missing.

    """
    clock = Clock()
    inputs = read_inputs(request, given_of(request, panel, sectors, current_weights_frac, facts, risk_free, figures))
    axes = _Axes.of(inputs.universe, risk, reward)
    constraints, ways = softened(request, inputs)
    limits = compile_limits(constraints, inputs.universe)
    clock.lap("estimate")
    obstacle = find_obstacle(limits)
    told = _Told(request, inputs, limits, axes, clock, data_lineage)
    told.notes += [f"A soft limit gives way: {way.sentence}" for way in ways]
    if obstacle is not None:
        return told.infeasible(obstacle.message, obstacle.advice)
    return told.drawn(ConvexCore(inputs.estimates, limits, inputs.risk_free_annual_frac, inputs.costs))


@dataclass(frozen=True, eq=False)
class _Axes:
    """What the frontier is drawn in; `center_frac` is where risk is measured from, `scores` what it rises in."""

    risk: FrontierRisk
    reward: FrontierReward
    center_frac: Vector | None
    scores: Vector | None
    sign: float

    @classmethod
    def of(cls, universe: Universe, risk: FrontierRisk, reward: FrontierReward) -> _Axes:
        """Return the axes, or refuse them with all that is missing."""
        problems = []
        if risk not in get_args(FrontierRisk) or reward not in get_args(FrontierReward):
            problems.append(
                Problem("risk", f"A frontier in {risk} and {reward} is not known.", f"Choose {RISKS}, and {REWARDS}.")
            )
        center = benchmark_center(universe) if risk == "tracking_error" else None
        if risk == "tracking_error":
            problems += benchmark_outside_problems(universe, "risk", "draw the frontier in volatility")
        scores = universe.esg_scores if reward == "esg" else None
        if reward == "esg":
            problems += _score_problems(universe)
        if problems:
            raise InputRefused(problems)
        return cls(risk, reward, center, scores, 1.0 if universe.is_esg_higher_better else -1.0)


def _score_problems(universe: Universe) -> list[Problem]:
    """Return what scores are missing."""
    known = universe.esg_scores
    which = list(universe.assets)
    if known is not None:
        which = [asset for asset, score in zip(universe.assets, known, strict=True) if np.isnan(score)]
    if not which:
        return []
    advice = "Give `facts.esg_scores` for every asset, or leave those assets out."
    return [Problem("reward", f"Without an ESG score: {listing(which, 5)}.", advice)]


class _Told:
    """Puts a frontier into words and annual figures."""

    def __init__(
        self,
        request: OptimizationRequest,
        inputs: Inputs,
        limits: LimitSet,
        axes: _Axes,
        clock: Clock,
        data: Mapping[str, Any] | None,
    ) -> None:
        self.request, self.inputs, self.limits, self.axes, self.clock = request, inputs, limits, axes, clock
        impact = ("market impact",) if inputs.costs is not None and inputs.costs.has_impact else ()
        beside = benchmark_outside_notes(inputs.universe) if axes.risk == "tracking_error" else ()
        self.notes = [*inputs.notes, *limits.notes, *beside, *filter(None, [left_out(limits, *impact)])]
        self.lineage = lineage_of(request, inputs, data)

    def infeasible(self, message: str, advice: str | None) -> FrontierResult:
        """Return why there is no portfolio, as the doctor sees it."""
        from engine.doctor.diagnose import diagnose_limits

        inputs = self.inputs
        found = diagnose_limits(
            self.request.constraints, inputs.universe, None, inputs.estimates, inputs.risk_free_annual_frac
        )
        self.clock.lap("diagnosis")
        return self._result(
            status=SolveStatus.INFEASIBLE,
            message=message,
            advice=advice,
            diagnosis=None if found.is_feasible else found,
        )

    def drawn(self, core: ConvexCore) -> FrontierResult:
        """Return the corners, or points solved for one by one where the corners cannot be found."""
        from engine.frontier.path import trace
        from engine.frontier.sweep import one_by_one

        axes = self.axes
        linear = None if axes.center_frac is None else -core.pull_of(axes.center_frac)
        traced = trace(core, None if axes.scores is None else axes.sign * axes.scores, linear)
        self.clock.lap("walk")
        if traced.is_infeasible:
            return self.infeasible("No portfolio meets every limit.", "Loosen a limit.")
        path, pieces = traced.path, traced.pieces
        if path is None or pieces is None:
            if axes.center_frac is not None or axes.scores is not None:
                message = f"The frontier was not found: {traced.why_not}."
                return self._result(
                    status=SolveStatus.FAILED,
                    message=message,
                    advice="Use a shrunk covariance, such as Ledoit-Wolf, or leave out assets that repeat others.",
                )
            self.notes.append(f"The corners were not found because {traced.why_not}: each point was solved for alone.")
            points = one_by_one(core, POINTS_COUNT)
            return self._result(
                status=SolveStatus.NEAR_OPTIMAL,
                message=f"{len(points)} efficient portfolios, from the least risk to the highest return.",
                is_exact=False,
                corners=tuple(self._corner(core, point) for point in points),
                asset_points=asset_points_of(self.inputs.estimates, self.inputs.universe),
                current=self._current(core),
            )
        scale = core.variance_scale
        own = 0.0 if axes.center_frac is None else float(axes.center_frac @ core.pull_of(axes.center_frac))
        best = None
        if axes.center_frac is None and axes.scores is None and path.rewards[-1] > 0.0:
            place, share = path.best_ratio()
            best = self._corner(core, path.points_at(np.array([place]), np.array([share]))[0])
        self.clock.lap("figures")
        return self._result(
            status=SolveStatus.OPTIMAL,
            message=_count_of(path.count),
            corners=tuple(self._corner(core, point) for point in path.points),
            between_variances_annual=tuple(((path.crosses + own) * scale).tolist()),
            prices=_prices(self.limits, path.row_duals, scale),
            best_sharpe=best,
            current=self._current(core),
            asset_points=asset_points_of(self.inputs.estimates, self.inputs.universe),
        )

    def _corner(self, core: ConvexCore, weights: Vector) -> FrontierCorner:
        axes = self.axes
        volatility = core.volatility_annual_frac(weights)
        reward = core.return_annual_frac(weights)
        if core.costs is not None:  # the walk counts what is proportional to the trade, and no impact
            reward -= float(core.costs.rates_annual_frac @ np.abs(weights - core.costs.center_frac))
        net = core.limits.net_frac or 1.0
        return FrontierCorner(
            reward=reward if axes.scores is None else float(axes.scores @ weights) / net,
            risk_annual_frac=volatility
            if axes.center_frac is None
            else core.volatility_annual_frac(weights - axes.center_frac),
            return_annual_frac=core.return_annual_frac(weights),
            volatility_annual_frac=volatility,
            weights_frac=tuple(np.round(weights, DIGITS).tolist()),
        )

    def _current(self, core: ConvexCore) -> FrontierCorner | None:
        held = self.inputs.universe.current_weights_frac
        return None if held is None else self._corner(core, held)

    def _result(self, **more: Any) -> FrontierResult:
        return FrontierResult(
            notes=tuple(dict.fromkeys(self.notes)),
            risk=self.axes.risk,
            reward=self.axes.reward,
            assets=self.inputs.universe.assets,
            lineage=self.lineage,
            elapsed_ms=self.clock.elapsed_ms,
            **more,
        )


def _count_of(count: int) -> str:
    if count == 1:
        return "One portfolio is efficient: the limits, or equal figures, leave no choice."
    return f"{count} corner portfolios; every efficient portfolio is a mixture of two neighbours."


def _prices(limits: LimitSet, row_duals: Matrix, variance_scale: float) -> tuple[FrontierPrices, ...]:
    """Return what each row costs at each corner; the open return floor is none of the request's."""
    named = [("Budget", "budget"), None, *((row.name, row.kind) for row in limits.rows)]
    named += [(row.name, row.kind) for row in limits.absolute_rows]
    budget = limits.short_budget
    if budget is not None and budget.gross_max_frac is not None:
        named.append(("Gross exposure", "long_short"))
    if budget is not None and budget.short_max_frac is not None:
        named.append(("Short positions together", "long_short"))
    assert LiftedRows.RETURN_FLOOR == 1
    assert len(named) == row_duals.shape[1]
    cleaned = np.where(np.abs(row_duals) > BINDING_DUAL, -2.0 * variance_scale * row_duals, 0.0)
    for at, row in enumerate(limits.rows, LiftedRows.FIRST_ROW):
        if row.average is not None:  # an average's side moves the row by as much as is invested
            cleaned[:, at] *= limits.net_frac
    return tuple(
        FrontierPrices(name=who[0], kind=who[1], variances_annual=tuple(cleaned[:, at].tolist()))
        for at, who in enumerate(named)
        if who is not None
    )
