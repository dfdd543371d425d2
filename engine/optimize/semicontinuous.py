"""Which portfolio is best when positions are zero or at least a minimum, or few, and how far from proven is it?

One search (`count_search`) over the pieces of every asset, with two ways to bound a run of pieces. Where a quadratic
program stands behind the goal (`count_program`), the perspective bound of `count_bound`, which proves itself. For any
other goal or limit the hull of the run, solved by the core; the limit on the number then enters as the row
Σ |w_i| / most size ≤ K. No binaries and no big M either way. The answer is a convex solve within the chosen pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from engine.kernel.forms import Goal, RatioGoal, ReturnGoal, Vector
from engine.optimize.convex import ConvexCore
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.core import Core
from engine.optimize.count_answer import BranchAnswer, answer_within, begin, finished, loosened, unfinished
from engine.optimize.count_bound import Bounded, Relaxation
from engine.optimize.count_core import CoreRelaxation, Remake, with_count_row
from engine.optimize.count_pick import Picked, cause_of, pick
from engine.optimize.count_pieces import Pieces, pieces_of
from engine.optimize.count_program import ChoiceProgram, program_of
from engine.optimize.count_return import most_return
from engine.optimize.count_search import ChoiceAnswer, ChoiceSearch, Rescue
from engine.optimize.count_swap import CoreJudge, ProgramJudge, Swaps

ProofEffort = Literal["quick", "standard", "full"]
NODES_BY_EFFORT: dict[ProofEffort, int] = {"quick": 150, "standard": 1000, "full": 60_000}
NODES_MAX_COUNT = NODES_BY_EFFORT["standard"]
CURVED_SHARE = 10  # a core that is no quadratic program takes some times longer a node

__all__ = ["NODES_BY_EFFORT", "NODES_MAX_COUNT", "BranchAnswer", "ProofEffort", "solve_with_gaps"]


def solve_with_gaps(
    core: Core,
    goal: Goal,
    on_node: Callable[[int], None] | None = None,
    nodes_max_count: int = NODES_MAX_COUNT,
    remake: Remake | None = None,
    on_better: Callable[[Vector], None] | None = None,
) -> BranchAnswer:
    """Return the best portfolio whose weights each lie in one of the asset's pieces, their number within its limits.

    Parameters
    ----------
    core
        Solver over boxes; its limits hold intervals and the number of holdings.
    goal
        What is sought.
    on_node
        Called with the number of relaxations solved; may raise to cancel.
    nodes_max_count
        The search ends there, or after the work of as many ordinary nodes, and states the gap; a tenth of it for
        goals and limits that are no quadratic program.
    remake
        Makes the core for other limits, so that the number of holdings can tighten its bounds.
    on_better
        Called with the weights of every portfolio that is better than those found before it.

    Returns
    -------
    BranchAnswer
        With the outcome of the hull when even that has no answer, and ``"infeasible"`` when the hull has one but no
        choice of pieces does. `gap_frac` is how much smaller the core's objective might be, as a share of it.

    """
    pieces = pieces_of(core.limits)
    root = core.solve(goal)
    if root.outcome != "solved" or root.weights_frac is None:
        return unfinished(core, root, 1)
    if pieces.is_met(root.weights_frac):
        return finished(core, goal, pieces, pieces.choice(root.weights_frac), root.objective, 1)
    if isinstance(goal, ReturnGoal) and type(core) is ConvexCore:
        return most_return(core, goal, pieces, root, on_node, nodes_max_count, on_better)
    search = _Searching(core, goal, pieces, root, on_node, nodes_max_count, on_better)
    found, program = search.run(remake)
    nodes_count = found.nodes_count + 1
    if found.is_infeasible:
        return unfinished(core, ConvexAnswer("infeasible"), nodes_count, cause_of(core, goal))
    if found.numbers is None:
        return unfinished(core, ConvexAnswer("search_ended"), nodes_count)
    bound = found.bound if program is None else program.objective(found.bound)
    return finished(core, goal, pieces, found.numbers, max(bound, loosened(root.objective)), nodes_count)


class _Searching:
    def __init__(
        self,
        core: Core,
        goal: Goal,
        pieces: Pieces,
        root: ConvexAnswer,
        on_node: Callable[[int], None] | None,
        nodes_max_count: int,
        on_better: Callable[[Vector], None] | None = None,
    ) -> None:
        assert root.weights_frac is not None
        self.core, self.goal, self.pieces, self.root = core, goal, pieces, root
        self.weights = root.weights_frac
        self.on_node, self.nodes_max_count, self.on_better = on_node, nodes_max_count, on_better
        self.swaps = Swaps(pieces, CoreJudge(core, goal, pieces), on_better)

    def rescue(self, relaxed: Bounded) -> Picked:
        weights = self.weights if relaxed.outcome != "solved" else relaxed.weights_frac
        return pick(self.core, self.pieces, weights, self.goal)

    def run(self, remake: Remake | None) -> tuple[ChoiceAnswer, ChoiceProgram | None]:
        """Return the search's answer, in the units of the program where there is one."""
        known: ConvexAnswer | None = self.root
        if isinstance(self.goal, RatioGoal):  # whose program leaves out what is worse than a known portfolio
            begin(self.swaps, self.weights)
            if self.swaps.best is None:
                chosen = pick(self.core, self.pieces, self.weights, self.goal)
                if isinstance(chosen, str):
                    return ChoiceAnswer(None, np.inf, np.inf, 0, is_infeasible=True), None
                if chosen is not None:
                    self.swaps.offer(chosen)
            best = self.swaps.best
            known = answer_within(self.core, self.goal, self.pieces, best) if best is not None else None
        program = None
        if known is not None and isinstance(self.core, ConvexCore):
            program = program_of(self.core, self.goal, self.pieces, known)
        if program is None:
            share = 1 if type(self.core) is ConvexCore else CURVED_SHARE
            relaxation = CoreRelaxation(with_count_row(self.core, self.pieces, remake), self.goal, self.pieces)
            limit = max(self.nodes_max_count // share, 1)
            return ChoiceSearch(self.pieces, relaxation, self.swaps, self.on_node, limit).run(self.rescue), None
        judged = Swaps(self.pieces, ProgramJudge(program), self.on_better)
        if self.swaps.best is not None:
            judged.offer(self.swaps.best)
        search = ChoiceSearch(self.pieces, Relaxation(program), judged, self.on_node, self.nodes_max_count)
        rescue: Rescue = self.rescue
        return search.run(rescue), program
