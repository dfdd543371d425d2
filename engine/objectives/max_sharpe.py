"""Which portfolio earns the most above the risk-free rate for each unit of risk?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.kernel.forms import Goal, RatioGoal
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("max_sharpe")
class MaxSharpe(Objective):
    """Maximize (μᵀw - r_f) / √(wᵀΣw), Sharpe (1966), Journal of Business 39(1)."""

    label: ClassVar[str] = "Maximum Sharpe ratio"
    kind: Literal["max_sharpe"] = "max_sharpe"

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        return "The most expected return above the risk-free rate for each unit of volatility."

    def compile(self) -> Goal:
        """Return the goal's form."""
        return RatioGoal()
