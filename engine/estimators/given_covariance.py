"""How does the user expect the assets to move together?"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.estimators import ESTIMATORS, CovarianceEstimate, CovarianceEstimator, EstimationData, Symbol, refuse
from engine.kernel.covariance import ENTRY_MAX, nearest_covariance, shape_problems, value_problems
from engine.kernel.errors import Problem
from engine.kernel.plausible import volatility_problems
from engine.kernel.units import agree, listing


@ESTIMATORS.register("given_covariance")
class GivenCovariance(CovarianceEstimator):
    """Σ as the user gives it, one row for each of `assets`: annual, or per period when `is_annual` is false.

    What is not positive semidefinite is replaced by the nearest matrix that is, where the request allows it, and the
    result says so. Higham (1988), Linear Algebra and its Applications 103, theorem 2.1.
    """

    label: ClassVar[str] = "Own covariance"
    kind: Literal["given_covariance"] = "given_covariance"
    is_regular: ClassVar[bool] = True
    assets: Annotated[tuple[Symbol, ...], Field(min_length=1, max_length=2000)]
    matrix: Annotated[tuple[tuple[float, ...], ...], Field(min_length=1)]
    is_annual: bool = True

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return f"Covariances are given {'per year' if self.is_annual else 'per period'}, asset by asset."

    def problems(
        self, assets: tuple[str, ...] | None, *, periods_per_year: int = 252, is_repair_allowed: bool = False
    ) -> list[Problem]:
        """Return what keeps the matrix from being a covariance of these assets."""
        problems: list[Problem] = []
        known = set(self.assets)
        if len(known) < len(self.assets):
            repeated = [name for name, count in Counter(self.assets).items() if count > 1]
            problems.append(
                Problem(
                    "assets",
                    f"{listing(repeated)} {agree(repeated, 'is', 'are')} named more than once.",
                    "Name each asset once.",
                )
            )
        missing = [name for name in assets or () if name not in known]
        if missing:
            problems.append(
                Problem(
                    "assets",
                    f"The covariance has no row for {listing(missing)}.",
                    "Give one row and column for every asset, or leave these assets out.",
                )
            )
        found = shape_problems(self.matrix, self.assets, "matrix")
        if found:
            return problems + found
        matrix = np.array(self.matrix, dtype=np.float64)
        problems += value_problems(matrix, self.assets, "matrix", is_repair_allowed=is_repair_allowed)
        if not np.abs(matrix).max(initial=0.0) <= ENTRY_MAX:
            return problems
        periods = 1 if self.is_annual else periods_per_year
        variances = np.maximum(np.diag(matrix), 0.0) * periods
        return problems + volatility_problems(
            "matrix", variances, self.assets, periods, yearly="set `is_annual` to true"
        )

    def estimate(self, data: EstimationData) -> CovarianceEstimate:
        """Return the covariance per period; refused when an asset has no row."""
        place = {name: row for row, name in enumerate(self.assets)}
        missing = [name for name in data.assets if name not in place]
        if missing:
            refuse("covariance", f"The covariance has no row for {listing(missing)}.", "Give one for every asset.")
        chosen = [place[name] for name in data.assets]
        matrix = np.array(self.matrix, dtype=np.float64)[np.ix_(chosen, chosen)]
        scale = 1.0 / data.periods_per_year if self.is_annual else 1.0
        repaired, change = nearest_covariance(matrix)
        notes: list[str] = []
        if change > 1e-8 * float(np.abs(matrix).max(initial=0.0)):
            notes.append(
                "The given covariance was repaired to the nearest positive semidefinite one; no entry changed by more "
                f"than {change:.3g}."
            )
        known = set(data.assets)
        outside = [name for name in self.assets if name not in known]
        if outside:
            notes.append(f"The covariance rows of {listing(outside)} are not used: not among the assets.")
        return CovarianceEstimate(repaired * scale, tuple(notes))
