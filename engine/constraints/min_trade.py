"""May a trade be too small to be worth making?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np

from engine.constraints import CONSTRAINTS, Constraint, Repeats, Side, current_weights_problems
from engine.kernel.errors import Problem
from engine.kernel.forms import Gap, LimitParts, Universe
from engine.kernel.units import UNITS_PER_ONE, fraction, listing, percent


@CONSTRAINTS.register("min_trade")
class MinTrade(Constraint):
    """w_i = c_i or |w_i - c_i| ≥ min_frac for every asset, with current weights c to the nearest 1e-8.

    Semicontinuous, as the minimum holding. A position smaller than `min_frac` can then be kept or enlarged, but not
    sold; the notes name such positions.
    """

    label: ClassVar[str] = "Smallest trade"
    side_fields: ClassVar[Mapping[Side, str]] = {"lower": "min_frac"}
    repeats: ClassVar[Repeats] = "never"
    kind: Literal["min_trade"] = "min_trade"
    min_frac: Annotated[float, *fraction(0.0, 1.0, is_low_open=True)] = 0.005

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        return f"Each position stays as it is or changes by at least {percent(self.min_frac)} of the capital."

    def fact_problems(self, universe: Universe) -> list[Problem]:
        """Return a problem without current holdings."""
        return current_weights_problems(universe, "min_frac")

    def compile(self, universe: Universe) -> LimitParts:
        """Return a gap around each current weight."""
        current = universe.current_weights_frac
        if current is None:
            raise self.refusal(universe)
        center = np.round(current * UNITS_PER_ONE) / UNITS_PER_ONE
        small = np.flatnonzero((center != 0.0) & (np.abs(center) < self.min_frac))
        notes: tuple[str, ...] = ()
        if small.size:
            names = listing([universe.assets[place] for place in small])
            notes = (f"{names}: smaller than the smallest trade of {percent(self.min_frac)}, so it cannot be sold.",)
        everywhere = np.ones(universe.count, dtype=bool)
        return LimitParts(gaps=(Gap(everywhere, center, self.min_frac),), notes=notes)
