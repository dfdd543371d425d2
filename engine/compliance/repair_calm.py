"""How far out is what stays broken, where trades only bring positions nearer to nothing?

Such trades move cash, and make the whole of what is long smaller; neither is held against them (`worse`). So figures
are looked at over the wholes, and with the cash, of now.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.compliance.bounds import Vector
from engine.compliance.linear import ChoiceRule, LinearRow, Unit


def calm_row(row: LinearRow, x: Vector) -> LinearRow:
    """Return a row over the whole, and with the cash, of `x`: what is held now, shape (n,), cash first."""
    part, cash, whole = _calm(row.part, row.whole, x)
    return LinearRow(row.group, part, None, row.add + cash, row.sign, row.limit) if whole > 0.0 else row


def calm_choice(kept: ChoiceRule, x: Vector) -> ChoiceRule:
    """Return a choice the same way, with all that it counts and the guards of it."""
    fixed, add, whole = _calm(kept.fixed, kept.whole, x)
    if whole <= 0.0:
        return kept
    units = []
    for unit in kept.units:
        part, cash, _ = _calm(unit.part, kept.whole, x)
        options = tuple(tuple(calm_row(row, x) for row in option) for option in unit.options)
        units.append(Unit(unit.name, part, unit.add + cash, options))
    return replace(kept, units=tuple(units), fixed=fixed, whole=None, add=kept.add + add)


def _calm(part: Vector, whole: Vector | None, x: Vector) -> tuple[Vector, float, float]:
    """Return what is counted of anything but cash, what the cash of now counts, and the whole of now."""
    size = 1.0 if whole is None else float(whole @ x)
    if size <= 0.0:
        return part, 0.0, size
    rest = np.where(np.arange(len(part)) == 0, 0.0, part) / size
    return rest, float(part[0] * x[0]) / size, size
