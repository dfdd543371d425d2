"""How large were the losses on the worst days, on average?"""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.risk import RISK_MEASURES, PortfolioSample, RiskMeasure


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
        returns = np.sort(self.history(sample))
        tail = round(len(returns) * (1.0 - self.level), 9)
        whole = math.floor(tail)
        total = float(returns[:whole].sum())
        if tail > whole:
            total += (tail - whole) * float(returns[whole])
        return -total / tail
