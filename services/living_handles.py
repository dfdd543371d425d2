"""Which limits of an optimization can be moved by hand, and what is the request once they were moved?

Soft limits count as hard while somebody moves them: what gives way must be seen. Limits that the request does not have
are offered at the loose end of their track, where they change nothing; they become part of the request when moved.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.constraints.esg_floor import EsgFloor
from engine.constraints.group_limit import GroupLimit
from engine.constraints.position_bounds import PositionBounds
from engine.constraints.sector_limit import SectorLimit
from engine.kernel.facts import KnownUniverse
from services.errors import FieldProblem, InvalidRequest
from services.living_rules import rule_handles
from services.messages.living import LivingHandle, Owner
from services.messages.optimize import OptimizationRequest
from services.optimize_parse import parse

if TYPE_CHECKING:
    from engine.compliance.movable import RulesMoved
    from engine.frontier.live import LiveFrontier

MOST, MOST_SCORE = "max", "esg"
STEP_FRAC, FINE_STEP_FRAC, SCORE_STEPS_COUNT = 0.005, 0.001, 200
ROWS = ("sector_limit", "group_limit", "esg_floor")
SECTORS_MAX_COUNT = 24
REGION = "region"


def extended(request: OptimizationRequest, universe: KnownUniverse) -> OptimizationRequest:
    """Return the request with its limits hard, and a loose limit of each kind that could be moved and is absent."""
    hard: list[Any] = [one.model_copy(update={"is_soft": False}) for one in request.constraints]
    if largest_place(hard) is None:
        hard.insert(0, PositionBounds(min_frac=0.0, max_frac=1.0))
    named = {one.sector for one in hard if one.kind == "sector_limit" and one.max_frac is not None}
    sectors = sorted({sector for sector in universe.sectors.values() if "/" not in sector})
    if len(sectors) <= SECTORS_MAX_COUNT:
        hard += [SectorLimit(sector=sector, max_frac=1.0) for sector in sectors if sector not in named]
    limited = {(one.dimension, one.group) for one in hard if one.kind == "group_limit" and one.max_frac is not None}
    regions = sorted(set(universe.group_of(REGION).values()))
    if 1 < len(regions) <= SECTORS_MAX_COUNT:
        hard += [
            GroupLimit(dimension=REGION, group=region, max_frac=1.0)
            for region in regions
            if (REGION, region) not in limited
        ]
    scores = universe.esg_scores
    if scores is not None and not np.isnan(scores).any() and not any(one.kind == "esg_floor" for one in hard):
        end = np.floor(10 * scores.min()) / 10 if universe.is_esg_higher_better else np.ceil(10 * scores.max()) / 10
        hard.append(EsgFloor(min_score=float(end)))
    return request.model_copy(update={"constraints": tuple(hard)})


def handles_of(
    request: OptimizationRequest,
    wide: OptimizationRequest,
    live: LiveFrontier,
    owner: Owner = "request",
    rules: RulesMoved | None = None,
) -> tuple[LivingHandle, ...]:
    """Return the limits that can be moved, in the order in which they are shown.

    Parameters
    ----------
    request, wide : OptimizationRequest
        As it was asked, and extended, the rules that are kept behind its own limits.
    live : LiveFrontier
        Of the extended request.
    owner : {"request", "house"}
        Whose limits the request's own are.
    rules : RulesMoved or None
        Those of the portfolio, which are moved as well.
    """
    own = [one.model_copy(update={"is_soft": False}) for one in request.constraints]
    limits, universe = wide.constraints, live.core.limits.universe
    found: list[LivingHandle] = []
    place = largest_place(limits)
    if place is not None:
        one: Any = limits[place]
        found.append(
            LivingHandle(
                key=MOST,
                label="Largest position",
                group="positions",
                kind="position_max",
                unit="share",
                value=one.max_frac,
                low=_least_cap(live),
                high=1.0,
                step=STEP_FRAC,
                owner=owner if one in own else "added",
                clause=one.explain(),
            )
        )
    offset = len(wide.all_constraints()) - len(limits)
    for at, row in enumerate(live.core.limits.rows, 1):
        item = limits[row.source - offset] if row.kind in ROWS and row.source >= offset else None
        if item is None or getattr(item, "relative_to", "absolute") != "absolute":
            continue
        for is_upper in (False, True):
            if np.isfinite(row.upper_frac if is_upper else row.lower_frac):
                whose: Owner = owner if item in own else "added"
                found.append(_of_row(row, item, at, universe, is_upper=is_upper, owner=whose))
    found += rule_handles(rules, live, wide)
    order = {"positions": 0, "esg": 1, "sectors": 2, "groups": 3, "rules": 4}
    first = {one.key: one for one in reversed(found)}  # of two limits on one thing the first is moved
    return tuple(sorted(first.values(), key=lambda one: (order[one.group], one.owner == "added", _natural(one.label))))


def _of_row(row: Any, item: Any, at: int, universe: Any, *, is_upper: bool, owner: Owner) -> LivingHandle:
    if item.kind == "esg_floor":
        scores = universe.esg_scores[~np.isnan(universe.esg_scores)]
        low, high = float(np.floor(10 * scores.min()) / 10), float(np.ceil(10 * scores.max()) / 10)
        step = _nice((high - low) / SCORE_STEPS_COUNT)
        label = "ESG ceiling" if is_upper else "ESG floor"
        key, group, unit, value = MOST_SCORE, "esg", "score", item.min_score
    else:
        who = item.sector if item.kind == "sector_limit" else f"{item.dimension}:{item.group}"
        key = f"{'max' if is_upper else 'min'}:{who}"
        label = f"{item.sector if item.kind == 'sector_limit' else item.group}, {'at most' if is_upper else 'at least'}"
        group, unit, value = ("sectors" if item.kind == "sector_limit" else "groups"), "share", None
        value = item.max_frac if is_upper else item.min_frac
        low, high, step = min(0.0, value), max(1.0, value), STEP_FRAC
    return LivingHandle(
        key=key,
        label=label,
        group=group,
        kind="row_max" if is_upper else "row_min",
        unit=unit,
        value=value,
        low=low,
        high=high,
        step=step,
        row=at,
        name=row.name,
        owner=owner,
        clause=item.explain(),
    )


def moved(request: OptimizationRequest, universe: KnownUniverse, moves: Mapping[str, float]) -> OptimizationRequest:
    """Return the request with its limits where they were moved; what nobody moved stays as it was asked.

    Raises
    ------
    InvalidRequest
        When a handle is not known, or a value cannot be used.
    """
    wide = extended(request, universe)
    own = [one.model_copy(update={"is_soft": False}) for one in request.constraints]
    made: list[dict[str, Any]] = []
    known: set[str] = set()
    largest = largest_place(wide.constraints)
    for place, one in enumerate(wide.constraints):
        keys = _keys_of(one, is_largest=place == largest)
        known |= set(keys)
        update = {field: moves[key] for key, field in keys.items() if key in moves}
        if update or one in own:
            made.append({**one.model_dump(mode="json"), **update})
    fields = [
        FieldProblem(f"moves.{key}", "There is no such limit to move.", f"Move one of: {', '.join(sorted(known))}.")
        for key in moves
        if key not in known
    ]
    fields += [
        FieldProblem(f"moves.{key}", "This is no number.", "Send a finite number.")
        for key, value in moves.items()
        if not math.isfinite(value)
    ]
    if fields:
        raise InvalidRequest("The limits cannot be moved there.", "Correct what is listed.", fields=tuple(fields))
    document = request.model_dump(mode="json", exclude_none=True) | {"constraints": made}
    return parse(json.dumps(document))


def _keys_of(one: Any, *, is_largest: bool) -> dict[str, str]:
    """Return the keys of a limit's handles with the field that each moves."""
    if is_largest:
        return {MOST: "max_frac"}
    if one.kind == "esg_floor":
        return {MOST_SCORE: "min_score"}
    if one.kind not in ROWS or getattr(one, "relative_to", "absolute") != "absolute":
        return {}
    who = one.sector if one.kind == "sector_limit" else f"{one.dimension}:{one.group}"
    sides = {f"min:{who}": "min_frac", f"max:{who}": "max_frac"}
    return {key: field for key, field in sides.items() if getattr(one, field) is not None}


def largest_place(limits: Sequence[Any]) -> int | None:
    """Return the place of the limit on the size of all positions; of several the last holds."""
    places = [
        place
        for place, one in enumerate(limits)
        if one.kind == "position_bounds" and one.assets is None and one.relative_to == "absolute"
    ]
    return places[-1] if places else None


def _least_cap(live: LiveFrontier) -> float:
    """Return the largest position below which not even equal weights add up."""
    limits = live.core.limits
    count = max(1, int(np.count_nonzero(limits.upper_frac > 0.0)))
    return min(1.0, math.ceil(max(limits.net_frac, 0.0) / count / FINE_STEP_FRAC - 1e-9) * FINE_STEP_FRAC)


def _natural(text: str) -> list[tuple[int, str]]:
    """Return what sorts "Sector 2" before "Sector 10"."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text)]


def _nice(raw: float) -> float:
    power = 10.0 ** math.floor(math.log10(raw)) if raw > 0.0 else 0.1
    return next(float(one * power) for one in (1, 2, 5, 10) if one * power >= raw * 0.999) if raw > 0.0 else 0.1
