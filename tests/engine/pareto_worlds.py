"""On which small worlds are several objectives tested?"""

from __future__ import annotations

from typing import Any

import numpy as np

import engine
from engine.pareto.parse import parse_pareto
from engine.pareto.result import ParetoResult
from engine.pareto.spec import ParetoRequest

COUNT = 12
NAMES = tuple(f"A{i:02d}" for i in range(COUNT))


def figures(seed: int = 3, count: int = COUNT) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return annual means, covariance, ESG scores and yields of a world with factors."""
    rng = np.random.default_rng(seed)
    loadings = rng.normal(0.0, 1.0, (count, 3))
    covariance = loadings @ loadings.T + np.diag(rng.uniform(1.0, 3.0, count))
    size = np.sqrt(np.diag(covariance))
    spread = rng.uniform(0.1, 0.3, count)
    covariance = covariance / np.outer(size, size) * np.outer(spread, spread)
    means = 0.02 + 0.2 * spread + rng.normal(0.0, 0.02, count)
    return means, covariance, rng.uniform(20.0, 90.0, count), rng.uniform(0.0, 0.05, count)


def body(
    *kinds: str, seed: int = 3, cap_frac: float = 0.4, order: np.ndarray | None = None, **more: Any
) -> dict[str, Any]:
    """Return a request's dictionary in so many objectives; `order` permutes the assets."""
    means, covariance, scores, yields = figures(seed)
    order = np.arange(COUNT) if order is None else order
    names = [NAMES[i] for i in order]
    return {
        "problem": {
            "assets": names,
            "expected_returns_frac": means[order].tolist(),
            "covariance": covariance[np.ix_(order, order)].tolist(),
            "periods_per_year": 1,
        },
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": cap_frac}],
        "facts": {
            "esg_scores": dict(zip(names, scores[order].tolist(), strict=True)),
            "yields_annual_frac": dict(zip(names, yields[order].tolist(), strict=True)),
            "benchmark_weights": dict.fromkeys(names, 1.0 / COUNT),
        },
        "current_weights": dict.fromkeys(names, 1.0 / COUNT),
        "objectives": [{"kind": kind} for kind in kinds],
        "points_count": 40,
        "effort": "quick",
        **more,
    }


def request(*kinds: str, **more: Any) -> ParetoRequest:
    """Return a request in so many objectives."""
    return parse_pareto(body(*kinds, **more))


def solved(*kinds: str, **more: Any) -> ParetoResult:
    """Return the answer to such a request."""
    return engine.pareto(request(*kinds, **more))


def costs_of(result: ParetoResult) -> np.ndarray:
    """Return the values of the points with less as better, shape (k, d)."""
    signs = np.array([-1.0 if axis.is_maximized else 1.0 for axis in result.axes])
    return signs * np.array([point.values for point in result.points])


def panel(count: int = 6, periods_count: int = 150, seed: int = 5) -> engine.ReturnsPanel:
    """Return daily returns of a few assets."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0.0004, 0.008, (periods_count, 1))
    returns = market * rng.uniform(0.5, 1.4, count) + rng.normal(0.0002, 0.008, (periods_count, count))
    start = np.datetime64("2021-01-01")
    return engine.ReturnsPanel.from_array(returns, NAMES[:count], np.arange(start, start + periods_count))
