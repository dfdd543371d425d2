"""Which portfolio is expected to earn most at a risk that may not be exceeded?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from engine.kernel.forms import Goal, ReturnGoal
from engine.kernel.units import fraction, percent
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("max_return")
class MaxReturn(Objective):
    """Maximize μᵀw subject to √(wᵀΣw) ≤ volatility_max_annual_frac."""

    label: ClassVar[str] = "Maximum return at a risk"
    kind: Literal["max_return"] = "max_return"
    volatility_max_annual_frac: Annotated[float, *fraction(0.0, 1.5, is_low_open=True)]

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        ceiling = percent(self.volatility_max_annual_frac)
        return f"The highest expected return with a volatility of at most {ceiling} a year."

    def compile(self) -> Goal:
        """Return the goal's form."""
        return ReturnGoal(self.volatility_max_annual_frac)
