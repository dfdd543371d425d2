"""Does an estimate of returns that starts from the market know what the market holds?"""

from __future__ import annotations

from typing import Any

from engine.kernel.errors import Problem
from engine.kernel.facts import Facts
from engine.kernel.units import listing
from services.messages.optimize import OptimizationRequest
from services.optimize_needs import MARKET_ESTIMATORS

PLACE = "estimates.expected_returns"
WAYS = (
    "Choose a benchmark with weights (`benchmark_id`), import benchmark weights at Imports > Prices, give "
    "`facts.market_weights` for all assets, or choose another estimate, such as the historical mean."
)


def starts_from_market(request: OptimizationRequest) -> bool:
    """Return whether the estimate of returns needs the market's weights, or the returns of a benchmark."""
    estimate: Any = request.estimates.expected_returns
    if request.problem is not None or getattr(estimate, "kind", "") not in MARKET_ESTIMATORS:
        return False
    has_prior = getattr(estimate, "prior_returns_annual_frac", None) is not None
    return not has_prior or any(view.shares == "market" for view in estimate.views)


def market_problems(
    request: OptimizationRequest, assets: tuple[str, ...], facts: Facts | None, benchmark_name: str | None
) -> list[Problem]:
    """Return what the estimate of returns needs of the market and nobody has given; the run would be refused for it.

    Parameters
    ----------
    request : OptimizationRequest
    assets : tuple of str
        Symbols, in the order of the answer.
    facts : Facts or None
        What is known of them, the request's own facts first.
    benchmark_name : str or None
        Of the benchmark that was looked at for weights.

    """
    if not starts_from_market(request):
        return []
    estimate: Any = request.estimates.expected_returns
    known = facts or Facts()
    market, benchmark = known.market_weights, known.benchmark_weights or {}
    inside = sum(benchmark.get(name, 0.0) for name in assets)
    if getattr(estimate, "reference", "market") == "benchmark":
        return [] if inside > 0.0 else [_unknown(estimate.label, bool(benchmark), benchmark_name)]
    if market is None:
        return [] if inside > 0.0 else [_unknown(estimate.label, bool(benchmark), benchmark_name)]
    missing = [name for name in assets if name not in market]
    if missing:
        message = f"The market weight of {listing(missing)} is not known, and {estimate.label} starts from it."
        return [Problem(PLACE, message, WAYS)]
    if sum(market[name] for name in assets) <= 0.0:
        return [Problem(PLACE, "None of these assets has a market weight above zero.", WAYS)]
    return []


def _unknown(label: str, has_weights: bool, benchmark_name: str | None) -> Problem:
    """Return the problem of an estimate without a market, with what was looked at in vain."""
    if has_weights:
        message = f"None of these assets is in the benchmark {benchmark_name or 'that was given'}, and {label} starts "
        return Problem(PLACE, message + "from its weights.", WAYS)
    if benchmark_name is not None:
        message = f"The weights of the benchmark {benchmark_name} are not stored, and {label} starts from them."
        return Problem(PLACE, message, WAYS)
    return Problem(PLACE, f"No benchmark is chosen, and {label} starts from the weights of the market.", WAYS)
