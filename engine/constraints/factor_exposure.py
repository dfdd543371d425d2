"""How strongly may the portfolio depend on a factor?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from engine.constraints import CONSTRAINTS, Constraint, Side, missing_figures_problems
from engine.constraints.beta import Exposure, check_range, range_words
from engine.kernel.errors import Problem
from engine.kernel.forms import LimitParts, Row, Universe
from engine.kernel.names import meant, question
from engine.kernel.units import listing


@CONSTRAINTS.register("factor_exposure")
class FactorExposure(Constraint):
    """min_exposure ≤ Σ x_i w_i ≤ max_exposure with the assets' exposures x to one factor; cash has none."""

    label: ClassVar[str] = "Factor exposure"
    side_fields: ClassVar[Mapping[Side, str]] = {"lower": "min_exposure", "upper": "max_exposure"}
    kind: Literal["factor_exposure"] = "factor_exposure"
    factor: Annotated[str, Field(min_length=1, max_length=64)]
    min_exposure: Exposure | None = None
    max_exposure: Exposure | None = None

    @model_validator(mode="after")
    def _has_a_limit(self) -> FactorExposure:
        check_range(f"the exposure to {self.factor}", self.min_exposure, self.max_exposure)
        return self

    def explain(self) -> str:
        """Return one sentence that says what the limit demands."""
        return f"The exposure to {self.factor} is {range_words(self.min_exposure, self.max_exposure)}."

    def fact_problems(self, universe: Universe) -> list[Problem]:
        """Return a problem when the factor is not known, or an asset's exposure to it is not."""
        known = sorted(universe.factor_exposures)
        if known and self.factor not in universe.factor_exposures:
            return [
                Problem(
                    "factor",
                    f"{self.factor} is not a factor known here.",
                    f"{question(meant(self.factor, known))}Choose one of: {listing(known, 12)}; or give "
                    f"`facts.factor_exposures.{self.factor}`.",
                )
            ]
        return missing_figures_problems(
            universe.factor_exposures.get(self.factor),
            universe,
            path="factor",
            what=f"an exposure to {self.factor}",
            fact=f"factor_exposures.{self.factor}",
            otherwise="remove the limit",
        )

    def compile(self, universe: Universe) -> LimitParts:
        """Return one row in units of the exposure."""
        exposures = universe.factor_exposures.get(self.factor)
        if exposures is None or np.isnan(exposures).any():
            raise self.refusal(universe)
        low = -np.inf if self.min_exposure is None else self.min_exposure
        high = np.inf if self.max_exposure is None else self.max_exposure
        row = Row(f"Exposure to {self.factor}", "factor_exposure", self.factor, exposures, low, high)
        return LimitParts(rows=(row,))
