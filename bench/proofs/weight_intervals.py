"""Do the 90% intervals of the weights hold the weights that are truly best, in worlds whose truth is known?"""

from __future__ import annotations

from typing import Any

import numpy as np

import engine

ASSETS_COUNT = 20
DAYS_COUNT = 1260
LEVEL = 0.9
SLACK = 0.03
GOALS: dict[str, dict[str, Any]] = {
    "least_risk": {"kind": "min_volatility"},
    "ratio": {"kind": "max_sharpe"},
    "utility": {"kind": "max_utility", "risk_aversion": 4.0},
}
CAPS = ({"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25},)
NAMES = [f"A{i:02}" for i in range(ASSETS_COUNT)]


def world(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return annual expected returns and covariance: a market, three styles, and each asset's own risk and skill."""
    beta = rng.uniform(0.6, 1.4, ASSETS_COUNT)
    loadings = np.column_stack([0.15 * beta, 0.06 * rng.normal(size=(ASSETS_COUNT, 3))])
    own = rng.uniform(0.12, 0.30, ASSETS_COUNT)
    return 0.06 * beta + 0.03 * rng.normal(size=ASSETS_COUNT), loadings @ loadings.T + np.diag(own**2)


def truly_best(goal: dict[str, Any], mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Return the best weights on the true figures."""
    body = {
        "problem": {
            "assets": NAMES,
            "expected_returns_frac": (mean / 252).tolist(),
            "covariance": (covariance / 252).tolist(),
        },
        "objective": goal,
        "constraints": list(CAPS),
        "frontier_points_count": 0,
    }
    return np.array([line.weight_frac for line in engine.optimize(engine.parse_request(body)).weights])


def prove(size: int) -> dict[str, float]:
    """Draw ``size`` worlds and one history of each, and count how often the intervals hold the truth."""
    held: dict[str, list[np.ndarray]] = {name: [] for name in GOALS}
    inner: dict[str, list[float]] = {name: [] for name in GOALS}
    unanswered = 0
    dates = np.datetime64("2020-01-01") + np.arange(DAYS_COUNT)
    for seed in range(size):
        rng = np.random.default_rng(seed)
        mean, covariance = world(rng)
        spread = np.linalg.cholesky(covariance / 252)
        returns = rng.normal(size=(DAYS_COUNT, ASSETS_COUNT)) @ spread.T + mean / 252
        panel = engine.ReturnsPanel(dates, tuple(NAMES), returns)
        for name, goal in GOALS.items():
            truth = truly_best(goal, mean, covariance)
            request = engine.parse_request({"asset_ids": NAMES, "objective": goal, "constraints": list(CAPS)})
            found = engine.uncertainty(request, panel, resamples_count=300, level_frac=LEVEL)
            if not found.weights:  # a history on which nothing beat cash
                unanswered += 1
                continue
            is_held = np.array(
                [
                    line.lower_frac - 1e-6 <= weight <= line.upper_frac + 1e-6
                    for line, weight in zip(found.weights, truth, strict=True)
                ]
            )
            held[name].append(is_held)
            inner[name] += is_held[(truth > 1e-6) & (truth < 0.25 - 1e-6)].tolist()
    covered = {name: float(np.mean(values)) for name, values in held.items()}
    overall = float(np.mean(list(covered.values())))
    slack = SLACK + 0.25 / size  # few worlds differ by chance
    assert unanswered <= 0.02 * size * len(GOALS), unanswered
    assert LEVEL - slack <= overall <= LEVEL + slack, (overall, covered)
    return {
        "worlds": float(size),
        "unanswered": float(unanswered),
        "coverage_frac": overall,
        **{f"coverage_{name}_frac": value for name, value in covered.items()},
        **{f"coverage_inside_bounds_{name}_frac": float(np.mean(values)) for name, values in inner.items()},
    }
