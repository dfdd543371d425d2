"""Does one given portfolio meet every limit of a mandate?

A portfolio that does is the plainest proof that limits can hold, and costs no program.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from engine.doctor.demands import Demands, Mandate
from engine.doctor.implied import TOLERANCE, Sides, sides_of
from engine.doctor.verdict import CURVED_TOLERANCE
from engine.kernel.forms import Estimates, Vector
from engine.optimize.count_pieces import HELD_MIN_FRAC
from engine.optimize.tail_measures import tail_value

TRIED_MAX_COUNT = 6


def any_meets(mandate: Mandate, portfolios: Sequence[Vector], kept: Collection[int] | None = None) -> bool:
    """Return whether one of the newest portfolios, weights of shape (n,), meets the limits that count; None is all."""
    kept = range(len(mandate.limits)) if kept is None else kept
    sides = sides_of(mandate, kept, {})
    return any(meets(mandate, weights, sides, kept) for weights in portfolios[: -TRIED_MAX_COUNT - 1 : -1])


def meets(mandate: Mandate, weights: Vector, sides: Sides, kept: Collection[int]) -> bool:
    """Return whether weights meet every limit that counts, with the tolerances with which programs are solved."""
    if (weights < sides.floor - TOLERANCE).any() or (weights > sides.ceiling + TOLERANCE).any():
        return False
    if abs(float(weights.sum()) - sides.net) > TOLERANCE or not _is_whole(weights, sides):
        return False
    return all(
        _keeps_lines(mandate.limits[j].demands, weights)
        and _keeps_curves(mandate.limits[j].demands, weights, mandate.estimates)
        for j in kept
    )


def _is_whole(weights: Vector, sides: Sides) -> bool:
    for jump, distance in sides.jumps:
        away = np.abs(weights - jump.center)[jump.mask]
        stays = (away <= TOLERANCE) & (not jump.is_required)
        if (~stays & (away < distance - TOLERANCE)).any():
            return False
    held_count = int(np.count_nonzero(np.abs(weights) > TOLERANCE))
    counted = int(np.count_nonzero(np.abs(weights) >= HELD_MIN_FRAC - TOLERANCE))
    return held_count <= sides.most + TOLERANCE and counted >= sides.least - TOLERANCE


def _keeps_lines(demands: Demands, weights: Vector) -> bool:
    for line in demands.lines:
        value, scale = float(line.linear @ weights), float(np.abs(line.linear).max(initial=0.0))
        if line.absolute.any():
            value += float(line.absolute @ np.abs(weights - line.center))
            scale = max(scale, float(line.absolute.max()))
        if value > line.upper + TOLERANCE * scale:
            return False
    return True


def _keeps_curves(demands: Demands, weights: Vector, estimates: Estimates | None) -> bool:
    if estimates is None:
        return True
    for center, upper in demands.risks:
        away = weights - center
        size = float(np.sqrt(max(0.0, float(away @ estimates.covariance_times(away)))))
        if size > upper * (1.0 + CURVED_TOLERANCE):
            return False
    history = estimates.history_frac
    return history is None or all(
        tail_value(tail.tail, tail.level, history, weights) <= tail.upper + CURVED_TOLERANCE * abs(tail.upper)
        for tail in demands.tails
    )
