"""What does the user expect the assets to earn?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.estimators import ESTIMATORS, EstimationData, ReturnsEstimate, ReturnsEstimator, Symbol, refuse
from engine.kernel.errors import Problem
from engine.kernel.plausible import return_problems
from engine.kernel.units import listing


def figure_problems(
    figures: dict[str, float], assets: tuple[str, ...] | None, field: str, periods: int
) -> list[Problem]:
    """Return what is wrong with expected returns by asset.

    Parameters
    ----------
    figures
        Asset to expected return per period.
    assets
        Names of the universe, or None while unknown.
    field
        Name of the field, for the paths.
    periods
        Periods per year of the figures: 1 for annual ones.

    """
    values = np.array(list(figures.values()), dtype=np.float64)
    problems = return_problems(field, values, periods, None, keys=list(figures), yearly="set `is_annual` to true")
    missing = [name for name in assets or () if name not in figures]
    if missing:
        problems.append(
            Problem(
                field,
                f"No expected return is given for {listing(missing)}.",
                "Give one for every asset, or leave these assets out.",
            )
        )
    return problems


@ESTIMATORS.register("given_returns")
class GivenReturns(ReturnsEstimator):
    """μ as the user gives it, by asset: annual, or per period when `is_annual` is false."""

    label: ClassVar[str] = "Own expected returns"
    kind: Literal["given_returns"] = "given_returns"
    returns_frac: Annotated[dict[Symbol, float], Field(min_length=1, max_length=2000)]
    is_annual: bool = True

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return f"Expected returns are given {'per year' if self.is_annual else 'per period'}, asset by asset."

    def problems(
        self, assets: tuple[str, ...] | None, *, periods_per_year: int = 252, is_repair_allowed: bool = False
    ) -> list[Problem]:
        """Return implausible figures and assets without one."""
        return figure_problems(self.returns_frac, assets, "returns_frac", 1 if self.is_annual else periods_per_year)

    def estimate(self, data: EstimationData) -> ReturnsEstimate:
        """Return expected returns per period; refused when an asset has none."""
        missing = [name for name in data.assets if name not in self.returns_frac]
        if missing:
            refuse("expected_returns", f"No expected return is given for {listing(missing)}.", "Give one for each.")
        figures = np.array([self.returns_frac[name] for name in data.assets], dtype=np.float64)
        known = set(data.assets)
        outside = [name for name in self.returns_frac if name not in known]
        notes = (f"The expected return of {listing(outside)} is not used: not among the assets.",) if outside else ()
        return ReturnsEstimate(figures / data.periods_per_year if self.is_annual else figures, notes)
