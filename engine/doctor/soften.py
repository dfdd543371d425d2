"""How far must soft limits give way so that all others can hold?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import ValidationError

from engine.constraints import Constraint
from engine.diagnosis import Change, GivenWay
from engine.doctor.judge import Judge
from engine.doctor.repairs import SMALL_UNITS, Edit, constraints_of, with_field
from engine.doctor.words import gave_way, name_of

TRACES_ROUNDS_MAX_COUNT = 3
HAIRS_UNITS = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3)
CURVED_HAIRS_UNITS = (3e-3, 1e-2)  # beside a ceiling the best portfolio moves with the root of the room


def soften(judge: Judge, widening: float = 1.0) -> tuple[tuple[Constraint, ...], tuple[GivenWay, ...]] | None:
    """Return the limits with the soft ones loosened as little as is needed, least important first, and by how much.

    None when the hard limits alone cannot hold. Nothing is rounded: the loosened side is where the other limits end.
    Beside ceilings a hair of room is added, `widening` times as much as the least that is tried.
    """
    mandate = judge.mandate
    if judge.holds(judge.everyone):
        return constraints_of(mandate), ()
    soft = judge.everyone - judge.hard
    if not judge.holds(judge.hard):
        return None
    budget_s, judge.effort.limit_s = judge.effort.limit_s, np.inf  # what the optimizer works with is never cut short
    slacks = _least_soft(judge, [k for k, (place, _) in enumerate(judge.knobs) if place in soft], widening)
    judge.effort.limit_s = budget_s
    items: list[Any] = list(constraints_of(mandate))
    given: dict[int, list[Edit]] = {}
    for k, slack in sorted((slacks or {}).items()):
        place, knob = judge.knobs[k]
        if items[place] is None:
            continue
        value = float(np.clip(knob.value + knob.sign * slack * (1.0 + 1e-9), *knob.span))
        value = float(
            np.ceil(value) if knob.is_whole and knob.sign > 0 else np.floor(value) if knob.is_whole else value
        )
        change = Change(constraint_index=place, field=knob.name, from_value=knob.value, to_value=value)
        try:
            items[place] = with_field(items[place], knob.name, value)
        except ValidationError:
            items[place], change = None, Change(constraint_index=place, field=None)
        given.setdefault(place, []).append((mandate.limits[place], change, knob if change.field else None))
    if slacks is None:
        for place in sorted(soft):
            items[place] = None
            gone = Change(constraint_index=place, field=None)
            given[place] = [(mandate.limits[place], gone, None)]
    ways = tuple(
        GivenWay(
            limit=name_of(mandate.limits[place]),
            changes=tuple(change for _, change, _ in found),
            sentence=gave_way(mandate.limits[place], [(change, knob) for _, change, knob in found]),
        )
        for place, found in given.items()
    )
    return tuple(item for item in items if item is not None), ways


def _least_soft(judge: Judge, loose: list[int], widening: float) -> Mapping[int, float] | None:
    """Return by how much soft limits must give way, without traces of a solver, and a hair more where it takes that."""
    slacks = judge.least_slacks(judge.everyone, loose)
    for _ in range(TRACES_ROUNDS_MAX_COUNT):
        traces = {k for k, slack in (slacks or {}).items() if slack <= SMALL_UNITS * judge.knobs[k][1].unit}
        loose = [k for k in loose if k not in traces]
        found = judge.least_slacks(judge.everyone, loose) if traces else None
        if not found:
            break
        slacks = found
    is_curved = bool(judge.curved_of(judge.everyone))
    hairs = [widening * hair for hair in CURVED_HAIRS_UNITS] if is_curved else HAIRS_UNITS
    for hair in hairs if slacks and not judge.whole_of(judge.everyone) else ():
        knobs = {k: judge.knobs[k][1] for k in slacks or ()}
        wider = {k: min(slack + hair * knobs[k].unit, knobs[k].most) for k, slack in (slacks or {}).items()}
        if judge.is_shown_at(judge.everyone, wider):
            return wider
    return slacks
