"""How do solved weights become a result: rounded, proven, measured, with lots and costs?"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.diagnosis import GivenWay
from engine.kernel.forms import ActiveRiskGoal, Goal, VarianceGoal, Vector
from engine.kernel.status import SolveStatus
from engine.optimize.certificate import PROVEN_RESIDUAL
from engine.optimize.compile import LimitSet, compile_limits
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.core import Core, WeightBox
from engine.optimize.count_pick import Cause
from engine.optimize.doubts import GAP_PROVEN, doubts
from engine.optimize.estimate import periods_per_year
from engine.optimize.gave_way import shown_as_asked
from engine.optimize.inputs import Inputs
from engine.optimize.limit_lines import limit_lines, round_rows
from engine.optimize.lot_answer import lots_of
from engine.optimize.metrics import measure
from engine.optimize.prices import Prices
from engine.optimize.risk_budget import shares_of_risk
from engine.optimize.rounding import round_weights
from engine.optimize.said import goal_figure, message_of
from engine.result import (
    Certificate,
    CostLine,
    Frontier,
    KktResiduals,
    LimitLine,
    Lineage,
    Metrics,
    OptimizationResult,
    WeightLine,
)
from engine.spec import OptimizationRequest

NO_PRICES = (
    "What single limits cost is left out: soft limits gave way just as far as the ceilings need, which leaves hardly "
    "any other portfolio."
)
SMALL_PRICES = (
    "Soft limits gave way only as far as they had to, so the figures of what a limit costs are true for very small "
    "changes of it only; to see what a larger change brings, change the limit and run again."
)


class Clock:
    """Books the time of each stage."""

    def __init__(self) -> None:
        self.elapsed_ms: dict[str, float] = {}
        self._started = self._lap = time.perf_counter()

    def lap(self, stage: str) -> None:
        """Book the time since the last call under a stage."""
        now = time.perf_counter()
        self.elapsed_ms[stage] = round((now - self._lap) * 1e3, 3)
        self.elapsed_ms["total"] = round((now - self._started) * 1e3, 3)
        self._lap = now


@dataclass(frozen=True, eq=False)
class Answered:
    """Weights as a core found them, the bounds they were found in, and the gap of a search over whole positions."""

    answer: ConvexAnswer
    box: WeightBox
    gap_frac: float | None
    nodes_count: int | None
    cause: Cause = "none"


def weight_bounds(limits: LimitSet) -> WeightBox:
    """Return the hull of the bounds on the weights."""
    return limits.lower_frac, limits.upper_frac


def current_metrics(request: OptimizationRequest, inputs: Inputs) -> Metrics | None:
    """Return the figures of the weights now held; None when they are not known."""
    held = inputs.universe.current_weights_frac
    return None if held is None else _metrics(request, inputs, held)


def _metrics(request: OptimizationRequest, inputs: Inputs, weights: Vector) -> Metrics:
    return measure(weights, inputs.estimates, inputs.risk_free_annual_frac, inputs.window, periods_per_year(request))


def assemble(
    request: OptimizationRequest,
    inputs: Inputs,
    core: Core,
    goal: Goal,
    answered: Answered,
    frontier: Frontier | None,
    lineage: Lineage,
    notes: list[str],
    *,
    is_given_way: bool = False,
) -> Callable[[dict[str, float], tuple[GivenWay, ...]], OptimizationResult]:
    """Return what makes the result once the time it took is known; `is_given_way`: a soft limit was loosened."""
    answer, box = answered.answer, answered.box
    limits = core.limits
    assert answer.weights_frac is not None
    exact = np.clip(answer.weights_frac, *box)
    rows = round_rows(core, goal, exact)
    rounded = round_weights(exact, *_same_sign(exact, box), limits.net_frac, rows)
    weights = rounded.weights_frac
    kkt, kkt_note = _residuals(core, goal, answered, weights, exact)
    gap = _gap_of_figure(goal, answered.gap_frac)
    is_near = kkt is not None and kkt.worst <= PROVEN_RESIDUAL and rounded.is_inside
    is_proven = is_near and (gap is None or gap <= GAP_PROVEN)
    is_cornered = is_given_way and not limits.is_polyhedral
    has_prices = answered.gap_frac is None and (is_proven or not is_cornered)
    prices = core.prices(goal, answer) if has_prices else None
    metrics = _metrics(request, inputs, weights)
    certificate = Certificate(
        is_proven=is_proven,
        limits=_lines(request, inputs, core, goal, weights, prices),
        kkt=kkt,
        gap_frac=gap,
        solver=answer.solver,
        solver_chain=answer.chain,
        iterations_count=core.iterations_count,
        weight_sum_frac=rounded.sum_frac,
    )
    lots, lot_notes = lots_of(inputs, core, goal, _same_sign(weights, box), weights, rows)
    said = (
        *notes,
        *answer.notes,
        *kkt_note,
        *doubts(rounded, gap, answered.nodes_count, answer, kkt is None or kkt.worst > PROVEN_RESIDUAL),
        *lot_notes,
        *((SMALL_PRICES if prices is not None else NO_PRICES,) if is_cornered else ()),
    )
    figure = goal_figure(core, goal, weights, periods_per_year(request))
    label = type(request.objective).label
    message = message_of(label, goal, answer, weights, metrics, figure, is_proven=is_proven)

    def finish(elapsed_ms: dict[str, float], given_way: tuple[GivenWay, ...]) -> OptimizationResult:
        return OptimizationResult(
            status=SolveStatus.OPTIMAL if is_proven else SolveStatus.NEAR_OPTIMAL,
            message=message,
            notes=said,
            weights=_weight_lines(weights, inputs),
            metrics=metrics,
            current_metrics=current_metrics(request, inputs),
            goal_figure=figure,
            frontier=frontier,
            certificate=certificate,
            costs=_costs(request, inputs, weights),
            lots=lots,
            given_way=given_way,
            lineage=lineage,
            elapsed_ms=elapsed_ms,
        )

    return finish


def _lines(
    request: OptimizationRequest, inputs: Inputs, core: Core, goal: Goal, weights: Vector, prices: Prices | None
) -> tuple[LimitLine, ...]:
    """Return the lines of the limits; soft ones that gave way as they were asked for."""
    lines = limit_lines(core, goal, weights, prices)
    kinds = frozenset(str(getattr(item, "kind", "")) for item in request.constraints if item.is_soft)
    if not kinds:
        return lines
    asked = compile_limits(request.all_constraints(), inputs.universe)
    return shown_as_asked(lines, core, goal, weights, asked, kinds)


def _gap_of_figure(goal: Goal, gap: float | None) -> float | None:
    """Return the gap of the figure that is shown: of a volatility where the search was about a variance."""
    if gap is not None and isinstance(goal, VarianceGoal | ActiveRiskGoal) and gap < 1.0:
        return 1.0 - float(np.sqrt(1.0 - gap))
    return gap


def _residuals(
    core: Core, goal: Goal, answered: Answered, weights: Vector, exact: Vector
) -> tuple[KktResiduals | None, list[str]]:
    """Return the residuals of the final weights, or of the exact ones when rounding costs nothing that counts."""
    kkt = core.residuals(goal, answered.answer, weights, answered.box)
    if kkt is None or kkt.worst <= PROVEN_RESIDUAL:
        return kkt, []
    before = core.residuals(goal, answered.answer, exact, answered.box)
    score = core.score(goal, exact)
    loss = abs(core.score(goal, weights) - score) / max(abs(score), 1e-12)
    if before is None or before.worst > PROVEN_RESIDUAL or loss > PROVEN_RESIDUAL:
        return kkt, []
    return before, [
        "The optimality conditions are stated for the weights before rounding to 0.000001%; rounding changed the "
        f"objective by {loss:.0e} of itself."
    ]


def _costs(request: OptimizationRequest, inputs: Inputs, weights: Vector) -> CostLine | None:
    if request.costs is None or inputs.costs is None:
        return None
    held = inputs.universe.current_weights_frac
    assert held is not None
    return CostLine(
        once_frac=request.costs.once_frac(weights, inputs.universe, inputs.estimates),
        annual_frac=inputs.costs.annual_frac(weights),
        turnover_frac=0.5 * float(np.abs(weights - held).sum()),
        holding_period_days=request.costs.holding_period_days,
        note=request.costs.explain(),
    )


def _same_sign(weights: Vector, box: WeightBox) -> WeightBox:
    """Return the box cut at zero on the side of each weight, so that rounding never turns a long into a short."""
    lower, upper = box
    return np.where(weights >= 0.0, np.maximum(lower, 0.0), lower), np.where(
        weights < 0.0, np.minimum(upper, 0.0), upper
    )


def _weight_lines(weights: Vector, inputs: Inputs) -> tuple[WeightLine, ...]:
    universe = inputs.universe
    shares = shares_of_risk(weights, inputs.estimates.covariance_times(weights)).tolist()
    nothing = [None] * universe.count
    current = universe.current_weights_frac
    held = nothing if current is None else current.tolist()
    trades = nothing if current is None else (weights - current).tolist()
    sectors = map(universe.sectors.get, universe.assets)
    columns = zip(universe.assets, weights.tolist(), held, trades, shares, sectors, strict=True)
    return WeightLine.trusted(
        {
            "asset": asset,
            "weight_frac": weight,
            "current_frac": now,
            "trade_frac": trade,
            "risk_contribution_frac": share,
            "sector": sector,
            "is_sample": False,
        }
        for asset, weight, now, trade, share, sector in columns
    )
