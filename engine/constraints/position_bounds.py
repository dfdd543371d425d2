"""How small and how large may each position be?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.constraints import CONSTRAINTS, Constraint
from engine.kernel.errors import Problem
from engine.kernel.forms import Box, LimitParts, Universe
from engine.kernel.units import fraction, listing, percent


@CONSTRAINTS.register("position_bounds")
class PositionBounds(Constraint):
    """min_frac ≤ w_i ≤ max_frac for the named assets, or all.

    Where a `long_short` limit allows shorts, w_i may also lie from -short_max_frac to -min_frac: the minimum is then a
    minimum size of either sign. Without `short_max_frac` a short may be as large as a long. Later entries override
    earlier ones for the assets they name.
    """

    label: ClassVar[str] = "Position size"
    kind: Literal["position_bounds"] = "position_bounds"
    min_frac: Annotated[float, *fraction(0.0, 1.0)] = 0.01
    max_frac: Annotated[float, *fraction(0.0, 1.0)] = 0.25
    assets: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    short_max_frac: Annotated[float, *fraction(0.0, 1.0)] | None = None

    @model_validator(mode="after")
    def _minimum_below_maximum(self) -> PositionBounds:
        if self.min_frac > self.max_frac:
            raise PydanticCustomError(
                "bounds_cross",
                "The minimum {low} is above the maximum {high}. Lower the minimum or raise the maximum.",
                {"low": percent(self.min_frac), "high": percent(self.max_frac)},
            )
        return self

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        who = "Each position" if self.assets is None else f"Each of {listing(list(self.assets))}"
        short = f", or up to {percent(self.short_max_frac)} short" if self.short_max_frac else ""
        return f"{who} is from {percent(self.min_frac)} to {percent(self.max_frac)} of the capital{short}."

    def problems(self, universe: Universe) -> list[Problem]:
        """Return the named assets that are not in the universe."""
        unknown = [name for name in self.assets or () if name not in universe.assets]
        if not unknown:
            return []
        return [
            Problem(
                "assets",
                f"{listing(unknown)} is not among the assets of this portfolio.",
                "Add the asset to the universe or remove it from the limit.",
            )
        ]

    def compile(self, universe: Universe) -> LimitParts:
        """Return one box over the named assets."""
        named = None if self.assets is None else set(self.assets)
        mask = np.array([named is None or asset in named for asset in universe.assets], dtype=bool)
        return LimitParts(boxes=(Box(mask, self.min_frac, self.max_frac, self.short_max_frac),))
