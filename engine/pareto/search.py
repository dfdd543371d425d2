"""What does an evolutionary search find where no convex method proves anything: whole positions, ratios, counts?

NSGA-II for two and three objectives (Deb and others 2002), NSGA-III with reference directions for more (Deb and Jain
2014), as pymoo has them. The first generation holds the exact points of the convex hull of the limits; every child is
repaired to a portfolio, and after each third of the generations the best are made as good as their positions allow
(a memetic search, Moscato 1989). Generations are counted, and the draws come from the request's seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.kernel.forms import Estimates, Matrix, Vector
from engine.kernel.rng import generator
from engine.optimize.compile import LimitSet
from engine.optimize.tail_measures import tail_value
from engine.pareto.dominance import non_dominated, spread_out
from engine.pareto.measures import HELD_FRAC, Measure
from engine.pareto.repair import Repair

STREAM = 53  # names this use of the request's seed
POPULATION_COUNT = 120
PARTITIONS = {4: 7, 5: 5}  # of each axis between reference directions, by objectives: 120 and 126 of them
NSGA2_MAX_COUNT = 3
ROUNDS_COUNT = 3
MOVES_FRAC = 0.4  # of the children
FEASIBLE = 1e-9


@dataclass(frozen=True, eq=False)
class Searched:
    """Portfolios within all limits, shape (k, n), and how many generations were bred."""

    weights: Matrix
    generations_count: int


class Rules:
    """All limits that a repair does not keep by itself, as figures that are above zero where one is broken."""

    def __init__(self, limits: LimitSet, estimates: Estimates, repair: Repair) -> None:
        self.limits, self.estimates, self.repair = limits, estimates, repair

    def broken(self, weights: Matrix) -> Matrix:
        """Return by how much limits are broken, shape (k, 2): linear rows and budgets together, ceilings together."""
        limits = self.limits
        straight = self.repair.row_excess(weights).sum(axis=1)
        straight += np.abs(weights.sum(axis=1) - limits.net_frac)
        for row in limits.absolute_rows:
            moved = np.abs(weights - row.center_frac) @ row.coefficients
            straight += np.maximum(moved - row.upper_frac, 0.0)
        budget = limits.short_budget
        if budget is not None:
            if budget.gross_max_frac is not None:
                straight += np.maximum(np.abs(weights).sum(axis=1) - budget.gross_max_frac, 0.0)
            if budget.short_max_frac is not None:
                straight += np.maximum(np.maximum(-weights, 0.0).sum(axis=1) - budget.short_max_frac, 0.0)
        held = (np.abs(weights) > HELD_FRAC).sum(axis=1)
        if limits.count is not None:
            straight += np.maximum(held - (limits.count.max_count or weights.shape[1]), 0)
            straight += np.maximum((limits.count.min_count or 0) - held, 0)
        return np.column_stack([straight, self._ceilings(weights)])

    def whole_excess(self, weights: Matrix) -> Vector:
        """Return how far each portfolio is from whole positions: the largest distance to an allowed interval."""
        repair = self.repair
        away = np.maximum(np.maximum(repair.lows[:, None] - weights, weights - repair.highs[:, None]), 0.0)
        return np.asarray(away.min(axis=0).max(axis=1))

    def is_kept(self, weights: Matrix) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Return which portfolios keep every limit, shape (k,)."""
        within = (self.broken(weights) <= FEASIBLE).all(axis=1) & (self.whole_excess(weights) <= FEASIBLE)
        return np.asarray(within)

    def _ceilings(self, weights: Matrix) -> Vector:
        excess = np.zeros(len(weights))
        covariance, history = self.estimates.covariance_annual, self.estimates.history_frac
        for risk in self.limits.risks:
            away = weights - risk.center_frac
            size = np.sqrt(np.maximum(np.einsum("ki,ki->k", away @ covariance, away), 0.0))
            excess += np.maximum(size - risk.upper_annual_frac, 0.0)
        for tail in self.limits.tails:
            assert history is not None
            losses = np.array([tail_value(tail.tail, tail.level, history, one) for one in weights])
            excess += np.maximum(losses - tail.upper_frac, 0.0)
        return excess


Settle = Callable[[Matrix], Matrix]


def search(
    measures: Sequence[Measure],
    rules: Rules,
    seeds: Matrix,
    generations_count: int,
    seed: int,
    on_generation: Callable[[float], None],
    settle: Settle | None = None,
) -> Searched:
    """Return what is left after so many generations.

    Parameters
    ----------
    measures
        Two to five.
    rules
        The limits with their repair.
    seeds
        Portfolios to begin with, shape (k, n); they are repaired first.
    generations_count, seed
        How long, and from which draws.
    on_generation
        Called with the share done.
    settle
        Makes portfolios as good as their positions allow; used on the best ones after each of `ROUNDS_COUNT` rounds.

    """
    task, mending = task_of(measures, rules)
    count = rules.limits.universe.count
    chosen = spread_out(np.column_stack([one.costs(seeds) for one in measures]), POPULATION_COUNT // 2)
    genes = _first(seeds[chosen], task.xl, task.xu, seed)
    found = np.zeros((0, count))
    done = 0
    for part in range(ROUNDS_COUNT):
        until = generations_count * (part + 1) // ROUNDS_COUNT
        algorithm = _algorithm(len(measures), mending.do_genes(task, genes), mending)
        algorithm.setup(task, termination=("n_gen", until - done + 1), seed=(seed + part) % 2**32, verbose=False)
        while done < until:
            algorithm.next()
            done += 1
            on_generation(done / generations_count)
        genes = np.asarray(algorithm.pop.get("X"), dtype=np.float64)
        weights = np.concatenate([found, genes[:, :count]])
        weights = weights[rules.is_kept(weights)]
        if not len(weights):
            continue
        costs = np.column_stack([one.costs(weights) for one in measures])
        best = non_dominated(costs)
        found = weights[best][spread_out(costs[best], POPULATION_COUNT)]
        if settle is not None:
            found = settle(found)
        genes = np.concatenate([_with_counts(found, task.n_var), genes])[: max(len(genes), len(found))]
    return Searched(found, generations_count)


def _with_counts(weights: Matrix, width: int) -> Matrix:
    """Return portfolios as genes: with their own number of holdings where that is one."""
    if weights.shape[1] == width:
        return weights
    return np.column_stack([weights, np.maximum((np.abs(weights) > HELD_FRAC).sum(axis=1), 1)])


def task_of(measures: Sequence[Measure], rules: Rules) -> tuple[Any, Any]:
    """Return the problem and the repair in the forms that pymoo asks for."""
    from pymoo.core.problem import Problem as Task
    from pymoo.core.repair import Repair as Mending

    count = rules.limits.universe.count
    has_counts = any(one.kind == "holdings_count" for one in measures)

    class _Mending(Mending):  # type: ignore[misc]
        def do_genes(self, _: Any, genes: Matrix) -> Matrix:
            counts = np.rint(genes[:, count]).astype(np.int64) if has_counts else None
            made = rules.repair.portfolios(genes[:, :count], counts)
            return np.column_stack([made, genes[:, count:]]) if has_counts else made

        def _do(self, problem: Any, genes: Matrix, **_: Any) -> Matrix:
            return self.do_genes(problem, genes)

    class _Task(Task):  # type: ignore[misc]
        def _evaluate(self, genes: Matrix, out: dict[str, Matrix], *_: Any, **__: Any) -> None:
            weights = genes[:, :count]
            out["F"] = np.column_stack([one.costs(weights) for one in measures])
            out["G"] = rules.broken(weights) - FEASIBLE

    low = np.append(rules.repair.lows.min(axis=0), [1.0] * has_counts)
    high = np.append(rules.repair.highs.max(axis=0), [float(min(count, rules.repair.most_count))] * has_counts)
    task = _Task(n_var=len(low), n_obj=len(measures), n_ieq_constr=2, xl=low, xu=np.maximum(high, low))
    return task, _Mending()


def _first(seeds: Matrix, low: Vector, high: Vector, seed: int) -> Matrix:
    """Return the first generation's genes: the seeds, mixtures of two, and for holdings counts ever fewer."""
    rng = generator(seed, STREAM)
    width, count = len(low), seeds.shape[1]
    pairs = rng.integers(0, len(seeds), (POPULATION_COUNT - len(seeds), 2))
    share = rng.random((len(pairs), 1))
    mixed = share * seeds[pairs[:, 0]] + (1.0 - share) * seeds[pairs[:, 1]]
    mixed *= rng.uniform(0.5, 1.5, mixed.shape)
    genes = np.concatenate([seeds, mixed])
    if width > count:
        counts = rng.integers(1, int(high[-1]) + 1, len(genes)).astype(np.float64)
        counts[: len(seeds)] = np.maximum((np.abs(seeds) > HELD_FRAC).sum(axis=1), 1)
        genes = np.column_stack([genes, counts])
    return np.asarray(np.clip(genes, low, high))


def _algorithm(objectives_count: int, first: Matrix, mending: Any) -> Any:
    from pymoo.operators.crossover.sbx import SBX

    ways = {"sampling": first, "crossover": SBX(prob=0.9, eta=10), "mutation": mutation(), "repair": mending}
    if objectives_count <= NSGA2_MAX_COUNT:
        from pymoo.algorithms.moo.nsga2 import NSGA2

        return NSGA2(pop_size=POPULATION_COUNT, **ways)
    from pymoo.algorithms.moo.nsga3 import NSGA3
    from pymoo.util.ref_dirs import get_reference_directions

    directions = get_reference_directions("das-dennis", objectives_count, n_partitions=PARTITIONS[objectives_count])
    return NSGA3(directions, pop_size=max(POPULATION_COUNT, len(directions)), **ways)


def mutation() -> Any:
    """Return the polynomial mutation, after which some portfolios move a part of one weight, or all, to another."""
    from pymoo.operators.mutation.pm import PM

    class _Moving(PM):  # type: ignore[misc]
        def _do(self, problem: Any, genes: Matrix, *args: Any, random_state: Any = None, **more: Any) -> Matrix:
            made = np.array(super()._do(problem, genes, *args, random_state=random_state, **more), dtype=np.float64)
            rows = np.flatnonzero(random_state.random(len(made)) < MOVES_FRAC)
            givers = np.argmax(np.abs(made[rows]) * random_state.random(made[rows].shape), axis=1)
            takers = random_state.integers(0, problem.n_var, len(rows))
            share = np.where(random_state.random(len(rows)) < 0.5, 1.0, random_state.random(len(rows)))
            moved = share * made[rows, givers]
            made[rows, givers] -= moved
            made[rows, takers] += moved
            return np.clip(made, problem.xl, problem.xu)

    return _Moving(eta=20)
