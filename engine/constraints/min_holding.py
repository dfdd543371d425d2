"""May a position be too small to be worth holding?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np

from engine.constraints import CONSTRAINTS, Constraint, Repeats, Side
from engine.kernel.forms import LimitParts, Minimum, Universe
from engine.kernel.units import fraction, percent


@CONSTRAINTS.register("min_holding")
class MinHolding(Constraint):
    """w_i = 0 or |w_i| ≥ min_frac for every asset: a semicontinuous limit, solved with a proven gap."""

    label: ClassVar[str] = "Zero or at least"
    side_fields: ClassVar[Mapping[Side, str]] = {"lower": "min_frac"}
    repeats: ClassVar[Repeats] = "never"
    kind: Literal["min_holding"] = "min_holding"
    min_frac: Annotated[float, *fraction(0.0, 1.0, is_low_open=True)] = 0.01

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        return f"Each asset is left out or held with at least {percent(self.min_frac)} of the capital."

    def compile(self, universe: Universe) -> LimitParts:
        """Return the minimum over all assets."""
        return LimitParts(minimums=(Minimum(np.ones(universe.count, dtype=bool), self.min_frac),))
