"""Can any portfolio meet the limits, and if not, which limits cannot hold together and by how much?

First arithmetic on the bounds, which gives the plainest sentences; then an elastic linear program and a deletion
filter, which leave a smallest set of limits that contradict each other (Chinneck 2008, Feasibility and Infeasibility in
Optimization, chapters 6 and 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.constraints import Constraint
from engine.kernel.forms import Row, Universe, Vector
from engine.kernel.units import listing, percent, plural
from engine.optimize.compile import LiftedRows, LimitSet, compile_limits, lift_rows
from engine.optimize.linear import solve_linear

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why no portfolio exists, and what would help."""

    message: str
    advice: str


def obstacle_of(constraints: Sequence[Constraint], universe: Universe) -> Obstacle | None:
    """Return why no portfolio of the assets meets the limits, or None; needs no returns, so it can run on every change.

    Arithmetic first, then one linear program over the limits' hull. Goals (a return, a volatility) are not looked at.

    Parameters
    ----------
    constraints
        All limits, the budget included.
    universe
        The assets with their sectors; names must be known good (`engine.checks.universe_problems`).

    """
    limits = compile_limits(constraints, universe)
    obstacle = find_obstacle(limits)
    if obstacle is not None:
        return obstacle
    lifted = lift_rows(limits, np.zeros(universe.count))
    lower, upper = lifted.bounds(limits.lower_frac, limits.upper_frac)
    nothing = np.zeros(lifted.matrix.shape[1])
    answer = solve_linear(nothing, lifted.matrix, lifted.row_lower, lifted.row_upper, lower, upper)
    return explain_conflict(limits) if answer.outcome == "infeasible" else None


def find_obstacle(limits: LimitSet) -> Obstacle | None:
    """Return why no portfolio meets the limits' hull, by arithmetic alone; None when arithmetic finds nothing."""
    for check in (_empty_positions, _total_too_small, _total_too_large, _sectors, _partition):
        obstacle = check(limits)
        if obstacle is not None:
            return obstacle
    return None


def _empty_positions(limits: LimitSet) -> Obstacle | None:
    empty = [limits.universe.assets[i] for i, pieces in enumerate(limits.intervals) if not pieces]
    if not empty:
        return None
    return Obstacle(
        f"No weight is possible for {listing(empty)}: the maximum is below the minimum holding while zero is excluded.",
        "Raise the maximum position, lower the minimum holding, or set the minimum position to 0.",
    )


def _same(values: Vector) -> float | None:
    return float(values[0]) if np.ptp(values) <= TOLERANCE else None


def _total_too_small(limits: LimitSet) -> Obstacle | None:
    upper, net, count = limits.upper_frac, limits.net_frac, limits.universe.count
    total = float(upper.sum())
    if total >= net - TOLERANCE:
        return None
    each = _same(upper)
    who = (
        f"The {plural(count, 'asset')}"
        if each is None
        else ("The 1 asset" if count == 1 else f"Each of the {count} assets")
    )
    what = (
        f"{who} may hold at most {percent(each)}, together {percent(total)}"
        if each is not None
        else f"{who} may together hold at most {percent(total)}"
    )
    needed = int(np.ceil(net / each - TOLERANCE)) if each else 0
    fix = f"Raise the maximum position to at least {percent(_ceil(net / count))}"
    return Obstacle(
        f"{what}: less than the {percent(net)} to invest.",
        f"{fix}, or choose at least {needed} assets." if needed else f"{fix}, or choose more assets.",
    )


def _total_too_large(limits: LimitSet) -> Obstacle | None:
    lower, net, count = limits.lower_frac, limits.net_frac, limits.universe.count
    total = float(lower.sum())
    if total <= net + TOLERANCE:
        return None
    each = _same(lower)
    what = (
        f"Each of the {count} assets must hold at least {percent(each)}, together {percent(total)}"
        if each is not None and count > 1
        else f"The {plural(count, 'asset')} must together hold at least {percent(total)}"
    )
    most = int(np.floor(net / each + TOLERANCE)) if each and net > 0 else 0
    fewer = f"choose at most {most} assets" if most else "choose fewer assets"
    return Obstacle(
        f"{what}: more than the {percent(net)} to invest.",
        f"Lower the minimum position to at most {percent(_floor(net / count))}, {fewer}, or use "
        "'zero or at least' instead of a minimum for every asset.",
    )


def _sectors(limits: LimitSet) -> Obstacle | None:
    for row in _sector_rows(limits):
        inside = row.coefficients > 0.0
        count = int(inside.sum())
        low, high = float(limits.lower_frac[inside].sum()), float(limits.upper_frac[inside].sum())
        if low > row.upper_frac + TOLERANCE:
            return Obstacle(
                f"The {plural(count, 'asset')} of {row.scope} must together hold at least {percent(low)}: more than "
                f"the {percent(row.upper_frac)} allowed for {row.scope}.",
                f"Raise the limit for {row.scope} to at least {percent(_ceil(low))} or lower the minimum position.",
            )
        if high < row.lower_frac - TOLERANCE:
            have = f"The {plural(count, 'asset')} of {row.scope} may together hold at most {percent(high)}"
            if not count:
                have = f"No asset belongs to {row.scope}"
            return Obstacle(
                f"{have}: less than the {percent(row.lower_frac)} demanded for {row.scope}.",
                f"Lower the minimum for {row.scope} to at most {percent(_floor(high))}, add assets of this sector, "
                "or raise the maximum position.",
            )
    return None


def _partition(limits: LimitSet) -> Obstacle | None:
    """Compare the budget with what disjoint sector limits leave room for, and with what they demand."""
    rows = _sector_rows(limits)
    if not rows:
        return None
    covered = np.zeros(limits.universe.count)
    room, demand = 0.0, 0.0
    caps: list[str] = []
    floors: list[str] = []
    seen: set[str] = set()
    for row in rows:
        if row.scope in seen:
            return None
        seen.add(row.scope)
        covered = covered + row.coefficients
        inside = row.coefficients > 0.0
        top, base = float(limits.upper_frac[inside].sum()), float(limits.lower_frac[inside].sum())
        room += min(row.upper_frac, top)
        demand += max(row.lower_frac, base)
        if row.upper_frac < top:
            caps.append(f"{row.scope} {percent(row.upper_frac)}")
        if row.lower_frac > base:
            floors.append(f"{row.scope} {percent(row.lower_frac)}")
    if (covered > 1.0).any():
        return None
    outside = covered == 0.0
    rest = plural(int(outside.sum()), "other asset") if outside.any() else ""
    room_outside, base_outside = float(limits.upper_frac[outside].sum()), float(limits.lower_frac[outside].sum())
    net = limits.net_frac
    if room + room_outside < net - TOLERANCE:
        others = f", and {rest} may hold at most {percent(room_outside)}" if rest else ""
        return Obstacle(
            f"The sector limits ({listing(caps, 12)}) together leave room for {percent(room)}{others}"
            f"{_sum_of(others, room + room_outside)}, less than the {percent(net)} to invest.",
            f"Raise the sector limits by at least {percent(_ceil(net - room - room_outside))} together, or add "
            "assets of other sectors.",
        )
    if demand + base_outside > net + TOLERANCE:
        others = f", and {rest} must hold at least {percent(base_outside)}" if rest and base_outside > 0 else ""
        return Obstacle(
            f"The sector minimums ({listing(floors, 12)}) together demand {percent(demand)}{others}"
            f"{_sum_of(others, demand + base_outside)}, more than the {percent(net)} to invest.",
            f"Lower the minimums by at least {percent(_ceil(demand + base_outside - net))} together.",
        )
    return None


def _sum_of(others: str, total: float) -> str:
    """Return the sum of two figures in words; nothing where there is only one, which has just been said."""
    return f": {percent(total)} in all" if others else ""


def _sector_rows(limits: LimitSet) -> list[Row]:
    return [row for row in limits.rows if row.kind == "sector_limit"]


def explain_conflict(limits: LimitSet) -> Obstacle:
    """Return a smallest set of limits that cannot hold together, found by leaving limits out one at a time.

    The elastic program says how far the remaining limits are from holding together.
    """
    lifted = lift_rows(limits, np.zeros(limits.universe.count))
    lower, upper = lifted.bounds(limits.lower_frac, limits.upper_frac)
    user_rows = [i for i, name in enumerate(lifted.names) if _is_user_row(i, name)]
    groups: list[tuple[str, tuple[int, ...]]] = [("rows", (i,)) for i in user_rows]
    groups += [("maximum", ()), ("minimum", ())]

    def shortfall(kept: list[tuple[str, tuple[int, ...]]]) -> tuple[float, Vector]:
        rows = {i for kind, members in kept if kind == "rows" for i in members}
        kinds = {kind for kind, _ in kept}
        return _elastic(lifted, lower, upper, limits, rows, "maximum" in kinds, "minimum" in kinds)

    kept = list(groups)
    for group in groups:
        fewer = [other for other in kept if other is not group]
        if shortfall(fewer)[0] > TOLERANCE:
            kept = fewer
    missing, _ = shortfall(kept)
    names = [_sentence(limits, lifted, group) for group in kept]
    apart = f" They miss each other by {percent(missing, 4)} of the capital." if np.isfinite(missing) else ""
    return Obstacle(
        f"These limits cannot hold together with the {percent(limits.net_frac)} to invest: {'; '.join(names)}.{apart}",
        "Loosen any one of them; the others can then hold." if len(kept) > 1 else "Loosen this limit.",
    )


def _is_user_row(place: int, name: str) -> bool:
    return place > LiftedRows.RETURN_FLOOR and not name.startswith("Short part of ")


def _elastic(
    lifted: LiftedRows,
    lower: Vector,
    upper: Vector,
    limits: LimitSet,
    rows: set[int],
    has_maximum: bool,
    has_minimum: bool,
) -> tuple[float, Vector]:
    """Return the least total by which the budget must be missed while the given limits hold, and the weights."""
    count = limits.universe.count
    low, high = lower.copy(), upper.copy()
    if not has_maximum:
        high[:count] = 100.0
        high[count:] = 100.0
    if not has_minimum:
        low[:count] = np.where(limits.lower_frac < 0.0, -100.0, np.minimum(low[:count], 0.0))
        high[count:] = 100.0
    keep = [i for i, name in enumerate(lifted.names) if not _is_user_row(i, name) or i in rows]
    matrix = lifted.matrix[keep]
    height, width = matrix.shape
    slack = np.zeros((height, 2))
    slack[keep.index(LiftedRows.BUDGET)] = (1.0, -1.0)
    cost = np.concatenate([np.zeros(width), np.ones(2)])
    answer = solve_linear(
        cost,
        np.hstack([matrix, slack]),
        lifted.row_lower[keep],
        lifted.row_upper[keep],
        np.concatenate([low, np.zeros(2)]),
        np.concatenate([high, np.full(2, np.inf)]),
    )
    if answer.outcome != "solved":
        return np.inf, np.zeros(count)
    return answer.value, answer.x[:count]


def _sentence(limits: LimitSet, lifted: LiftedRows, group: tuple[str, tuple[int, ...]]) -> str:
    kind, members = group
    if kind == "maximum":
        each = _same(limits.upper_frac)
        return "the maximum positions" if each is None else f"the maximum of {percent(each)} for each position"
    if kind == "minimum":
        each = _same(limits.lower_frac)
        return "the minimum positions" if each is None else f"the minimum of {percent(each)} for each position"
    place = members[0]
    low, high = lifted.row_lower[place], lifted.row_upper[place]
    if np.isneginf(low):
        return f"{lifted.names[place]} at most {percent(float(high))}"
    if np.isposinf(high):
        return f"{lifted.names[place]} at least {percent(float(low))}"
    return f"{lifted.names[place]} from {percent(float(low))} to {percent(float(high))}"


def _ceil(value: float) -> float:
    """Round up to a hundredth of a percent, so that advice taken literally is enough."""
    return float(np.ceil(value * 1e4 - 1e-7)) / 1e4


def _floor(value: float) -> float:
    """Round down to a hundredth of a percent."""
    return float(np.floor(value * 1e4 + 1e-7)) / 1e4
