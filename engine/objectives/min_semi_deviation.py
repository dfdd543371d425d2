"""Which portfolio falls least below its own average?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from engine.kernel.forms import Goal, TailGoal
from engine.kernel.units import fraction, percent
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("min_semi_deviation")
class MinSemiDeviation(Objective):
    """Minimize √(Σ max(0, m - r_iᵀw)² / t) with m the mean of r_iᵀw, Markowitz (1959), chapter 9."""

    label: ClassVar[str] = "Minimum semi-deviation"
    kind: Literal["min_semi_deviation"] = "min_semi_deviation"
    return_min_annual_frac: Annotated[float, *fraction(-1.0, 2.0)] | None = None

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        floor = self.return_min_annual_frac
        kept = "" if floor is None else f", with an expected return of at least {percent(floor)} a year"
        return f"The smallest fluctuation below the average return; what lies above it does not count{kept}."

    def compile(self) -> Goal:
        """Return the goal's form."""
        return TailGoal("semi_deviation", return_min_annual_frac=self.return_min_annual_frac)
