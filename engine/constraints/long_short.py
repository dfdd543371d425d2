"""May the portfolio sell short, and how much in all?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from engine.constraints import CONSTRAINTS, Constraint, Repeats
from engine.kernel.forms import LimitParts, ShortBudget, Universe
from engine.kernel.units import fraction, percent


@CONSTRAINTS.register("long_short")
class LongShort(Constraint):
    """Σ|w_i| ≤ gross_max_frac and Σ(-w_i)₊ ≤ short_max_frac. Without this limit a portfolio is long-only."""

    label: ClassVar[str] = "Long and short"
    repeats: ClassVar[Repeats] = "never"
    kind: Literal["long_short"] = "long_short"
    gross_max_frac: Annotated[float, *fraction(0.0, 10.0, is_low_open=True)] | None = 1.6
    short_max_frac: Annotated[float, *fraction(0.0, 5.0)] | None = 0.3

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        parts = ["Shorts are allowed"]
        if self.short_max_frac is not None:
            parts.append(f"together up to {percent(self.short_max_frac)}")
        if self.gross_max_frac is not None:
            parts.append(f"longs and shorts together up to {percent(self.gross_max_frac)}")
        return ", ".join(parts) + "."

    def compile(self, universe: Universe) -> LimitParts:
        """Return the gross and short budgets."""
        return LimitParts(short_budget=ShortBudget(self.gross_max_frac, self.short_max_frac))
