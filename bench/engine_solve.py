"""How fast is one solve, from arrays to the certified answer, beside other packages and the bare solver?

The reading: a call is given what the caller has as arrays, and ends with weights that are checked. From a history, each
package gets the returns in its own container (a panel, a data frame) and estimates means and sample covariance itself;
from figures, it gets means and covariance as arrays and puts them into its own container within the call. Ours takes a
request that is parsed, as theirs take limits that are written down, and returns the whole result document: weights in
steps of 1e-8, every limit with value, slack and price, optimality residuals, risk figures, request hash. Theirs end
with the weights. Each package runs with the fastest of its solvers whose answer is right to 1e-4 of the objective, and
the bare solver is the faster of DAQP and PIQP.

One thread; medians of processor time, the contenders taking turns of a few calls each, so that a busy machine slows all
alike and no one always begins on another's caches. Only the ratios within one run are compared.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Sequence
from statistics import median
from time import process_time
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 (after the thread counts)

import engine  # noqa: E402
from bench.engine_peers import (  # noqa: E402
    CAP_FRAC,
    SECTOR_CAP_FRAC,
    SECTORS_COUNT,
    Contender,
    Objective,
    Task,
    contenders,
    raw,
    task_of,
)
from bench.report import Figure, show  # noqa: E402
from engine.kernel.forms import FactorForm  # noqa: E402
from engine.kernel.frames import ReturnsPanel  # noqa: E402

OBJECTIVES: tuple[Objective, ...] = ("min_volatility", "max_sharpe", "target_return")
TURNS_BY_COUNT = {20: (4, 4), 50: (4, 4), 200: (3, 2), 500: (3, 1)}  # turns, and calls in each
FACTOR_ASSETS_COUNT, FACTORS_COUNT = 1000, 20
REPEATS_COUNT = 15
RIGHT = 1e-4
OPEN = "zero or at least"
WORDS = {"min_volatility": "minimum volatility", "max_sharpe": "maximum Sharpe", "target_return": "target return"}


def synthetic_panel() -> ReturnsPanel:
    """Return five-factor daily returns of 50 assets with a fixed seed."""
    return task_of(50, "min_volatility").panel


def median_ms(work: Callable[[], Any], repeats: int) -> float:
    """Return the median processor time of a call in milliseconds, after one call that warms up."""
    work()
    return median(spent_ms(work) for _ in range(repeats))


def spent_ms(work: Callable[[], Any]) -> float:
    """Return the processor time of one call in milliseconds."""
    begun = process_time()
    work()
    return (process_time() - begun) * 1e3


def in_turns(works: Sequence[Callable[[], Any]], turns: int, calls: int) -> list[float]:
    """Return the median processor time of each call in milliseconds; a turn is a few calls of one after the other."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(turns):
        for spent, work in zip(times, works, strict=True):
            spent += [spent_ms(work) for _ in range(calls)]
    return [median(spent) for spent in times]


def request(
    assets: Sequence[str], objective: str, *, minimum: str = "none", points: int = 0, **more: float
) -> engine.OptimizationRequest:
    """Return the bench's request: 25% maximum, sector limits of 30%, and on demand 'zero or at least' 1%."""
    limits: list[dict[str, Any]] = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": CAP_FRAC}]
    if minimum == OPEN:
        limits.append({"kind": "min_holding", "min_frac": 0.01})
    limits += [{"kind": "sector_limit", "sector": f"S{i}", "max_frac": SECTOR_CAP_FRAC} for i in range(SECTORS_COUNT)]
    body = {
        "asset_ids": list(assets),
        "objective": {"kind": objective, **more},
        "constraints": limits,
        "frontier_points_count": points,
    }
    return engine.parse_request(json.dumps(body))


def ours(task: Task) -> list[Contender]:
    """Return the engine's call from the history, and from figures."""
    more = {"return_min_annual_frac": task.target_frac} if task.objective == "target_return" else {}
    asked = request(task.panel.assets, task.objective, **more)

    def weights(result: engine.OptimizationResult) -> np.ndarray:
        assert result.status == "optimal", result.message
        return np.array([line.weight_frac for line in result.weights])

    def from_figures() -> Any:
        figures = engine.Figures(task.panel.assets, task.means, task.covariance)
        return weights(engine.optimize(asked, figures=figures, sectors=task.sectors))

    def from_history() -> Any:
        return weights(engine.optimize(asked, panel=task.panel, sectors=task.sectors))

    return [Contender("engine", "history", from_history), Contender("engine", "figures", from_figures)]


def fastest_right(ways: Sequence[Contender], task: Task, best: float) -> list[Contender]:
    """Return for each package and start the way that is fastest in a first try, of those whose answer is right."""
    kept: dict[tuple[str, str], tuple[float, Contender]] = {}
    for way in ways:
        try:
            way.solve() if task.count < 200 else None  # what only the first call pays
            begun = process_time()
            found = np.asarray(way.solve(), dtype=np.float64).ravel()
            spent = process_time() - begun
        except Exception:  # whatever a package raises, it is then no contender
            continue
        if not np.isfinite(found).all() or abs(task.figure(found) - best) > RIGHT * abs(best):
            continue
        key = (way.name.split(" with ")[0], way.start)
        if key not in kept or spent < kept[key][0]:
            kept[key] = (spent, way)
    return [way for _, way in kept.values()]


def compared(count: int, objective: Objective, said: set[str]) -> list[Figure]:
    """Return the engine's times for one task beside those of the fastest package and of the bare solver."""
    task = task_of(count, objective)
    mine = ours(task)
    best = task.figure(np.asarray(mine[0].solve()))
    packages, missing = contenders(task)
    said.update(missing)
    rivals = fastest_right(packages, task, best)
    bare = fastest_right(raw.ways(task), task, best)
    every = [*mine, *rivals, *bare]
    times = dict(zip(every, in_turns([one.solve for one in every], *TURNS_BY_COUNT[count]), strict=True))
    what = f"{count} assets, {WORDS[objective]}"
    figures = []
    for own in mine:
        name = f"{what}, {own.start} to certified answer"
        for rival in sorted((one for one in rivals if one.start == own.start), key=lambda one: times[one])[:1]:
            figures.append(Figure(name, times[own], "ms", f"fastest package: {rival.name}", times[rival]))
        for one in sorted(bare, key=lambda one: times[one])[:1]:
            figures.append(Figure(name, times[own], "ms", one.name, times[one]))
    for rival in rivals:
        figures.append(Figure(f"{what}, {rival.start}: {rival.name}", times[rival], "ms", "engine"))
    return figures


def by_factors() -> list[Figure]:
    """Return the times of 1,000 assets with 20 factors beside sparse PIQP on the same factors."""
    rng = np.random.default_rng(3)
    count, width = FACTOR_ASSETS_COUNT, FACTORS_COUNT
    loadings = rng.normal(0.0, 1.0, (count, width))
    loadings[:, 0] = np.abs(loadings[:, 0]) + 0.5
    sizes = np.append(0.02, rng.uniform(0.0005, 0.003, width - 1))
    form = FactorForm(loadings, np.diag(sizes), rng.uniform(0.01, 0.1, count))
    means, target = rng.normal(0.08, 0.05, count), 0.12
    names = tuple(f"A{i:04d}" for i in range(count))
    sectors = {name: f"S{i % SECTORS_COUNT}" for i, name in enumerate(names)}
    found = []
    for objective, floor in (("min_volatility", None), ("target_return", target)):
        asked = request(names, objective, **({} if floor is None else {"return_min_annual_frac": floor}))

        def own(asked: engine.OptimizationRequest = asked) -> Any:
            return engine.optimize(asked, figures=engine.Figures(names, means, factors=form), sectors=sectors)

        bare = raw.factor_way(form, means, floor)
        assert own().status == "optimal"
        bare()
        mine, theirs = in_turns([own, bare], 4, 3)
        name = f"{count} assets, {width} factors, {WORDS[objective]}, figures to certified answer"
        found.append(Figure(name, mine, "ms", "bare sparse PIQP on the factors", theirs))
    return found


def measure() -> list[Figure]:
    """Measure the engine, the other packages and the bare solver on the same problems."""
    warnings.simplefilter("ignore")
    said: set[str] = set()
    figures = [one for count in TURNS_BY_COUNT for goal in OBJECTIVES for one in compared(count, goal, said)]
    for sentence in sorted(said):
        print(sentence)
    panel = synthetic_panel()
    sectors = {asset: f"S{i % SECTORS_COUNT}" for i, asset in enumerate(panel.assets)}

    def promised(name: str, objective: str, most_ms: float, *, minimum: str = "none", points: int = 0) -> Figure:
        asked = request(panel.assets, objective, minimum=minimum, points=points)
        spent = median_ms(lambda: engine.optimize(asked, panel=panel, sectors=sectors), REPEATS_COUNT)
        return Figure(name, spent, "ms", "promise", most_ms)

    return [
        *figures,
        *by_factors(),
        promised("50 assets, maximum Sharpe with 60 frontier points", "max_sharpe", 60.0, points=60),
        promised("50 assets, minimum volatility, zero or 1%", "min_volatility", 100.0, minimum=OPEN),
        promised("50 assets, maximum Sharpe, zero or 1%", "max_sharpe", 100.0, minimum=OPEN),
    ]


if __name__ == "__main__":
    show("engine_solve", measure())
