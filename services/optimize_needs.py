"""Which facts about the assets, besides their returns, does an optimization use?

Only those are read, and only those are told of in the lineage of the run.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.kernel.facts import Facts
from services.messages.optimize import OptimizationRequest

MARKET_ESTIMATORS = ("capm", "market_implied", "black_litterman")
"""Estimates that start from the market, for which the benchmark's weights stand where nothing else is known."""


@dataclass(frozen=True)
class Needs:
    """What must be looked up: nothing that the request states itself."""

    has_benchmark: bool
    has_betas: bool
    has_scores: bool
    has_prices: bool
    has_volumes: bool

    @property
    def any(self) -> bool:
        """Whether anything must be looked up at all."""
        return any((self.has_benchmark, self.has_betas, self.has_scores, self.has_prices, self.has_volumes))


def needs_of(request: OptimizationRequest) -> Needs:
    """Return which facts the request's goal, limits, estimates and costs use and the request does not state."""
    own = request.facts or Facts()
    kinds = {str(getattr(item, "kind", "")) for item in request.constraints}
    is_relative = any(getattr(item, "relative_to", "") == "benchmark" for item in request.constraints)
    is_active = "tracking_error" in kinds or getattr(request.objective, "kind", "") == "min_tracking_error"
    estimate = request.estimates.expected_returns
    is_to_benchmark = getattr(estimate, "reference", "") == "benchmark"
    is_of_market = getattr(estimate, "kind", "") in MARKET_ESTIMATORS
    has_impact = request.costs is not None and request.costs.impact_coefficient > 0.0
    return Needs(
        has_benchmark=(is_relative or is_active or (is_of_market and (is_to_benchmark or own.market_weights is None)))
        and own.benchmark_weights is None,
        has_betas="beta" in kinds and own.betas is None,
        has_scores="esg_floor" in kinds and own.esg_scores is None,
        has_prices="round_lots" in kinds,
        has_volumes=has_impact,
    )
