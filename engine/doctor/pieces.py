"""Into which independent proofs does the least violation of limits fall apart?

The multipliers y of the least violation prove it: any mixture of rows in which no weight is left, or only against its
own bounds, shows by how much the sides contradict each other. Rows that share no asset contribute to different weights,
so each connected part of the rows with y ≠ 0 is such a mixture by itself. What a part proves is Σ yᵢ gᵢ sᵢ, with s what
its limits are broken by and g the coefficient of that in the row: by complementary slackness all else cancels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.doctor.program import Program
from engine.doctor.rows import NOBODY, Places
from engine.doctor.session import Answer

DUAL_MIN = 1e-9


@dataclass(frozen=True)
class Proof:
    """Limits that cannot hold together, by how much at least, and whether the sum to invest is part of the reason."""

    limits: frozenset[int]
    value: float
    has_budget: bool


def proofs_of(program: Program, answer: Answer) -> list[Proof]:
    """Return the independent parts of the multipliers of a least violation.

    Parameters
    ----------
    program
        The rows; its first one is the budget.
    answer
        The least sum of what limits are broken by, with its multipliers.

    """
    strong = np.flatnonzero(np.abs(answer.row_duals) > DUAL_MIN)
    if not len(strong):
        return []
    number_of = np.full(len(program.row_lower), -1)
    number_of[strong] = np.arange(len(strong))
    is_used = number_of[program.row_at] >= 0
    at, columns = number_of[program.row_at[is_used]], program.column_at[is_used]
    values = program.value_at[is_used]
    is_link = program.is_link[columns]
    part_of = _parts_of(at[is_link], columns[is_link], len(strong), program.width)
    shares = answer.row_duals[strong][at] * values * answer.x[columns] * program.is_gone[columns]
    proven = np.bincount(part_of[at], shares, minlength=len(strong))
    owners = program.owners[strong]
    return [
        Proof(
            limits=frozenset(owners[inside].tolist()) - {NOBODY},
            value=float(proven[part]),
            has_budget=bool((strong[inside] == program.BUDGET_ROW).any()),
        )
        for part, inside in ((part, part_of == part) for part in np.unique(part_of).tolist())
    ]


def _parts_of(rows: Places, columns: Places, rows_count: int, width: int) -> Places:
    """Return for each row the first row that it is connected with by shared columns, near or far."""
    first = np.arange(rows_count)
    while True:
        least = np.full(width, rows_count)
        np.minimum.at(least, columns, first[rows])
        after = first.copy()
        np.minimum.at(after, rows, least[columns])
        if (after == first).all():
            return first
        first = after
