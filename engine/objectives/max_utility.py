"""Which portfolio is best for an investor who trades return against risk at a stated rate?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.kernel.forms import Goal, UtilityGoal
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("max_utility")
class MaxUtility(Objective):
    """Maximize μᵀw - (risk_aversion / 2) wᵀΣw, annual figures. Markowitz (1959), Portfolio Selection, chapter 13."""

    label: ClassVar[str] = "Maximum utility"
    kind: Literal["max_utility"] = "max_utility"
    risk_aversion: Annotated[float, Field(gt=0.0, le=1000.0)]

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        return (
            f"The highest expected return less {0.5 * self.risk_aversion:g} times the variance a year "
            f"(risk aversion {self.risk_aversion:g})."
        )

    def compile(self) -> Goal:
        """Return the goal's form."""
        return UtilityGoal(self.risk_aversion)
