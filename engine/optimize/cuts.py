"""How are ceilings on tail measures kept, whatever the goal and the solver?

A tail measure is convex in the weights, so at any portfolio its tangent lies below it: each portfolio that breaks a
ceiling gives a linear row that it breaks and that no allowed portfolio does (Kelley 1960). Rows are added until the
ceiling holds; the rows that bind at the end carry the ceiling's price. A risk ceiling can be kept the same way by
solvers that know linear limits only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine.kernel.forms import Estimates, Goal, RiskLimit, Row, TailLimit, TradingCosts, Vector
from engine.kernel.size import risk_of
from engine.optimize.compile import LimitSet
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.core import Core, WeightBox
from engine.optimize.lift import LiftedRows
from engine.optimize.prices import Prices
from engine.optimize.tail_measures import tail_cut
from engine.result import KktResiduals

CUTS_MAX_COUNT = 400
HELD = 1e-9
CUT_KIND = "cut"

MakeCore = Callable[[LimitSet], Core]
Curved = TailLimit | RiskLimit


class CutCore:
    """Another core, whose curved limits are kept by cuts.

    Parameters
    ----------
    limits
        All limits.
    curved
        Those of them that the other core does not know.
    make
        Makes the other core for limits without them, and with more rows.

    """

    def __init__(self, limits: LimitSet, curved: tuple[Curved, ...], make: MakeCore) -> None:
        self.limits, self._curved, self._make = limits, curved, make
        kept = [risk for risk in limits.risks if risk not in curved]
        self._base = replace(limits, tails=(), risks=tuple(kept))
        self._cuts: list[tuple[int, Row]] = []
        self._inner = make(self._base)
        self._iterations_count = 0

    @property
    def estimates(self) -> Estimates:
        """The figures solved on."""
        return self._inner.estimates

    @property
    def costs(self) -> TradingCosts | None:
        """Trading costs, or None."""
        return self._inner.costs

    @property
    def risk_free_annual_frac(self) -> float:
        """The risk-free rate."""
        return self._inner.risk_free_annual_frac

    @property
    def lifted(self) -> LiftedRows:
        """The rows with all cuts so far."""
        return self._inner.lifted

    @property
    def iterations_count(self) -> int:
        """Iterations of all solves so far."""
        return self._iterations_count + self._inner.iterations_count

    def score(self, goal: Goal, weights: Vector) -> float:
        """Return the figure that a goal is judged by."""
        return self._inner.score(goal, weights)

    def solve(self, goal: Goal, box: WeightBox | None = None) -> ConvexAnswer:
        """Return the best weights for a goal within bounds on x = (w, t), every ceiling kept."""
        answer = self._inner.solve(goal, box)
        for _ in range(CUTS_MAX_COUNT):
            if answer.outcome != "solved" or answer.weights_frac is None:
                return answer
            broken = [
                (number, row) for number in range(len(self._curved)) if (row := self._cut(number, answer.weights_frac))
            ]
            if not broken:
                return answer
            self._cuts += broken
            self._iterations_count += self._inner.iterations_count
            rows = (*self._base.rows, *(row for _, row in self._cuts))
            self._inner = self._make(replace(self._base, rows=rows))
            answer = self._inner.solve(goal, box)
        return ConvexAnswer("failed", chain=(*answer.chain, f"{CUTS_MAX_COUNT} cuts"))

    def _value(self, number: int, weights: Vector) -> tuple[float, Vector]:
        limit = self._curved[number]
        if isinstance(limit, RiskLimit):
            away = weights - limit.center_frac
            size = risk_of(away, self.estimates.covariance_annual)
            return size, self.estimates.covariance_annual @ away / max(size, 1e-300)
        assert self.estimates.history_frac is not None
        return tail_cut(limit.tail, limit.level, self.estimates.history_frac, weights)

    def _cut(self, number: int, weights: Vector) -> Row | None:
        """Return the tangent of a broken ceiling, None where it holds."""
        limit = self._curved[number]
        value, slope = self._value(number, weights)
        upper = limit.upper_annual_frac if isinstance(limit, RiskLimit) else limit.upper_frac
        if value <= upper + HELD:
            return None
        return Row(limit.name, CUT_KIND, limit.scope, slope, -np.inf, upper - value + float(slope @ weights))

    def residuals(self, goal: Goal, answer: ConvexAnswer, weights: Vector, box: WeightBox) -> KktResiduals | None:
        """Return the residuals with the cuts as rows; a broken ceiling counts as a broken limit."""
        found = self._inner.residuals(goal, answer, weights, box)
        if found is None:
            return None
        primal = found.primal
        for number, limit in enumerate(self._curved):
            upper = limit.upper_annual_frac if isinstance(limit, RiskLimit) else limit.upper_frac
            primal = max(primal, self._value(number, weights)[0] - upper)
        return found.model_copy(update={"primal": primal})

    def prices(self, goal: Goal, answer: ConvexAnswer) -> Prices | None:
        """Return what each limit costs; a ceiling costs what its cuts cost together."""
        found = self._inner.prices(goal, answer)
        if found is None:
            return None
        first = LiftedRows.FIRST_ROW + len(self._base.rows)
        sums = np.zeros(len(self._curved))
        for at, (number, _) in enumerate(self._cuts, first):
            sums[number] += found.rows[at]
        tails = tuple(float(sums[i]) for i, limit in enumerate(self._curved) if isinstance(limit, TailLimit))
        risks = tuple(float(sums[i]) for i, limit in enumerate(self._curved) if isinstance(limit, RiskLimit))
        return replace(found, tails=tails, risks=risks or found.risks)
