"""Which few, or large enough, positions have the most return under a volatility ceiling, and how is that proven?

Turned around: a search for the least variance among portfolios of a little more return than the best known one either
finds one under the ceiling, which is then the best known one, or proves that there is none.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.kernel.forms import ReturnGoal, VarianceGoal, Vector
from engine.optimize.convex import ConvexCore
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.count_answer import BranchAnswer, begin, finished, loosened, unfinished
from engine.optimize.count_bound import Bounded, Relaxation
from engine.optimize.count_pick import Picked, cause_of, pick
from engine.optimize.count_pieces import Pieces
from engine.optimize.count_program import program_of
from engine.optimize.count_search import ChoiceSearch
from engine.optimize.count_swap import CoreJudge, ProgramJudge, Swaps

STEP_FRAC = 1e-7  # well above the tolerance of a row, well below a gap that counts


def most_return(
    core: ConvexCore,
    goal: ReturnGoal,
    pieces: Pieces,
    root: ConvexAnswer,
    on_node: Callable[[int], None] | None,
    nodes_max_count: int,
    on_better: Callable[[Vector], None] | None = None,
) -> BranchAnswer:
    """Return the most return under the ceiling.

    Parameters
    ----------
    core, goal, pieces
        What is sought, and where.
    root
        The solved answer for the hull of the pieces.
    on_node, nodes_max_count, on_better
        As for a search.

    Returns
    -------
    BranchAnswer
        Its gap is `STEP_FRAC` when proven, else the distance to the hull's answer; ``"ceiling_too_low"`` when no choice
        of pieces comes under the ceiling.

    """
    assert root.weights_frac is not None
    ceiling = 0.5 * goal.volatility_max_annual_frac**2 / core.variance_scale
    swaps = Swaps(pieces, CoreJudge(core, goal, pieces), on_better)
    begin(swaps, root.weights_frac)
    nodes_count = spent_count = 1
    while True:
        known = swaps.best
        asked = -swaps.value + STEP_FRAC * max(abs(swaps.value), 0.1 * core.excess_scale) if known is not None else 0.0
        inner = VarianceGoal(None if known is None else asked + core.risk_free_annual_frac)
        hull = core.solve(inner)
        if known is not None and (hull.outcome == "floor_too_high" or _exceeds(hull, goal)):
            return finished(core, goal, pieces, known, -asked, nodes_count)
        program = program_of(core, inner, pieces, hull)
        if program is None:
            if known is None:
                return unfinished(core, ConvexAnswer("failed", chain=hull.chain), nodes_count)
            return finished(core, goal, pieces, known, loosened(root.objective), nodes_count)

        def rescue(relaxed: Bounded, goal: VarianceGoal = inner) -> Picked:
            return pick(core, pieces, relaxed.weights_frac, goal)

        search = ChoiceSearch(
            pieces,
            Relaxation(program),
            Swaps(pieces, ProgramJudge(program)),
            on_node,
            max(nodes_max_count - spent_count, 1),
            target=ceiling,
        )
        found = search.run(rescue)
        nodes_count += found.nodes_count
        spent_count += search.spent_count
        if found.numbers is not None and found.value < ceiling and swaps.offer(found.numbers):
            if spent_count < nodes_max_count:
                continue
            return finished(core, goal, pieces, found.numbers, loosened(root.objective), nodes_count)
        is_ruled_out = found.is_infeasible or found.bound >= ceiling
        if known is not None:
            bound = -asked if is_ruled_out else loosened(root.objective)
            return finished(core, goal, pieces, known, bound, nodes_count)
        if found.is_infeasible:
            return unfinished(core, ConvexAnswer("infeasible"), nodes_count, cause_of(core, inner))
        if not is_ruled_out or found.numbers is None:
            return unfinished(core, ConvexAnswer("search_ended"), nodes_count)
        least = float(np.sqrt(max(program.objective(found.value), 0.0)))
        return unfinished(core, ConvexAnswer("ceiling_too_low", least_volatility_annual_frac=least), nodes_count)


def _exceeds(hull: ConvexAnswer, goal: ReturnGoal) -> bool:
    return hull.outcome == "solved" and hull.objective > goal.volatility_max_annual_frac**2
