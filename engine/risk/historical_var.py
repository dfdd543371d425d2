"""Which loss was not exceeded on most days of the history?"""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.risk import RISK_MEASURES, PortfolioSample, RiskMeasure


def tail_count(observations_count: int, level: float) -> float:
    """Return n(1 - level), the number of observations in the tail, with float noise removed (100 x 0.05 is 5)."""
    return round(observations_count * (1.0 - level), 9)


def var_place(observations_count: int, level: float) -> int:
    """Return the place (first is 0) in ascending returns of the one that is the value at risk."""
    return max(1, math.ceil(tail_count(observations_count, level))) - 1


def var_of_sorted(ascending: NDArray[np.float64], level: float) -> Any:
    """Return the value at risk along the last axis of returns in ascending order."""
    return -ascending[..., var_place(ascending.shape[-1], level)]


@RISK_MEASURES.register("historical_var")
class HistoricalVar(RiskMeasure):
    """VaR_p = -x_(⌈nα⌉), the ⌈nα⌉-th smallest of n returns with α = 1 - p; numpy's ``inverted_cdf`` quantile."""

    label: ClassVar[str] = "Value at risk (historical)"
    kind: Literal["historical_var"] = "historical_var"
    level: Annotated[float, Field(gt=0.5, lt=1.0)] = 0.95

    def explain(self) -> str:
        """Return one sentence that says what the measure tells."""
        return f"The loss that was not exceeded on {100 * self.level:g}% of past days."

    def compute(self, sample: PortfolioSample) -> float:
        """Return the loss per period."""
        return float(var_of_sorted(np.sort(self.history(sample)), self.level))
