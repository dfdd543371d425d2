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

from engine.kernel.forms import Goal, VarianceGoal, Vector
from engine.optimize.convex import ConvexAnswer, ConvexCore
from engine.optimize.linear import solve_linear

NODES_MAX_COUNT = 4000
SOLVES_PER_NODE_COUNT = 2
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

    def choose(self, weights: Vector) -> bool:
        """Look for intervals near the weights that meet every linear limit; return whether that is ruled out.

        An integer program with one binary for each interval of an asset that has several, whose cost is the distance of
        the weight to the interval.
        """
        rows = self.core.lifted
        row_lower = rows.row_lower.copy()
        if isinstance(self.goal, VarianceGoal) and self.goal.return_min_annual_frac is not None:
            floor = self.goal.return_min_annual_frac - self.core.risk_free_annual_frac
            row_lower[rows.RETURN_FLOOR] = floor / self.core.excess_scale
        width, places = rows.matrix.shape[1], [(i, k) for i in self.places for k in range(self.last_number[i] + 1)]
        count = len(places)
        picks = np.zeros((len(self.places), width + count))
        above, below = picks.copy(), picks.copy()
        cost = np.zeros(width + count)
        for column, (i, k) in enumerate(places):
            picks[i, width + column] = 1.0
            above[i, width + column], below[i, width + column] = -self.starts[i, k], -self.ends[i, k]
            cost[width + column] = max(self.starts[i, k] - weights[i], weights[i] - self.ends[i, k], 0.0)
        above[self.places, self.places] = below[self.places, self.places] = 1.0
        nothing, one = np.zeros(len(self.places)), np.ones(len(self.places))
        answer = solve_linear(
            cost,
            np.vstack([np.hstack([rows.matrix, np.zeros((len(rows.matrix), count))]), picks, above, below]),
            np.concatenate([row_lower, one, nothing, nothing - np.inf]),
            np.concatenate([rows.row_upper, one, nothing + np.inf, nothing]),
            np.concatenate([self.core.box[0], np.zeros(count)]),
            np.concatenate([self.core.box[1], np.ones(count)]),
            np.arange(width + count) >= width,
        )
        if answer.outcome == "solved":
            chosen = np.zeros(len(self.places), dtype=np.intp)
            for column, (i, k) in enumerate(places):
                if answer.x[width + column] > 0.5:
                    chosen[i] = k
            self.offer(chosen, chosen, self.solve(chosen, chosen))
        return answer.outcome == "infeasible"

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
        if self.best is None and root.weights_frac is not None and self.choose(root.weights_frac):
            return BranchAnswer(ConvexAnswer("infeasible"), *self.box(first, last), np.inf, self.nodes_count)
        heap: list[tuple[float, int, _Node]] = [(root.objective, 0, _Node(first, last, root))]
        serial = 1
        solves_max_count = self.core.session.solves_count + SOLVES_PER_NODE_COUNT * nodes_max_count
        while (
            heap
            and not self.is_worse(heap[0][0])
            and self.nodes_count < nodes_max_count
            and self.core.session.solves_count < solves_max_count
        ):
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
            nothing = ConvexAnswer("search_ended" if heap else "infeasible")
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
