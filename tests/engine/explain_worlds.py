"""On which small made-up requests do the tests of explanations look?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

import engine
from engine.spec import OptimizationRequest

RATE = 0.02
COUNT = 10
LIMITS: dict[str, list[dict[str, Any]]] = {
    "sectors": [
        {"kind": "sector_limit", "sector": "S0", "max_frac": 0.3},
        {"kind": "sector_limit", "sector": "S1", "min_frac": 0.35},
    ],
    "turnover": [{"kind": "turnover", "max_frac": 0.4}],
    "esg": [{"kind": "esg_floor", "min_score": 52.0}],
    "factor": [{"kind": "factor_exposure", "factor": "V", "min_exposure": -0.05, "max_exposure": 0.05}],
    "te": [{"kind": "tracking_error", "max_annual_frac": 0.06}],
    "vol": [{"kind": "volatility_ceiling", "max_annual_frac": 0.135}],
    "long_short": [{"kind": "long_short", "gross_max_frac": 1.5, "short_max_frac": 0.2}],
}


def world(
    seed: int,
    goal: dict[str, Any],
    kinds: Sequence[str] = (),
    *,
    has_costs: bool = False,
    returns: dict[int, float] | None = None,
    change: dict[str, Any] | None = None,
    more: Sequence[dict[str, Any]] = (),
) -> OptimizationRequest:
    """Return a request; `kinds` of limits, `returns` that replace means, `change` to the limit of its kind."""
    rng = np.random.default_rng(seed)
    means, covariance = figures(seed)
    names = [f"A{i}" for i in range(COUNT)]
    rng = np.random.default_rng(seed + 1000)
    held, benchmark = rng.dirichlet(np.ones(COUNT)), rng.dirichlet(np.ones(COUNT) * 5)
    bounds = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}
    if "long_short" in kinds:
        bounds |= {"max_frac": 0.3, "short_max_frac": 0.1}
    limits = [bounds, *(one for kind in kinds for one in LIMITS[kind]), *more]
    if change:
        limits = [{**one, **change} if one["kind"] == change["kind"] else one for one in limits]
    for place, value in (returns or {}).items():
        means[place] = value
    body: dict[str, Any] = {
        "problem": {
            "assets": names,
            "expected_returns_frac": means.tolist(),
            "covariance": covariance.tolist(),
            "periods_per_year": 1,
            "sectors": {name: f"S{i % 3}" for i, name in enumerate(names)},
        },
        "objective": goal,
        "constraints": limits,
        "risk_free_annual_frac": RATE,
        "current_weights": dict(zip(names, held.tolist(), strict=True)),
        "frontier_points_count": 0,
        "facts": {
            "benchmark_weights": dict(zip(names, benchmark.tolist(), strict=True)),
            "esg_scores": dict(zip(names, rng.uniform(20, 80, COUNT).tolist(), strict=True)),
            "factor_exposures": {"V": dict(zip(names, rng.normal(0, 1, COUNT).tolist(), strict=True))},
        },
    }
    if has_costs:
        body["costs"] = {"spread_frac": 0.004, "holding_period_days": 126}
    return engine.parse_request(json.dumps(body))


def figures(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return expected annual returns and the annual covariance of a world."""
    rng = np.random.default_rng(seed)
    loads = rng.normal(0.6, 0.5, (COUNT, 3)) * 0.1
    covariance = loads @ loads.T + np.diag(rng.uniform(0.08, 0.3, COUNT) ** 2)
    return rng.uniform(0.02, 0.16, COUNT), covariance
