"""Which portfolios are efficient under a request's limits? The road from request and data to a whole frontier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from engine.constraints.tracking_error import benchmark_outside_notes, benchmark_outside_problems
from engine.doors import PanelLike, RateLike, given_of
from engine.frontier.result import FrontierCorner, FrontierResult, FrontierReward, FrontierRisk
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.facts import Facts, benchmark_center
from engine.kernel.figures import Figures
from engine.kernel.forms import Matrix, TailKind, Universe, Vector
from engine.kernel.status import SolveStatus
from engine.kernel.units import listing, percent
from engine.objectives.min_volatility import MinVolatility
from engine.optimize.answer import Clock
from engine.optimize.beside import asset_points_of, left_out
from engine.optimize.compile import LimitSet, compile_limits
from engine.optimize.convex import ConvexCore
from engine.optimize.feasibility import Obstacle, find_obstacle
from engine.optimize.inputs import Inputs, read_inputs
from engine.optimize.lineage import lineage_of
from engine.optimize.softened import softened
from engine.spec import OptimizationRequest

if TYPE_CHECKING:
    from engine.frontier.path import Path

POINTS_COUNT = 60
DIGITS = 10
CORNER = tuple(FrontierCorner.model_fields)
RISKS, REWARDS = "volatility, tracking_error, cvar, cdar or max_drawdown", "return or esg"
TAILS: dict[FrontierRisk, TailKind] = {"cvar": "cvar", "cdar": "cdar", "max_drawdown": "max_drawdown"}
LEVEL_FRAC, TAIL_POINTS_COUNT, TAIL_POINTS_MAX_COUNT = 0.95, 20, 500


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
    level_frac: float = LEVEL_FRAC,
    points_count: int = TAIL_POINTS_COUNT,
) -> FrontierResult:
    """Return the whole efficient frontier under the linear limits of a request, as its corners.

    Parameters
    ----------
    request, panel, sectors, current_weights_frac, data_lineage, facts, risk_free, figures
        As for `engine.optimize`; the request's objective plays no part.
    risk
        Volatility, tracking error against the benchmark's weights, or a loss of the history: CVaR, CDaR or the maximum
        drawdown, which need a history of returns.
    reward
        Expected annual return after proportional trading costs, or the average ESG score.
    level_frac
        Of CVaR and CDaR, 0.5 to 0.999: 0.95 is the mean of the worst 5%.
    points_count
        How many points a frontier in a loss has, 2 to 500; the others have as many corners as there are.

    Returns
    -------
    FrontierResult
        Corners from the least risk to the highest reward; in a loss, points evenly spaced in reward. Whole positions,
        ceilings on risk and market impact are left out, which a note says.

    Raises
    ------
    InputRefused
        When what is given cannot be used, or the benchmark's weights or the scores that are asked for are missing.

    """
    clock = Clock()
    given = given_of(
        request, panel, sectors, current_weights_frac, facts, risk_free, figures, data_lineage=data_lineage
    )
    asked = request.model_copy(update={"objective": MinVolatility()})  # what the goal needs, a frontier does not
    inputs = read_inputs(asked, given)
    constraints, ways = softened(asked, inputs)
    limits = compile_limits(constraints, inputs.universe)
    axes = Axes.of(
        limits, risk, reward, level_frac, points_count, has_history=inputs.estimates.history_frac is not None
    )
    clock.lap("estimate")
    obstacle = find_obstacle(limits)
    told = Told(request, inputs, limits, axes, clock, data_lineage)
    told.notes += [f"A soft limit gave way. {way.sentence}" for way in ways]
    if obstacle is not None:
        return told.infeasible(obstacle)
    core = ConvexCore(inputs.estimates, limits, inputs.risk_free_annual_frac, inputs.costs)
    if axes.tail is not None:
        from engine.frontier.losses import drawn_in_losses  # loads what only these frontiers need

        return drawn_in_losses(told, core)
    return told.drawn(core)


@dataclass(frozen=True, eq=False)
class Axes:
    """What the frontier is drawn in; `center_frac` is where risk is measured from, `scores` what it rises in."""

    risk: FrontierRisk
    reward: FrontierReward
    center_frac: Vector | None
    scores: Vector | None
    sign: float
    tail: TailKind | None = None
    level_frac: float = LEVEL_FRAC
    points_count: int = TAIL_POINTS_COUNT

    @classmethod
    def of(
        cls,
        limits: LimitSet,
        risk: FrontierRisk,
        reward: FrontierReward,
        level_frac: float = LEVEL_FRAC,
        points_count: int = TAIL_POINTS_COUNT,
        *,
        has_history: bool = True,
    ) -> Axes:
        """Return the axes, or refuse them with all that is missing; what the limits leave out needs no score."""
        problems, universe = _number_problems(level_frac, points_count), limits.universe
        if str(risk) not in get_args(FrontierRisk) or str(reward) not in get_args(FrontierReward):
            message = f"A frontier in {risk!s:.40} and {reward!s:.40} is not known."
            raise InputRefused([Problem("risk", message, f"Choose {RISKS}, and {REWARDS}.")])
        tail = TAILS.get(risk)
        if tail is not None and not has_history:
            message = "This loss is measured on a history of returns, and figures given directly have none."
            raise InputRefused([Problem("risk", message, "Give a returns panel, or draw the frontier in volatility.")])
        center = benchmark_center(universe) if risk == "tracking_error" else None
        if risk == "tracking_error":
            problems += benchmark_outside_problems(universe, "risk", "draw the frontier in volatility")
        scores = None
        if reward == "esg":
            is_out = (limits.lower_frac == 0.0) & (limits.upper_frac == 0.0)
            problems += _score_problems(universe, is_out)
            if universe.esg_scores is not None:
                scores = np.where(is_out & np.isnan(universe.esg_scores), 0.0, universe.esg_scores)
        if problems:
            raise InputRefused(problems)
        sign = 1.0 if universe.is_esg_higher_better else -1.0
        return cls(risk, reward, center, scores, sign, tail, level_frac, points_count)


def _number_problems(level_frac: float, points_count: int) -> list[Problem]:
    """Return what is wrong with the numbers that a frontier in a loss takes."""
    problems = []
    for path, value, least, most, kind in (
        ("level_frac", level_frac, 0.5, 0.999, (int, float)),
        ("points_count", points_count, 2, TAIL_POINTS_MAX_COUNT, (int,)),
    ):
        if isinstance(value, bool) or not isinstance(value, kind) or not least <= value <= most:
            slip = f"Did you mean {value / 100:g}? " if path == "level_frac" and _is_percent(value) else ""
            what = "a whole number" if path == "points_count" else "a number"
            message = f"{value!r:.40} cannot be used here."
            problems.append(Problem(path, message, f"{slip}Give {what} from {least} to {most}."))
    return problems


def _is_percent(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 50.0 <= value < 100.0


def _score_problems(universe: Universe, is_out: NDArray[np.bool_]) -> list[Problem]:
    """Return what scores are missing of the assets that may be held."""
    known = np.full(universe.count, np.nan) if universe.esg_scores is None else universe.esg_scores
    which = [asset for asset, wanting in zip(universe.assets, np.isnan(known) & ~is_out, strict=True) if wanting]
    if not which:
        return []
    advice = "Give `facts.esg_scores` for every asset, or leave those assets out."
    return [Problem("reward", f"Without an ESG score: {listing(which, 5)}.", advice)]


class Told:
    """Puts a frontier into words and annual figures."""

    def __init__(
        self,
        request: OptimizationRequest,
        inputs: Inputs,
        limits: LimitSet,
        axes: Axes,
        clock: Clock,
        data: Mapping[str, Any] | None,
    ) -> None:
        self.request, self.inputs, self.limits, self.axes, self.clock = request, inputs, limits, axes, clock
        impact = ("market impact",) if inputs.costs is not None and inputs.costs.has_impact else ()
        beside = benchmark_outside_notes(inputs.universe) if axes.risk == "tracking_error" else ()
        self.notes = [*inputs.notes, *limits.notes, *beside, *filter(None, [left_out(limits, *impact)])]
        self.lineage = lineage_of(request, inputs, data)

    def infeasible(self, obstacle: Obstacle | None = None) -> FrontierResult:
        """Return why there is no portfolio, in the doctor's words unless arithmetic has plainer ones."""
        from engine.doctor.diagnose import diagnose_limits
        from engine.doctor.reason import reason_of

        inputs = self.inputs
        found = diagnose_limits(
            self.request.constraints, inputs.universe, None, inputs.estimates, inputs.risk_free_annual_frac
        )
        diagnosis = None if found.is_feasible else found
        why = obstacle or reason_of(diagnosis)
        self.clock.lap("diagnosis")
        return self.result(status=SolveStatus.INFEASIBLE, message=why.message, advice=why.advice, diagnosis=diagnosis)

    def drawn(self, core: ConvexCore) -> FrontierResult:
        """Return the corners, or points solved for one by one where the corners cannot be found."""
        from engine.frontier.path import risk_of, trace
        from engine.frontier.prices import prices_along

        axes = self.axes
        rewards = None if axes.scores is None else axes.sign * axes.scores
        traced = trace(core, rewards, axes.center_frac)
        self.clock.lap("walk")
        if traced.is_infeasible:
            return self.infeasible()
        path = traced.path
        if path is None or traced.pieces is None:
            return self._pointwise(core, traced.why_not)
        scale = core.variance_scale
        shift = np.zeros(len(self.limits.lower_frac))  # risk from a center b adds -2 bᵀPw, and a constant
        own = 0.0
        if axes.center_frac is not None:
            shift = -risk_of(core) @ axes.center_frac
            own = -float(axes.center_frac @ shift)
        best = self._best_sharpe(core, path)
        self.clock.lap("figures")
        return self.result(
            status=SolveStatus.OPTIMAL,
            message=_count_of(path.count),
            corners=self.corners(core, path.points),
            between_variances_annual=tuple(((path.crosses + own) * scale).tolist()),
            prices=prices_along(self.limits, traced.pieces, path, shift, scale),
            best_sharpe=best,
            current=self.current(core),
            asset_points=asset_points_of(self.inputs.estimates, self.inputs.universe),
        )

    def _pointwise(self, core: ConvexCore, why_not: str) -> FrontierResult:
        """Return points solved for one by one, in whatever the frontier is drawn in."""
        from engine.frontier.sweep import one_by_one, rewarded

        axes = self.axes
        solver = core if axes.scores is None else rewarded(core, axes.sign * axes.scores)
        points = one_by_one(solver, POINTS_COUNT, center=axes.center_frac)
        self.clock.lap("points")
        if not points:
            return self.result(
                status=SolveStatus.FAILED,
                message=f"The frontier was not found: {why_not}.",
                advice="Use a shrunk covariance, such as Ledoit-Wolf, or leave out assets that repeat others.",
            )
        self.notes.append(f"The corners were not found because {why_not}: each point was solved for alone.")
        risk = "tracking error" if axes.risk == "tracking_error" else "risk"
        top = "highest return" if axes.scores is None else "best ESG score"
        return self.result(
            status=SolveStatus.NEAR_OPTIMAL,
            message=f"{len(points)} efficient portfolios, from the least {risk} to the {top}.",
            is_exact=False,
            corners=self.corners(core, np.array(points)),
            current=self.current(core),
            asset_points=asset_points_of(self.inputs.estimates, self.inputs.universe),
        )

    def _best_sharpe(self, core: ConvexCore, path: Path) -> FrontierCorner | None:
        """Return the portfolio of the highest Sharpe ratio; none where nothing beats cash, or where it is unbounded."""
        axes = self.axes
        if axes.center_frac is not None or axes.scores is not None or path.rewards[-1] <= 0.0:
            return None
        best = path.best_ratio()
        if best is None:
            rate = percent(self.inputs.risk_free_annual_frac)
            self.notes.append(
                "A portfolio without measured risk is expected to earn more than the risk-free rate of "
                f"{rate}, so the Sharpe ratio has no maximum."
            )
            return None
        return self.corner(core, path.points_at(np.array([best[0]]), np.array([best[1]]))[0])

    def corner(self, core: ConvexCore, weights: Vector, loss_frac: float | None = None) -> FrontierCorner:
        """Return a portfolio in annual figures, with its loss where the frontier is drawn in one."""
        return self.corners(core, weights[None, :], None if loss_frac is None else [loss_frac])[0]

    def corners(
        self, core: ConvexCore, points: Matrix, losses_frac: list[float] | None = None
    ) -> tuple[FrontierCorner, ...]:
        """Return portfolios, shape (k, n), in annual figures."""
        axes, center = self.axes, self.axes.center_frac
        returns = points @ core.excess * core.excess_scale + core.risk_free_annual_frac
        volatilities = self._risks(core, points)
        if axes.scores is not None:
            rewards = points @ axes.scores / (core.limits.net_frac or 1.0)
        elif core.costs is not None:  # the walk counts what is proportional to the trade, and no impact
            rewards = returns - np.abs(points - core.costs.center_frac) @ core.costs.rates_annual_frac
        else:
            rewards = returns
        columns = (
            rewards.tolist(),
            (volatilities if center is None else self._risks(core, points - center)).tolist(),
            [None] * len(points) if losses_frac is None else losses_frac,
            returns.tolist(),
            volatilities.tolist(),
            map(tuple, np.round(points, DIGITS).tolist()),
        )
        return FrontierCorner.trusted(dict(zip(CORNER, row, strict=True)) for row in zip(*columns, strict=True))

    def _risks(self, core: ConvexCore, points: Matrix) -> Vector:
        """Return the volatilities of portfolios, shape (k,)."""
        images = points @ core.estimates.covariance_annual
        return np.asarray(np.sqrt(np.maximum(np.einsum("ki,ki->k", images, points), 0.0)))

    def current(self, core: ConvexCore) -> FrontierCorner | None:
        """Return what is held now, None where nothing is known."""
        held = self.inputs.universe.current_weights_frac
        return None if held is None else self.corner(core, held)

    def result(self, **more: Any) -> FrontierResult:
        """Return a result with what all have in common."""
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
