"""Which weights are best when limits or costs are curved: tracking error, volatility ceilings, market impact?

The variables are x = (w, t) of the lifted rows, a cost p_i ≥ |w_i - c_i|^1.5 for each asset whose trades move the
market, and for a Sharpe ratio the scale κ of the homogenized form: with y = κx the program is min ½ yᵀΣy with the
excess return after costs equal to one, every side multiplied by κ (Charnes and Cooper 1962; Schaible 1976 for concave
numerators). Multipliers come back in the units of `ConvexCore`, so that one certificate serves both.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.kernel.forms import (
    ActiveRiskGoal,
    Goal,
    Matrix,
    RatioGoal,
    ReturnGoal,
    RobustGoal,
    UtilityGoal,
    VarianceGoal,
    Vector,
)
from engine.optimize.certificate import PROVEN_RESIDUAL
from engine.optimize.cone import ConeAnswer, ConeProgram
from engine.optimize.conic_parts import ConeParts
from engine.optimize.convex import RISKLESS
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.kink import without_risk
from engine.optimize.prices import Prices
from engine.optimize.room import Room, SoleAnswer, least_room, sole_answer, sole_residuals
from engine.result import KktResiduals

NOTHING = 1e-9
KEPT = 1e-9  # of a ceiling
RATIO_STEPS_COUNT = 40
RATIO_EXACT = 1e-10
UNCLEAR = ("infeasible", "failed", "ceiling_too_low", "floor_too_high")


class ConicCore(ConeParts):
    """`ConvexCore` for curved limits and costs; the same goals, and worst-case utility.

    Parameters
    ----------
    estimates, limits, risk_free_annual_frac, costs
        As for `ConvexCore`.

    """

    def solve(self, goal: Goal, box: tuple[Vector, Vector] | None = None) -> ConvexAnswer:
        """Return the best weights for a goal within the box."""
        box = box or self.box
        answer = self._polished(goal, self._rough(goal, *box), box)
        if isinstance(goal, RobustGoal) and answer.outcome == "solved":
            answer = without_risk(self, goal, answer, box) or answer
        is_sound = answer.outcome == "solved" and self._keeps(goal, answer) and self._is_proven(goal, answer, box)
        if answer.outcome in UNCLEAR or (answer.outcome == "solved" and not is_sound):
            return self._settled(goal, answer, *box)
        return answer

    def draft(self, goal: Goal, box: tuple[Vector, Vector] | None = None) -> ConvexAnswer:
        """Return the interior-point solver's answer as it is, good enough to say which tangents are missing."""
        answer = self._rough(goal, *(box or self.box))
        return answer if answer.outcome == "solved" else self.solve(goal, box)

    def _polished(self, goal: Goal, answer: ConvexAnswer, box: tuple[Vector, Vector]) -> ConvexAnswer:
        from engine.optimize.polish import polish

        return polish(self, goal, answer, box) if answer.outcome == "solved" else answer

    def _is_proven(self, goal: Goal, answer: ConvexAnswer, box: tuple[Vector, Vector]) -> bool:
        assert answer.weights_frac is not None
        count = len(answer.weights_frac)
        found = self.residuals(goal, answer, answer.weights_frac, (box[0][:count], box[1][:count]))
        return found is not None and found.worst <= PROVEN_RESIDUAL

    def _keeps(self, goal: Goal, answer: ConvexAnswer) -> bool:
        """Return whether no ceiling on risk is passed by more than rounding: a solver's tolerance is no room."""
        weights = answer.weights_frac
        assert weights is not None
        return all(self.volatility_annual_frac(weights - c) <= most * (1.0 + KEPT) for c, most in self._ceilings(goal))

    def _settled(self, goal: Goal, answer: ConvexAnswer, lower: Vector, upper: Vector) -> ConvexAnswer:
        """Return what the least share of the ceilings says where the interior-point solver did not arrive.

        Its word alone is never enough for "infeasible", and hardly any room for the ceilings is no reason to fail.
        """
        ceilings = self._ceilings(goal)
        if not ceilings:
            return answer
        floor = getattr(goal, "return_min_annual_frac", None)
        floor = None if floor is None else floor - self.risk_free_annual_frac
        room = least_room(self, ceilings, floor, (lower, upper))
        if room is None:
            return answer
        if room.is_missed:
            return self._missed(goal, answer, room, floor, (lower, upper))
        if room.is_sole:
            weights = room.x[: self.limits.universe.count]
            return sole_answer(room, len(weights), answer.chain, self._objective(goal, weights))
        near = self._within_room(goal, room, answer, lower, upper)
        return near if near.outcome == "solved" or answer.outcome != "solved" else answer

    def _within_room(self, goal: Goal, room: Room, before: ConvexAnswer, lower: Vector, upper: Vector) -> ConvexAnswer:
        """Return the answer solved around the portfolio of the least share."""
        self._beside = room
        try:
            answer = self._rough(goal, lower, upper)
        finally:
            self._beside = None
        answer = replace(answer, chain=(*before.chain, *answer.chain))
        return self._polished(goal, answer, (lower, upper))

    def _missed(
        self, goal: Goal, answer: ConvexAnswer, room: Room, floor: float | None, box: tuple[Vector, Vector]
    ) -> ConvexAnswer:
        """Return why the ceilings leave no portfolio: for themselves, or for the return that is asked for."""
        if floor is not None and np.isfinite(room.share):
            without = least_room(self, self._ceilings(goal), None, box)
            if without is not None and not without.is_missed:
                return answer if answer.outcome == "floor_too_high" else self._highest_of(without, answer, *box)
        if answer.outcome == "ceiling_too_low" or not isinstance(goal, ReturnGoal) or not np.isfinite(room.share):
            return answer if answer.outcome == "ceiling_too_low" else _empty(room, answer)
        others = [(risk.center_frac, risk.upper_annual_frac) for risk in self.limits.risks]
        if others:
            return _empty(room, answer)
        risk = self.volatility_annual_frac(room.x[: self.limits.universe.count])
        return ConvexAnswer("ceiling_too_low", least_volatility_annual_frac=risk, chain=answer.chain)

    def _highest_of(self, room: Room, answer: ConvexAnswer, lower: Vector, upper: Vector) -> ConvexAnswer:
        """Return that the floor is too high, with the highest return that the ceilings leave."""
        if room.is_sole:
            best = self.net_excess_annual_frac(room.x[: self.limits.universe.count]) + self.risk_free_annual_frac
            return ConvexAnswer("floor_too_high", best_return_annual_frac=best, chain=answer.chain)
        self._beside = room
        try:
            found = self._floor_too_high(lower, upper)
        finally:
            self._beside = None
        return found if found.outcome == "floor_too_high" else ConvexAnswer("infeasible", chain=found.chain)

    def _objective(self, goal: Goal, weights: Vector) -> float:
        score = self.score(goal, weights)
        return score**2 if isinstance(goal, VarianceGoal | ActiveRiskGoal) else -score

    def residuals(
        self, goal: Goal, answer: ConvexAnswer, weights: Vector, box: tuple[Vector, Vector]
    ) -> KktResiduals | None:
        """Return the optimality conditions' residuals at weights within bounds on w; None without multipliers."""
        if isinstance(answer, SoleAnswer):
            return sole_residuals(self, self._ceilings(goal), answer, weights, box)
        return super().residuals(goal, answer, weights, box)

    def _rough(self, goal: Goal, lower: Vector, upper: Vector) -> ConvexAnswer:
        """Return the answer of the interior-point solver."""
        if isinstance(goal, RatioGoal):
            return self._ratio(lower, upper)
        if isinstance(goal, ReturnGoal):
            return self._return_under(goal, lower, upper)
        linear, curve, robust, floor = np.zeros(self._width), 1.0, 0.0, None
        if isinstance(goal, VarianceGoal | ActiveRiskGoal):
            floor = goal.return_min_annual_frac
            if isinstance(goal, ActiveRiskGoal):
                linear = self._towards_benchmark()
        elif isinstance(goal, UtilityGoal | RobustGoal):
            tilt = self.excess_scale / (goal.risk_aversion * self.variance_scale)
            linear = -tilt * self._reward()
            if isinstance(goal, RobustGoal):
                years = self.history_years()
                robust = goal.uncertainty / np.sqrt(years * self.variance_scale) / goal.risk_aversion
        else:
            raise TypeError(f"{type(goal).__name__} takes another road.")
        answer = self._minimize(curve, linear, robust, floor, lower, upper)
        if answer.outcome != "solved":
            if floor is not None and answer.outcome == "infeasible":
                return self._floor_too_high(lower, upper)
            return self._without(answer)
        tilt = 0.0
        if isinstance(goal, UtilityGoal | RobustGoal):
            tilt = self.excess_scale / (goal.risk_aversion * self.variance_scale)
        return self._with(goal, answer, tilt, robust)

    def score(self, goal: Goal, weights: Vector) -> float:
        """Return the figure a goal is judged by; for a worst case, the worst utility."""
        if not isinstance(goal, RobustGoal):
            return super().score(goal, weights)
        risk = self.volatility_annual_frac(weights)
        worst = self.net_excess_annual_frac(weights) - goal.uncertainty * risk / np.sqrt(self.history_years())
        return float(worst - 0.5 * goal.risk_aversion * risk**2)

    def prices(self, goal: Goal, answer: ConvexAnswer) -> Prices | None:
        """Return what each limit costs; None without multipliers, and where ceilings leave one portfolio only."""
        if isinstance(answer, SoleAnswer):
            return None
        if isinstance(goal, RobustGoal):
            goal = UtilityGoal(goal.risk_aversion)  # the same program beside one more term
        return super().prices(goal, answer)

    def _minimize(
        self, curve: float, linear: Vector, robust: float, floor: float | None, lower: Vector, upper: Vector
    ) -> ConeAnswer:
        more = 1 if robust > 0.0 else 0
        rows, low, high = self._rows(lower, upper, floor)
        quadratic = np.zeros((self._width + more, self._width + more))
        width = len(self.direction)
        quadratic[:width, :width] = curve * self.quadratic
        balls = self._balls(more, None)
        if more:
            rows = np.hstack([rows, np.zeros((len(rows), 1))])
            linear = np.append(linear, robust)
            ball = self._ball(np.zeros(self.limits.universe.count), 0.0, more, None)
            row = np.zeros(self._width + 1)
            row[-1] = 1.0
            balls.append(replace(ball, radius_row=row))
        return self._run(ConeProgram(quadratic, linear, rows, low, high, tuple(balls), tuple(self._powers(more, None))))

    def _with(self, goal: Goal, answer: ConeAnswer, tilt: float, robust: float, divisor: float = 1.0) -> ConvexAnswer:
        """Return a solved answer; multipliers are divided by `divisor`."""
        rows, bounds = self._split(answer.row_duals / divisor)
        weights = answer.v[: self.limits.universe.count] / divisor
        return ConvexAnswer(
            "solved",
            self._objective(goal, weights),
            weights,
            tilt,
            rows,
            bounds,
            tuple((answer.ball_duals / divisor)[: len(self.limits.risks)].tolist()),
            robust,
            solver=answer.solver,
            chain=answer.chain,
        )

    def _without(self, answer: ConeAnswer) -> ConvexAnswer:
        return ConvexAnswer("infeasible" if answer.outcome == "infeasible" else "failed", chain=answer.chain)

    def _highest(self, lower: Vector, upper: Vector) -> ConeAnswer:
        """Return the portfolio of the highest excess return after costs within all limits."""
        rows, low, high = self._rows(lower, upper, None)
        nothing = np.zeros((self._width, self._width))
        balls, powers = tuple(self._balls(0, None)), tuple(self._powers(0, None))
        return self._run(ConeProgram(nothing, -self._reward(), rows, low, high, balls, powers))

    def _top_excess(self, answer: ConeAnswer) -> float:
        return float(self._reward() @ answer.v[: self._width]) + self.constant  # a bound on risk may stand behind

    def _floor_too_high(self, lower: Vector, upper: Vector) -> ConvexAnswer:
        top = self._highest(lower, upper)
        if top.outcome != "solved":
            return self._without(top)
        best = self._top_excess(top) * self.excess_scale + self.risk_free_annual_frac
        return ConvexAnswer("floor_too_high", best_return_annual_frac=best, chain=top.chain)

    def _ratio(self, lower: Vector, upper: Vector) -> ConvexAnswer:
        top = self._highest(lower, upper)
        if top.outcome != "solved":
            return self._without(top)
        best = self._top_excess(top)
        if best <= NOTHING:
            best_return = best * self.excess_scale + self.risk_free_annual_frac
            return ConvexAnswer("no_excess_return", best_return_annual_frac=best_return, chain=top.chain)
        if self._beside is not None:
            return self._ratio_in_steps(top, lower, upper)
        rows, low, high = self._rows(lower, upper, None)
        scale = self._width
        has_low, has_high = np.isfinite(low), np.isfinite(high)
        equal = low == high
        at_high, at_low = np.flatnonzero(has_high), np.flatnonzero(has_low & ~equal)
        above = np.hstack([rows[at_high], -high[at_high][:, None]])
        below = np.hstack([rows[at_low], -low[at_low][:, None]])
        one = np.append(self._reward(), self.constant)[None, :]
        positive = np.zeros((1, scale + 1))
        positive[0, scale] = 1.0
        none = np.zeros(len(at_low))
        program = ConeProgram(
            _bordered(self.quadratic, scale + 1),
            np.zeros(scale + 1),
            np.vstack([above, below, one, positive]),
            np.concatenate([np.where(equal[at_high], 0.0, -np.inf), none, [1.0, 0.0]]),
            np.concatenate([np.zeros(len(at_high)), none + np.inf, [1.0, np.inf]]),
            tuple(self._balls(1, scale)),
            tuple(self._powers(1, scale)),
        )
        answer = self._run(program)
        if answer.outcome != "solved":
            return ConvexAnswer("failed", chain=answer.chain)
        kappa = float(answer.v[scale])
        x = answer.v[: len(self.direction)]
        if kappa <= NOTHING or float(x @ self.quadratic @ x) <= RISKLESS * kappa**2:
            return ConvexAnswer("riskless_excess", chain=answer.chain)
        duals = np.zeros(len(rows))
        duals[at_high] += answer.row_duals[: len(at_high)]
        duals[at_low] += answer.row_duals[len(at_high) : len(at_high) + len(at_low)]
        whole = replace(answer, v=answer.v[:scale], row_duals=duals)
        tilt = -float(answer.row_duals[-2]) / kappa
        return self._with(RatioGoal(), whole, tilt, 0.0, kappa)

    def _ratio_in_steps(self, answer: ConeAnswer, lower: Vector, upper: Vector) -> ConvexAnswer:
        """Return the best ratio as the s at which the most of eᵀw - s σ is zero (Dinkelbach 1967)."""
        width, ratio = len(self.direction), 0.0
        for _ in range(RATIO_STEPS_COUNT):
            x = answer.v[:width]
            variance, excess = float(x @ self.quadratic @ x), self._top_excess(answer)
            if variance <= RISKLESS or excess <= 0.0:
                return ConvexAnswer("riskless_excess" if excess > 0.0 else "failed", chain=answer.chain)
            following = excess / float(np.sqrt(variance))
            if abs(following - ratio) <= RATIO_EXACT * following:
                break
            ratio = following
            answer = self._minimize(0.0, -self._reward(), ratio, None, lower, upper)
            if answer.outcome != "solved":
                return self._without(answer)
        tilt = variance / excess
        whole = replace(answer, v=answer.v[: self._width] / tilt)
        return self._with(RatioGoal(), whole, tilt, 0.0, 1.0 / tilt)

    def _return_under(self, goal: ReturnGoal, lower: Vector, upper: Vector) -> ConvexAnswer:
        ceiling = goal.volatility_max_annual_frac / np.sqrt(self.variance_scale)
        rows, low, high = self._rows(lower, upper, None)
        own = self._ball(np.zeros(self.limits.universe.count), ceiling, 0, None)
        nothing = np.zeros((self._width, self._width))
        balls = (*self._balls(0, None), own)
        answer = self._run(ConeProgram(nothing, -self._reward(), rows, low, high, balls, tuple(self._powers(0, None))))
        if answer.outcome == "infeasible":
            least = self._minimize(1.0, np.zeros(self._width), 0.0, None, lower, upper)
            if least.outcome != "solved":
                return self._without(least)
            risk = self.volatility_annual_frac(least.v[: self.limits.universe.count])
            return ConvexAnswer("ceiling_too_low", least_volatility_annual_frac=risk, chain=least.chain)
        if answer.outcome != "solved":
            return self._without(answer)
        dual = float(answer.ball_duals[-1])
        if dual <= 1e-7:
            made = self._with(goal, answer, np.inf, 0.0)
            return replace(made, objective=-self.score(goal, answer.v[: self.limits.universe.count]))
        tilt = ceiling / dual
        made = self._with(goal, replace(answer, v=answer.v / tilt), tilt, 0.0, 1.0 / tilt)
        return made


def _empty(room: Room, answer: ConvexAnswer) -> ConvexAnswer:
    """Return that no portfolio keeps the ceilings, or none the other limits."""
    return ConvexAnswer("infeasible", chain=answer.chain, least_share=room.share if np.isfinite(room.share) else None)


def _bordered(matrix: Matrix, width: int) -> Matrix:
    wide = np.zeros((width, width))
    wide[: len(matrix), : len(matrix)] = matrix
    return wide
