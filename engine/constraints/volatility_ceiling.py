"""How volatile may the portfolio be?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np

from engine.constraints import CONSTRAINTS, Constraint, Repeats, Side
from engine.kernel.forms import LimitParts, RiskLimit, Universe
from engine.kernel.units import fraction, percent, whole_notes


@CONSTRAINTS.register("volatility_ceiling")
class VolatilityCeiling(Constraint):
    """√(wᵀ Σ w) ≤ max_annual_frac, annual."""

    label: ClassVar[str] = "Volatility ceiling"
    side_fields: ClassVar[Mapping[Side, str]] = {"upper": "max_annual_frac"}
    repeats: ClassVar[Repeats] = "once_hard_once_soft"
    kind: Literal["volatility_ceiling"] = "volatility_ceiling"
    max_annual_frac: Annotated[float, *fraction(0.0, 1.5, is_low_open=True)]

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        return f"Volatility is at most {percent(self.max_annual_frac)} a year."

    def compile(self, universe: Universe) -> LimitParts:
        """Return one risk limit around zero."""
        center = np.zeros(universe.count)
        limit = RiskLimit("Volatility", "volatility_ceiling", "portfolio", center, self.max_annual_frac)
        return LimitParts(risks=(limit,), notes=whole_notes(self.label, self.max_annual_frac))
