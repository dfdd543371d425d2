"""What will the assets earn, if only their share in the market's risk is paid?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np

from engine.estimators import ESTIMATORS, EstimationData, ReturnsEstimate, ReturnsEstimator, refuse
from engine.estimators.market import PLACE, covariance_of, excess_mean_frac, market_weights, market_words
from engine.kernel.forms import Vector
from engine.kernel.units import fraction, percent


@ESTIMATORS.register("capm")
class Capm(ReturnsEstimator):
    """μ_i = r_f + β_i λ with β_i the beta to the market or the benchmark and λ its expected excess return.

    Against the market: β = Σ w / (wᵀ Σ w) with the request's covariance. Against the benchmark: the slope of the
    excess returns on the benchmark's. λ is given, or the mean excess return of the history. Sharpe (1964), Journal of
    Finance 19(3).
    """

    label: ClassVar[str] = "CAPM"
    kind: Literal["capm"] = "capm"
    reference: Literal["market", "benchmark"] = "market"
    premium_annual_frac: Annotated[float, *fraction(-0.5, 0.5)] | None = None

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        if self.premium_annual_frac is None:
            paid = f"what the {self.reference} earned over the risk-free rate"
        else:
            paid = f"a premium of {percent(self.premium_annual_frac)} a year"
        return f"Expected returns are the risk-free rate plus each asset's beta to the {self.reference} times {paid}."

    def estimate(self, data: EstimationData) -> ReturnsEstimate:
        """Return expected returns per period; refused when the market or the benchmark is not known."""
        if self.reference == "benchmark":
            betas, earned = self._to_benchmark(data)
            words: tuple[str, ...] = ()
        else:
            weights = market_weights(data)
            risks = covariance_of(data) @ weights
            betas, earned = self._over(risks, float(weights @ risks)), data.returns_frac @ weights
            words = market_words(data)
        rate = data.risk_free_annual_frac / data.periods_per_year
        if self.premium_annual_frac is not None:
            return ReturnsEstimate(rate + betas * (self.premium_annual_frac / data.periods_per_year), words)
        premium = excess_mean_frac(data, earned)
        note = (
            f"The {self.reference} earned {percent(premium * data.periods_per_year, 1)} a year over the risk-free rate."
        )
        if premium <= 0.0:
            note += " Such a premium makes risk look unrewarded; give `premium_annual_frac` to state what you expect."
        return ReturnsEstimate(rate + betas * premium, (*words, note))

    def _to_benchmark(self, data: EstimationData) -> tuple[Vector, Vector]:
        benchmark = data.benchmark_returns_frac
        if benchmark is None:
            refuse(
                PLACE,
                "The returns of the benchmark are not known, and betas are measured against it.",
                "Choose a benchmark, or set `reference` to `market`.",
            )
        rates = np.broadcast_to(np.asarray(data.risk_free_frac, dtype=np.float64), benchmark.shape)
        moves = benchmark - rates
        moves = moves - moves.mean()
        excess = data.returns_frac - rates[:, None]
        risks: Vector = moves @ (excess - excess.mean(axis=0)) / (len(moves) - 1)
        return self._over(risks, float(moves @ moves) / (len(moves) - 1)), benchmark

    def _over(self, risks: Vector, variance: float) -> Vector:
        if variance <= 0.0:
            refuse(
                PLACE,
                f"The {self.reference} has no risk in this history, so no beta can be measured.",
                "Choose another reference or a longer history.",
            )
        betas: Vector = risks / variance
        return betas
