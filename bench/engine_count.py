"""How fast, and how close to proven, are few holdings and minimum sizes, beside mixed-integer solvers in one run?

One thread; medians of processor time from estimates in arrays to the answer with its gap. Beside it stand DAQP's own
branch and bound on binaries and, where the peers of `requirements-bench.txt` are there, skfolio with SCIP.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 (after the thread counts)

from bench.engine_peers import find_peers  # noqa: E402 (after the thread counts)
from bench.engine_solve import median_ms, synthetic_panel  # noqa: E402
from bench.report import Figure, show  # noqa: E402
from engine.constraints.min_holding import MinHolding  # noqa: E402
from engine.constraints.position_bounds import PositionBounds  # noqa: E402
from engine.kernel.forms import (  # noqa: E402
    CountLimit,
    Estimates,
    Goal,
    RatioGoal,
    ReturnGoal,
    Universe,
    UtilityGoal,
    VarianceGoal,
)
from engine.optimize.compile import compile_limits  # noqa: E402
from engine.optimize.convex import ConvexCore  # noqa: E402
from engine.optimize.semicontinuous import BranchAnswer, solve_with_gaps  # noqa: E402

REPEATS_COUNT = 5
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "orlib" / "port1.txt"
TRADE_OFFS_COUNT = 51


def core(estimates: Estimates, most: int | None, minimum: float, maximum: float) -> ConvexCore:
    """Return the solver of a long-only problem with at most so many holdings of a minimum size."""
    size = len(estimates.returns_annual_frac)
    limits = compile_limits(
        [PositionBounds(min_frac=0.0, max_frac=maximum), MinHolding(min_frac=minimum)],
        Universe(tuple(f"A{i:03d}" for i in range(size))),
    )
    return ConvexCore(estimates, replace(limits, count=None if most is None else CountLimit(most)), 0.0)


def binaries(estimates: Estimates, most: int, minimum: float, maximum: float, floor: float | None) -> Any:
    """Return DAQP's answer for the least variance by its own branch and bound on binaries, figures scaled to one."""
    import daqp

    size, covariance = len(estimates.returns_annual_frac), estimates.covariance_annual
    scale = float(np.mean(np.diag(covariance)))
    quadratic = np.zeros((2 * size, 2 * size))
    quadratic[:size, :size] = covariance / scale + 1e-10 * np.eye(size)
    quadratic[size:, size:] = 2e-7 * np.eye(size)
    one, nothing, eye = np.ones(size), np.zeros(size), np.eye(size)
    rows = np.vstack(
        [
            np.hstack([eye, -maximum * eye]),
            np.hstack([eye, -minimum * eye]),
            np.concatenate([nothing, one]),
            np.concatenate([estimates.returns_annual_frac, nothing]),
            np.concatenate([one, nothing]),
        ]
    )
    upper = np.concatenate([np.full(size, maximum), one, nothing, np.full(size, 1e30), [most, 1e30, 1.0]])
    lower = np.concatenate([np.zeros(2 * size), np.full(size, -1e30), nothing, [-1e30, floor or -1e30, 1.0]])
    sense = np.zeros(len(upper), dtype=np.int32)
    sense[size : 2 * size], sense[-1] = 16, 5
    linear = np.concatenate([nothing, np.full(size, -1e-7)])
    x, _, flag, _ = daqp.solve(quadratic, linear, rows, upper, lower, sense, primal_tol=1e-9, iter_limit=10**7)
    return float(x[:size] @ covariance @ x[:size]), flag


def skfolio_scip(returns: np.ndarray, most: int, minimum: float, maximum: float, *, is_ratio: bool) -> Any:
    """Return weights of skfolio with SCIP, at the scaling with which it comes closest; None where SCIP is absent."""
    find_peers()
    import cvxpy
    import pandas as pd
    from skfolio.optimization import MeanRisk, ObjectiveFunction

    if "SCIP" not in cvxpy.installed_solvers():  # type: ignore[no-untyped-call]
        return None
    goal = ObjectiveFunction.MAXIMIZE_RATIO if is_ratio else ObjectiveFunction.MINIMIZE_RISK
    model = MeanRisk(
        objective_function=goal,
        max_weights=maximum,
        cardinality=most,
        threshold_long=minimum,
        solver="SCIP",
        scale_objective=1e4,
        scale_constraints=100,
    )
    return model.fit(pd.DataFrame(returns)).weights_


def score(estimates: Estimates, weights: np.ndarray, *, is_ratio: bool) -> float:
    """Return variance, or minus the Sharpe ratio: less is better."""
    variance = float(weights @ estimates.covariance_annual @ weights)
    return -float(estimates.returns_annual_frac @ weights) / variance**0.5 if is_ratio else variance


def measure_count() -> list[Figure]:
    """Measure every promise about minimum sizes and few holdings."""
    returns = synthetic_panel().returns_frac
    estimates = Estimates(returns.mean(axis=0) * 252, np.cov(returns.T) * 252)
    target = float(np.quantile(estimates.returns_annual_frac, 0.75))
    goals: list[tuple[str, Goal]] = [
        ("minimum variance", VarianceGoal()),
        ("target return", VarianceGoal(target)),
        ("maximum Sharpe", RatioGoal()),
        ("maximum return at 12% volatility", ReturnGoal(0.12)),
    ]
    figures = []
    for limit, most, minimum in (("1% minimum", None, 0.01), ("15 names, 1%", 15, 0.01), ("8 names, 3%", 8, 0.03)):
        for name, goal in goals:

            def ours(goal: Goal = goal, most: int | None = most, minimum: float = minimum) -> BranchAnswer:
                return solve_with_gaps(core(estimates, most, minimum, 0.25), goal)

            found = ours()
            label, time_ms = f"{name}, {limit}", median_ms(ours, REPEATS_COUNT)
            if most != 15:  # there the promise is about the peers
                figures.append(Figure(label, time_ms, "ms", "promise", 100.0 if most is None else 1000.0))
            figures.append(Figure(f"{label}: proven gap", found.gap_frac, "", "promise", 1e-6))
            if most is None or isinstance(goal, ReturnGoal):
                continue
            is_ratio = isinstance(goal, RatioGoal)
            floor = goal.return_min_annual_frac if isinstance(goal, VarianceGoal) else None
            if not is_ratio:
                value, flag = binaries(estimates, most, minimum, 0.25, floor)
                peer = median_ms(partial(binaries, estimates, most, minimum, 0.25, floor), 1)
                said = "" if flag == 1 else ", unproven"
                figures.append(Figure(label, time_ms, "ms", f"DAQP binaries{said}", peer))
                figures.append(Figure(f"{label}: variance", found.answer.objective, "", f"DAQP binaries{said}", value))
            if floor is None:
                weights = skfolio_scip(returns, most, minimum, 0.25, is_ratio=is_ratio)
                if weights is not None:
                    peer = median_ms(partial(skfolio_scip, returns, most, minimum, 0.25, is_ratio=is_ratio), 1)
                    reached = score(estimates, weights, is_ratio=is_ratio)
                    figures.append(Figure(label, time_ms, "ms", "skfolio with SCIP", peer))
                    figures.append(Figure(f"{label}: objective", found.answer.objective, "", "skfolio, SCIP", reached))
    return figures + or_library()


def or_library() -> list[Figure]:
    """Measure OR-Library's port1, at most 10 of 31 of at least 1%, on 51 trade-offs; nothing where it is absent."""
    if not SHARED.is_file():
        return []
    text = SHARED.read_text().split()
    size = int(text[0])
    table = np.array(text[1 : 1 + 2 * size], dtype=float).reshape(size, 2)
    correlation = np.eye(size)
    for one, two, value in np.array(text[1 + 2 * size :], dtype=float).reshape(-1, 3):
        correlation[int(one) - 1, int(two) - 1] = correlation[int(two) - 1, int(one) - 1] = value
    estimates = Estimates(table[:, 0], correlation * np.outer(table[:, 1], table[:, 1]))
    goals: list[Goal] = [ReturnGoal(10.0)]
    shares = np.linspace(0.0, 1.0, TRADE_OFFS_COUNT)
    goals += [UtilityGoal(float(2.0 * share / (1.0 - share))) for share in shares[1:-1]] + [VarianceGoal()]

    def all_of_them() -> list[float]:
        return [solve_with_gaps(core(estimates, 10, 0.01, 1.0), goal).gap_frac for goal in goals]

    gaps = all_of_them()
    return [
        Figure("OR-Library port1, 10 of 31, 51 trade-offs", median_ms(all_of_them, 1), "ms", "-"),
        Figure("OR-Library port1: largest proven gap", max(gaps), "", "promise", 1e-6),
    ]


if __name__ == "__main__":
    show("engine_count", measure_count())
