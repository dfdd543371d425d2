"""How far did wealth fall from its highest point?"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from engine.kernel.wealth import falls_from_peak
from engine.risk import RISK_MEASURES, PortfolioSample, RiskMeasure


@RISK_MEASURES.register("max_drawdown")
class MaxDrawdown(RiskMeasure):
    """max_t (1 - W_t / max_{s≤t} W_s) with W_0 = 1 and W_t = Π(1 + r): a loss on the first day counts."""

    label: ClassVar[str] = "Maximum drawdown"
    kind: Literal["max_drawdown"] = "max_drawdown"

    def explain(self) -> str:
        """Return one sentence that says what the measure tells."""
        return "The largest fall of compounded wealth from an earlier high."

    def compute(self, sample: PortfolioSample) -> float:
        """Return the fall as a positive fraction."""
        falls = falls_from_peak(np.cumprod(1.0 + self.history(sample)), start=1.0)
        return max(0.0, float(-falls.min()))
