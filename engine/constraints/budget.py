"""How much of the capital must be invested, net of shorts?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from engine.constraints import CONSTRAINTS, Constraint, Repeats, Side
from engine.kernel.forms import LimitParts, Universe
from engine.kernel.units import fraction, percent


@CONSTRAINTS.register("budget")
class Budget(Constraint):
    """Σ w = net_frac. 1 means fully invested; the rest of the capital is cash that earns the risk-free rate."""

    label: ClassVar[str] = "Budget"
    side_fields: ClassVar[Mapping[Side, str]] = {"lower": "net_frac", "upper": "net_frac"}
    repeats: ClassVar[Repeats] = "never"
    kind: Literal["budget"] = "budget"
    net_frac: Annotated[float, *fraction(-1.0, 2.0)] = 1.0

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        if self.net_frac == 1.0:
            return "The whole capital is invested: weights sum to 100%."
        return f"Weights sum to {percent(self.net_frac)} of the capital."

    def compile(self, universe: Universe) -> LimitParts:
        """Return the net investment."""
        return LimitParts(net_frac=self.net_frac)
