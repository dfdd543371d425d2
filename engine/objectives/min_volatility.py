"""Which portfolio fluctuates least?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.kernel.forms import Goal, VarianceGoal
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("min_volatility")
class MinVolatility(Objective):
    """Minimize wᵀΣw, Markowitz (1952), Journal of Finance 7(1)."""

    label: ClassVar[str] = "Minimum volatility"
    kind: Literal["min_volatility"] = "min_volatility"

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        return "The portfolio with the lowest volatility."

    def compile(self) -> Goal:
        """Return the goal's form."""
        return VarianceGoal()
