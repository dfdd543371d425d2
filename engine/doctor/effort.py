"""How much work may a diagnosis take, and what was left out when it was over?

Work is counted in nominal seconds from the sizes of the programs and the steps of their solvers, never by the clock:
the same mandate is taken apart equally far on every machine.
"""

from __future__ import annotations

import numpy as np

STANDARD_S = 3.0
READING_S = 1e-4
LINEAR_S = 2e-4
LINEAR_STEP_S = 2e-8
SEARCH_S = 5e-3
SEARCH_STEP_S = 2e-7
CURVED_S = 2e-3
QUADRATIC_STEP_S = 7e-10
CONE_STEP_S = 1e-9


class Effort:
    """A budget of nominal seconds.

    Attributes
    ----------
    limit_s, spent_s
        What may be spent and what has been.
    left_out
        Sentences on what was not looked at.

    """

    def __init__(self, limit_s: float = np.inf) -> None:
        self.limit_s = limit_s
        self.spent_s = 0.0
        self.left_out: list[str] = []

    def is_over(self, share: float = 1.0) -> bool:
        """Return whether that share of the budget is spent."""
        return self.spent_s >= share * self.limit_s

    def skip(self, sentence: str) -> None:
        """Note what was not looked at."""
        if sentence not in self.left_out:
            self.left_out.append(sentence)

    def reading(self, limits_count: int) -> None:
        """Count reading so many limits anew."""
        self.spent_s += READING_S * limits_count

    def linear(self, size_count: int, steps_count: int) -> None:
        """Count a linear program of so many rows and columns together."""
        self.spent_s += LINEAR_S + LINEAR_STEP_S * size_count * max(steps_count, 1)

    def search(self, size_count: int, steps_count: int) -> None:
        """Count a search over whole numbers."""
        self.spent_s += SEARCH_S + SEARCH_STEP_S * size_count * max(steps_count, 1)

    def curved(self, columns_count: int, rows_count: int, *, is_cone: bool) -> None:
        """Count a quadratic or a cone program."""
        step = CONE_STEP_S if is_cone else QUADRATIC_STEP_S
        self.spent_s += CURVED_S + step * columns_count**2 * (columns_count + rows_count)
