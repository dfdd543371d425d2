"""How fast is the engine at 50 assets, as ratios to skfolio and to the raw solver call within one run?

One thread; medians of processor time. Nothing here is a timed test: a busy machine moves all figures alike, so only the
ratios are compared from run to run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 (after the thread counts)

import engine  # noqa: E402
from bench.report import Figure, show  # noqa: E402
from engine.kernel.frames import ReturnsPanel  # noqa: E402

ASSETS_COUNT, DAYS_COUNT, SECTORS_COUNT = 50, 1260, 7
REPEATS_COUNT = 15
OPEN = "zero or at least"


def synthetic_panel() -> ReturnsPanel:
    """Return five-factor daily returns with a fixed seed."""
    rng = np.random.default_rng(0)
    factors = rng.normal(0.0003, 0.006, (DAYS_COUNT, 5))
    loadings = rng.normal(0.6, 0.5, (ASSETS_COUNT, 5))
    own = rng.normal(0.0001, 1.0, (DAYS_COUNT, ASSETS_COUNT)) * rng.uniform(0.006, 0.02, ASSETS_COUNT)
    dates = np.datetime64("2015-01-01") + np.arange(DAYS_COUNT)
    return ReturnsPanel(dates, tuple(f"A{i:02d}" for i in range(ASSETS_COUNT)), factors @ loadings.T + own)


def median_ms(work: Callable[[], Any], repeats: int) -> float:
    """Return the median processor time of a call in milliseconds, after one call that warms up."""
    work()
    times = []
    for _ in range(repeats):
        begun = process_time()
        work()
        times.append((process_time() - begun) * 1e3)
    return median(times)


def request(objective: str, *, minimum: str, points: int) -> engine.OptimizationRequest:
    """Return the bench's request: 25% maximum, sector limits of 30%, and a 1% minimum of the given sort."""
    limits: list[dict[str, Any]] = [
        {"kind": "position_bounds", "min_frac": 0.01 if minimum == "plain" else 0.0, "max_frac": 0.25}
    ]
    if minimum == OPEN:
        limits.append({"kind": "min_holding", "min_frac": 0.01})
    limits += [{"kind": "sector_limit", "sector": f"S{i}", "max_frac": 0.3} for i in range(SECTORS_COUNT)]
    body = {
        "asset_ids": [f"A{i:02d}" for i in range(ASSETS_COUNT)],
        "objective": {"kind": objective},
        "constraints": limits,
        "frontier_points_count": points,
    }
    return engine.parse_request(json.dumps(body))


def skfolio_ms(panel: ReturnsPanel, objective: str, repeats: int) -> float:
    """Return skfolio's time for the same problem, estimates included."""
    import pandas as pd
    from skfolio.optimization import MeanRisk, ObjectiveFunction

    goal = ObjectiveFunction.MINIMIZE_RISK if objective == "min_volatility" else ObjectiveFunction.MAXIMIZE_RATIO
    frame = pd.DataFrame(panel.returns_frac, columns=list(panel.assets), index=pd.DatetimeIndex(panel.dates))
    groups = {asset: [f"S{i % SECTORS_COUNT}"] for i, asset in enumerate(panel.assets)}
    model = MeanRisk(
        objective_function=goal,
        min_weights=0.01,
        max_weights=0.25,
        groups=groups,
        linear_constraints=[f"S{i} <= 0.3" for i in range(SECTORS_COUNT)],
    )
    return median_ms(lambda: model.fit(frame), repeats)


def raw_ms(panel: ReturnsPanel, repeats: int) -> float:
    """Return the time of one bare DAQP call for the minimum variance problem, data ready in arrays."""
    import daqp

    covariance = np.cov(panel.returns_frac.T) * 252
    covariance /= np.mean(np.diag(covariance))
    rows = np.array(
        [np.ones(ASSETS_COUNT)]
        + [(np.arange(ASSETS_COUNT) % SECTORS_COUNT == k).astype(float) for k in range(SECTORS_COUNT)]
    )
    upper = np.concatenate([np.full(ASSETS_COUNT, 0.25), [1.0], np.full(SECTORS_COUNT, 0.3)])
    lower = np.concatenate([np.full(ASSETS_COUNT, 0.01), [1.0], np.full(SECTORS_COUNT, -1e30)])
    sense = np.zeros(len(upper), dtype=np.int32)
    sense[ASSETS_COUNT] = 5
    return median_ms(lambda: daqp.solve(covariance, np.zeros(ASSETS_COUNT), rows, upper, lower, sense), repeats)


def measure() -> list[Figure]:
    """Measure the engine, skfolio and the bare solver on the same problems."""
    panel = synthetic_panel()
    sectors = {asset: f"S{i % SECTORS_COUNT}" for i, asset in enumerate(panel.assets)}

    def ours(objective: str, *, minimum: str = "plain", points: int = 0) -> float:
        asked = request(objective, minimum=minimum, points=points)
        return median_ms(lambda: engine.optimize(asked, panel=panel, sectors=sectors), REPEATS_COUNT)

    bare = raw_ms(panel, REPEATS_COUNT * 10)
    calm, steep = (skfolio_ms(panel, goal, REPEATS_COUNT) for goal in ("min_volatility", "max_sharpe"))
    return [
        Figure("minimum volatility, history to certified answer", ours("min_volatility"), "ms", "skfolio", calm),
        Figure("maximum Sharpe, history to certified answer", ours("max_sharpe"), "ms", "skfolio", steep),
        Figure("minimum volatility, history to answer", ours("min_volatility"), "ms", "bare DAQP call", bare),
        Figure("maximum Sharpe with 60 frontier points", ours("max_sharpe", points=60), "ms", "promise", 60.0),
        Figure("minimum volatility, zero or 1%", ours("min_volatility", minimum=OPEN), "ms", "promise", 100.0),
        Figure("maximum Sharpe, zero or 1%", ours("max_sharpe", minimum=OPEN), "ms", "promise", 100.0),
    ]


if __name__ == "__main__":
    show("engine_solve", measure())
