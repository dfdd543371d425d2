"""Which portfolio is best when the expected returns turn out as bad as their uncertainty allows?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.kernel.forms import Goal, RobustGoal
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("robust")
class Robust(Objective):
    """Maximize μᵀw - uncertainty √(wᵀΣw / years) - (risk_aversion / 2) wᵀΣw.

    The second term is the worst case over the ellipsoid of means within `uncertainty` standard errors. Goldfarb and
    Iyengar (2003), Mathematics of Operations Research 28(1).
    """

    label: ClassVar[str] = "Best worst case (robust)"
    kind: Literal["robust"] = "robust"
    uncertainty: Annotated[float, Field(ge=0.0, le=100.0)] = 1.0
    risk_aversion: Annotated[float, Field(gt=0.0, le=1000.0)] = 1.0

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        errors = "1 standard error" if self.uncertainty == 1.0 else f"{self.uncertainty:g} standard errors"
        return (
            f"The highest expected return when the estimated returns are wrong by {errors} in the worst direction, "
            f"less {0.5 * self.risk_aversion:g} times the variance a year (risk aversion {self.risk_aversion:g})."
        )

    def compile(self) -> Goal:
        """Return the goal's form."""
        return RobustGoal(self.uncertainty, self.risk_aversion)
