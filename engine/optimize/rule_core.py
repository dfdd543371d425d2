"""How do rules and risk budgets look like any other goal to searches, certificates and limits?"""

from __future__ import annotations

from engine.kernel.forms import Estimates, Goal, RiskBudgetGoal, RuleGoal, TradingCosts, Vector
from engine.optimize.compile import LimitSet
from engine.optimize.convex import ConvexCore
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.prices import Prices
from engine.optimize.risk_budget import RiskBudget
from engine.optimize.rules import Projection, RuleAnswer, rule_prices, rule_residuals, rule_score
from engine.result import KktResiduals


class RuleCore(ConvexCore):
    """Solves one rule or one set of risk budgets, whatever the box; every other goal as `ConvexCore` does.

    Parameters
    ----------
    estimates, limits, risk_free_annual_frac, costs
        As for `ConvexCore`; trading costs are reported but do not move the weights.
    goal
        The rule or the budgets.

    """

    def __init__(
        self,
        estimates: Estimates,
        limits: LimitSet,
        risk_free_annual_frac: float,
        goal: RuleGoal | RiskBudgetGoal,
        costs: TradingCosts | None = None,
    ) -> None:
        super().__init__(estimates, limits, risk_free_annual_frac, costs)
        self.goal = goal
        self.road = Projection(self, goal) if isinstance(goal, RuleGoal) else RiskBudget(self, goal)

    @property
    def iterations_count(self) -> int:
        """Iterations of all solves so far."""
        return self.session.iterations_count + self.road.iterations_count

    def solve(self, goal: Goal, box: tuple[Vector, Vector] | None = None) -> ConvexAnswer:
        """Return the best weights for a goal within bounds on x = (w, t)."""
        return self.road.solve(box) if goal == self.goal else super().solve(goal, box)

    def score(self, goal: Goal, weights: Vector) -> float:
        """Return ‖w - w0‖ for a rule, σ(w) / Π wᵢ^bᵢ for budgets, else what `ConvexCore` does."""
        if goal != self.goal:
            return super().score(goal, weights)
        road = self.road
        known = (
            RuleAnswer("solved", target_frac=road.target)
            if isinstance(road, Projection)
            else RuleAnswer("solved", budgets_frac=road.budgets)
        )
        return rule_score(self, known, weights)

    def residuals(
        self, goal: Goal, answer: ConvexAnswer, weights: Vector, box: tuple[Vector, Vector]
    ) -> KktResiduals | None:
        """Return the optimality conditions' residuals at weights within bounds on w; None without multipliers."""
        if isinstance(answer, RuleAnswer):
            return rule_residuals(self, answer, weights, box)
        return super().residuals(goal, answer, weights, box)

    def prices(self, goal: Goal, answer: ConvexAnswer) -> Prices | None:
        """Return by how much the goal's figure changes as each limit moves up; None without multipliers."""
        return rule_prices(answer) if isinstance(answer, RuleAnswer) else super().prices(goal, answer)
