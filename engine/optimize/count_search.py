"""Which pieces are best for every asset, and what is proven about all other choices?

The incumbent comes first: rounding of the relaxation, then swaps of one held asset for another. Then branch and bound:
the node with the best bound is divided at the asset whose half holding saves most, and decisions that alone would cost
more than the incumbent are taken at once. Everything is counted, nothing timed, so that a search can be repeated.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.optimize.count_bound import Bounded
from engine.optimize.count_pieces import Numbers, Pieces
from engine.optimize.count_swap import Swaps

GAP_TOLERANCE = 1e-8
PRICE_STEPS_COUNT = 8
REPORT_EVERY_COUNT = 5
WORK_A_NODE = 5e5  # products: a few milliseconds
SWAPS_COUNT = 200
SWAPS_BY_CORE_COUNT = 40

Rescue = Callable[[Bounded], Numbers | Literal["infeasible"] | None]


class Relaxing(Protocol):
    """Bounds runs of pieces; `tolerance` is the share of a bound that its solver may be wrong by.

    `work` counts the products that all solves took so far, where they can take much longer in one program than in
    another; else it stays 0.
    """

    tolerance: float
    work: float

    def solve(self, first: Numbers, last: Numbers, price: float) -> Bounded:
        """Return the bound of a run of pieces with a price of a holding."""
        ...

    def shrink(self, first: Numbers, last: Numbers) -> None:
        """Prepare for runs within this one only."""
        ...


@dataclass(frozen=True, eq=False)
class ChoiceAnswer:
    """The best choice of pieces found, and what no other can beat.

    Attributes
    ----------
    numbers
        Piece of each asset, shape (n,); None when none was found.
    value, bound
        Objective of that choice, and the least any choice can have.
    nodes_count
        Relaxations solved.
    is_infeasible
        Whether it is known that no choice has a portfolio.

    """

    numbers: Numbers | None
    value: float
    bound: float
    nodes_count: int
    is_infeasible: bool


@dataclass(frozen=True, eq=False)
class _Node:
    first: NDArray[np.int16]
    last: NDArray[np.int16]
    price: float
    place: int
    weight: float


class ChoiceSearch:
    """Branch and bound over runs of pieces.

    Parameters
    ----------
    pieces, relaxation, swaps
        What may be chosen, how runs are bounded, and the incumbent.
    on_node
        Called with the number of relaxations solved; may raise to cancel.
    nodes_max_count
        The search ends there, or when its relaxations took the work of as many ordinary ones (`WORK_A_NODE`).
    target
        The search ends as soon as a choice is better than this, and proves no more than that none is.

    """

    def __init__(
        self,
        pieces: Pieces,
        relaxation: Relaxing,
        swaps: Swaps,
        on_node: Callable[[int], None] | None = None,
        nodes_max_count: int = 1000,
        target: float = np.inf,
    ) -> None:
        self.pieces, self.relaxation, self.swaps = pieces, relaxation, swaps
        self.on_node, self.nodes_max_count = on_node, nodes_max_count
        self.target = target
        self.swaps_count = SWAPS_COUNT if relaxation.tolerance == 0.0 else SWAPS_BY_CORE_COUNT
        self.nodes_count = 0
        self.leaf_bound = np.inf

    def run(self, rescue: Rescue) -> ChoiceAnswer:
        """Return the best choice; `rescue` is asked for one where rounding the first relaxation finds none."""
        first, last = self.pieces.whole()
        if not self.pieces.close(first, last):
            return ChoiceAnswer(None, np.inf, np.inf, 0, is_infeasible=True)
        price, root = self._priced_root(first, last)
        if root.outcome == "solved":
            self.swaps.hint = -root.shares
            self.swaps.round(root, first, last)
        if self.swaps.best is None and root.outcome != "infeasible":
            chosen = rescue(root)
            if isinstance(chosen, str):
                return ChoiceAnswer(None, np.inf, np.inf, self.nodes_count, is_infeasible=True)
            if chosen is not None:
                self.swaps.offer(chosen, is_thorough=True)
        if self.pieces.is_counted and not self._is_closed(root.bound):
            self.swaps.improve(self.swaps_count)
        heap: list[tuple[float, int, _Node]] = []
        self._keep(heap, first, last, price, root)  # narrows the run
        if heap:
            self.relaxation.shrink(first, last)
        while heap and not self._is_ended(heap[0][0]):
            _, _, node = heapq.heappop(heap)
            first, last = node.first.astype(np.intp), node.last.astype(np.intp)
            for low, high in self.pieces.branches(node.place, node.weight, first, last):
                if self.pieces.close(low, high):
                    self._keep(heap, low, high, *self._priced(low, high, node.price))
        bound = min(heap[0][0] if heap else np.inf, self.cutoff, self.leaf_bound)
        bound -= self.relaxation.tolerance * abs(bound) if np.isfinite(bound) else 0.0
        is_infeasible = self.swaps.best is None and not heap and self.leaf_bound == self.target == np.inf
        return ChoiceAnswer(self.swaps.best, self.swaps.value, bound, self.nodes_count, is_infeasible)

    @property
    def spent_count(self) -> int:
        """How much of `nodes_max_count` is spent."""
        return max(self.nodes_count, int(self.relaxation.work / WORK_A_NODE))

    @property
    def cutoff(self) -> float:
        """What a bound must reach for a node to be of no interest."""
        value = self.swaps.value
        return min(value - GAP_TOLERANCE * abs(value) if np.isfinite(value) else np.inf, self.target)

    def _is_ended(self, best_bound: float) -> bool:
        is_found = self.swaps.value < self.target < np.inf
        return is_found or self._is_closed(best_bound) or self.spent_count >= self.nodes_max_count

    def _is_closed(self, bound: float) -> bool:
        return bound >= self.cutoff

    def _relax(self, first: Numbers, last: Numbers, price: float) -> Bounded:
        found = self.relaxation.solve(first, last, price)
        self.nodes_count += 1
        if self.on_node is not None and self.nodes_count % REPORT_EVERY_COUNT == 0:
            self.on_node(self.nodes_count)
        return found

    def _priced_root(self, first: Numbers, last: Numbers) -> tuple[float, Bounded]:
        """Return the price of a holding that gives the best bound, by bisection on the number that counts as held."""
        most = self.pieces.max_count
        best_price, best = 0.0, self._relax(first, last, 0.0)
        if best.outcome != "solved" or best.shares.sum() <= most or not self.pieces.is_counted:
            return best_price, best
        low, high = 0.0, 2.0 * max(abs(best.bound), 1e-9) / most
        for _ in range(PRICE_STEPS_COUNT):
            price = 0.5 * (low + high) if low > 0.0 else 0.25 * high
            found = self._relax(first, last, price)
            if found.outcome != "solved":
                break
            if found.bound > best.bound:
                best_price, best = price, found
            low, high = (price, high) if found.shares.sum() > most else (low, price)
        return best_price, best

    def _priced(self, first: Numbers, last: Numbers, price: float) -> tuple[float, Bounded]:
        """Return the bound of a run, with a better price where the number that counts as held is off."""
        found = self._relax(first, last, price)
        if found.outcome != "solved" or price <= 0.0 or self._is_closed(found.bound):
            return price, found
        total, most = float(found.shares.sum()), self.pieces.max_count
        if abs(total - most) > 0.5:
            changed = price * (total / most) ** 2
            again = self._relax(first, last, changed)
            if again.outcome == "solved" and again.bound > found.bound:
                return changed, again
        return price, found

    def _keep(
        self, heap: list[tuple[float, int, _Node]], first: Numbers, last: Numbers, price: float, found: Bounded
    ) -> None:
        """Put a bounded run on the heap, decided as far as the incumbent decides it, unless it is of no interest."""
        if found.outcome == "infeasible" or self._is_closed(found.bound):
            return
        if found.outcome == "failed":
            self.leaf_bound = -np.inf
            return
        self.swaps.round(found, first, last)
        if self._is_closed(found.bound):
            return
        free = self.pieces.is_free(first, last)
        never, always = free & (found.held_bound >= self.cutoff), free & (found.out_bound >= self.cutoff)
        if (never & always).any():
            return
        first[never] = last[never] = self.pieces.zero[never]
        self.pieces.hold(always, first, last)
        if not self.pieces.close(first, last):
            return
        if (first == last).all():
            self.swaps.offer(first, is_thorough=True)
            exact = self._relax(first, last, 0.0)
            if exact.outcome != "infeasible":
                self.leaf_bound = min(self.leaf_bound, max(exact.bound, found.bound))
            return
        place = self._doubtful(first, last, found)
        node = _Node(first.astype(np.int16), last.astype(np.int16), price, place, float(found.weights_frac[place]))
        heapq.heappush(heap, (found.bound, self.nodes_count, node))

    def _doubtful(self, first: Numbers, last: Numbers, found: Bounded) -> int:
        """Return the asset to decide about: the one in whose half holding, or in whose gap, most lies."""
        free = self.pieces.is_free(first, last)
        if free.any():
            return int(np.argmax(np.where(free, found.doubt, -1.0)))
        away = self.pieces.away(found.weights_frac, first, last).min(axis=1)
        return int(np.argmax(np.where(first < last, away, -1.0)))
