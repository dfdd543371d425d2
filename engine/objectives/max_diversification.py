"""Which portfolio loses most of its assets' volatility by mixing them?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.kernel.forms import DiversificationGoal, Goal
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("max_diversification")
class MaxDiversification(Objective):
    """Maximize σᵀw / √(wᵀΣw). Choueifaty and Coignard (2008), Journal of Portfolio Management 35(1)."""

    label: ClassVar[str] = "Maximum diversification"
    kind: Literal["max_diversification"] = "max_diversification"

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        return (
            "The highest ratio of the assets' average volatility to the portfolio's volatility; expected returns are "
            "not used."
        )

    def compile(self) -> Goal:
        """Return the goal's form."""
        return DiversificationGoal()
