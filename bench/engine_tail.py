"""How fast are tail goals, as ratios to skfolio and to promised bounds within one run?

One thread; medians of processor time, from arrays to an answer with its optimality conditions checked. A peer is
measured at its fastest working solver. Riskfolio-Lib and PyPortfolioOpt are measured where they are installed.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import replace

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 (after the thread counts)

from bench.engine_solve import median_ms  # noqa: E402
from bench.report import Figure, show  # noqa: E402
from engine.kernel.forms import Estimates, Row, TailGoal, TailKind, Universe  # noqa: E402
from engine.optimize.compile import LimitSet, compile_limits  # noqa: E402
from engine.optimize.tail import TailCore  # noqa: E402

SECTORS_COUNT = 7
LEVEL = 0.95
PROVEN = 1e-7
SWEEP_POINTS_COUNT = 20
TAILS: dict[TailKind, str] = {
    "cvar": "CVAR",
    "cdar": "CDAR",
    "max_drawdown": "MAX_DRAWDOWN",
    "semi_deviation": "SEMI_DEVIATION",
}


def synthetic(assets_count: int, periods_count: int) -> np.ndarray:
    """Return five-factor daily returns with a fixed seed, shape (t, n)."""
    rng = np.random.default_rng(0)
    factors = rng.normal(0.0003, 0.006, (periods_count, 5))
    loadings = rng.normal(0.6, 0.5, (assets_count, 5))
    own = rng.normal(0.0001, 1.0, (periods_count, assets_count)) * rng.uniform(0.006, 0.02, assets_count)
    return np.asarray(factors @ loadings.T + own)


def limits_of(assets_count: int) -> LimitSet:
    """Return the bench's limits: long only, 25% maximum, sectors of at most 30%."""
    base = compile_limits([], Universe(tuple(f"A{i:03d}" for i in range(assets_count))))
    rows = tuple(
        Row(f"S{k}", "sector_limit", "", (np.arange(assets_count) % SECTORS_COUNT == k) * 1.0, -np.inf, 0.3)
        for k in range(SECTORS_COUNT)
    )
    return replace(base, rows=rows, upper_frac=np.full(assets_count, 0.25))


def core_of(returns: np.ndarray, limits: LimitSet) -> TailCore:
    """Return a core from nothing but the history."""
    estimates = Estimates(returns.mean(axis=0) * 252, np.cov(returns.T) * 252, history_frac=returns)
    return TailCore(estimates, limits, 0.0)


def proven(returns: np.ndarray, limits: LimitSet, goal: TailGoal) -> float:
    """Solve, check the optimality conditions and return the measure."""
    core = core_of(returns, limits)
    answer = core.solve(goal)
    assert answer.weights_frac is not None, answer
    found = core.residuals(goal, answer, answer.weights_frac, (limits.lower_frac, limits.upper_frac))
    assert found is not None
    assert found.worst <= PROVEN, found
    return answer.objective


def sweep(returns: np.ndarray, limits: LimitSet, points: int) -> list[float]:
    """Return the measures of a frontier from the least measure to the highest return, core included."""
    core, goal = core_of(returns, limits), TailGoal("cvar", LEVEL)
    least = core.solve(goal)
    assert least.weights_frac is not None
    low, high = core.return_annual_frac(least.weights_frac), -core.best_return().value * core.excess_scale
    return [answer.objective for answer in core.sweep(goal, [float(one) for one in np.linspace(low, high, points)])]


def skfolio_ms(returns: np.ndarray, tail: TailKind, repeats: int, points: int | None = None) -> tuple[str, float]:
    """Return skfolio's fastest working solver for the same problem and its time, estimates included."""
    import cvxpy
    import pandas as pd
    from skfolio import RiskMeasure
    from skfolio.optimization import MeanRisk

    names = [f"A{i:03d}" for i in range(returns.shape[1])]
    frame = pd.DataFrame(returns, columns=names, index=pd.date_range("2000-01-01", periods=len(returns)))
    groups = {name: [f"S{i % SECTORS_COUNT}"] for i, name in enumerate(names)}
    times = {}
    for solver in ("CLARABEL", "HIGHS", "SCIPY"):
        if solver not in cvxpy.installed_solvers() or (tail == "semi_deviation" and solver != "CLARABEL"):
            continue
        model = MeanRisk(
            risk_measure=RiskMeasure[TAILS[tail]],
            max_weights=0.25,
            groups=groups,
            linear_constraints=[f"S{i} <= 0.3" for i in range(SECTORS_COUNT)],
            solver=solver,
            efficient_frontier_size=points,
        )
        try:
            times[solver] = median_ms(lambda model=model: model.fit(frame), repeats)  # type: ignore[misc]
        except Exception as failure:
            print(f"  skfolio with {solver} fails on {tail}: {type(failure).__name__}")
    best = min(times, key=lambda name: times[name])
    print(f"  skfolio, {tail}, ms: { {name: round(value, 1) for name, value in times.items()} }")
    return f"skfolio with {best}", times[best]


def measure() -> list[Figure]:
    """Measure every tail goal beside skfolio, and the large programs beside their bounds."""
    for peer in ("riskfolio", "pypfopt"):
        if importlib.util.find_spec(peer) is None:
            print(f"  {peer} is not installed and not measured")
    returns, limits = synthetic(50, 1260), limits_of(50)
    figures = []
    for tail in TAILS:
        goal = TailGoal(tail, LEVEL)
        ours = median_ms(lambda goal=goal: proven(returns, limits, goal), 15)  # type: ignore[misc]
        peer, theirs = skfolio_ms(returns, tail, 3)
        figures.append(Figure(f"least {tail}, 50 assets, 1,260 days", ours, "ms", peer, theirs))
    ours = median_ms(lambda: sweep(returns, limits, SWEEP_POINTS_COUNT), 7)
    peer, theirs = skfolio_ms(returns, "cvar", 1, SWEEP_POINTS_COUNT)
    figures.append(Figure("20 points of the CVaR frontier, 50 assets", ours, "ms", peer, theirs))
    figures.append(Figure("20 points of the CVaR frontier, 50 assets", ours, "ms", "promise", 100.0))
    for assets_count, periods_count, bound in ((500, 5000, 2000.0), (392, 10_000, 2000.0), (392, 20_000, None)):
        large, wide = synthetic(assets_count, periods_count), limits_of(assets_count)
        for tail in TAILS:
            goal = TailGoal(tail, LEVEL)
            if tail in ("cdar", "max_drawdown") and periods_count > 5000:
                continue
            took = median_ms(lambda x=large, y=wide, z=goal: proven(x, y, z), 1)  # type: ignore[misc]
            is_promised = tail == "cvar" and bound is not None
            name = f"least {tail}, {assets_count} assets, {periods_count:,} days"
            figures.append(Figure(name, took, "ms", "promise" if is_promised else "", bound if is_promised else None))
    return figures


if __name__ == "__main__":
    show("engine_tail", measure())
