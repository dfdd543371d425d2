"""Which portfolio answers a request? The road from request and data to a result with its proof."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.checks import current_weight_problems, request_problems, universe_problems
from engine.frontier.sweep import sweep
from engine.kernel.canonical import sha256_of
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Estimates, Goal, Universe, VarianceGoal, Vector
from engine.kernel.frames import ReturnsPanel
from engine.kernel.status import SolveStatus
from engine.kernel.units import listing
from engine.optimize.certificate import PROVEN_RESIDUAL, kkt_residuals, limit_lines, round_rows
from engine.optimize.compile import LimitSet, compile_limits
from engine.optimize.convex import ConvexAnswer, ConvexCore
from engine.optimize.doubts import GAP_PROVEN, doubts
from engine.optimize.estimate import from_history, from_problem, periods_per_year, window_of
from engine.optimize.feasibility import Obstacle, explain_conflict, find_obstacle
from engine.optimize.metrics import describe, measure
from engine.optimize.outcomes import ending
from engine.optimize.rounding import round_weights
from engine.optimize.semicontinuous import solve_with_gaps
from engine.result import (
    AssetPoint,
    Certificate,
    Frontier,
    FrontierPoint,
    KktResiduals,
    Lineage,
    Metrics,
    OptimizationResult,
    WeightLine,
)
from engine.spec import OptimizationRequest
from engine.version import ENGINE_VERSION

OnProgress = Callable[[str, float], None]


def optimize(
    request: OptimizationRequest,
    panel: ReturnsPanel | None = None,
    sectors: Mapping[str, str] | None = None,
    current_weights_frac: Mapping[str, float] | None = None,
    on_progress: OnProgress | None = None,
    data_lineage: Mapping[str, Any] | None = None,
) -> OptimizationResult:
    """Return the best portfolio for a request, with its certificate; market reasons are statuses, never exceptions.

    Parameters
    ----------
    request
        What is asked. A request with a `problem` needs no panel.
    panel
        Simple returns per period of at least the request's assets.
    sectors
        Sector of each asset; the problem's own sectors when it has them.
    current_weights_frac
        Weights now held; the request's `current_weights` come first.
    on_progress
        Called with a stage and a share from 0 to 1; may raise `Cancelled` to stop.
    data_lineage
        What the data is, stored with the result as it is.

    Returns
    -------
    OptimizationResult
        Weights are multiples of 1e-8 and sum to the budget exactly.

    Raises
    ------
    InputRefused
        When figures, names or limits cannot be used at all; carries every problem.

    """
    run = _Run(request, on_progress or _silent, data_lineage)
    return run.execute(panel, sectors, current_weights_frac)


def _silent(stage: str, progress_frac: float) -> None:
    """Report progress to nobody."""


class _Run:
    """One optimization: what is known so far, and the time each stage took."""

    def __init__(
        self, request: OptimizationRequest, report: OnProgress, data_lineage: Mapping[str, Any] | None
    ) -> None:
        self.request, self.report = request, report
        self.data_lineage = dict(data_lineage) if data_lineage is not None else None
        self.elapsed_ms: dict[str, float] = {}
        self.window: ReturnsPanel | None = None
        self.notes: list[str] = []
        self._started = self._lap = time.perf_counter()

    def lap(self, stage: str) -> None:
        """Book the time since the last call under a stage."""
        now = time.perf_counter()
        self.elapsed_ms[stage] = round((now - self._lap) * 1e3, 3)
        self.elapsed_ms["total"] = round((now - self._started) * 1e3, 3)
        self._lap = now

    def execute(
        self,
        panel: ReturnsPanel | None,
        sectors: Mapping[str, str] | None,
        current: Mapping[str, float] | None,
    ) -> OptimizationResult:
        """Run every stage."""
        self.report("Estimating returns and risks", 0.05)
        held = self.request.current_weights if self.request.current_weights is not None else current
        estimates, universe = self._inputs(panel, sectors, held)
        self.notes += estimates.notes
        self.lap("estimate")

        self.report("Checking the limits", 0.15)
        limits = compile_limits(self.request.all_constraints(), universe)
        self.notes += limits.notes
        obstacle = find_obstacle(limits)
        if obstacle is not None:
            return self._without_weights(SolveStatus.INFEASIBLE, obstacle, estimates, universe)
        core = ConvexCore(estimates, limits, self.request.risk_free_annual_frac)
        self.lap("limits")

        self.report("Solving", 0.25)
        goal = self.request.objective.compile()
        answer, box, gap, nodes = self._solve(core, goal, limits)
        self.lap("solve")
        if answer.outcome != "solved" or answer.weights_frac is None:
            if answer.outcome == "infeasible" and core.best_return().outcome == "infeasible":
                return self._without_weights(SolveStatus.INFEASIBLE, explain_conflict(limits), estimates, universe)
            status, why = ending(answer, goal, core)
            frontier = self._frontier(core, estimates, universe) if status is SolveStatus.UNSUITABLE else None
            return self._without_weights(status, why, estimates, universe, frontier)
        return self._answer(core, goal, answer, box, gap, nodes)

    def _inputs(
        self, panel: ReturnsPanel | None, sectors: Mapping[str, str] | None, held: Mapping[str, float] | None
    ) -> tuple[Estimates, Universe]:
        request = self.request
        problems = request_problems(request) + current_weight_problems(held)
        if request.problem is None and panel is None:
            problems.append(
                Problem(
                    "asset_ids", "There is no price history for this request.", "Give a returns panel or a problem."
                )
            )
        if problems:
            raise InputRefused(problems)
        if request.problem is not None:
            assets = request.problem.assets
            known = request.problem.sectors or sectors or {}
        else:
            assert panel is not None
            self.window = window_of(request, panel)
            if self.window.observations_count < 2:
                raise InputRefused(
                    [
                        Problem(
                            "as_of",
                            "Only one return is left in the window; a covariance needs two.",
                            "Choose a later date or a longer lookback.",
                        )
                    ]
                )
            assets = self.window.assets
            known = sectors or {}
        current = None
        if held is not None:
            current = np.array([float(held.get(asset, 0.0)) for asset in assets])
            outside = [name for name, value in held.items() if name not in assets and value != 0.0]
            if outside:
                self.notes.append(
                    f"{listing(outside)} is held now but is not among the assets: the proposal sells it, and the "
                    "figures of the current portfolio leave it out."
                )
        universe = Universe(tuple(assets), {name: known[name] for name in assets if name in known}, current)
        problems = universe_problems(request, universe)
        if problems:
            raise InputRefused(problems)
        if request.problem is not None:
            return from_problem(request.problem, is_repair_allowed=request.allow_covariance_repair), universe
        assert self.window is not None
        return from_history(request, self.window), universe

    def _solve(
        self, core: ConvexCore, goal: Goal, limits: LimitSet
    ) -> tuple[ConvexAnswer, tuple[Vector, Vector], float | None, int | None]:
        if limits.is_convex:
            return core.solve(goal), (limits.lower_frac, limits.upper_frac), None, None

        def on_node(count: int) -> None:
            self.report(f"Choosing positions, {count} subproblems solved", min(0.25 + count / 20_000, 0.6))

        found = solve_with_gaps(core, goal, on_node)
        gap = found.gap_frac
        if isinstance(goal, VarianceGoal) and gap < 1.0:
            gap = 1.0 - float(np.sqrt(1.0 - gap))
        return found.answer, (found.lower_frac, found.upper_frac), gap, found.nodes_count

    def _answer(
        self,
        core: ConvexCore,
        goal: Goal,
        answer: ConvexAnswer,
        box: tuple[Vector, Vector],
        gap: float | None,
        nodes: int | None,
    ) -> OptimizationResult:
        limits, universe = core.limits, core.limits.universe
        assert answer.weights_frac is not None
        exact = np.clip(answer.weights_frac, *box)
        rounded = round_weights(exact, *_same_sign(exact, box), limits.net_frac, round_rows(core, goal, exact))
        weights = rounded.weights_frac
        kkt, kkt_note = self._residuals(core, goal, answer, weights, exact, box)
        iterations = core.session.iterations_count
        frontier = self._frontier(core, core.estimates, universe)
        self.report("Measuring risk", 0.95)
        metrics = self._metrics(weights, core.estimates)
        current = self._current_metrics(universe, core.estimates)
        is_near = kkt is not None and kkt.worst <= PROVEN_RESIDUAL and rounded.is_inside
        is_proven = is_near and (gap is None or gap <= GAP_PROVEN)
        certificate = Certificate(
            is_proven=is_proven,
            limits=limit_lines(core, goal, weights),
            kkt=kkt,
            gap_frac=gap,
            solver=answer.solver,
            solver_chain=answer.chain,
            iterations_count=iterations,
            weight_sum_frac=rounded.sum_frac,
        )
        status = SolveStatus.OPTIMAL if is_proven else SolveStatus.NEAR_OPTIMAL
        self.notes += kkt_note
        self.notes += doubts(rounded, gap, nodes, answer, kkt is None or kkt.worst > PROVEN_RESIDUAL)
        label = type(self.request.objective).label
        held = int(np.count_nonzero(weights))
        message = f"{label}: {held} of {universe.count} assets held, {describe(metrics)}."
        self.lap("risk")
        self.report("Finished", 1.0)
        return OptimizationResult(
            status=status,
            message=message if is_proven else f"{message} Not proven to be the very best: see the notes.",
            notes=tuple(self.notes),
            weights=_weight_lines(weights, universe),
            metrics=metrics,
            current_metrics=current,
            frontier=frontier,
            certificate=certificate,
            lineage=self._lineage(),
            elapsed_ms=self.elapsed_ms,
        )

    def _residuals(
        self,
        core: ConvexCore,
        goal: Goal,
        answer: ConvexAnswer,
        weights: Vector,
        exact: Vector,
        box: tuple[Vector, Vector],
    ) -> tuple[KktResiduals | None, list[str]]:
        """Return the residuals of the final weights, or of the exact ones when rounding costs nothing that counts."""
        kkt = kkt_residuals(core, goal, answer, weights, box)
        if kkt is None or kkt.worst <= PROVEN_RESIDUAL:
            return kkt, []
        before = kkt_residuals(core, goal, answer, exact, box)
        loss = abs(core.score(goal, weights) - core.score(goal, exact)) / max(abs(core.score(goal, exact)), 1e-12)
        if before is None or before.worst > PROVEN_RESIDUAL or loss > PROVEN_RESIDUAL:
            return kkt, []
        return before, [
            "The optimality conditions are stated for the weights before rounding to 0.000001%; rounding changed the "
            f"objective by {loss:.0e} of itself."
        ]

    def _frontier(self, core: ConvexCore, estimates: Estimates, universe: Universe) -> Frontier | None:
        if self.request.frontier_points_count == 0:
            return None
        self.report("Drawing the frontier", 0.65)

        def on_point(share: float) -> None:
            self.report("Drawing the frontier", 0.65 + 0.3 * share)

        points = sweep(core, self.request.frontier_points_count, on_point)
        note = "The least risk for each expected return under the same limits."
        if not core.limits.is_convex:
            note += " 'Zero or at least' a minimum is left out here, so the proposal may lie a little inside."
        frontier = Frontier(
            points=tuple(
                FrontierPoint(
                    return_annual_frac=core.return_annual_frac(point),
                    volatility_annual_frac=core.volatility_annual_frac(point),
                    weights_frac=tuple(np.round(point, 10).tolist()),
                )
                for point in points
            ),
            asset_points=tuple(
                AssetPoint(asset=asset, return_annual_frac=float(mean), volatility_annual_frac=float(np.sqrt(variance)))
                for asset, mean, variance in zip(
                    universe.assets,
                    estimates.returns_annual_frac,
                    np.maximum(np.diag(estimates.covariance_annual), 0.0),
                    strict=True,
                )
            ),
            note=note,
        )
        self.lap("frontier")
        return frontier

    def _metrics(self, weights: Vector, estimates: Estimates) -> Metrics:
        return measure(
            weights, estimates, self.request.risk_free_annual_frac, self.window, periods_per_year(self.request)
        )

    def _current_metrics(self, universe: Universe, estimates: Estimates) -> Metrics | None:
        if universe.current_weights_frac is None:
            return None
        return self._metrics(universe.current_weights_frac, estimates)

    def _lineage(self) -> Lineage:
        window = self.window
        return Lineage(
            engine_version=ENGINE_VERSION,
            request_sha256=sha256_of(self.request.model_dump(mode="json")),
            data=self.data_lineage,
            as_of=window.end if window else self.request.as_of,
            observations_count=window.observations_count if window else None,
            window_start=window.start if window else None,
            window_end=window.end if window else None,
        )

    def _without_weights(
        self,
        status: SolveStatus,
        why: Obstacle,
        estimates: Estimates,
        universe: Universe,
        frontier: Frontier | None = None,
    ) -> OptimizationResult:
        self.lap("diagnosis")
        self.report("Finished", 1.0)
        return OptimizationResult(
            status=status,
            message=why.message,
            advice=why.advice,
            notes=tuple(self.notes),
            current_metrics=self._current_metrics(universe, estimates),
            frontier=frontier,
            lineage=self._lineage(),
            elapsed_ms=self.elapsed_ms,
        )


def _same_sign(weights: Vector, box: tuple[Vector, Vector]) -> tuple[Vector, Vector]:
    """Return the box cut at zero on the side of each weight, so that rounding never turns a long into a short."""
    lower, upper = box
    return np.where(weights >= 0.0, np.maximum(lower, 0.0), lower), np.where(
        weights < 0.0, np.minimum(upper, 0.0), upper
    )


def _weight_lines(weights: Vector, universe: Universe) -> tuple[WeightLine, ...]:
    current = universe.current_weights_frac
    return tuple(
        WeightLine(
            asset=asset,
            weight_frac=float(weights[place]),
            current_frac=None if current is None else float(current[place]),
            trade_frac=None if current is None else float(weights[place] - current[place]),
            sector=universe.sectors.get(asset),
        )
        for place, asset in enumerate(universe.assets)
    )
