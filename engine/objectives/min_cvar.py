"""Which portfolio loses least on its worst days?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from engine.kernel.forms import Goal, TailGoal
from engine.kernel.units import fraction, percent
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("min_cvar")
class MinCvar(Objective):
    """Minimize CVaR, min_a a + Σ max(0, -r_iᵀw - a) / (t (1 - level)), Rockafellar and Uryasev (2000)."""

    label: ClassVar[str] = "Minimum loss on the worst days (CVaR)"
    kind: Literal["min_cvar"] = "min_cvar"
    level: Annotated[float, *fraction(0.5, 0.999)] = 0.95
    return_min_annual_frac: Annotated[float, *fraction(-1.0, 2.0)] | None = None

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        worst = percent(1.0 - self.level)
        return f"The lowest average loss in the worst {worst} of past periods{_floor(self.return_min_annual_frac)}."

    def compile(self) -> Goal:
        """Return the goal's form."""
        return TailGoal("cvar", self.level, self.return_min_annual_frac)


def _floor(return_min_annual_frac: float | None) -> str:
    if return_min_annual_frac is None:
        return ""
    return f", with an expected return of at least {percent(return_min_annual_frac)} a year"
