"""How does a request become limits that can be taken apart one by one?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.constraints import Constraint
from engine.doctor.demands import Demands, Jump, Knob, Line, Mandate, Tail, UserLimit
from engine.doctor.idle import Idle, idle_of
from engine.doctor.knobs import fields_of, knob_of, moved, spread_of
from engine.kernel.facts import KnownUniverse
from engine.kernel.forms import (
    ActiveRiskGoal,
    Box,
    Estimates,
    Goal,
    LimitParts,
    ReturnGoal,
    RiskLimit,
    Row,
    TailGoal,
    Universe,
    VarianceGoal,
    Vector,
)
from engine.objectives import Objective


def read(
    constraints: Sequence[Constraint],
    universe: Universe,
    objective: Objective | None = None,
    estimates: Estimates | None = None,
    risk_free_annual_frac: float = 0.0,
    before: Mandate | None = None,
) -> Mandate:
    """Return the limits with their demands and knobs.

    Parameters
    ----------
    constraints
        The limits in the order of the request; without a budget the capital is fully invested.
    universe
        The assets; names must be known good (`engine.checks.universe_problems`).
    objective
        Its own floor or ceiling counts as a limit; needs estimates.
    estimates
        Without them limits on risk, tails and returns are left out.
    risk_free_annual_frac
        What cash earns.
    before
        A mandate on the same assets that was read before: limits that are the same ones are not compiled again.

    """
    known = KnownUniverse.of(universe)
    parts = [(before.part_of(item) if before is not None else None) or _compiled(item, known) for item in constraints]
    has_shorts = any(part.short_budget is not None for part in parts)
    net = next((part.net_frac for part in parts if part.net_frac is not None), 1.0)
    has_estimates = estimates is not None
    # Position bounds replace earlier ones; bounds that another kind of limit sets come after all of them.
    order = sorted(range(len(parts)), key=lambda at: (getattr(constraints[at], "kind", "") != "position_bounds", at))
    limits = []
    open_low, open_high = np.full(universe.count, np.inf), np.full(universe.count, -np.inf)
    owned = np.ones(universe.count, dtype=bool)
    behind: dict[int, tuple[Vector, Vector, NDArray[np.bool_], tuple[int, ...]]] = {}
    boxed = [place for place in order if parts[place].boxes]
    covers = np.array([np.any([box.mask for box in parts[place].boxes], axis=0) for place in boxed], dtype=np.float32)
    overlaps = covers @ covers.T > 0.0 if boxed else np.zeros((0, 0), dtype=bool)
    number_of = {place: number for number, place in enumerate(boxed)}
    for place in reversed(order):
        boxes = parts[place].boxes
        number = number_of.get(place, len(boxed))
        replacing = np.flatnonzero(overlaps[number, number + 1 :]) if boxes else ()
        later = tuple(boxed[number + 1 + at] for at in replacing)
        behind[place] = (open_low.copy(), open_high.copy(), owned.copy(), later)
        for box in boxes:
            low, high, _ = _hull(box, has_shorts)
            open_low[box.mask] = np.minimum(open_low[box.mask], low)
            open_high[box.mask] = np.maximum(open_high[box.mask], high)
            owned &= ~box.mask

    is_simplex = not has_shorts and all(part.net_frac is None for part in parts)
    spread = spread_of(universe)

    def demanded(part: LimitParts, place: int) -> Demands:
        return _demands(part, universe.count, behind[place][:3], has_shorts, has_estimates)

    def probing(item: Constraint, place: int, base: Demands, idle: Idle) -> Callable[[], tuple[Knob, ...]]:
        def probe() -> tuple[Knob, ...]:
            knobs = []
            for name, sign in fields_of(item):
                after_item, step = moved(item, name, sign)
                after = idle.without(demanded(_compiled(after_item, known), place))
                knobs.append(knob_of(item, name, sign, step, base, after, net, spread))
            return tuple(knob for knob in knobs if knob is not None)

        return probe

    same = _unchanged(before, constraints, boxed, (has_shorts, has_estimates, is_simplex))
    for place, item in enumerate(constraints):
        if place in same:
            limits.append(same[place])
            continue
        base = demanded(parts[place], place)
        idle = idle_of(base, estimates) if is_simplex else Idle()
        base = idle.without(base)
        limits.append(UserLimit(place, item, base, behind[place][3], probing(item, place, base, idle)))
    goal_limit = _goal_limit(objective, universe, estimates, risk_free_annual_frac)
    if goal_limit is not None:
        limits.append(goal_limit)
    compiled = {id(item): (item, part) for item, part in zip(constraints, parts, strict=True)}
    return Mandate(universe, tuple(limits), has_shorts, estimates, risk_free_annual_frac, compiled)


def _unchanged(
    before: Mandate | None, constraints: Sequence[Constraint], boxed: Sequence[int], flags: tuple[bool, bool, bool]
) -> dict[int, UserLimit]:
    """Return the limits that were read before and demand the same again, by their places.

    A limit's demands depend on others through position bounds that replace each other, and through short positions and
    the budget (`flags`).
    """
    if before is None:
        return {}
    is_simplex = not before.has_shorts and all(limit.demands.net is None for limit in before.limits)
    if flags != (before.has_shorts, before.estimates is not None, is_simplex):
        return {}
    known = {limit.index: limit for limit in before.limits if limit.index is not None}
    same = {
        place: known[place]
        for place, item in enumerate(constraints)
        if place in known and known[place].spec is item and len(known) == len(constraints)
    }
    if all(place in same for place in boxed):
        return same
    return {place: limit for place, limit in same.items() if place not in boxed}


def _compiled(item: Constraint, universe: Universe) -> LimitParts:
    """Return a limit's parts; averages over what is invested become rows that hold for any budget."""
    part = item.compile(universe)
    return replace(part, rows=tuple(_over_invested(row) for row in part.rows)) if item.is_average else part


def _goal_limit(
    objective: Objective | None, universe: Universe, estimates: Estimates | None, risk_free: float
) -> UserLimit | None:
    if objective is None or estimates is None:
        return None
    alone = (np.full(universe.count, np.inf), np.full(universe.count, -np.inf), np.ones(universe.count, dtype=bool))

    def demanded(goal: Goal) -> Demands:
        return _demands(_goal_parts(goal, estimates, risk_free), universe.count, alone, False, True)

    base = demanded(objective.compile())
    if not base.lines and not base.risks:
        return None

    def probe() -> tuple[Knob, ...]:
        knobs = []
        for name, sign in fields_of(objective):
            after_item, step = moved(objective, name, sign)
            knobs.append(knob_of(objective, name, sign, step, base, demanded(after_item.compile()), 1.0, 100.0))
        return tuple(knob for knob in knobs if knob is not None)

    return UserLimit(None, objective, base, (), probe)


def _goal_parts(goal: Goal, estimates: Estimates, risk_free: float) -> LimitParts:
    """Return a goal's own floor or ceiling as a limit; cash earns the risk-free rate."""
    if isinstance(goal, ReturnGoal):
        center = np.zeros(len(estimates.returns_annual_frac))
        return LimitParts(
            risks=(RiskLimit("Volatility", "goal", "portfolio", center, goal.volatility_max_annual_frac),)
        )
    floored = isinstance(goal, VarianceGoal | ActiveRiskGoal | TailGoal)
    if not floored or goal.return_min_annual_frac is None:  # type: ignore[union-attr]
        return LimitParts()
    excess = estimates.returns_annual_frac - risk_free
    floor = goal.return_min_annual_frac - risk_free  # type: ignore[union-attr]
    return LimitParts(rows=(Row("Expected return", "goal", "portfolio", excess, floor, np.inf),))


def _demands(
    part: LimitParts,
    count: int,
    behind: tuple[Vector, Vector, NDArray[np.bool_]],
    has_shorts: bool,
    has_estimates: bool,
) -> Demands:
    """Return a limit's demands.

    Position bounds that later ones replace count where they are tighter no more: leaving out the later ones then gives
    back the looser of the two, and leaving out a limit can never make anything harder.
    """
    lower, upper = np.full(count, -np.inf), np.full(count, np.inf)
    later_low, later_high, owned = behind
    zero = np.zeros(count)
    jumps: list[Jump] = []
    for box in part.boxes:
        low, high, size = _hull(box, has_shorts)
        lower[box.mask] = np.minimum(low, later_low[box.mask])
        upper[box.mask] = np.maximum(high, later_high[box.mask])
        if size > 0.0:
            jumps.append(Jump(box.mask & owned, zero, size, is_required=True))
    for span in part.spans:
        lower, upper = np.maximum(lower, span.lower_frac), np.minimum(upper, span.upper_frac)
    lines = [line for row in part.rows for line in _sides(row, zero)]
    for item in part.absolute_rows:
        lines.append(Line(item.name, zero, item.coefficients, item.center_frac, item.upper_frac))
    if part.short_budget is not None:
        if part.short_budget.gross_max_frac is not None:
            lines.append(Line("Gross exposure", zero, np.ones(count), zero, part.short_budget.gross_max_frac))
        if part.short_budget.short_max_frac is not None:
            half = np.full(count, 0.5)
            lines.append(Line("Short positions together", -half, half, zero, part.short_budget.short_max_frac))
    jumps += [Jump(item.mask, zero, item.min_frac, is_required=False) for item in part.minimums]
    jumps += [Jump(item.mask, item.center_frac, item.min_frac, is_required=False) for item in part.gaps]
    top = part.count.max_count if part.count is not None else None
    least = part.count.min_count if part.count is not None else None
    return Demands(
        lower,
        upper,
        tuple(lines),
        tuple((item.center_frac, item.upper_annual_frac) for item in part.risks) if has_estimates else (),
        tuple(Tail(item.tail, item.level, item.upper_frac) for item in part.tails) if has_estimates else (),
        tuple(jumps),
        np.inf if top is None else float(top),
        0.0 if least is None else float(least),
        part.net_frac,
    )


def _hull(box: Box, has_shorts: bool) -> tuple[float, float, float]:
    """Return the smallest and largest weight a box allows, and the size that is a must on either side of zero."""
    short = (box.max_frac if box.short_max_frac is None else box.short_max_frac) if has_shorts else 0.0
    if box.min_frac <= 0.0:
        return box.min_frac - short, box.max_frac, 0.0
    if short < box.min_frac:
        return box.min_frac, box.max_frac, 0.0
    return -short, box.max_frac, box.min_frac


def _over_invested(row: Row) -> Row:
    """Return a floor or ceiling on an average over what is invested as a row that holds for any sum of weights."""
    side = row.lower_frac if np.isfinite(row.lower_frac) else row.upper_frac
    lower, upper = (0.0, np.inf) if np.isfinite(row.lower_frac) else (-np.inf, 0.0)
    return Row(row.name, row.kind, row.scope, row.coefficients - side, lower, upper)


def _sides(row: Row, zero: Vector) -> list[Line]:
    lines = []
    if np.isfinite(row.upper_frac):
        lines.append(Line(row.name, row.coefficients, zero, zero, row.upper_frac))
    if np.isfinite(row.lower_frac):
        lines.append(Line(row.name, -row.coefficients, zero, zero, -row.lower_frac))
    return lines
