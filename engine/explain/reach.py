"""What is the most, or the least, that an asset may have under the linear limits, and which of them say so?"""

from __future__ import annotations

import numpy as np

from engine.explain.rules import pressing
from engine.explain.state import Solved
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.linear import solve_linear


def reachable(found: Solved, at: int, *, is_most: bool) -> tuple[float, tuple[str, ...]]:
    """Return the largest or smallest weight of the asset at a place, and the names of the limits that bind there."""
    core, box = found.core, found.answered.box
    rows = core.lifted
    aim = np.zeros(rows.matrix.shape[1])
    aim[at] = -1.0 if is_most else 1.0
    answer = solve_linear(aim, rows.matrix, rows.row_lower, rows.row_upper, *rows.bounds(*box))
    if answer.outcome != "solved":
        return (float(box[1][at]), ()) if is_most else (float(box[0][at]), ())
    multipliers = ConvexAnswer(
        "solved", weights_frac=answer.x[: len(box[0])], row_duals=answer.row_duals, bound_duals=answer.bound_duals
    )
    rules = pressing(core.limits, rows, multipliers, box)
    own = tuple(rule.name for rule in rules if rule.mask is not None and rule.mask[at])
    names = own or tuple(rule.name for rule in rules)
    return float(answer.x[at]), names
