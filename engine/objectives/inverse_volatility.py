"""Which portfolio holds less of what fluctuates more?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.kernel.forms import Goal, RuleGoal
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("inverse_volatility")
class InverseVolatility(Objective):
    """w_i = (1/σ_i) / Σ (1/σ_j); risk parity where all correlations are equal. Maillard et al. (2010), JPM 36(4)."""

    label: ClassVar[str] = "Inverse volatility"
    kind: Literal["inverse_volatility"] = "inverse_volatility"

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        return (
            "Weights in proportion to one over each asset's volatility, or the nearest portfolio that keeps the "
            "limits; neither expected returns nor correlations are used."
        )

    def compile(self) -> Goal:
        """Return the goal's form."""
        return RuleGoal("inverse_volatility")
