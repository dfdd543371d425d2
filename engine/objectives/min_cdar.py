"""Which portfolio stays least below its earlier highs, on average over the worst times?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from engine.kernel.forms import Goal, TailGoal
from engine.kernel.units import fraction, percent
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("min_cdar")
class MinCdar(Objective):
    """Minimize the mean of the worst share 1 - level of the drawdowns, Chekhlov, Uryasev and Zabarankin (2005)."""

    label: ClassVar[str] = "Minimum average of the worst drawdowns (CDaR)"
    kind: Literal["min_cdar"] = "min_cdar"
    level: Annotated[float, *fraction(0.5, 0.999)] = 0.95
    return_min_annual_frac: Annotated[float, *fraction(-1.0, 2.0)] | None = None

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        worst = percent(1.0 - self.level)
        return f"The lowest average of the worst {worst} of past drawdowns{_floor(self.return_min_annual_frac)}."

    def compile(self) -> Goal:
        """Return the goal's form."""
        return TailGoal("cdar", self.level, self.return_min_annual_frac)


def _floor(return_min_annual_frac: float | None) -> str:
    if return_min_annual_frac is None:
        return ""
    return f", with an expected return of at least {percent(return_min_annual_frac)} a year"
