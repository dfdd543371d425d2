"""How does a figure of a form become a row on what is held?"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from engine.compliance.affine import Form, whole_of
from engine.compliance.bounds import STEPS_PER_MONEY, STEPS_PER_UNIT, Vector
from engine.compliance.linear import LinearRow


class Rows:
    """The rows of forms, which are read one by one, as they are needed and once each matrix."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[csr_array, Vector]] = {}

    def of(self, matrix: csr_array, place: int) -> Vector:
        """Return one row, shape (n,)."""
        if id(matrix) not in self._kept:
            self._kept[id(matrix)] = (matrix, np.asarray(matrix.todense()))
        row: Vector = self._kept[id(matrix)][1][place].copy()
        return row


def row_of(
    form: Form, place: int, group: str, operator: str, limit: float, signs: Vector, unit: str, rows: Rows
) -> LinearRow:
    """Return one figure of a form held against a limit; a coefficient that is not known (NaN) stays."""
    sign = 1.0 if operator in ("<=", "<") else -1.0
    matrix, adds = (form.most, form.add_most) if sign > 0.0 else (form.least, form.add_least)
    part = rows.of(matrix, place)
    step = 1.0 / (STEPS_PER_MONEY if unit == "ccy" else STEPS_PER_UNIT)
    bound = limit - sign * step if operator in ("<", ">") else limit
    whole = None if form.over == "" else whole_of(form.over, signs)
    return LinearRow(group, part, whole, float(adds[place]), sign, bound)
