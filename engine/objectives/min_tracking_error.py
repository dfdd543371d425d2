"""Which portfolio stays closest to the benchmark?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from engine.kernel.forms import ActiveRiskGoal, Goal
from engine.kernel.units import fraction, percent
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("min_tracking_error")
class MinTrackingError(Objective):
    """Minimize √((w - b)ᵀΣ(w - b)), optionally with μᵀw ≥ return_min_annual_frac. Roll (1992), JPM 18(4)."""

    label: ClassVar[str] = "Minimum tracking error"
    kind: Literal["min_tracking_error"] = "min_tracking_error"
    return_min_annual_frac: Annotated[float, *fraction(-1.0, 2.0)] | None = None

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        if self.return_min_annual_frac is None:
            return "The portfolio whose return differs least from the benchmark's."
        floor = percent(self.return_min_annual_frac)
        return f"The portfolio nearest to the benchmark with an expected return of at least {floor} a year."

    def compile(self) -> Goal:
        """Return the goal's form."""
        return ActiveRiskGoal(self.return_min_annual_frac)
