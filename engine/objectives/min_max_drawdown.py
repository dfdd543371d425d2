"""Which portfolio fell least from an earlier high?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from engine.kernel.forms import Goal, TailGoal
from engine.kernel.units import fraction, percent
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("min_max_drawdown")
class MinMaxDrawdown(Objective):
    """Minimize max_k (max_{s≤k} c_sᵀw - c_kᵀw) with c the cumulative uncompounded returns from c_0 = 0."""

    label: ClassVar[str] = "Minimum maximum drawdown"
    kind: Literal["min_max_drawdown"] = "min_max_drawdown"
    return_min_annual_frac: Annotated[float, *fraction(-1.0, 2.0)] | None = None

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        floor = self.return_min_annual_frac
        kept = "" if floor is None else f", with an expected return of at least {percent(floor)} a year"
        return (
            "The lowest maximum drawdown over the past: the deepest fall from an earlier high, returns added without "
            f"compounding{kept}."
        )

    def compile(self) -> Goal:
        """Return the goal's form."""
        return TailGoal("max_drawdown", return_min_annual_frac=self.return_min_annual_frac)
