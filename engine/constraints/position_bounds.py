"""How small and how large may each position be?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import AfterValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from engine.constraints import (
    CONSTRAINTS,
    Constraint,
    Side,
    benchmark_problems,
    current_weights_problems,
    relative_notes,
    unnamed_assets_problems,
)
from engine.kernel.errors import Problem
from engine.kernel.facts import KnownUniverse
from engine.kernel.forms import Box, LimitParts, Span, Universe
from engine.kernel.grid import NOTE, TIGHT_FRAC, on_grid
from engine.kernel.units import fraction, listing, percent, percents

OPEN_FRAC = 2.0
ABSOLUTE = "absolute"
_ABSOLUTE_RANGE, _RELATIVE_RANGE = fraction(0.0, 1.0)[0], fraction(-OPEN_FRAC, OPEN_FRAC)[0]


def _in_range(value: float, info: ValidationInfo) -> float:
    """Check a side: from 0 to 1 as an absolute weight, of either sign as a distance."""
    is_absolute = info.data.get("relative_to", ABSOLUTE) == ABSOLUTE
    checked: float = (_ABSOLUTE_RANGE if is_absolute else _RELATIVE_RANGE).func(value)
    return checked


_BOUND = (AfterValidator(_in_range), Field(json_schema_extra={"minimum": -OPEN_FRAC, "maximum": OPEN_FRAC}))


@CONSTRAINTS.register("position_bounds")
class PositionBounds(Constraint):
    """min_frac ≤ w_i ≤ max_frac for the named assets, or all; or the same for w_i less a reference weight.

    Where a `long_short` limit allows shorts, w_i may also lie from -short_max_frac to -min_frac: the minimum is then a
    minimum size of either sign. Without `short_max_frac` a short may be as large as a long. Later entries override
    earlier ones for the assets they name.

    Relative to the current or the benchmark weight r_i the sides are distances, r_i + min_frac ≤ w_i ≤ r_i + max_frac,
    each left out where it is not given; r is taken to the nearest 1e-8, the sum of all kept. Such entries override
    nothing: they hold besides all others.
    """

    label: ClassVar[str] = "Position size"
    side_fields: ClassVar[Mapping[Side, str]] = {"lower": "min_frac", "upper": "max_frac"}
    kind: Literal["position_bounds"] = "position_bounds"
    relative_to: Literal["absolute", "current", "benchmark"] = "absolute"
    min_frac: Annotated[float, *_BOUND] = 0.01
    max_frac: Annotated[float, *_BOUND] = 0.25
    assets: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    short_max_frac: Annotated[float, *fraction(0.0, 1.0)] | None = None

    @model_validator(mode="after")
    def _minimum_below_maximum(self) -> PositionBounds:
        if self.relative_to != ABSOLUTE:
            for name, open_frac in (("min_frac", -OPEN_FRAC), ("max_frac", OPEN_FRAC)):
                if name not in self.model_fields_set:
                    object.__setattr__(self, name, open_frac)  # a distance that is not given is open, not 1% or 25%
        if self.min_frac > self.max_frac:
            least, most = percents(self.min_frac, self.max_frac)
            raise PydanticCustomError(
                "bounds_cross",
                "The minimum {low} is above the maximum {high}. Lower the minimum or raise the maximum.",
                {"low": least, "high": most},
            )
        if self.relative_to != ABSOLUTE:
            if self.short_max_frac is not None:
                raise PydanticCustomError(
                    "short_side_is_relative",
                    "`short_max_frac` has no meaning for distances from a reference weight. Remove it.",
                )
            if self.min_frac <= -OPEN_FRAC and self.max_frac >= OPEN_FRAC:
                raise PydanticCustomError(
                    "no_limit", "The limit has neither a minimum nor a maximum. Give `min_frac`, `max_frac` or both."
                )
        return self

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        who = "Each position" if self.assets is None else f"Each of {listing(list(self.assets))}"
        if self.relative_to == ABSOLUTE:
            short = f", or up to {percent(self.short_max_frac)} short" if self.short_max_frac else ""
            return f"{who} is from {percent(self.min_frac)} to {percent(self.max_frac)} of the capital{short}."
        low = "" if self.min_frac <= -OPEN_FRAC else _away(self.min_frac, "below", "above", "no smaller than")
        high = "" if self.max_frac >= OPEN_FRAC else _away(-self.max_frac, "above", "below", "no larger than")
        return f"{who} is {' and '.join(side for side in (low, high) if side)} its {self.relative_to} weight."

    def name_problems(self, universe: Universe) -> list[Problem]:
        """Return the named assets that are not in the universe."""
        return unnamed_assets_problems(self.assets, universe)

    def fact_problems(self, universe: Universe) -> list[Problem]:
        """Return a problem without the holdings or the benchmark to measure from."""
        if self.relative_to == "current":
            return current_weights_problems(universe, "relative_to")
        return [] if self.relative_to == ABSOLUTE else benchmark_problems(universe, "relative_to")

    def compile(self, universe: Universe) -> LimitParts:
        """Return one box over the named assets, or one span around their reference weights."""
        mask = np.ones(universe.count, dtype=bool)
        if self.assets is not None:
            places = KnownUniverse.of(universe).places
            mask = np.zeros(universe.count, dtype=bool)
            mask[[places[name] for name in self.assets if name in places]] = True
        if self.relative_to == ABSOLUTE:
            return LimitParts(boxes=(Box(mask, self.min_frac, self.max_frac, self.short_max_frac),))
        is_current = self.relative_to == "current"
        reference = universe.current_weights_frac if is_current else universe.benchmark_weights_frac
        if reference is None:
            raise self.refusal(universe)
        steps = on_grid(reference)
        low = -np.inf if self.min_frac <= -OPEN_FRAC else self.min_frac
        high = np.inf if self.max_frac >= OPEN_FRAC else self.max_frac
        lower, upper = np.where(mask, steps + low, -np.inf), np.where(mask, steps + high, np.inf)
        notes = () if is_current else relative_notes(universe, "positions")
        if high - low <= TIGHT_FRAC:
            notes = (*notes, NOTE)
        return LimitParts(spans=(Span(f"the {self.relative_to} weight", lower, upper, is_distance=True),), notes=notes)


def _away(distance_frac: float, within: str, beyond: str, level: str) -> str:
    """Return one side as words: how far a weight may go one way, or must go the other way."""
    if distance_frac == 0.0:
        return level
    size = f"{percent(abs(distance_frac))} of the capital"
    return f"no more than {size} {within}" if distance_frac < 0.0 else f"at least {size} {beyond}"
