"""What is left of the doctor's program once some columns are fixed and some rows have nothing to say any more?

Rows with a single open column become bounds: with every slack fixed those are most rows, and a solver for quadratic
programs takes bounds far more cheaply than rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.doctor.program import Program
from engine.doctor.rows import NOBODY, Places
from engine.kernel.forms import Matrix, Vector

FACT_TOLERANCE = 1e-8
CROSSING_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Reduced:
    """Rows ``low <= matrix @ x <= high`` and bounds on the open columns, each with the limit it comes from, or -1."""

    matrix: Matrix
    low: Vector
    high: Vector
    owners: Places
    lower: Vector
    upper: Vector
    lower_owners: Places
    upper_owners: Places


def reduce_rows(
    program: Program, rows: Places, base: Vector, open_columns: Places, bounds: tuple[Vector, Vector], width: int
) -> Reduced:
    """Return the chosen rows on the open columns.

    Parameters
    ----------
    program
        All rows and columns.
    rows
        Places of the rows that count.
    base
        Values of the columns that are not open, shape (program.width,).
    open_columns
        Places of the open columns, in their new order.
    bounds
        Bounds on the open columns.
    width
        Number of columns of the matrix; those beyond the open ones stay empty.

    """
    place_of = np.full(program.width, -1)
    place_of[open_columns] = np.arange(len(open_columns))
    number_of = np.full(len(program.row_lower), -1)
    number_of[rows] = np.arange(len(rows))
    at, columns, values = number_of[program.row_at], place_of[program.column_at], program.value_at
    is_set = (at >= 0) & (columns < 0)
    offsets = np.bincount(at[is_set], values[is_set] * base[program.column_at[is_set]], minlength=len(rows))
    low, high = program.row_lower[rows] - offsets, program.row_upper[rows] - offsets
    owners = program.owners[rows]
    is_open = (at >= 0) & (columns >= 0)
    at, columns, values = at[is_open], columns[is_open], values[is_open]
    entries_count = np.bincount(at, minlength=len(rows))
    lower, upper = bounds[0].copy(), bounds[1].copy()
    lower_owners, upper_owners = np.full(len(lower), NOBODY), np.full(len(upper), NOBODY)
    single = entries_count[at] == 1
    row, column, value = at[single], columns[single], values[single]
    with np.errstate(invalid="ignore"):
        ends = low[row] / value, high[row] / value
    _tighten(-upper, -np.where(value > 0.0, ends[1], ends[0]), column, owners[row], upper, upper_owners, -1.0)
    _tighten(lower, np.where(value > 0.0, ends[0], ends[1]), column, owners[row], lower, lower_owners, 1.0)
    touching = (lower > upper) & (lower - upper <= CROSSING_TOLERANCE)
    lower[touching] = upper[touching]
    # A row without open columns is a fact; it stays only where it contradicts itself, to be found impossible.
    is_fact = (entries_count == 0) & (low <= FACT_TOLERANCE) & (high >= -FACT_TOLERANCE)
    keep = ~is_fact & (entries_count != 1) & (np.isfinite(low) | np.isfinite(high))
    new_number = np.cumsum(keep) - 1
    matrix = np.zeros((int(keep.sum()), width))
    is_kept = keep[at]
    matrix[new_number[at[is_kept]], columns[is_kept]] = values[is_kept]
    return Reduced(matrix, low[keep], high[keep], owners[keep], lower, upper, lower_owners, upper_owners)


def _tighten(
    now: Vector, new: Vector, column: Places, owner: Places, bounds: Vector, owners: Places, sign: float
) -> None:
    """Raise bounds (times sign) to the new ones where those are tighter; the tightest limit becomes the owner."""
    better = new > now[column]
    order = np.argsort(new[better], kind="stable")
    where = column[better][order]
    bounds[where] = sign * new[better][order]
    owners[where] = owner[better][order]
