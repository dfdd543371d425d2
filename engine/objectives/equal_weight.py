"""Which portfolio holds the same of every asset?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.kernel.forms import Goal, RuleGoal
from engine.objectives import OBJECTIVES, Objective


@OBJECTIVES.register("equal_weight")
class EqualWeight(Objective):
    """w_i = 1/n; a baseline. DeMiguel, Garlappi and Uppal (2009), Review of Financial Studies 22(5)."""

    label: ClassVar[str] = "Equal weight"
    kind: Literal["equal_weight"] = "equal_weight"

    def explain(self) -> str:
        """Return one sentence that says what is sought."""
        return (
            "The same weight for every asset, or the nearest portfolio that keeps the limits; neither expected returns "
            "nor risks are used."
        )

    def compile(self) -> Goal:
        """Return the goal's form."""
        return RuleGoal("equal_weight")
