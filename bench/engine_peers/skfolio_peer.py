"""How does skfolio solve the task? Estimates are part of its fit."""

from __future__ import annotations

from typing import Any

from skfolio.optimization import MeanRisk, ObjectiveFunction

from bench.engine_peers import CAP_FRAC, PERIODS_PER_YEAR, SECTOR_CAP_FRAC, SECTORS_COUNT, Contender, Task

SOLVERS = ("CLARABEL",)  # it states volatility as a cone, which OSQP and PIQP refuse


def ways(task: Task) -> list[Contender]:
    """Return one way for each solver."""
    is_ratio = task.objective == "max_sharpe"
    goal = ObjectiveFunction.MAXIMIZE_RATIO if is_ratio else ObjectiveFunction.MINIMIZE_RISK
    more: dict[str, Any] = {}
    if task.objective == "target_return":
        more["min_return"] = task.target_frac / PERIODS_PER_YEAR

    def way(solver: str) -> Contender:
        model = MeanRisk(
            objective_function=goal,
            min_weights=0.0,
            max_weights=CAP_FRAC,
            groups={asset: [sector] for asset, sector in task.sectors.items()},
            linear_constraints=[f"S{i} <= {SECTOR_CAP_FRAC}" for i in range(SECTORS_COUNT)],
            solver=solver,
            **more,
        )
        return Contender(f"skfolio with {solver}", "history", lambda: model.fit(task.frame).weights_)

    return [way(solver) for solver in SOLVERS]
