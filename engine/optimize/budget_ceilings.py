"""How are risk budgets met under ceilings on risk and on losses, and what is given where no solver arrives?

The program with the ceilings as they are (`budget_curved`) gives the answer; each ceiling's tangent there, with its
multiplier, is the row by which the certificate proves it. Where the ceilings leave too little room for that, a
portfolio that keeps every limit is given all the same: on the way from the least risk or loss to the budgets without
ceilings, as far as the ceilings allow.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.kernel.forms import Goal, RiskBudgetGoal, RiskLimit, Row, TailLimit, Vector
from engine.optimize.budget_curved import RiskBall
from engine.optimize.certificate import PROVEN_RESIDUAL
from engine.optimize.conic_parts import root_of
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.core import WeightBox
from engine.optimize.cuts import CUT_KIND, CutCore
from engine.optimize.lift import LiftedRows
from engine.optimize.risk_budget import RiskBudget
from engine.optimize.room import Room, sole_answer
from engine.optimize.rule_core import RuleCore
from engine.optimize.tail_ceiling import TailPool

LEAST_DUAL = 1e-13
HALVINGS_COUNT = 50
NEAREST = (
    "The ceilings leave hardly any room, and no solver found the best portfolio in it: the one given keeps every "
    "limit, on the way from the least risk or loss to the risk budgets, as far as the ceilings allow."
)


class BudgetCeilings(CutCore):
    """`CutCore` for risk budgets: tangents only at the answer, which a cone program finds."""

    def _solved(self, goal: Goal, box: WeightBox | None) -> ConvexAnswer:
        if not isinstance(goal, RiskBudgetGoal):
            return super()._solved(goal, box)
        room = self._room(box)
        if room is not None and room.is_missed:
            return ConvexAnswer("infeasible", least_share=room.share)
        self._restart()
        plain = self._inner.solve(goal, box)
        if plain.outcome != "solved" or plain.weights_frac is None or not self._broken(plain.weights_frac):
            return plain
        if room is not None and room.is_sole and not self.limits.tails:
            weights = room.x[: self.limits.universe.count]
            return sole_answer(room, len(weights), plain.chain, self.score(goal, weights))
        answer = self._curved(plain, box)
        if answer is not None and self._worst(goal, answer, box) <= PROVEN_RESIDUAL:
            return answer
        self._restart()
        return self._nearest(goal, plain, room, box)

    def _restart(self) -> None:
        """Go back to the limits without tangents."""
        if self._cuts:
            self._iterations_count += self._inner.iterations_count
            self._cuts, self._inner = [], self._make(self._base)

    def _worst(self, goal: Goal, answer: ConvexAnswer, box: WeightBox | None) -> float:
        assert answer.weights_frac is not None
        count = len(answer.weights_frac)
        lower, upper = (self.limits.lower_frac, self.limits.upper_frac) if box is None else box
        found = self.residuals(goal, answer, answer.weights_frac, (lower[:count], upper[:count]))
        return np.inf if found is None else found.worst

    def _curved(self, plain: ConvexAnswer, box: WeightBox | None) -> ConvexAnswer | None:
        """Return the cone program's answer with a tangent for each ceiling that presses; None where there is none."""
        inner = self._inner
        assert isinstance(inner, RuleCore)
        assert plain.weights_frac is not None
        risks = [(at, one) for at, one in enumerate(self._watched) if isinstance(one, RiskLimit)]
        tails = [(at, one) for at, one in enumerate(self._watched) if isinstance(one, TailLimit)]
        root = root_of(self.estimates.covariance_annual) if risks else np.zeros((0, 0))
        balls = [RiskBall(root, one.center_frac, one.upper_annual_frac) for _, one in risks]
        history = self.estimates.history_frac
        pools = [TailPool(one, history) for _, one in tails if history is not None]
        found = inner.road.under(balls, pools, box, plain.weights_frac)  # type: ignore[union-attr]
        if found is None:
            return None
        answer, duals = found
        assert answer.weights_frac is not None
        cuts, multipliers = [], []
        for (at, limit), dual in zip(risks, duals.risk_duals.tolist(), strict=True):
            if dual > LEAST_DUAL:
                _, slope = self._value(at, answer.weights_frac)
                side = limit.upper_annual_frac + float(slope @ limit.center_frac)
                cuts.append((at, Row(limit.name, CUT_KIND, limit.scope, slope, -np.inf, side)))
                multipliers.append(dual)
        for (at, limit_), dual, slope in zip(tails, duals.tail_duals.tolist(), duals.tail_slopes, strict=True):
            if dual > LEAST_DUAL:
                cuts.append((at, Row(limit_.name, CUT_KIND, limit_.scope, slope, -np.inf, limit_.upper_frac)))
                multipliers.append(dual)
        self._iterations_count += inner.iterations_count
        self._cuts = cuts
        self._inner = self._make(replace(self._base, rows=(*self._base.rows, *(row for _, row in cuts))))
        assert answer.row_duals is not None
        first = LiftedRows.FIRST_ROW + len(self._base.rows)
        rows = np.concatenate([answer.row_duals[:first], np.array(multipliers), answer.row_duals[first:]])
        return replace(answer, row_duals=rows, chain=(*plain.chain, "clarabel"))

    def _nearest(self, goal: Goal, plain: ConvexAnswer, room: Room | None, box: WeightBox | None) -> ConvexAnswer:
        """Return a portfolio that keeps every limit, as near to the budgets as the way from the least risk leads."""
        assert plain.weights_frac is not None
        base = self._calm(room, box)
        if base.outcome != "solved" or base.weights_frac is None:
            return replace(base, chain=(*plain.chain, *base.chain))
        start, way = base.weights_frac, plain.weights_frac - base.weights_frac
        low, high = 0.0, 1.0
        for _ in range(HALVINGS_COUNT):
            middle = 0.5 * (low + high)
            if self._is_kept(start + middle * way):
                low = middle
            else:
                high = middle
        weights = start + low * way
        inner = self._inner
        assert isinstance(inner, RuleCore)
        assert isinstance(inner.road, RiskBudget)
        return ConvexAnswer(
            "solved",
            self.score(goal, weights),
            weights,
            solver="least risk",
            chain=(*plain.chain, "clarabel", "least risk"),
            notes=(NEAREST, *inner.road.off(weights, np.full(len(weights), np.nan))),
        )

    def _is_kept(self, weights: Vector) -> bool:
        return all(
            self._value(at, weights)[0]
            <= (one.upper_annual_frac if isinstance(one, RiskLimit) else one.upper_frac) * (1.0 + 1e-12)
            for at, one in enumerate(self._watched)
        )
