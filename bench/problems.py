"""Which optimization problems do benchmarks and load tests send?"""

from __future__ import annotations

from typing import Any

import numpy as np

SECTORS = ("Technology", "Health Care", "Financials", "Energy", "Industrials")


def factor_problem(assets_count: int = 50, *, days_count: int = 1260, seed: int = 7) -> dict[str, Any]:
    """Return a request body with expected returns and covariance of a five-factor market, 25% cap and sector caps.

    Returns
    -------
    dict
        Body of ``POST /api/v1/optimizations``: per-period simple returns, daily.

    """
    rng = np.random.default_rng(seed)
    loadings = rng.normal(0.0, 1.0, (assets_count, 5)) * np.array([0.009, 0.004, 0.004, 0.003, 0.003])
    loadings[:, 0] = np.abs(loadings[:, 0])
    specific = rng.uniform(0.006, 0.02, assets_count)
    means = rng.normal(0.0004, 0.0002, assets_count)
    returns = (
        means + rng.normal(size=(days_count, 5)) @ loadings.T + rng.normal(size=(days_count, assets_count)) * specific
    )
    names = [f"A{i:03d}" for i in range(assets_count)]
    return {
        "problem": {
            "assets": names,
            "expected_returns_frac": [float(x) for x in returns.mean(axis=0)],
            "covariance": np.cov(returns, rowvar=False).tolist(),
            "periods_per_year": 252,
            "sectors": {name: SECTORS[i % len(SECTORS)] for i, name in enumerate(names)},
        },
        "objective": {"kind": "max_sharpe"},
        "constraints": [
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25},
            *({"kind": "sector_limit", "sector": sector, "max_frac": 0.3} for sector in SECTORS),
        ],
    }
