"""How large were the losses on the worst days, on average?"""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.risk import RISK_MEASURES, PortfolioSample, RiskMeasure
from engine.risk.historical_var import tail_count


def cvar_of_sorted(ascending: NDArray[np.float64], level: float) -> Any:
    """Return the exact tail mean along the last axis of returns in ascending order."""
    tail = tail_count(ascending.shape[-1], level)
    whole = math.floor(tail)
    total = ascending[..., :whole].sum(axis=-1)
    if tail > whole:
        total = total + (tail - whole) * ascending[..., whole]
    return -total / tail


@RISK_MEASURES.register("historical_cvar")
class HistoricalCvar(RiskMeasure):
    """CVaR_p = -[Σ_{i≤⌊nα⌋} x_(i) + (nα - ⌊nα⌋) x_(⌊nα⌋+1)] / (nα) with α = 1 - p.

    The exact tail mean: Acerbi and Tasche (2002), On the coherence of expected shortfall, Journal of Banking & Finance
    26(7), definition 2.6.
    """

    label: ClassVar[str] = "Conditional value at risk (historical)"
    kind: Literal["historical_cvar"] = "historical_cvar"
    level: Annotated[float, Field(gt=0.5, lt=1.0)] = 0.95

    def explain(self) -> str:
        """Return one sentence that says what the measure tells."""
        return f"The average loss on the worst {100 * (1 - self.level):g}% of past days."

    def compute(self, sample: PortfolioSample) -> float:
        """Return the loss per period."""
        return float(cvar_of_sorted(np.sort(self.history(sample)), self.level))
