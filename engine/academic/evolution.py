"""How far do evolutionary algorithms come on an instance, evaluation by evaluation?

NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002) and NSGA-III (Deb and Jain 2014) as pymoo has them, with mean and
variance as two costs. A genome is projected onto the feasible portfolios (Euclidean projection onto the simplex: Held,
Wolfe and Crowder 1974), which is kinder to them than dividing by the sum: weights of exactly zero are reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from engine.academic.exact import ExactFrontier
from engine.academic.instance import Instance
from engine.academic.spec import POPULATION_COUNT
from engine.kernel.forms import Matrix
from engine.kernel.rng import generator

if TYPE_CHECKING:
    from engine.academic.spec import AcademicOptions

Evolutionary = Literal["nsga2", "nsga3"]
LOOKS_COUNT = 24
FIRST = 3  # a stage of the seed for each algorithm, so that the two draw apart
_STAGES: dict[Evolutionary, int] = {"nsga2": FIRST, "nsga3": FIRST + 1}


@dataclass(frozen=True, eq=False)
class Generation:
    """The non-dominated portfolios after some evaluations: mean and variance, shape (q, 2); time without looking."""

    evaluations_count: int
    points: Matrix
    elapsed_ms: float


def evolve(
    instance: Instance,
    exact: ExactFrontier,
    algorithm: Evolutionary,
    options: AcademicOptions,
    *,
    is_counted: bool,
    on_share: Callable[[float], None],
) -> Iterator[Generation]:
    """Yield what an algorithm has found at some two dozen counts of evaluations, evenly spread on a logarithmic scale.

    Parameters
    ----------
    instance, exact
        The problem, and the frontier whose range normalizes its costs.
    algorithm
        ``nsga2`` or ``nsga3``.
    options
        Limits, evaluations and seed.
    is_counted
        Whether exactly K assets are held within their bounds, or any portfolio from 0 to 1 is allowed.
    on_share
        Called with the share done after each generation; may raise to cancel.

    """
    from pymoo.core.problem import Problem as PymooProblem
    from pymoo.core.repair import Repair

    count = options.holdings_count if is_counted else instance.count
    low, high = (options.min_frac, options.max_frac) if is_counted else (0.0, 1.0)

    def costs(weights: Matrix) -> Matrix:
        variances = np.einsum("ki,ki->k", weights @ instance.covariance, weights)
        return exact.normalized(np.column_stack([weights @ instance.means, variances]))

    class _Portfolio(PymooProblem):  # type: ignore[misc, no-any-unimported, unused-ignore]
        def _evaluate(self, genomes: Matrix, out: dict[str, Any], *_: Any, **__: Any) -> None:
            out["F"] = costs(genomes)

    class _Projected(Repair):  # type: ignore[misc, no-any-unimported, unused-ignore]
        def _do(self, problem: Any, genomes: Matrix, **_: Any) -> Matrix:
            return project(genomes, count, low, high)

    rng = generator(options.seed, _STAGES[algorithm], int(is_counted))
    first = project(_first(rng, instance.count), count, low, high)
    made = _made(algorithm, first, _Projected())
    problem = _Portfolio(n_var=instance.count, n_obj=2, xl=0.0, xu=1.0)
    seed = int(rng.integers(2**31 - 1))
    made.setup(problem, termination=("n_eval", options.evaluations_count), seed=seed, verbose=False)
    looks = np.unique(np.geomspace(POPULATION_COUNT, options.evaluations_count, LOOKS_COUNT).astype(int))
    elapsed, at, done = 0.0, 0, 0
    while made.has_next() and done + POPULATION_COUNT <= options.evaluations_count:
        began = perf_counter()
        made.next()
        elapsed += 1000.0 * (perf_counter() - began)
        done = int(made.evaluator.n_eval)
        on_share(min(1.0, done / options.evaluations_count))
        is_last = not made.has_next() or done + POPULATION_COUNT > options.evaluations_count
        if is_last or (at < len(looks) and done >= looks[at]):
            at = int(np.searchsorted(looks, done, side="right"))
            weights = np.atleast_2d(made.opt.get("X")).astype(float)
            variances = np.einsum("ki,ki->k", weights @ instance.covariance, weights)
            yield Generation(done, np.column_stack([weights @ instance.means, variances]), elapsed)


def project(genomes: Matrix, held_count: int, low: float, high: float) -> Matrix:
    """Return the nearest portfolios whose `held_count` largest genes are held, each within [low, high], sum 1.

    Parameters
    ----------
    genomes
        Shape (q, n), any finite numbers.
    held_count
        How many assets are held; n holds them all.
    low, high
        Bounds of a held weight, with held_count low ≤ 1 ≤ held_count high.

    Returns
    -------
    numpy.ndarray
        Shape (q, n): clip(x - t, low, high) on the held assets with the t at which the sum is 1, found by bisection to
        rounding; 0 elsewhere.

    """
    rows, width = genomes.shape
    if held_count < width:
        chosen = np.argpartition(-genomes, held_count - 1, axis=1)[:, :held_count]
    else:
        chosen = np.broadcast_to(np.arange(width), (rows, width))
    genes = np.take_along_axis(genomes, chosen, axis=1)
    below, above = genes.min(axis=1) - high, genes.max(axis=1) - low  # the sum is the most, and the least
    for _ in range(60):
        middle = 0.5 * (below + above)
        is_more = np.clip(genes - middle[:, None], low, high).sum(axis=1) > 1.0
        below, above = np.where(is_more, middle, below), np.where(is_more, above, middle)
    found = np.zeros_like(genomes)
    np.put_along_axis(found, chosen, np.clip(genes - above[:, None], low, high), axis=1)
    return found


def _first(rng: np.random.Generator, width: int) -> Matrix:
    """Return a first population of few and of many holdings, so that both ends of the frontier can be reached."""
    genomes = rng.dirichlet(np.ones(width), POPULATION_COUNT)
    held = rng.integers(1, width + 1, POPULATION_COUNT)
    ranks = np.argsort(np.argsort(-genomes, axis=1), axis=1)
    kept = np.where(ranks < held[:, None], genomes, 0.0)
    return np.asarray(kept / kept.sum(axis=1, keepdims=True))


def _made(algorithm: Evolutionary, first: Matrix, repair: Any) -> Any:
    """Return an algorithm of pymoo with its own operators and the first population."""
    if algorithm == "nsga2":
        from pymoo.algorithms.moo.nsga2 import NSGA2

        return NSGA2(pop_size=POPULATION_COUNT, sampling=first, repair=repair)
    from pymoo.algorithms.moo.nsga3 import NSGA3
    from pymoo.util.ref_dirs import get_reference_directions

    directions = get_reference_directions("das-dennis", 2, n_partitions=POPULATION_COUNT - 1)
    return NSGA3(ref_dirs=directions, pop_size=POPULATION_COUNT, sampling=first, repair=repair)
