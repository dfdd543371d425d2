"""Which portfolios of exactly K holdings are best at each trade-off of mean and variance, and how surely?

min λ wᵀΣw - (1 - λ) μᵀw subject to Σw = 1, exactly K weights other than 0, each of them within [least, most] (Chang,
Meade, Beasley and Sharaiha 2000). The engine's own search answers each trade-off with a proven gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from engine.academic.exact import core_of
from engine.academic.instance import Instance
from engine.academic.spec import AcademicOptions
from engine.constraints.min_holding import MinHolding
from engine.constraints.position_bounds import PositionBounds
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import CountLimit, Goal, ReturnGoal, Universe, UtilityGoal, VarianceGoal, Vector
from engine.optimize.compile import compile_limits
from engine.optimize.convex import ConvexCore
from engine.optimize.semicontinuous import NODES_BY_EFFORT, solve_with_gaps

HELD = 1e-9
NO_CEILING = 1e6  # volatility: no portfolio of an instance reaches it


@dataclass(frozen=True, eq=False)
class FewHoldings:
    """The answer at one trade-off.

    Attributes
    ----------
    tradeoff
        λ.
    weights
        Shape (n,); None where the search ended without a portfolio.
    gap_frac
        By how much the objective might still be better, as a share of it; 0 is proven the best.
    nodes_count
        Relaxations solved.

    """

    tradeoff: float
    weights: Vector | None
    gap_frac: float
    nodes_count: int


@dataclass(frozen=True, eq=False)
class Step:
    """What is known after one more trade-off: the answer, and how long the work took so far."""

    answer: FewHoldings
    elapsed_ms: float


def few_holdings(
    instance: Instance, options: AcademicOptions, on_node: Callable[[int], None] | None = None
) -> Iterator[Step]:
    """Yield the answer at every trade-off, the ends first and then always the middle of what is left.

    So after few of them the whole width is covered already, which is fair to a search that is looked at over time.

    Raises
    ------
    InputRefused
        When more assets must be held than there are.

    """
    if options.holdings_count > instance.count:
        raise InputRefused(
            [
                Problem(
                    "options.holdings_count",
                    f"{options.holdings_count} assets must be held, but the instance has only {instance.count}.",
                    f"Ask for at most {instance.count} holdings.",
                )
            ]
        )
    began = perf_counter()
    core = _core(instance, options)
    tradeoffs = np.linspace(0.0, 1.0, options.tradeoffs_count)
    for place in spread_order(options.tradeoffs_count):
        tradeoff = float(tradeoffs[place])
        found = solve_with_gaps(core, _goal(tradeoff), on_node, NODES_BY_EFFORT[options.proof_effort])
        weights = found.answer.weights_frac if found.answer.outcome == "solved" else None
        clean = None if weights is None else np.where(np.abs(weights) < HELD, 0.0, weights)
        answer = FewHoldings(tradeoff, clean, float(found.gap_frac), found.nodes_count)
        yield Step(answer, 1000.0 * (perf_counter() - began))


def spread_order(count: int) -> list[int]:
    """Return 0 to count - 1 so that every beginning is spread over the whole: both ends, the middle, the quarters."""
    order, spans = [0, count - 1], [(0, count - 1)]
    while spans:
        spans = [(a, b) for a, b in spans if b - a > 1]
        middles = [(a + b) // 2 for a, b in spans]
        order += middles
        spans = [span for (a, b), m in zip(spans, middles, strict=True) for span in ((a, m), (m, b))]
    return order[:count] if count > 1 else [0]


def _core(instance: Instance, options: AcademicOptions) -> ConvexCore:
    limits = compile_limits([PositionBounds(min_frac=0.0, max_frac=options.max_frac)], Universe(instance.assets))
    if options.min_frac > 0.0:
        limits = compile_limits(
            [PositionBounds(min_frac=0.0, max_frac=options.max_frac), MinHolding(min_frac=options.min_frac)],
            Universe(instance.assets),
        )
    count = CountLimit(options.holdings_count, options.holdings_count)
    return core_of(instance, replace(limits, count=count))


def _goal(tradeoff: float) -> Goal:
    """Return the goal λ σ² - (1 - λ) μ in the engine's form μ - (a / 2) σ², a = 2 λ / (1 - λ)."""
    if tradeoff >= 1.0:
        return VarianceGoal()
    if tradeoff <= 0.0:
        return ReturnGoal(NO_CEILING)
    return UtilityGoal(2.0 * tradeoff / (1.0 - tradeoff))
