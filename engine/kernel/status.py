"""How can an optimization end, and what does each ending mean?"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

BEST_SO_FAR: Final = "Best so far"
"""How the sentence about a portfolio begins that a search has found and not proven yet."""


class SolveStatus(StrEnum):
    """Ending of an optimization; the sentence that goes with it is in the result's `message`."""

    OPTIMAL = "optimal"
    NEAR_OPTIMAL = "near_optimal"
    INFEASIBLE = "infeasible"
    UNSUITABLE = "unsuitable"
    FAILED = "failed"

    @property
    def meaning(self) -> str:
        """One sentence for help texts."""
        return _MEANINGS[self]

    @property
    def has_weights(self) -> bool:
        """Whether a result of this status carries a portfolio."""
        return self in (SolveStatus.OPTIMAL, SolveStatus.NEAR_OPTIMAL)


_MEANINGS = {
    SolveStatus.OPTIMAL: "The best portfolio under the limits, with proof.",
    SolveStatus.NEAR_OPTIMAL: "A portfolio close to the best one; the certificate states how close it is proven to be.",
    SolveStatus.INFEASIBLE: "No portfolio meets every limit.",
    SolveStatus.UNSUITABLE: "The goal has no meaningful answer on these figures; another goal is advised.",
    SolveStatus.FAILED: "No solver reached an answer that passes its own check.",
}
