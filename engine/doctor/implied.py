"""What do "zero or at least" and the number of holdings leave open for single weights, by arithmetic alone?

A position that may not be as large as the smallest allowed one must be zero; so many holdings of such size take up more
than there is to invest. Bounds like these make a linear program say at once what a search would have to find out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from engine.doctor.demands import Jump, Mandate
from engine.kernel.forms import Vector
from engine.optimize.count_pieces import HELD_MIN_FRAC

TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Sides:
    """Bounds on single weights with what has given way: floor and ceiling, shape (n,) each, jumps and counts."""

    floor: Vector
    ceiling: Vector
    jumps: list[tuple[Jump, float]]
    least: float
    most: float
    net: float


def sides_of(mandate: Mandate, kept: Collection[int], slacks: Mapping[int, Mapping[str, float]]) -> Sides:
    """Return what limits demand of single weights.

    Parameters
    ----------
    mandate, kept
        The limits that count.
    slacks
        Limit to field to how far it has given way already.

    """
    count = mandate.universe.count
    rigid = [j for j in kept if j not in slacks]
    floor = np.maximum(mandate.floor, mandate.lowers[rigid].max(axis=0, initial=-np.inf))
    ceiling = np.minimum(np.full(count, mandate.ceiling), mandate.uppers[rigid].min(axis=0, initial=np.inf))
    jumps: list[tuple[Jump, float]] = []
    least, most, net = 0.0, np.inf, 1.0
    for j in kept:
        limit = mandate.limits[j]
        given = slacks.get(j, {})
        knobs = [(knob, given[knob.name]) for knob in limit.knobs if knob.name in given] if given else []
        if limit.demands.net is not None:
            net = limit.demands.net + sum(knob.net * slack for knob, slack in knobs)
        if given:
            floor = np.maximum(floor, limit.demands.lower - sum(knob.lower * slack for knob, slack in knobs))
            ceiling = np.minimum(ceiling, limit.demands.upper + sum(knob.upper * slack for knob, slack in knobs))
        if not limit.demands.is_whole:
            continue
        for at, jump in enumerate(limit.demands.jumps):
            jumps.append((jump, max(0.0, jump.size - sum(float(knob.jumps[at]) * slack for knob, slack in knobs))))
        most = min(most, limit.demands.max_count + sum(knob.max_count * slack for knob, slack in knobs))
        least = max(least, limit.demands.min_count - sum(knob.min_count * slack for knob, slack in knobs))
    return Sides(floor, ceiling, jumps, least, most, net)


def implied_box(sides: Sides) -> tuple[Vector, Vector] | None:
    """Return bounds on weights that follow from all or nothing; None where they contradict themselves."""
    lower, upper = sides.floor.copy(), sides.ceiling.copy()
    size = np.zeros(len(lower))
    for jump, distance in sides.jumps:
        center = jump.center
        has_no_room = upper < center + distance - TOLERANCE, lower > center - distance + TOLERANCE
        if jump.is_required and (jump.mask & has_no_room[0] & has_no_room[1]).any():
            return None
        must_rise, must_fall = lower > center + TOLERANCE, upper < center - TOLERANCE
        if jump.is_required:
            must_rise, must_fall = must_rise | has_no_room[1], must_fall | has_no_room[0]
        barred = jump.mask & has_no_room[0] & ~must_fall, jump.mask & has_no_room[1] & ~must_rise
        upper[barred[0]] = np.minimum(upper, center)[barred[0]]
        lower[barred[1]] = np.maximum(lower, center)[barred[1]]
        lower = np.where(jump.mask & must_rise, np.maximum(lower, center + distance), lower)
        upper = np.where(jump.mask & must_fall, np.minimum(upper, center - distance), upper)
        if not center.any():
            size[jump.mask] = np.maximum(size[jump.mask], distance)
    if (lower > upper + TOLERANCE).any() or not _fits(sides, lower, upper, size):
        return None
    return np.minimum(lower, upper), upper


def _fits(sides: Sides, lower: Vector, upper: Vector, size: Vector) -> bool:
    """Return whether the number of holdings leaves room for the sum of all weights, which must be long to be judged."""
    can_hold = (upper >= HELD_MIN_FRAC - TOLERANCE) | (lower <= -HELD_MIN_FRAC + TOLERANCE)
    if int(can_hold.sum()) < sides.least - TOLERANCE:
        return False
    must_hold = (lower > TOLERANCE) | (upper < -TOLERANCE)
    if int(must_hold.sum()) > sides.most + TOLERANCE:
        return False
    if (lower < 0.0).any():
        return True
    # Enough are held for the largest to take up the sum, and the smallest of so many must fit into it.
    largest = np.sort(upper)[::-1]
    fewest = np.flatnonzero(np.cumsum(largest) >= sides.net - TOLERANCE * len(upper))
    if not len(fewest) or int(fewest[0]) + 1 > sides.most + TOLERANCE:
        return bool(sides.net <= TOLERANCE)
    needed = max(int(np.ceil(sides.least - TOLERANCE)), int(fewest[0]) + 1)
    entry = np.maximum(np.maximum(lower, size), HELD_MIN_FRAC if sides.least > 0.0 else 0.0)[can_hold]
    extra = max(0, needed - int(must_hold.sum()))
    others = np.sort(np.where(must_hold[can_hold], np.inf, entry))[:extra]
    total = float(lower[must_hold].sum()) + float(others[np.isfinite(others)].sum())
    return total <= sides.net + TOLERANCE * len(upper)
