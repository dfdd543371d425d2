"""How does Riskfolio-Lib solve the task, from a history and from figures?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import riskfolio  # type: ignore[import-not-found, unused-ignore]

from bench.engine_peers import CAP_FRAC, PERIODS_PER_YEAR, SECTOR_CAP_FRAC, SECTORS_COUNT, Contender, Task

SOLVERS = ("CLARABEL",)  # it states variance as a cone, which OSQP refuses
GOALS = {"min_volatility": "MinRisk", "max_sharpe": "Sharpe", "target_return": "MinRisk"}


def ways(task: Task) -> list[Contender]:
    """Return one way for each solver and start."""
    names = list(task.panel.assets)
    rows, caps = task.sector_rows, np.full((SECTORS_COUNT, 1), SECTOR_CAP_FRAC)

    def solve(start: str, solver: str) -> Any:
        model = riskfolio.Portfolio(returns=task.frame, upperlng=CAP_FRAC)
        if start == "history":
            model.assets_stats(method_mu="hist", method_cov="hist")
        else:
            model.mu = pd.DataFrame(task.means[None, :] / PERIODS_PER_YEAR, columns=names)
            model.cov = pd.DataFrame(task.covariance / PERIODS_PER_YEAR, names, names)
        model.ainequality, model.binequality = rows, caps
        if task.objective == "target_return":
            model.lowerret = task.target_frac / PERIODS_PER_YEAR
        model.solvers = [solver]
        found = model.optimization(model="Classic", rm="MV", obj=GOALS[task.objective], rf=0, l=0, hist=True)
        return found["weights"].to_numpy()

    found = []
    for solver in SOLVERS:
        for start in ("history", "figures"):
            label = f"Riskfolio-Lib with {solver}"
            found.append(Contender(label, start, lambda start=start, solver=solver: solve(start, solver)))
    return found
