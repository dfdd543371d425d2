"""What does every way to solve a convex problem offer, so that searches and certificates need not know which it is?"""

from __future__ import annotations

from typing import Protocol

from engine.kernel.forms import Estimates, Goal, TradingCosts, Vector
from engine.optimize.compile import LimitSet
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.lift import LiftedRows
from engine.optimize.prices import Prices
from engine.result import KktResiduals

WeightBox = tuple[Vector, Vector]


class Core(Protocol):
    """Solves goals on one set of estimates and limits; see `engine.optimize.convex.ConvexCore`."""

    @property
    def estimates(self) -> Estimates:
        """The figures solved on."""
        ...

    @property
    def limits(self) -> LimitSet:
        """All limits."""
        ...

    @property
    def lifted(self) -> LiftedRows:
        """The limits as rows on x = (w, t)."""
        ...

    @property
    def costs(self) -> TradingCosts | None:
        """Trading costs, or None."""
        ...

    @property
    def risk_free_annual_frac(self) -> float:
        """What cash earns."""
        ...

    @property
    def iterations_count(self) -> int:
        """Iterations of all solves so far."""
        ...

    def solve(self, goal: Goal, box: WeightBox | None = None) -> ConvexAnswer:
        """Return the best weights for a goal within bounds on x = (w, t)."""
        ...

    def score(self, goal: Goal, weights: Vector) -> float:
        """Return the figure that a goal is judged by."""
        ...

    def residuals(self, goal: Goal, answer: ConvexAnswer, weights: Vector, box: WeightBox) -> KktResiduals | None:
        """Return the optimality conditions' residuals at weights within bounds on w; None without multipliers."""
        ...

    def prices(self, goal: Goal, answer: ConvexAnswer) -> Prices | None:
        """Return what each limit costs; None without multipliers."""
        ...
