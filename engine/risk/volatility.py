"""How much do returns fluctuate?"""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.risk import RISK_MEASURES, PortfolioSample, RiskMeasure


@RISK_MEASURES.register("volatility")
class Volatility(RiskMeasure):
    """σ, the standard deviation per period that the covariance gives the weights."""

    label: ClassVar[str] = "Volatility"
    needs_history: ClassVar[bool] = False
    kind: Literal["volatility"] = "volatility"

    def explain(self) -> str:
        """Return one sentence that says what the measure tells."""
        return "The standard deviation of returns."

    def compute(self, sample: PortfolioSample) -> float:
        """Return the standard deviation per period."""
        return sample.volatility_frac
