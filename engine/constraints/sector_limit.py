"""How much may, or must, one sector hold?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.constraints import CONSTRAINTS, Constraint
from engine.kernel.errors import Problem
from engine.kernel.forms import LimitParts, Row, Universe
from engine.kernel.units import fraction, listing, percent


@CONSTRAINTS.register("sector_limit")
class SectorLimit(Constraint):
    """min_frac ≤ Σ_{i in sector} w_i ≤ max_frac; shorts count negative (net exposure)."""

    label: ClassVar[str] = "Sector limit"
    kind: Literal["sector_limit"] = "sector_limit"
    sector: Annotated[str, Field(min_length=1)]
    min_frac: Annotated[float, *fraction(-2.0, 2.0)] | None = None
    max_frac: Annotated[float, *fraction(-2.0, 2.0)] | None = None

    @model_validator(mode="after")
    def _has_a_limit(self) -> SectorLimit:
        if self.min_frac is None and self.max_frac is None:
            raise PydanticCustomError(
                "no_limit", "The limit for {sector} has neither a minimum nor a maximum.", {"sector": self.sector}
            )
        if self.min_frac is not None and self.max_frac is not None and self.min_frac > self.max_frac:
            raise PydanticCustomError(
                "bounds_cross",
                "The minimum {low} for {sector} is above its maximum {high}.",
                {"low": percent(self.min_frac), "high": percent(self.max_frac), "sector": self.sector},
            )
        return self

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        if self.min_frac is None:
            return f"{self.sector} holds at most {percent(self.max_frac or 0.0)}."
        if self.max_frac is None:
            return f"{self.sector} holds at least {percent(self.min_frac)}."
        return f"{self.sector} holds from {percent(self.min_frac)} to {percent(self.max_frac)}."

    def problems(self, universe: Universe) -> list[Problem]:
        """Return a problem when no asset has a sector at all."""
        if universe.sectors:
            return []
        return [
            Problem(
                "sector",
                f"{self.sector} cannot be limited because no asset has a sector.",
                "Give `sectors`, a sector for each asset, or remove the limit.",
            )
        ]

    def compile(self, universe: Universe) -> LimitParts:
        """Return one row over the sector's assets; a limit without assets says so."""
        mask = universe.members_of(self.sector)
        notes: tuple[str, ...] = ()
        if not mask.any():
            known = sorted(set(universe.sectors.values()))
            notes = (f"No asset belongs to {self.sector}; the sectors present are {listing(known, 12)}.",)
        lower = -np.inf if self.min_frac is None else self.min_frac
        upper = np.inf if self.max_frac is None else self.max_frac
        row = Row(f"{self.sector} sector", "sector_limit", self.sector, mask.astype(np.float64), lower, upper)
        return LimitParts(rows=(row,), notes=notes)
