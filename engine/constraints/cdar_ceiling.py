"""How deep may the worst drawdowns be on average?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from engine.constraints import CONSTRAINTS, Constraint, Side
from engine.constraints.cvar_ceiling import LEVEL
from engine.kernel.forms import LimitParts, TailLimit, Universe
from engine.kernel.units import fraction, percent


@CONSTRAINTS.register("cdar_ceiling")
class CdarCeiling(Constraint):
    """The mean of the worst (1 - level) of the drawdowns at constant weights, returns not compounded, is ≤ max_frac."""

    label: ClassVar[str] = "CDaR ceiling"
    side_fields: ClassVar[Mapping[Side, str]] = {"upper": "max_frac"}
    needs_history: ClassVar[bool] = True
    kind: Literal["cdar_ceiling"] = "cdar_ceiling"
    level: Annotated[float, *LEVEL] = 0.95
    max_frac: Annotated[float, *fraction(0.0, 1.0, is_low_open=True)]

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        worst = percent(1.0 - self.level)
        return (
            f"The average of the worst {worst} of drawdowns is at most {percent(self.max_frac)} of the capital, "
            "returns not compounded."
        )

    def compile(self, universe: Universe) -> LimitParts:
        """Return one tail limit."""
        name = f"CDaR at {percent(self.level)}"
        return LimitParts(tails=(TailLimit(name, "cdar_ceiling", "portfolio", "cdar", self.level, self.max_frac),))
