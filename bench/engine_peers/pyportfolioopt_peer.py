"""How does PyPortfolioOpt solve the task, from a history and from figures?"""

from __future__ import annotations

from typing import Any

import numpy as np
from pypfopt import EfficientFrontier, expected_returns, risk_models  # type: ignore[import-not-found, unused-ignore]

from bench.engine_peers import CAP_FRAC, PERIODS_PER_YEAR, SECTOR_CAP_FRAC, SECTORS_COUNT, Contender, Task

SOLVERS = (None, "CLARABEL")


def ways(task: Task) -> list[Contender]:
    """Return one way for each solver and start."""
    upper = {f"S{i}": SECTOR_CAP_FRAC for i in range(SECTORS_COUNT)}
    lower = dict.fromkeys(upper, 0.0)
    sectors = dict(task.sectors)
    names = list(task.panel.assets)

    def solve(means: Any, covariance: Any, solver: str | None) -> Any:
        model = EfficientFrontier(means, covariance, weight_bounds=(0.0, CAP_FRAC), solver=solver)
        model.add_sector_constraints(sectors, lower, upper)
        if task.objective == "min_volatility":
            found = model.min_volatility()
        elif task.objective == "max_sharpe":
            found = model.max_sharpe(risk_free_rate=0.0)
        else:
            found = model.efficient_return(task.target_frac)
        return np.array([found[name] for name in found])

    def from_history(solver: str | None) -> Any:
        means = expected_returns.mean_historical_return(
            task.frame, returns_data=True, compounding=False, frequency=PERIODS_PER_YEAR
        )
        covariance = risk_models.sample_cov(task.frame, returns_data=True, frequency=PERIODS_PER_YEAR)
        return solve(means, covariance, solver)

    def from_figures(solver: str | None) -> Any:
        import pandas as pd

        means = pd.Series(task.means, names)
        return solve(means, pd.DataFrame(task.covariance, names, names), solver)

    found = []
    for solver in SOLVERS:
        label = f"PyPortfolioOpt with {solver or 'its default'}"
        found.append(Contender(label, "history", lambda solver=solver: from_history(solver)))
        found.append(Contender(label, "figures", lambda solver=solver: from_figures(solver)))
    return found
