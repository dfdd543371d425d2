"""How deep may the portfolio have fallen below its last peak?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from engine.constraints import CONSTRAINTS, Constraint, Repeats, Side
from engine.kernel.forms import LimitParts, TailLimit, Universe
from engine.kernel.units import fraction, percent


@CONSTRAINTS.register("drawdown_ceiling")
class DrawdownCeiling(Constraint):
    """The deepest drawdown of the history at constant weights, returns not compounded, is ≤ max_frac."""

    label: ClassVar[str] = "Drawdown ceiling"
    side_fields: ClassVar[Mapping[Side, str]] = {"upper": "max_frac"}
    repeats: ClassVar[Repeats] = "once_hard_once_soft"
    needs_history: ClassVar[bool] = True
    kind: Literal["drawdown_ceiling"] = "drawdown_ceiling"
    max_frac: Annotated[float, *fraction(0.0, 1.0, is_low_open=True)]

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        return (
            f"The deepest drawdown of the history is at most {percent(self.max_frac)} of the capital, "
            "returns not compounded."
        )

    def compile(self, universe: Universe) -> LimitParts:
        """Return one tail limit."""
        limit = TailLimit("Maximum drawdown", "drawdown_ceiling", "portfolio", "max_drawdown", 0.0, self.max_frac)
        return LimitParts(tails=(limit,))
