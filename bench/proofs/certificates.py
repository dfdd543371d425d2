"""Is every answer on random mandates feasible, exact in its sum, stationary, and beaten by no sampled portfolio?"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

import engine

KKT_MAX = 1e-6
BETTER_MAX = 1e-7
SAMPLES_COUNT = 200
UNROUNDABLE_MAX_FRAC = 0.005


def mandate(seed: int) -> dict[str, Any]:
    """Return a random mandate: 2 to 40 assets, bounds, sector caps, one of three goals; feasible by construction."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 41))
    factors = rng.normal(size=(n, min(n, 5))) * 0.008
    covariance = factors @ factors.T + np.diag(rng.uniform(0.004, 0.02, n) ** 2)
    names = [f"A{i}" for i in range(n)]
    inside = rng.dirichlet(np.ones(n))
    upper = np.minimum(1.0, np.maximum(inside * rng.uniform(1.2, 3.0), 1.5 / n))
    sectors = {name: f"S{i % 4}" for i, name in enumerate(names)}
    constraints: list[dict[str, Any]] = [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": float(np.ceil(x * 1e6) / 1e6), "assets": [name]}
        for name, x in zip(names, upper, strict=True)
    ]
    for sector in sorted(set(sectors.values())):
        held = sum(float(inside[i]) for i, name in enumerate(names) if sectors[name] == sector)
        constraints.append({"kind": "sector_limit", "sector": sector, "max_frac": float(min(1.0, held + 0.05))})
    objective = [{"kind": "min_volatility"}, {"kind": "max_sharpe"}, {"kind": "target_return"}][int(rng.integers(3))]
    means = rng.normal(0.0006, 0.0004, n)
    if objective["kind"] == "target_return":
        objective["return_min_annual_frac"] = float(inside @ means * 252)
    return {
        "problem": {
            "assets": names,
            "expected_returns_frac": means.tolist(),
            "covariance": covariance.tolist(),
            "periods_per_year": 252,
            "sectors": sectors,
        },
        "objective": objective,
        "constraints": constraints,
        "frontier_points_count": 0,
    }


def _is_inside(weights: np.ndarray, body: dict[str, Any]) -> bool:
    names = body["problem"]["assets"]
    for limit in body["constraints"]:
        members = (
            [names.index(limit["assets"][0])]
            if limit["kind"] == "position_bounds"
            else [i for i, name in enumerate(names) if body["problem"]["sectors"][name] == limit["sector"]]
        )
        if weights[members].sum() > limit["max_frac"] + 1e-12 or (weights < 0).any():
            return False
    floor = body["objective"].get("return_min_annual_frac")
    return floor is None or float(weights @ np.array(body["problem"]["expected_returns_frac"])) * 252 >= floor - 1e-12


def _worth(weights: np.ndarray, body: dict[str, Any]) -> float:
    covariance = np.array(body["problem"]["covariance"])
    volatility = float(np.sqrt(weights @ covariance @ weights) * np.sqrt(252))
    if body["objective"]["kind"] == "max_sharpe":
        return float(weights @ np.array(body["problem"]["expected_returns_frac"])) * 252 / volatility
    return -volatility


def prove(size: int) -> dict[str, float]:
    """Solve ``size`` random mandates and check each answer by means that do not come from the solver."""
    worst_kkt, worst_better, solved, unroundable = 0.0, -np.inf, 0, 0
    for seed in range(size):
        body = mandate(seed)
        result = engine.optimize(engine.OptimizationRequest.model_validate_json(json.dumps(body)))
        if result.status == "unsuitable":
            continue
        if result.status == "near_optimal" and any("No weights in steps" in note for note in result.notes):
            unroundable += 1  # no multiple of 1e-8 lies inside; the answer says so and is not called optimal
            continue
        assert result.status == "optimal", (seed, result.status, result.message)
        weights = np.array([line.weight_frac for line in result.weights])
        units = np.rint(weights * 1e8).astype(np.int64)
        assert np.array_equal(units / 1e8, weights), seed
        assert int(units.sum()) == 10**8, seed
        assert _is_inside(weights, body), seed
        certificate = result.certificate
        assert certificate is not None, seed
        assert certificate.kkt is not None, seed
        worst_kkt = max(worst_kkt, certificate.kkt.worst)
        rng = np.random.default_rng(10**6 + seed)
        # Perturb the answer towards random portfolios: nearby feasible points are the ones that could beat it.
        for other in rng.dirichlet(np.ones(len(weights)), SAMPLES_COUNT):
            trial = weights + float(rng.uniform(0, 1)) ** 3 * (other - weights)
            if _is_inside(trial, body):
                worst_better = max(worst_better, _worth(trial, body) - _worth(weights, body))
        solved += 1
    assert unroundable <= UNROUNDABLE_MAX_FRAC * size, unroundable
    assert worst_kkt <= KKT_MAX, worst_kkt
    assert worst_better <= BETTER_MAX, worst_better
    return {
        "mandates_count": size,
        "solved_count": solved,
        "unroundable_count": unroundable,
        "worst_kkt": worst_kkt,
        "best_improvement_found": worst_better,
    }
