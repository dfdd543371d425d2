"""Which of a rule's several limits is a figure beyond?

A notice may be due at each further step: at 5%, 10% and 15% of the votes, or at each further tenth of a fall. The first
limit alone decides whether the rule is kept; the steps tell how far the figure has gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from engine.compliance.bounds import STEPS_PER_MONEY, STEPS_PER_UNIT
from engine.compliance.fields import Unit
from engine.compliance.rule import Operator


def farthest(
    operator: Operator, figure: float, limits: Sequence[float], further: float | None, unit: Unit
) -> float | None:
    """Return the farthest limit that a figure is beyond, None where it is beyond none.

    Parameters
    ----------
    operator
        What the rule wants; of an exact figure there are no steps.
    figure
        In the unit of the rule, rounded to whole steps of it.
    limits
        The first limit, then those that are named one by one.
    further
        How far each further limit lies from the one before; None where they are named, or there is one alone.
    unit
        Of the figure and the limits.

    """
    if operator == "==" or not all(isfinite(one) for one in (figure, *limits)):
        return None
    per_unit = STEPS_PER_MONEY if unit == "ccy" else STEPS_PER_UNIT
    side = 1 if operator in ("<=", "<") else -1
    margin = (
        1 if operator in ("<=", ">=") else 0
    )  # what lies at the limit itself is beyond it only where that is strict
    at = side * round(figure * per_unit) - margin
    steps = [side * round(one * per_unit) for one in limits]
    passed = [one for one in steps if one <= at]
    if not passed:
        return None
    last = max(passed)
    width = 0 if further is None or not isfinite(further) else round(further * per_unit)
    if width > 0:
        last += (at - last) // width * width
    return side * last / per_unit
