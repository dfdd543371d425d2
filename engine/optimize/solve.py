"""Which portfolio answers a request? The road from request and data to a result with its proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from engine.constraints import Constraint
from engine.diagnosis import Diagnosis, GivenWay
from engine.doors import PanelLike, RateLike, given_of
from engine.frontier.sweep import sweep
from engine.kernel.facts import Facts
from engine.kernel.figures import Figures
from engine.kernel.forms import Goal, RiskBudgetGoal, Vector
from engine.kernel.status import SolveStatus
from engine.optimize.answer import Answered, Clock, assemble, current_metrics, weight_bounds
from engine.optimize.beside import asset_points_of, left_out
from engine.optimize.best import OnBest, best_of
from engine.optimize.compile import LimitSet, compile_limits
from engine.optimize.convex import ConvexCore
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.core import Core
from engine.optimize.feasibility import Obstacle, find_obstacle
from engine.optimize.inputs import Given, Inputs, read_inputs
from engine.optimize.lineage import lineage_of
from engine.optimize.outcomes import EVERY_ASSET, LITTLE_ROOM, ending, is_open_to_doubt
from engine.optimize.roads import road
from engine.optimize.semicontinuous import NODES_BY_EFFORT, solve_with_gaps
from engine.optimize.softened import softened
from engine.result import Frontier, FrontierPoint, OptimizationResult
from engine.spec import OptimizationRequest

DIAGNOSED_LIMITS_MAX_COUNT = 500
DIAGNOSED_TAILS_MAX_COUNT = 100
DIAGNOSED_CURVED_MAX_COUNT = 600  # beyond it only linear limits are taken apart in good time
DIAGNOSED_ASSETS_MAX_COUNT = 3000
TAIL_CEILINGS = frozenset({"cvar_ceiling", "cdar_ceiling", "drawdown_ceiling"})
COSTLY_LIMITS = frozenset(
    {"tracking_error", "tracked_ceiling", "volatility_ceiling", "min_holding", "min_trade", "holdings_count"}
)

WIDENINGS = (10.0, 33.0)  # of the room beside ceilings, where an answer with less of it could not be proven
FRONTIER_NOTE = "The least risk for each expected return under the same limits."

OnProgress = Callable[[str, float], None]


def optimize(
    request: OptimizationRequest,
    panel: PanelLike | None = None,
    sectors: Mapping[str, str] | None = None,
    current_weights_frac: Mapping[str, float] | None = None,
    on_progress: OnProgress | None = None,
    data_lineage: Mapping[str, Any] | None = None,
    facts: Facts | None = None,
    risk_free: RateLike | None = None,
    figures: Figures | None = None,
    on_best: OnBest | None = None,
) -> OptimizationResult:
    """Return the best portfolio for a request, with its certificate; market reasons are statuses, never exceptions.

    Parameters
    ----------
    request
        What is asked. A request with a `problem` needs neither panel nor figures.
    panel
        Simple returns per period of at least the request's assets: a `ReturnsPanel`, or a data frame of returns with
        dates as its index and assets as its columns. For prices and arrays see `ReturnsPanel.from_prices` and
        `ReturnsPanel.from_array`.
    sectors
        Sector of each asset; the problem's own sectors when it has them.
    current_weights_frac
        Weights now held; the request's `current_weights` come first.
    on_progress
        Called with a stage and a share from 0 to 1; may raise `Cancelled` to stop.
    data_lineage
        What the data is, stored with the result as it is.
    facts
        What the caller knows of the assets besides their returns; the request's own facts come first.
    risk_free
        The rate when the request states none; a number is a fraction a year.
    figures
        Expected returns and covariance as arrays, in place of a panel and of the request's `estimates`; a covariance
        of factors is solved as factors.
    on_best
        Called, while a search over whole positions goes on, with every portfolio that is better than those before it.

    Returns
    -------
    OptimizationResult
        Weights are multiples of 1e-8 and sum to the budget exactly.

    Raises
    ------
    InputRefused
        When what is handed over is of the wrong kind, or figures, names or limits cannot be used at all; carries every
        problem.

    """
    given = given_of(
        request,
        panel,
        sectors,
        current_weights_frac,
        facts,
        risk_free,
        figures,
        on_progress=on_progress,
        data_lineage=data_lineage,
    )
    return _Run(request, on_progress or _silent, data_lineage, on_best).execute(given)


def _silent(stage: str, progress_frac: float) -> None:
    """Report progress to nobody."""


class _Run:
    """One optimization: what is known so far, and the time each stage took."""

    def __init__(
        self,
        request: OptimizationRequest,
        report: OnProgress,
        data_lineage: Mapping[str, Any] | None,
        on_best: OnBest | None = None,
    ) -> None:
        self.request, self.report, self.on_best = request, report, on_best
        self.data_lineage = data_lineage
        self.clock = Clock()
        self.notes: list[str] = []
        self.given_way: tuple[GivenWay, ...] = ()
        self.is_judged = False  # by the doctor

    def execute(self, given: Given) -> OptimizationResult:
        """Run every stage."""
        self.report("Estimating returns and risks", 0.05)
        inputs = read_inputs(self.request, given)
        self.clock.lap("estimate")
        result = self._attempt(inputs, 1.0)
        for widening in WIDENINGS:
            certificate = result.certificate
            if not self.given_way or certificate is None or certificate.is_proven or certificate.gap_frac is not None:
                break
            wider = self._attempt(inputs, widening)
            result = wider if wider.certificate is not None else result
        return result

    def _attempt(self, inputs: Inputs, widening: float) -> OptimizationResult:
        """Solve with soft limits that leave so much room beside ceilings."""
        self.notes = [*inputs.notes]
        self.report("Checking the limits", 0.15)
        limits = compile_limits(self._softened(inputs, widening), inputs.universe)
        self.notes += limits.notes
        obstacle = find_obstacle(limits)
        if obstacle is not None:
            return self._without_weights(SolveStatus.INFEASIBLE, obstacle, inputs)
        core, goal = road(
            inputs.estimates, limits, inputs.risk_free_annual_frac, self.request.objective.compile(), inputs.costs
        )
        self.clock.lap("limits")

        self.report("Solving", 0.25)
        answered = self._solve(core, goal, limits, inputs)
        self.clock.lap("solve")
        answer = answered.answer
        if answer.outcome != "solved" or answer.weights_frac is None:
            return self._explain(answered, goal, core, inputs)
        frontier = self._frontier(core, inputs)
        self.report("Measuring risk", 0.95)
        made = assemble(
            self.request,
            inputs,
            core,
            goal,
            answered,
            frontier,
            lineage_of(self.request, inputs, self.data_lineage),
            self.notes,
            is_given_way=bool(self.given_way),
        )
        self.clock.lap("risk")
        self.report("Finished", 1.0)
        return made(self.clock.elapsed_ms, self.given_way)

    def _softened(self, inputs: Inputs, widening: float) -> tuple[Constraint, ...]:
        """Return the limits to keep, and note which gave way."""
        kept, self.given_way = softened(self.request, inputs, widening)
        self.notes += [f"A soft limit gave way. {way.sentence}" for way in self.given_way]
        return kept

    def _solve(self, core: Core, goal: Goal, limits: LimitSet, inputs: Inputs) -> Answered:
        if limits.is_convex and limits.count is None:
            return Answered(core.solve(goal), weight_bounds(limits), None, None)

        def on_node(count: int) -> None:
            self.report(f"Choosing positions, {count} subproblems solved", min(0.25 + count / 20_000, 0.6))

        rate = core.risk_free_annual_frac
        estimates = core.estimates

        def remake(within: LimitSet) -> Core:
            return road(estimates, within, rate, goal, inputs.costs)[0]

        nodes_max_count = NODES_BY_EFFORT[self.request.proof_effort]
        found = solve_with_gaps(core, goal, on_node, nodes_max_count, remake, self._teller(core, inputs))
        box = (found.lower_frac, found.upper_frac)
        return Answered(found.answer, box, found.gap_frac, found.nodes_count, found.cause)

    def _teller(self, core: Core, inputs: Inputs) -> Callable[[Vector], None] | None:
        """Return what a search calls with every better portfolio; None where nobody wants to know."""
        told, assets = self.on_best, inputs.universe.assets
        return None if told is None else lambda weights: told(best_of(core, assets, weights))

    def _explain(self, answered: Answered, goal: Goal, core: Core, inputs: Inputs) -> OptimizationResult:
        """Return why there are no weights."""
        answer = answered.answer
        if answer.outcome == "infeasible" and core.limits.is_polyhedral:
            plain = ConvexCore(inputs.estimates, core.limits, inputs.risk_free_annual_frac)
            if plain.best_return().outcome == "infeasible":
                return self._without_weights(SolveStatus.INFEASIBLE, None, inputs)
        asked = self.request.objective.compile()  # a road may know the goal as another one
        if isinstance(asked, RiskBudgetGoal) and answered.cause != "none":
            return self._unparted(core, inputs)
        status, why = ending(answer, asked, core, answered.cause)
        if is_open_to_doubt(answer, core.limits, answered.cause):
            return self._settled(answer, status, why, inputs)
        frontier = self._frontier(core, inputs) if status is SolveStatus.UNSUITABLE else None
        return self._without_weights(status, why, inputs, frontier)

    def _unparted(self, core: Core, inputs: Inputs) -> OptimizationResult:
        """Return why risk budgets and whole positions have no answer together: the limits, or the goal."""
        diagnosis = self._diagnose(inputs)
        if diagnosis is not None:
            return self._without_weights(SolveStatus.INFEASIBLE, None, inputs, diagnosis=diagnosis)
        frontier = self._frontier(core, inputs)
        return self._without_weights(SolveStatus.UNSUITABLE, EVERY_ASSET, inputs, frontier, is_diagnosed=True)

    def _settled(
        self, answer: ConvexAnswer, status: SolveStatus, why: Obstacle | None, inputs: Inputs
    ) -> OptimizationResult:
        """Return why ceilings on risk or losses have no answer, as the doctor sees it: no solver's word is taken."""
        diagnosis = self._diagnose(inputs)
        if diagnosis is not None:
            return self._without_weights(SolveStatus.INFEASIBLE, None, inputs, diagnosis=diagnosis)
        if answer.least_share is None and self.is_judged:
            status, why = SolveStatus.FAILED, LITTLE_ROOM
        return self._without_weights(status, why, inputs, is_diagnosed=True)

    def _frontier(self, core: Core, inputs: Inputs) -> Frontier | None:
        """Return the mean-variance frontier under the linear limits, beside which every goal's answer is shown."""
        if self.request.frontier_points_count == 0:
            return None
        self.report("Drawing the frontier", 0.65)

        def on_point(share: float) -> None:
            self.report("Drawing the frontier", 0.65 + 0.3 * share)

        estimates, limits = inputs.estimates, core.limits
        plain = core if type(core) is ConvexCore else ConvexCore(estimates, limits, inputs.risk_free_annual_frac)
        if plain.estimates is not estimates or plain.costs is not None:
            plain = ConvexCore(estimates, limits, inputs.risk_free_annual_frac)
        costs = () if inputs.costs is None else ("trading costs",)
        points = sweep(plain, self.request.frontier_points_count, on_point)
        frontier = Frontier(
            points=tuple(
                FrontierPoint(
                    return_annual_frac=plain.return_annual_frac(point),
                    volatility_annual_frac=plain.volatility_annual_frac(point),
                    weights_frac=tuple(np.round(point, 10).tolist()),
                )
                for point in points
            ),
            asset_points=asset_points_of(estimates, inputs.universe),
            note=f"{FRONTIER_NOTE} {left_out(limits, *costs)}".rstrip(),
        )
        self.clock.lap("frontier")
        return frontier

    def _diagnose(self, inputs: Inputs) -> Diagnosis | None:
        """Return why no portfolio is possible, and what would help; None where the doctor finds nothing."""
        limits = self.request.constraints
        kinds = {str(getattr(item, "kind", "")) for item in (*limits, self.request.objective)}
        most_count = DIAGNOSED_ASSETS_MAX_COUNT
        if kinds & TAIL_CEILINGS:
            most_count = DIAGNOSED_TAILS_MAX_COUNT
        elif kinds & COSTLY_LIMITS or "max_return" in kinds:
            most_count = DIAGNOSED_CURVED_MAX_COUNT
        self.is_judged = inputs.universe.count <= most_count and len(limits) <= DIAGNOSED_LIMITS_MAX_COUNT
        if not self.is_judged:
            self.notes.append(
                "The limits were not taken apart: there are too many of them, or too many assets, to do that in "
                "good time. Leave limits out one by one to see which clash."
            )
            return None
        from engine.doctor.diagnose import diagnose_limits

        found = diagnose_limits(
            self.request.constraints,
            inputs.universe,
            self.request.objective,
            inputs.estimates,
            inputs.risk_free_annual_frac,
        )
        return None if found.is_feasible else found

    def _without_weights(
        self,
        status: SolveStatus,
        why: Obstacle | None,
        inputs: Inputs,
        frontier: Frontier | None = None,
        diagnosis: Diagnosis | None = None,
        *,
        is_diagnosed: bool = False,
    ) -> OptimizationResult:
        """Return a result that says why; without a reason, limits clash and the doctor says which."""
        if diagnosis is None and not is_diagnosed and status is SolveStatus.INFEASIBLE:
            diagnosis = self._diagnose(inputs)
        if why is None:
            from engine.doctor.reason import reason_of

            why = reason_of(diagnosis)
        self.clock.lap("diagnosis")
        self.report("Finished", 1.0)
        return OptimizationResult(
            status=status,
            message=why.message,
            advice=why.advice,
            notes=tuple(self.notes),
            current_metrics=current_metrics(self.request, inputs),
            frontier=frontier,
            diagnosis=diagnosis,
            lineage=lineage_of(self.request, inputs, self.data_lineage),
            elapsed_ms=self.clock.elapsed_ms,
        )
