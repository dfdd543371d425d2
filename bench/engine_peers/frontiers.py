"""How do other packages draw points of a mean-variance frontier under a cap and sector limits?

PyPortfolioOpt has no frontier under sector limits: it is asked for one return after the other, on one model, between
the ends that are found first. What a package is asked for ends with weights, shape (k, n).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from bench.engine_peers import CAP_FRAC, PERIODS_PER_YEAR, SECTOR_CAP_FRAC, SECTORS_COUNT, Task, find_peers

Draw = Callable[[], Any]


def draws(task: Task, points_count: int) -> tuple[dict[str, Draw], list[str]]:
    """Return each package's call, from figures where it takes them, and a sentence for each that is not there."""
    find_peers()
    found: dict[str, Draw] = {}
    missing: list[str] = []
    for name, made in (("pypfopt", _pyportfolioopt), ("skfolio", _skfolio), ("riskfolio", _riskfolio)):
        try:
            importlib.import_module(name)
        except ImportError as gap:
            missing.append(f"{name} is left out: {gap}.")
            continue
        found |= made(task, points_count)
    return found, missing


def _pyportfolioopt(task: Task, points_count: int) -> dict[str, Draw]:
    import pandas as pd
    from pypfopt import EfficientFrontier  # type: ignore[import-not-found, unused-ignore]

    upper = {f"S{i}": SECTOR_CAP_FRAC for i in range(SECTORS_COUNT)}
    names = list(task.panel.assets)

    def draw(solver: str | None) -> Any:
        means, covariance = pd.Series(task.means, names), pd.DataFrame(task.covariance, names, names)

        def model() -> Any:
            one = EfficientFrontier(means, covariance, weight_bounds=(0.0, CAP_FRAC), solver=solver)
            one.add_sector_constraints(dict(task.sectors), dict.fromkeys(upper, 0.0), upper)
            return one

        first = model()
        first.min_volatility()
        low = float(first.portfolio_performance()[0])
        high = float(model()._max_return())
        sweep = model()
        points = []
        for wanted in np.linspace(low, high - 1e-7, points_count):
            held = sweep.efficient_return(float(wanted))
            points.append([held[name] for name in names])
        return np.array(points)

    return {
        f"PyPortfolioOpt with {solver or 'its default'}": lambda solver=solver: draw(solver)
        for solver in (None, "CLARABEL")
    }


def _skfolio(task: Task, points_count: int) -> dict[str, Draw]:
    from skfolio.optimization import MeanRisk, ObjectiveFunction

    model = MeanRisk(
        objective_function=ObjectiveFunction.MINIMIZE_RISK,
        min_weights=0.0,
        max_weights=CAP_FRAC,
        groups={asset: [sector] for asset, sector in task.sectors.items()},
        linear_constraints=[f"S{i} <= {SECTOR_CAP_FRAC}" for i in range(SECTORS_COUNT)],
        efficient_frontier_size=points_count,
        solver="CLARABEL",
    )
    return {"skfolio with CLARABEL": lambda: np.asarray(model.fit(task.frame).weights_)}


def _riskfolio(task: Task, points_count: int) -> dict[str, Draw]:
    import pandas as pd
    import riskfolio  # type: ignore[import-not-found, unused-ignore]

    names = list(task.panel.assets)

    def draw() -> Any:
        model = riskfolio.Portfolio(returns=task.frame, upperlng=CAP_FRAC)
        model.mu = pd.DataFrame(task.means[None, :] / PERIODS_PER_YEAR, columns=names)
        model.cov = pd.DataFrame(task.covariance / PERIODS_PER_YEAR, names, names)
        model.ainequality, model.binequality = task.sector_rows, np.full((SECTORS_COUNT, 1), SECTOR_CAP_FRAC)
        model.solvers = ["CLARABEL"]
        return model.efficient_frontier(model="Classic", rm="MV", points=points_count, rf=0, hist=True).to_numpy().T

    return {"Riskfolio-Lib with CLARABEL": draw}
