"""Which rules of compliance does a moving frontier keep, how are they moved by hand, and what of that goes into a run?

A rule that was made tighter becomes limits of the request's own, where the request has such limits. One that was made
looser is a what-if: it breaks the rule and never reaches a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.constraints.group_limit import GroupLimit
from engine.constraints.position_bounds import PositionBounds
from engine.constraints.sector_limit import SectorLimit
from engine.kernel.facts import KnownUniverse
from engine.kernel.forms import Universe
from engine.optimize.compile import compile_limits
from services.errors import FieldProblem, InvalidRequest
from services.messages.living import LivingBound, LivingHandle, LivingSlope
from services.messages.optimize import OptimizationRequest

if TYPE_CHECKING:
    from engine.compliance.movable import RuleMove, RulesMoved
    from engine.frontier.live import LiveFrontier
    from services.compliance.run_rules import RunRules

RULE = "rule:"
SECTOR = "sector"
STEP_FRAC, SCORE_STEP = 0.005, 0.5
SCORE_MAX = 100.0
TIGHTER_FRAC = 1e-9
WIDE = 1e3


def rules_of(request: OptimizationRequest, within: RunRules | None, assets: Sequence[str]) -> RulesMoved | None:
    """Return the rules as limits of the request; None where none are kept.

    Raises
    ------
    engine.kernel.errors.InputRefused
        When rules cannot be held against these assets.
    """
    if within is None:
        return None
    from engine.compliance.along import Along
    from engine.compliance.movable import RulesMoved

    return RulesMoved(Along(request, within.rules, within.state, tuple(assets), within.allowances, within.lists))


def apart(moves: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the moves of the request's own limits by key, and those of rules by rule id."""
    own = {key: value for key, value in moves.items() if not key.startswith(RULE)}
    return own, {key.removeprefix(RULE): value for key, value in moves.items() if key.startswith(RULE)}


def refuse_strange(values: Mapping[str, float], rules: RulesMoved | None) -> None:
    """Refuse moves of rules that are not kept or cannot be moved."""
    known = {} if rules is None else rules.moves
    there = ", ".join(f"{RULE}{one}" for one in sorted(known)) or "the other limits"
    fields = [
        FieldProblem(f"moves.{RULE}{one}", "There is no such rule to move.", f"Move one of: {there}.")
        for one in values
        if one not in known
    ]
    if fields:
        raise InvalidRequest("The rules cannot be moved there.", "Correct what is listed.", fields=tuple(fields))


def looser(values: Mapping[str, float], rules: RulesMoved | None) -> tuple[str, ...]:
    """Return the titles of rules that were moved to allow more than they do."""
    if rules is None:
        return ()
    return tuple(rules.moves[one].rule.title for one, value in values.items() if rules.moves[one].is_looser(value))


def rule_handles(rules: RulesMoved | None, live: LiveFrontier, request: Any) -> list[LivingHandle]:
    """Return the rules as limits that can be moved; `request` is that of the frontier in motion, the rules in it."""
    if rules is None:
        return []
    from engine.compliance.movable import rows_at

    universe, found = live.core.limits.universe, []
    offset = len(request.all_constraints()) - len(request.constraints)
    for place, limit in enumerate(request.constraints):
        move = rules.moves.get(getattr(limit, "rule_id", ""))
        if move is None:
            continue
        mine = [at for at, row in enumerate(live.core.limits.rows, 1) if row.source == place + offset]
        low, high = _ends(move)
        found.append(
            LivingHandle(
                key=f"{RULE}{move.rule.id}",
                label=move.rule.title,
                group="rules",
                kind="rule_max" if move.is_most else "rule_min",
                unit="share" if move.is_share else "score",
                value=move.value,
                low=low,
                high=high,
                step=STEP_FRAC if move.is_share else SCORE_STEP,
                owner="rule",
                clause=move.limit.words,
                rows=tuple(LivingSlope(row=mine[at], slope=slope) for at, slope in move.rows),
                bounds=tuple(LivingBound(asset=at, value=value, slope=slope) for at, value, slope in move.bounds),
                goes_along=all(_limit_of(move, *one, universe) is not None for one in rows_at(move, move.value)),
            )
        )
    return found


def _ends(move: RuleMove) -> tuple[float, float]:
    """Return the ends of a rule's track; what says the same of every portfolio may end it earlier."""
    low, high = min(0.0, move.value), max(1.0 if move.is_share else SCORE_MAX, move.value)
    return min(max(low, move.ends[0]), move.value), max(min(high, move.ends[1]), move.value)


def opened(request: Any, rules: RulesMoved | None) -> Any:
    """Return the request of a frontier in motion with the rules that can be moved so wide that they bound nothing."""
    if rules is None:
        return request
    from engine.compliance.movable import limit_at

    wide = [
        limit_at(one, WIDE * (1.0 if move.is_most else -1.0)) if move is not None else one
        for one in request.constraints
        for move in (rules.moves.get(getattr(one, "rule_id", "")),)
    ]
    return request.model_copy(update={"constraints": tuple(wide)})


def taken_along(
    request: OptimizationRequest, values: Mapping[str, float], rules: RulesMoved | None, universe: KnownUniverse
) -> OptimizationRequest:
    """Return the request with limits of its own for the rules that were made tighter, as far as it has such limits."""
    if rules is None or not values:
        return request
    from engine.compliance.movable import rows_at

    more: list[Any] = []
    own = compile_limits(request.all_constraints(), universe)
    lower, before, upper = own.lower_frac, own.upper_frac, own.upper_frac.copy()
    for one, value in values.items():
        move = rules.moves[one]
        if value == move.value or move.is_looser(value):
            continue
        for asset, bound, slope in move.bounds:
            upper[asset] = min(upper[asset], bound + slope * (value - move.value))
        made = [_limit_of(move, *row, universe) for row in rows_at(move, value)]
        more += [limit for limit in made if limit is not None]
    for value in sorted(set(upper[upper < before - TIGHTER_FRAC].tolist())):
        for least in sorted(set(lower[upper == value].tolist())):
            names = [universe.assets[at] for at in np.flatnonzero((upper == value) & (lower == least)).tolist()]
            more.append(PositionBounds(assets=tuple(names), min_frac=min(least, value), max_frac=value))
    return request.model_copy(update={"constraints": (*request.constraints, *more)}) if more else request


def _limit_of(move: RuleMove, group: str, coefficients: Any, upper: float, universe: Universe) -> Any:
    """Return the request's own limit on the same group; None where it has none."""
    dimension = move.rule.group_by or ""
    if not group or not dimension or not 0.0 <= upper <= 2.0 or not move.is_most:
        return None
    if not np.array_equal(universe.members_of(group, dimension).astype(np.float64), coefficients):
        return None
    if dimension == SECTOR:
        return SectorLimit(sector=group, max_frac=upper)
    return GroupLimit(dimension=dimension, group=group, max_frac=upper)
