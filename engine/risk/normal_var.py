"""Which loss is not exceeded on most days if returns are normal?"""

from __future__ import annotations

from statistics import NormalDist
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.risk import RISK_MEASURES, PortfolioSample, RiskMeasure


@RISK_MEASURES.register("normal_var")
class NormalVar(RiskMeasure):
    """VaR_p = z_p σ - μ with z_p the normal quantile. Jorion (2006), Value at Risk, 3rd edition, chapter 5."""

    label: ClassVar[str] = "Value at risk (normal)"
    needs_history: ClassVar[bool] = False
    kind: Literal["normal_var"] = "normal_var"
    level: Annotated[float, Field(gt=0.5, lt=1.0)] = 0.95

    def explain(self) -> str:
        """Return one sentence that says what the measure tells."""
        return f"The loss that is not exceeded on {100 * self.level:g}% of days if returns are normal."

    def compute(self, sample: PortfolioSample) -> float:
        """Return the loss per period."""
        return NormalDist().inv_cdf(self.level) * sample.volatility_frac - sample.mean_frac
