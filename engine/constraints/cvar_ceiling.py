"""How large may the average loss in the worst periods be?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from engine.constraints import CONSTRAINTS, Constraint, Side
from engine.kernel.forms import LimitParts, TailLimit, Universe
from engine.kernel.units import fraction, percent

LEVEL = fraction(0.5, 0.999)


@CONSTRAINTS.register("cvar_ceiling")
class CvarCeiling(Constraint):
    """The mean of the worst (1 - level) of the history's one-period losses at constant weights is ≤ max_frac."""

    label: ClassVar[str] = "CVaR ceiling"
    side_fields: ClassVar[Mapping[Side, str]] = {"upper": "max_frac"}
    needs_history: ClassVar[bool] = True
    kind: Literal["cvar_ceiling"] = "cvar_ceiling"
    level: Annotated[float, *LEVEL] = 0.95
    max_frac: Annotated[float, *fraction(0.0, 0.5, is_low_open=True)]

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        worst = percent(1.0 - self.level)
        return f"The average loss in the worst {worst} of periods is at most {percent(self.max_frac)} of the capital."

    def compile(self, universe: Universe) -> LimitParts:
        """Return one tail limit."""
        name = f"CVaR at {percent(self.level)}"
        return LimitParts(tails=(TailLimit(name, "cvar_ceiling", "portfolio", "cvar", self.level, self.max_frac),))
