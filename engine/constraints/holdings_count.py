"""How many positions may, or must, the portfolio have?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.constraints import CONSTRAINTS, Constraint, Repeats, Side
from engine.kernel.errors import Problem
from engine.kernel.forms import CountLimit, LimitParts, Universe
from engine.kernel.units import plural

Count = Annotated[int, Field(ge=1, le=2000)]


@CONSTRAINTS.register("holdings_count")
class HoldingsCount(Constraint):
    """min_count ≤ #{i: w_i ≠ 0} ≤ max_count; for the minimum a holding counts from 0.01% of the capital on."""

    label: ClassVar[str] = "Number of holdings"
    side_fields: ClassVar[Mapping[Side, str]] = {"lower": "min_count", "upper": "max_count"}
    repeats: ClassVar[Repeats] = "never"
    kind: Literal["holdings_count"] = "holdings_count"
    max_count: Count | None = None
    min_count: Count | None = None

    @model_validator(mode="after")
    def _has_a_limit(self) -> HoldingsCount:
        if self.min_count is None and self.max_count is None:
            raise PydanticCustomError(
                "no_limit", "The number of holdings has neither a minimum nor a maximum. Give one of them."
            )
        if self.min_count is not None and self.max_count is not None and self.min_count > self.max_count:
            raise PydanticCustomError(
                "bounds_cross",
                "At least {low} holdings are more than at most {high}. Lower the minimum or raise the maximum.",
                {"low": self.min_count, "high": self.max_count},
            )
        return self

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        if self.max_count is None:
            return f"The portfolio holds at least {plural(self.min_count or 0, 'asset')}, each with 0.01% or more."
        if self.min_count is None:
            return f"The portfolio holds at most {plural(self.max_count, 'asset')}."
        return f"The portfolio holds from {self.min_count} to {plural(self.max_count, 'asset')}."

    def name_problems(self, universe: Universe) -> list[Problem]:
        """Return a problem when there are fewer assets than must be held."""
        if self.min_count is None or self.min_count <= universe.count:
            return []
        return [
            Problem(
                "min_count",
                f"At least {self.min_count} assets must be held, but there are only {universe.count} to choose from.",
                f"Lower the minimum to at most {universe.count}, or add assets.",
            )
        ]

    def compile(self, universe: Universe) -> LimitParts:
        """Return the limit on the number; a maximum that no portfolio of the assets can exceed is left out."""
        most = self.max_count if self.max_count is not None and self.max_count < universe.count else None
        if most is None and self.min_count is None:
            there = "there is only 1 asset" if universe.count == 1 else f"there are only {universe.count} assets"
            note = f"At most {plural(self.max_count or 0, 'asset')} restricts nothing: {there}."
            return LimitParts(notes=(note,))
        return LimitParts(count=CountLimit(most, self.min_count))
