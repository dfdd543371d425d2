"""How do exact points, a search and the user's weights become one answer?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector
from engine.kernel.status import SolveStatus
from engine.optimize.answer import Clock
from engine.optimize.beside import asset_points_of
from engine.optimize.certificate import PROVEN_RESIDUAL
from engine.optimize.compile import LimitSet
from engine.optimize.feasibility import Obstacle
from engine.optimize.inputs import Inputs
from engine.optimize.lineage import lineage_of
from engine.pareto.choose import settled, shortfalls
from engine.pareto.dominance import (
    MARGIN,
    hypervolume_frac,
    is_flat,
    non_dominated,
    normalized,
    ranges_of,
    spread_out,
)
from engine.pareto.exact import Exact, exact_points, leaves_one
from engine.pareto.measures import Measure, counted_costs
from engine.pareto.result import ParetoAxis, ParetoChoice, ParetoPoint, ParetoResult
from engine.pareto.spec import GENERATIONS_COUNT, ParetoRequest
from engine.pareto.words import choice_sentence, count_sentence, inside, pairs_of

DIGITS = 10


@dataclass(frozen=True, eq=False)
class Points:
    """Portfolios, shape (k, n), whether each is proven, and its residual (NaN where there is none)."""

    weights: Matrix
    is_exact: NDArray[np.bool_]
    residuals: Vector

    def at(self, places: NDArray[np.intp]) -> Points:
        """Return some of them."""
        return Points(self.weights[places], self.is_exact[places], self.residuals[places])


class Run:
    """One answer: everything that is known of the request, and the steps to its result."""

    def __init__(
        self,
        request: ParetoRequest,
        asked: ParetoRequest,
        inputs: Inputs,
        limits: LimitSet,
        measures: tuple[Measure, ...],
        notes: list[str],
        clock: Clock,
        data: Mapping[str, Any] | None,
        report: Callable[[str, float], None],
    ) -> None:
        self.request, self.asked, self.inputs, self.limits = request, asked, inputs, limits
        self.measures, self.notes, self.clock, self.report = measures, notes, clock, report
        self.lineage = lineage_of(request, inputs, data)
        self.costs = counted_costs(inputs, request.objectives)
        self.is_whole = not limits.is_convex or limits.count is not None
        self.solves_count = self.generations_count = 0

    def infeasible(self, obstacle: Obstacle | None = None) -> ParetoResult:
        """Return why there is no portfolio, in the doctor's words unless arithmetic has plainer ones."""
        from engine.doctor.diagnose import diagnose_limits
        from engine.doctor.reason import reason_of

        inputs = self.inputs
        found = diagnose_limits(
            self.asked.constraints, inputs.universe, None, inputs.estimates, inputs.risk_free_annual_frac
        )
        diagnosis = None if found.is_feasible else found
        why = obstacle or reason_of(diagnosis)
        self.clock.lap("diagnosis")
        return self._result(SolveStatus.INFEASIBLE, why.message, why.advice, diagnosis=diagnosis)

    def solved(self) -> ParetoResult:
        """Return the surface."""
        self.report("exact points", 0.05)
        exact = exact_points(self.measures, self.inputs, self.limits, self.costs, self.request.points_count, self._told)
        self.solves_count += exact.solves_count
        self.clock.lap("exact points")
        if exact.is_infeasible:
            return self.infeasible()
        needs_search = self.is_whole or any(one.form == "searched" for one in self.measures)
        found = self._proven(exact)
        if needs_search or self.request.method == "evolutionary":
            clash = self._whole_clash(exact) if self.is_whole else None
            if clash is not None:
                return clash
            found = self._searched(exact, found)
        if not len(found.weights):
            return self._without_points(exact)
        self.report("figures", 0.9)
        return self._drawn(exact, found, needs_search=needs_search)

    def _told(self, share: float) -> None:
        self.report("exact points", 0.05 + 0.4 * share)

    def _proven(self, exact: Exact) -> Points:
        """Return the exact points that also keep what is whole."""
        weights = exact.weights
        if self.is_whole and len(weights):
            from engine.pareto.repair import Repair
            from engine.pareto.search import Rules

            rules = Rules(self.limits, self.inputs.estimates, Repair(self.limits, weights.mean(axis=0)))
            kept = np.flatnonzero(rules.is_kept(weights))
            weights, residuals = weights[kept], exact.residuals[kept]
        else:
            residuals = exact.residuals
        if not exact.is_proof:  # of other objectives than those that were asked for
            residuals = np.full(len(weights), np.nan)
        return Points(weights, exact.is_proof & ~(residuals > PROVEN_RESIDUAL), residuals)

    def _whole_clash(self, exact: Exact) -> ParetoResult | None:
        """Return why no whole positions keep the limits, where no exact point can be repaired and the doctor agrees."""
        from engine.pareto.repair import Repair
        from engine.pareto.search import Rules

        if len(exact.weights):
            repair = Repair(self.limits, exact.weights.mean(axis=0))
            if Rules(self.limits, self.inputs.estimates, repair).is_kept(repair.portfolios(exact.weights)).any():
                return None
        diagnosed = self.infeasible()
        return diagnosed if diagnosed.diagnosis is not None else None

    def _searched(self, exact: Exact, proven: Points) -> Points:
        """Return the exact points with all that a search from them finds."""
        if not len(exact.weights):
            return proven
        from engine.pareto.positions import can_be_settled, on_positions
        from engine.pareto.repair import Repair
        from engine.pareto.search import Rules, search

        repair = Repair(self.limits, exact.weights.mean(axis=0))
        rules = Rules(self.limits, self.inputs.estimates, repair)

        reached = 0.0

        def told(share: float) -> None:
            nonlocal reached
            reached = share
            self.report("search", 0.45 + 0.45 * share)

        def settle(weights: Matrix) -> Matrix:
            made, solves_count = on_positions(
                self.measures, self.inputs, self.limits, self.costs, rules, weights, lambda: told(reached)
            )
            self.solves_count += solves_count
            return made

        found = search(
            self.measures,
            rules,
            exact.weights,
            GENERATIONS_COUNT[self.request.effort],
            self.request.seed,
            told,
            settle if can_be_settled(self.measures) else None,
        )
        self.generations_count = found.generations_count
        self.clock.lap("search")
        none = np.full(len(found.weights), np.nan)
        return Points(
            np.concatenate([proven.weights, found.weights]),
            np.append(proven.is_exact, np.isfinite(none)),
            np.append(proven.residuals, none),
        )

    def _without_points(self, exact: Exact) -> ParetoResult:
        """Return why nothing was found although the convex hull of the limits is not empty."""
        if self.is_whole:
            message = "The search found no portfolio that keeps the limits on whole positions."
            advice = 'Set `effort` to "thorough", lower the minimum holding, or allow more holdings.'
            return self._result(SolveStatus.FAILED, message, advice)
        message = f"No point was found because {exact.why_not or 'no solver reached one'}."
        advice = "Use a shrunk covariance, such as Ledoit-Wolf, or leave out assets that repeat others."
        return self._result(SolveStatus.FAILED, message, advice)

    def _drawn(self, exact: Exact, found: Points, *, needs_search: bool) -> ParetoResult:
        rounded = np.round(found.weights, DIGITS) + 0.0
        found = replace(found, weights=rounded)
        costs = self._costs(found.weights)
        best = non_dominated(costs)
        found, costs = found.at(best), costs[best]
        order = np.lexsort((*costs.T[:0:-1], -costs[:, 0]))
        found, costs = found.at(order), costs[order]
        ideal, nadir = ranges_of(costs)
        axes = self._axes(ideal, nadir)
        shown = spread_out(costs, self.request.points_count)
        points = tuple(self._point(found, at, costs[at]) for at in shown)
        is_one = bool(is_flat(ideal, nadir).all()) or len(points) == 1
        volume = hypervolume_frac(costs, ideal, nadir)
        chosen = self._chosen(exact, axes, shown, points, found, costs, needs_search=needs_search)
        exact_count = sum(point.is_exact for point in points)
        message, advice = self._words(exact_count, len(points), is_one=is_one, needs_search=needs_search)
        if exact.failed_count:
            lost = f"{exact.failed_count} of {exact.solves_count} programs ended without an answer"
            message += f" {lost}, so parts of the surface may be missing."
        if exact.why_not and exact.road == "convex":
            self.notes.append(f"Critical lines were not found because {exact.why_not}: points were solved for alone.")
        is_whole = exact_count == len(points) and not exact.failed_count
        status = SolveStatus.OPTIMAL if is_whole else SolveStatus.NEAR_OPTIMAL
        pairs = pairs_of(self.measures, costs)
        self.clock.lap("figures")
        return self._result(
            status,
            message,
            advice,
            axes=axes,
            points=points,
            road="evolutionary" if self.generations_count else exact.road,
            chosen=chosen,
            current=self._current(),
            asset_points=asset_points_of(self.inputs.estimates, self.inputs.universe),
            hypervolume_frac=volume,
            exact_count=exact_count,
            searched_count=len(points) - exact_count,
            pairs=pairs,
            has_conflict=not is_one,
        )

    def _costs(self, weights: Matrix) -> Matrix:
        return np.column_stack([one.costs(weights) for one in self.measures]) + 0.0

    def _axes(self, ideal: Vector, nadir: Vector) -> tuple[ParetoAxis, ...]:
        beyond = nadir + MARGIN * (nadir - ideal)
        return tuple(
            ParetoAxis(
                kind=one.kind,
                label=one.label,
                is_maximized=one.sign < 0.0,
                unit=one.unit,
                share_frac=one.share_frac,
                ideal=float(one.sign * ideal[at]),
                nadir=float(one.sign * nadir[at]),
                reference=float(one.sign * beyond[at]),
            )
            for at, one in enumerate(self.measures)
        )

    def _point(self, found: Points, at: int, costs: Vector) -> ParetoPoint:
        residual = float(found.residuals[at])
        return self._made(found.weights[at], costs, bool(found.is_exact[at]), None if np.isnan(residual) else residual)

    def _made(self, weights: Vector, costs: Vector, is_exact: bool, residual: float | None) -> ParetoPoint:
        core = self.inputs.estimates
        gained = float((core.returns_annual_frac - self.inputs.risk_free_annual_frac) @ weights)
        spent = 0.0
        if self.costs is not None:
            spent = float(np.abs(weights - self.costs.center_frac) @ self.costs.rates_annual_frac)
        return ParetoPoint(
            values=tuple(one.sign * float(cost) + 0.0 for one, cost in zip(self.measures, costs, strict=True)),
            weights_frac=tuple(weights.tolist()),
            return_annual_frac=gained + self.inputs.risk_free_annual_frac - spent,
            volatility_annual_frac=core.volatility_annual_frac(weights),
            is_exact=is_exact,
            kkt_worst=residual,
        )

    def _chosen(
        self,
        exact: Exact,
        axes: Sequence[ParetoAxis],
        shown: NDArray[np.intp],
        points: tuple[ParetoPoint, ...],
        found: Points,
        costs: Matrix,
        *,
        needs_search: bool,
    ) -> ParetoChoice:
        """Return the point of the user's weights: solved for where a convex method can, else the best one found."""
        ideal, nadir = ranges_of(costs)
        shares = [axis.share_frac for axis in axes]
        values = shortfalls(normalized(costs, ideal, nadir), shares)
        best, nearest = int(np.argmin(values)), int(np.argmin(values[shown]))
        point = points[nearest] if shown[nearest] == best else self._point(found, best, costs[best])
        made = None
        if exact.solver is not None and not needs_search and len(points) > 1:
            made = settled(exact.solver, self.measures, ideal, nadir, found.weights[best])
        is_settled = point.is_exact and len(costs) == 1
        if made is not None:
            self.solves_count += made.solves_count
            weights = np.round(made.weights, DIGITS) + 0.0
            own = self._costs(weights[None])[0]
            if shortfalls(normalized(own[None], ideal, nadir), shares)[0] <= values[best] + 1e-9:
                is_proven = made.residual is None or made.residual <= PROVEN_RESIDUAL
                point, is_settled = self._made(weights, own, is_proven, made.residual), True
        return ParetoChoice(
            point=point, nearest_point=nearest, sentence=choice_sentence(axes, point, is_exact=is_settled)
        )

    def _current(self) -> ParetoPoint | None:
        held = self.inputs.universe.current_weights_frac
        return None if held is None else self._made(held, self._costs(held[None])[0], False, None)

    def _words(self, exact_count: int, count: int, *, is_one: bool, needs_search: bool) -> tuple[str, str | None]:
        """Return message and advice."""
        labels = [inside(one.label) for one in self.measures]
        if not is_one:
            return count_sentence(exact_count, count - exact_count, labels), None
        if leaves_one(self.inputs.estimates, self.limits):
            advice = "Widen the limits to have a choice." if self.inputs.universe.count > 1 else "Add assets."
            if self.asked is not self.request:
                advice = "Give the figures that are missing, or widen the limits, to have a choice."
            return "The limits leave one portfolio, so there is nothing to trade off.", advice
        advice = "Add an objective that pulls the other way, such as risk beside return, or seek this one alone."
        if needs_search:
            return "The search found one portfolio that no other it found betters in any of these objectives.", advice
        return "These objectives do not conflict: one portfolio is the best in every one of them.", advice

    def _result(self, status: SolveStatus, message: str, advice: str | None, **more: Any) -> ParetoResult:
        self.report("figures", 1.0)
        return ParetoResult(
            status=status,
            message=message,
            advice=advice,
            notes=tuple(dict.fromkeys(self.notes)),
            assets=self.inputs.universe.assets,
            solves_count=self.solves_count,
            generations_count=self.generations_count,
            lineage=self.lineage,
            elapsed_ms=self.clock.elapsed_ms,
            **more,
        )
