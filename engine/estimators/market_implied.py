"""Which expected returns would make the market portfolio the best one?"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.estimators import ESTIMATORS, EstimationData, ReturnsEstimate, ReturnsEstimator
from engine.estimators.market import implied_excess_frac, market_weights, market_words, risk_aversion


@ESTIMATORS.register("market_implied")
class MarketImplied(ReturnsEstimator):
    """μ = r_f + δ Σ w_mkt: reverse optimization.

    δ is given, or follows from a Sharpe ratio of the market, or from its history. Sharpe (1974), Imputing expected
    security returns from portfolio composition, Journal of Financial and Quantitative Analysis 9(3); Black and
    Litterman (1992), Financial Analysts Journal 48(5).
    """

    label: ClassVar[str] = "Market-implied returns"
    kind: Literal["market_implied"] = "market_implied"
    risk_aversion: Annotated[float, Field(gt=0.0, le=100.0)] | None = None
    market_sharpe_annual: Annotated[float, Field(gt=0.0, le=5.0)] | None = None

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        return "Expected returns are those for which the market's own weights would be the best portfolio."

    def estimate(self, data: EstimationData) -> ReturnsEstimate:
        """Return expected returns per period; refused when the market's weights are not known."""
        weights = market_weights(data)
        aversion, words = risk_aversion(data, weights, self.risk_aversion, self.market_sharpe_annual)
        rate = data.risk_free_annual_frac / data.periods_per_year
        return ReturnsEstimate(rate + implied_excess_frac(data, weights, aversion), (*market_words(data), words))
