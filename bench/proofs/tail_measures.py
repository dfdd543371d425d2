"""Do VaR and expected shortfall agree with the known truth of simulated returns within their sampling error?"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from engine.risk import PortfolioSample
from engine.risk.historical_cvar import HistoricalCvar
from engine.risk.historical_var import HistoricalVar
from engine.risk.normal_cvar import NormalCvar
from engine.risk.normal_var import NormalVar

DAYS_COUNT = 2000
MEAN, VOLATILITY = 0.0003, 0.011
Z_MAX = 4.0


def prove(size: int) -> dict[str, float]:
    """Estimate in ``size`` worlds of normal returns; the mean error must be within four standard errors of none."""
    normal = NormalDist()
    figures: dict[str, float] = {"worlds_count": size, "days_count": DAYS_COUNT}
    for level in (0.95, 0.99):
        alpha, z = 1.0 - level, normal.inv_cdf(level)
        truth = {"var": z * VOLATILITY - MEAN, "cvar": VOLATILITY * normal.pdf(z) / alpha - MEAN}
        measures = {
            "historical_var": (HistoricalVar(level=level), truth["var"]),
            "historical_cvar": (HistoricalCvar(level=level), truth["cvar"]),
            "normal_var": (NormalVar(level=level), truth["var"]),
            "normal_cvar": (NormalCvar(level=level), truth["cvar"]),
        }
        errors: dict[str, list[float]] = {name: [] for name in measures}
        inside = 0
        for world in range(size):
            returns = np.random.default_rng(world).normal(MEAN, VOLATILITY, DAYS_COUNT)
            sample = PortfolioSample(returns, float(returns.mean()), float(returns.std(ddof=1)))
            for name, (measure, true_value) in measures.items():
                errors[name].append(measure.compute(sample) - true_value)
            # The share of days beyond the estimated VaR is what a level means; count it on fresh days.
            fresh = np.random.default_rng(10**6 + world).normal(MEAN, VOLATILITY, DAYS_COUNT)
            inside += int((fresh <= -measures["historical_var"][0].compute(sample)).sum())
        for name, found in errors.items():
            deviation = float(np.mean(found)) / (float(np.std(found, ddof=1)) / math.sqrt(size))
            # A quantile of n days leans by O(1/n); half a rank is allowed on top of the sampling error.
            lean = 0.0 if name.startswith("normal") else 1.0 / (DAYS_COUNT * normal.pdf(z)) * VOLATILITY
            allowed = Z_MAX + lean / (float(np.std(found, ddof=1)) / math.sqrt(size))
            assert abs(deviation) <= allowed, (name, level, deviation, allowed)
            figures[f"{name}_{round(100 * level)}_mean_error_sd"] = deviation
        share = inside / (size * DAYS_COUNT)
        figures[f"share_beyond_var_{round(100 * level)}"] = share
        assert abs(share - alpha) <= 0.1 * alpha, (level, share)
    return figures
