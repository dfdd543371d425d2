"""How large are the losses on the worst days, on average, if returns are normal?"""

from __future__ import annotations

from statistics import NormalDist
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.risk import RISK_MEASURES, PortfolioSample, RiskMeasure


@RISK_MEASURES.register("normal_cvar")
class NormalCvar(RiskMeasure):
    """CVaR_p = σ φ(z_p) / (1 - p) - μ. McNeil, Frey, Embrechts (2015), Quantitative Risk Management, example 2.14."""

    label: ClassVar[str] = "Conditional value at risk (normal)"
    needs_history: ClassVar[bool] = False
    kind: Literal["normal_cvar"] = "normal_cvar"
    level: Annotated[float, Field(gt=0.5, lt=1.0)] = 0.95

    def explain(self) -> str:
        """Return one sentence that says what the measure tells."""
        return f"The average loss on the worst {100 * (1 - self.level):g}% of days if returns are normal."

    def compute(self, sample: PortfolioSample) -> float:
        """Return the loss per period."""
        normal = NormalDist()
        density = normal.pdf(normal.inv_cdf(self.level))
        return sample.volatility_frac * density / (1.0 - self.level) - sample.mean_frac
