"""How much may, or must, one sector hold?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from engine.constraints import CONSTRAINTS, Constraint, Side
from engine.constraints.group_limit import SIDE, check_sides, group_row, misspelled_group_problems
from engine.kernel.errors import Problem
from engine.kernel.forms import LimitParts, Universe
from engine.kernel.units import percent


@CONSTRAINTS.register("sector_limit")
class SectorLimit(Constraint):
    """min_frac ≤ Σ_{i in sector} w_i ≤ max_frac; shorts count negative (net exposure)."""

    label: ClassVar[str] = "Sector limit"
    side_fields: ClassVar[Mapping[Side, str]] = {"lower": "min_frac", "upper": "max_frac"}
    kind: Literal["sector_limit"] = "sector_limit"
    sector: Annotated[str, Field(min_length=1)]
    min_frac: Annotated[float, *SIDE] | None = None
    max_frac: Annotated[float, *SIDE] | None = None

    @model_validator(mode="after")
    def _has_a_limit(self) -> SectorLimit:
        check_sides(self.sector, self.min_frac, self.max_frac)
        return self

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        if self.min_frac is None:
            return f"{self.sector} holds at most {percent(self.max_frac or 0.0)}."
        if self.max_frac is None:
            return f"{self.sector} holds at least {percent(self.min_frac)}."
        return f"{self.sector} holds from {percent(self.min_frac)} to {percent(self.max_frac)}."

    def fact_problems(self, universe: Universe) -> list[Problem]:
        """Return a problem when no asset has a sector at all, or the sector's name is a slip of the pen."""
        if universe.sectors:
            return misspelled_group_problems(universe, "sector", self.sector, "sector")
        return [
            Problem(
                "sector",
                f"{self.sector} cannot be limited because no asset has a sector.",
                "Give `sectors`, a sector for each asset, or remove the limit.",
            )
        ]

    def compile(self, universe: Universe) -> LimitParts:
        """Return one row over the sector's assets; a limit without assets says so."""
        row, notes = group_row(
            universe, "sector", self.sector, "sector_limit", f"{self.sector} sector", self.min_frac, self.max_frac
        )
        return LimitParts(rows=(row,), notes=notes)
