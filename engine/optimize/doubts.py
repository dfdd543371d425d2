"""What keeps an answer from being proven, in words?"""

from __future__ import annotations

from engine.kernel.units import percent
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.rounding import Rounded

GAP_PROVEN = 1e-6


def doubts(
    rounded: Rounded, gap: float | None, nodes: int | None, answer: ConvexAnswer, has_large_residual: bool
) -> list[str]:
    """Return sentences about what keeps an answer from being proven, and about a replaced solver."""
    notes: list[str] = []
    if len({name.split()[0] for name in answer.chain}) > 1:
        notes.append(f"The first solver gave no sound answer; tried in turn: {', '.join(answer.chain)}.")
    if rounded.is_to_a_step and not rounded.is_inside:
        notes.append(
            "Limits that are no multiples of 0.000001%, the step of the weights, are kept to less than one step: "
            "no weights in whole steps lie inside all of them."
        )
    elif not rounded.is_inside:
        notes.append(
            "No weights in steps of 0.000001% lie inside every limit and sum to the budget; the nearest ones are "
            "given. They pass a limit by less than one such step per asset."
        )
    if gap is not None and gap > GAP_PROVEN:
        notes.append(
            f"The search ended after {nodes} subproblems: no portfolio can be better by more than {percent(gap, 4)} "
            "of the objective."
        )
    if has_large_residual:
        notes.append("The optimality conditions are met only approximately; the certificate states how far.")
    return notes
