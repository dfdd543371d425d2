"""Which portfolio is best when positions are zero or at least a minimum, and how far from proven is it?

Branch and bound on the intervals themselves: a node gives each asset a run of neighboring intervals, its relaxation is
the hull of the run, so every node is one convex solve without binaries and without a big M. The node with the best
bound comes first; a rounding of each relaxation gives portfolios early; nodes are counted, never timed, so that a run
can be replayed.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Goal, Vector
from engine.optimize.convex import ConvexAnswer, ConvexCore

NODES_MAX_COUNT = 4000
GAP_TOLERANCE = 1e-9
INSIDE_TOLERANCE = 1e-9
Runs = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class BranchAnswer:
    """Best portfolio found, the box of its intervals, and the proven relative gap of its objective."""

    answer: ConvexAnswer
    lower_frac: Vector
    upper_frac: Vector
    gap_frac: float
    nodes_count: int


@dataclass(frozen=True, eq=False)
class _Node:
    first: Runs
    last: Runs
    answer: ConvexAnswer


def solve_with_gaps(
    core: ConvexCore, goal: Goal, on_node: Callable[[int], None] | None = None, nodes_max_count: int = NODES_MAX_COUNT
) -> BranchAnswer:
    """Return the best portfolio whose weights each lie in one of the asset's intervals.

    Parameters
    ----------
    core
        Solver over boxes; its limits hold the intervals.
    goal
        What is sought.
    on_node
        Called with the number of nodes solved; may raise to cancel.
    nodes_max_count
        The search ends there and states the gap.

    Returns
    -------
    BranchAnswer
        With the outcome of the relaxation when even that has no answer, and ``"infeasible"`` when the relaxation has
        one but no choice of intervals does.

    """
    search = _Search(core, goal, on_node)
    return search.run(nodes_max_count)


class _Search:
    def __init__(self, core: ConvexCore, goal: Goal, on_node: Callable[[int], None] | None) -> None:
        self.core, self.goal, self.on_node = core, goal, on_node
        pieces = core.limits.intervals
        most = max(len(item) for item in pieces)
        self.starts = np.full((len(pieces), most), np.nan)
        self.ends = np.full((len(pieces), most), np.nan)
        for place, item in enumerate(pieces):
            for number, (start, end) in enumerate(item):
                self.starts[place, number], self.ends[place, number] = start, end
        self.places = np.arange(len(pieces))
        self.last_number = np.array([len(item) - 1 for item in pieces])
        self.nodes_count = 0
        self.best: ConvexAnswer | None = None
        self.best_runs: tuple[Runs, Runs] | None = None

    def box(self, first: Runs, last: Runs) -> tuple[Vector, Vector]:
        return self.starts[self.places, first], self.ends[self.places, last]

    def solve(self, first: Runs, last: Runs) -> ConvexAnswer:
        lower, upper = self.box(first, last)
        net = self.core.limits.net_frac
        if lower.sum() > net + 1e-9 or upper.sum() < net - 1e-9:
            return ConvexAnswer("infeasible")
        self.nodes_count += 1
        if self.on_node is not None and self.nodes_count % 20 == 0:
            self.on_node(self.nodes_count)
        return self.core.solve(self.goal, self.core.lifted.bounds(lower, upper))

    def nearest(self, weights: Vector) -> tuple[Runs, Vector]:
        """Return for each weight the nearest of the asset's intervals, and the distance to it."""
        away = np.maximum(np.maximum(self.starts - weights[:, None], weights[:, None] - self.ends), 0.0)
        away = np.where(np.isnan(away), np.inf, away)
        number = np.argmin(away, axis=1)
        return number, away[self.places, number]

    def offer(self, first: Runs, last: Runs, answer: ConvexAnswer) -> None:
        """Keep the answer when it is feasible and better than the best so far."""
        if answer.outcome != "solved" or answer.weights_frac is None:
            return
        number, away = self.nearest(answer.weights_frac)
        if away.max() <= INSIDE_TOLERANCE and (self.best is None or answer.objective < self.best.objective):
            inside = (number >= first) & (number <= last)
            chosen = np.where(inside, number, first)
            self.best, self.best_runs = answer, (chosen, chosen)

    def guess(self, answer: ConvexAnswer) -> None:
        """Try the portfolios that follow from rounding a relaxation's weights to intervals."""
        weights = answer.weights_frac
        assert weights is not None
        number, _ = self.nearest(weights)
        held = number.copy()
        small = np.abs(weights) > 1e-7
        for place in np.flatnonzero(small):
            start, end = self.starts[place, number[place]], self.ends[place, number[place]]
            if start == end == 0.0:
                step = 1 if weights[place] > 0.0 else -1
                if 0 <= number[place] + step <= self.last_number[place]:
                    held[place] = number[place] + step
        for choice in (number, held):
            self.offer(choice, choice, self.solve(choice, choice))

    def is_worse(self, bound: float) -> bool:
        return self.best is not None and bound >= self.best.objective - GAP_TOLERANCE * abs(self.best.objective)

    def run(self, nodes_max_count: int) -> BranchAnswer:
        first, last = np.zeros(len(self.places), dtype=np.intp), self.last_number.astype(np.intp)
        root = self.solve(first, last)
        if root.outcome != "solved":
            lower, upper = self.box(first, last)
            return BranchAnswer(root, lower, upper, np.inf, self.nodes_count)
        self.offer(first, last, root)
        if self.best is None:
            self.guess(root)
        heap: list[tuple[float, int, _Node]] = [(root.objective, 0, _Node(first, last, root))]
        serial = 1
        while heap and not self.is_worse(heap[0][0]) and self.nodes_count < nodes_max_count:
            _, _, node = heapq.heappop(heap)
            for low, high in self.split(node):
                child = self.solve(low, high)
                if child.outcome != "solved" or self.is_worse(child.objective):
                    continue
                self.offer(low, high, child)
                if serial % 16 == 0 or self.best is None:
                    self.guess(child)
                heapq.heappush(heap, (child.objective, serial, _Node(low, high, child)))
                serial += 1
        if self.best is None or self.best_runs is None:
            nothing = ConvexAnswer("failed" if heap else "infeasible")
            return BranchAnswer(nothing, *self.box(first, last), np.inf, self.nodes_count)
        bound = min(heap[0][0], self.best.objective) if heap else self.best.objective
        gap = (self.best.objective - bound) / max(abs(self.best.objective), 1e-300)
        final = self.solve(*self.best_runs)
        lower, upper = self.box(*self.best_runs)
        answer = final if final.outcome == "solved" else self.best
        return BranchAnswer(answer, lower, upper, max(0.0, float(gap)), self.nodes_count)

    def split(self, node: _Node) -> list[tuple[Runs, Runs]]:
        """Return two children that exclude the gap the node's weight lies in, the nearer side first."""
        weights = node.answer.weights_frac
        assert weights is not None
        _, away = self.nearest(weights)
        place = int(np.argmax(away))
        if away[place] <= INSIDE_TOLERANCE:
            return []
        number = int(np.flatnonzero(self.ends[place] < weights[place])[-1])
        below, above = node.last.copy(), node.first.copy()
        below[place], above[place] = number, number + 1
        return [(node.first, below), (above, node.last)]
