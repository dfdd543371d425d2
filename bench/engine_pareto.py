"""How fast is the exact surface of return, risk and ESG score, and how much of it do evolutionary searches cover?

One thread; medians of processor time. The hypervolume of every set of points is measured between the ends of a dense
exact reference, so that the shares can be compared. The searches begin at random portfolios, use the same repair, and
are stopped at multiples of the time that the exact points took.
"""

from __future__ import annotations

import os
import time
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 (after the thread counts)

import engine  # noqa: E402
from bench.engine_solve import median_ms  # noqa: E402
from bench.problems import factor_problem  # noqa: E402
from bench.report import Figure, show  # noqa: E402
from engine.doors import given_of  # noqa: E402
from engine.optimize.compile import compile_limits  # noqa: E402
from engine.optimize.inputs import read_inputs  # noqa: E402
from engine.pareto.dominance import hypervolume_frac, non_dominated, ranges_of, spread_out  # noqa: E402
from engine.pareto.measures import measures_of  # noqa: E402
from engine.pareto.parse import parse_pareto  # noqa: E402
from engine.pareto.repair import Repair  # noqa: E402
from engine.pareto.search import POPULATION_COUNT, Rules, mutation, task_of  # noqa: E402
from engine.pareto.spec import ParetoRequest  # noqa: E402
from engine.pareto.surface import PROVEN, Surface  # noqa: E402

POINTS_COUNT = 200
DENSE_COUNT = 20_000
PROMISE_MS = 100.0
TIMES = (1, 10, 100)
SEED = 7


def request(*kinds: str) -> ParetoRequest:
    """Return the bench's 50 assets with a score and a yield each, in so many objectives."""
    body = factor_problem()
    del body["objective"]
    rng = np.random.default_rng(1)
    names = body["problem"]["assets"]
    body["facts"] = {
        "esg_scores": {name: float(rng.uniform(20.0, 90.0)) for name in names},
        "yields_annual_frac": {name: float(rng.uniform(0.0, 0.06)) for name in names},
    }
    body["current_weights"] = {name: 1.0 / len(names) for name in names}
    return parse_pareto({**body, "objectives": [{"kind": kind} for kind in kinds], "points_count": POINTS_COUNT})


class World:
    """One request, ready to be solved."""

    def __init__(self, *kinds: str) -> None:
        self.request = request(*kinds)
        self.inputs = read_inputs(self.request, given_of(self.request))
        self.limits = compile_limits(self.request.all_constraints(), self.inputs.universe)
        facts = self.request.facts
        assert facts is not None
        assert facts.yields_annual_frac is not None
        yields = np.array([facts.yields_annual_frac[name] for name in self.inputs.universe.assets])
        self.measures = measures_of(
            self.request.objectives, self.request.shares_frac(), self.inputs, self.limits, yields
        )

    def costs(self, weights: np.ndarray) -> np.ndarray:
        """Return what is to be made small, shape (k, d)."""
        return np.column_stack([one.costs(weights) for one in self.measures])

    def exact(self, points_count: int = POINTS_COUNT) -> np.ndarray:
        """Return proven points of which none dominates another, from nothing but estimates and limits."""
        surface = Surface(self.measures, self.inputs.estimates, self.limits, 0.0, None)
        found = surface.sampled(points_count, lambda _: None)
        assert found.residuals.max() <= PROVEN
        costs = self.costs(found.weights)
        best = non_dominated(costs)
        return found.weights[best][spread_out(costs[best], points_count)]

    def dense(self) -> np.ndarray:
        """Return many exact points, unsorted: what they dominate is what all of them dominate."""
        surface = Surface(self.measures, self.inputs.estimates, self.limits, 0.0, None)
        return surface.sampled(DENSE_COUNT, lambda _: None).weights

    def searched(self, name: str, seconds: float) -> tuple[np.ndarray, int]:
        """Return what NSGA-II or NSGA-III has after so much processor time, and the generations that were bred."""
        count = len(self.inputs.universe.assets)
        rules = Rules(self.limits, self.inputs.estimates, Repair(self.limits, self.exact(10).mean(axis=0)))
        task, mending = task_of(self.measures, rules)
        first = np.random.default_rng(SEED).dirichlet(np.full(count, 0.3), POPULATION_COUNT)
        algorithm = _algorithm(name, len(self.measures), mending.do_genes(task, first), mending)
        start, generations_count = time.process_time(), 0
        algorithm.setup(task, termination=("n_gen", 1_000_000), seed=SEED, verbose=False)
        while time.process_time() - start < seconds:
            algorithm.next()
            generations_count += 1
        found = np.asarray(algorithm.pop.get("X"), dtype=np.float64)
        return found[rules.is_kept(found)], generations_count


def _algorithm(name: str, objectives_count: int, first: np.ndarray, mending: Any) -> Any:
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.algorithms.moo.nsga3 import NSGA3
    from pymoo.operators.crossover.sbx import SBX
    from pymoo.util.ref_dirs import get_reference_directions

    ways = {"sampling": first, "crossover": SBX(prob=0.9, eta=10), "mutation": mutation(), "repair": mending}
    if name == "NSGA-II":
        return NSGA2(pop_size=POPULATION_COUNT, **ways)
    directions = get_reference_directions("das-dennis", objectives_count, n_partitions=13)
    return NSGA3(directions, pop_size=POPULATION_COUNT, **ways)


def measure() -> list[Figure]:
    """Measure the surface, the whole answer, and what searches cover in equal time and more."""
    world = World("return", "volatility", "esg")
    took = median_ms(world.exact, 15)
    name = f"{POINTS_COUNT} exact points of return, risk, ESG, 50 assets"
    figures = [Figure(name, took, "ms", "promise", PROMISE_MS)]
    asked = world.request
    figures.append(
        Figure("the whole answer, chosen point included", median_ms(lambda: engine.pareto(asked), 9), "ms", "")
    )
    for kinds in (("return", "volatility", "esg", "yield"), ("return", "volatility", "esg", "yield", "turnover")):
        more = request(*kinds)
        text = f"the whole answer in {len(kinds)} objectives"
        figures.append(Figure(text, median_ms(lambda more=more: engine.pareto(more), 3), "ms", ""))  # type: ignore[misc]
    dense = world.costs(world.dense())
    ideal, nadir = ranges_of(dense)
    reference = hypervolume_frac(dense, ideal, nadir)
    assert reference is not None
    own = hypervolume_frac(world.costs(world.exact()), ideal, nadir)
    assert own is not None
    figures.append(
        Figure("hypervolume of the exact points", own / reference, "share", f"{len(dense):,} exact points", 1.0)
    )
    for algorithm in ("NSGA-II", "NSGA-III"):
        for times in TIMES:
            found, generations_count = world.searched(algorithm, times * took / 1e3)
            volume = hypervolume_frac(world.costs(found), ideal, nadir) or 0.0
            text = f"hypervolume of {algorithm} at {times}x the time"
            figures.append(
                Figure(
                    text, volume / reference, "share", f"exact points, {generations_count} generations", own / reference
                )
            )
    return figures


if __name__ == "__main__":
    show("engine_pareto", measure())
