"""How does the problem of a moving frontier travel to a browser, and when can a browser not follow it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.constraints.position_bounds import PositionBounds
from engine.frontier.elsewhere import WalkRow, walk_problem, why_not_elsewhere
from engine.kernel.forms import Vector
from engine.optimize.compile import compile_limits
from services.living_handles import largest_place
from services.living_rules import opened
from services.messages.living import LivingRow, LivingWalk
from services.messages.optimize import OptimizationRequest

if TYPE_CHECKING:
    from engine.compliance.movable import RulesMoved
    from engine.frontier.live import LiveFrontier

SAME, KEPT = 1e-12, 1e-9


def walk_of(
    live: LiveFrontier, wide: OptimizationRequest, most_count: int, too_many: str, rules: RulesMoved | None = None
) -> tuple[LivingWalk | None, str]:
    """Return the problem as a browser walks it, or None and why it cannot.

    Parameters
    ----------
    live, wide
        The frontier in motion and the request that it is of.
    most_count, too_many
        How many assets a browser follows at the speed of a drag, and how it is said that there are more.
    rules
        Those among the limits of `wide` that are moved as well.
    """
    if live.core.limits.universe.count > most_count:
        return None, too_many
    why_not = why_not_elsewhere(live)
    if why_not:
        return None, why_not
    made = walk_problem(live)
    open_upper, capped = _open_upper(live, opened(wide, rules))
    rows = tuple(
        LivingRow(
            name=row.name,
            kind=row.kind,
            coefficients=tuple(row.coefficients.tolist()),
            lower=None if _says_nothing(row, made.net_frac) else _side(row.lower_frac),
            upper=None if _says_nothing(row, made.net_frac) else _side(row.upper_frac),
            average=row.average,
        )
        for row in made.rows
    )
    return LivingWalk(
        covariance=tuple(np.ascontiguousarray(made.covariance).ravel().tolist()),
        variance_scale=made.variance_scale,
        gains=tuple(made.gains.tolist()),
        gain_scale=made.gain_scale,
        lower=tuple(made.lower_frac.tolist()),
        upper=tuple(made.upper_frac.tolist()),
        open_upper=tuple(open_upper.tolist()),
        is_capped=tuple(capped.tolist()),
        rows=rows,
        net_frac=made.net_frac,
    ), ""


def _says_nothing(row: WalkRow, net_frac: float) -> bool:
    """Return whether every portfolio that invests as much keeps a row: beside the budget it would be one row twice."""
    if row.source < 0 or float(np.ptp(row.coefficients)) > SAME:
        return False
    value = float(row.coefficients[0]) * net_frac
    return row.lower_frac - KEPT <= value <= row.upper_frac + KEPT


def _open_upper(live: LiveFrontier, wide: OptimizationRequest) -> tuple[Vector, NDArray[np.bool_]]:
    """Return the upper bounds as they would be if the largest position were the whole capital, and where it counts."""
    universe = live.core.limits.universe
    place = largest_place(wide.constraints)
    limits = list(wide.constraints)
    if place is None:
        return compile_limits(wide.all_constraints(), universe).upper_frac, np.zeros(universe.count, dtype=bool)
    one = limits[place]
    assert isinstance(one, PositionBounds)
    limits[place] = one.model_copy(update={"max_frac": 1.0})
    loose = wide.model_copy(update={"constraints": tuple(limits)})
    compiled = compile_limits(loose.all_constraints(), universe)
    offset = len(wide.all_constraints()) - len(limits)
    has_own = np.zeros(universe.count, dtype=bool)
    for box in compiled.boxes:
        has_own[box.mask] = box.source != place + offset  # of two boxes the later holds
    return compiled.upper_frac, ~has_own


def _side(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
