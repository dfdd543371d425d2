"""Which portfolio reaches a wanted return with the least risk?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from engine.kernel.forms import Goal, VarianceGoal
from engine.kernel.units import fraction, percent
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("target_return")
class TargetReturn(Objective):
    """Minimize wᵀΣw subject to μᵀw ≥ return_min_annual_frac."""

    label: ClassVar[str] = "Target return"
    kind: Literal["target_return"] = "target_return"
    return_min_annual_frac: Annotated[float, *fraction(-1.0, 2.0)]

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        floor = percent(self.return_min_annual_frac)
        return f"The lowest volatility with an expected return of at least {floor} a year."

    def compile(self) -> Goal:
        """Return the goal's form."""
        return VarianceGoal(self.return_min_annual_frac)
