"""Which sums on positions and groups already show that no portfolio meets the limits?

Arithmetic alone, which gives the plainest sentences; what it cannot see, `engine.doctor` finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.constraints import Constraint
from engine.kernel.forms import Row, Universe, Vector
from engine.kernel.units import listing, percent, plural
from engine.optimize.compile import LimitSet

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why no portfolio exists, and what would help."""

    message: str
    advice: str


def obstacle_of(constraints: Sequence[Constraint], universe: Universe) -> Obstacle | None:
    """Return why no portfolio of the assets meets the limits, or None; needs no returns, so it can run on every change.

    In the doctor's words: turnover, minimum holdings and the number of holdings are looked at; goals and limits on
    risk, which need returns, are not.

    Parameters
    ----------
    constraints
        All limits, the budget included.
    universe
        The assets with their sectors; names must be known good (`engine.checks.universe_problems`).

    """
    from engine.doctor.diagnose import diagnose_limits

    found = diagnose_limits([item for item in constraints if not _is_default(item)], universe)
    if found.is_feasible:
        return None
    message = " ".join(conflict.sentence for conflict in found.conflicts)
    if len(found.conflicts) == 1 or found.joint_repair is None:
        return Obstacle(message, found.conflicts[0].advice)
    return Obstacle(message, found.joint_repair.sentence)


def _is_default(item: Constraint) -> bool:
    """Return whether a limit is the budget that holds anyway: nobody can let it go."""
    return getattr(item, "kind", "") == "budget" and getattr(item, "net_frac", None) == 1.0


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
                f"Lower the minimum for {row.scope} to at most {percent(_floor(high))}, add assets of this "
                f"{_noun([row])}, or raise the maximum position.",
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
            f"The {_noun(rows)} limits ({listing(caps, 12)}) together leave room for {percent(room)}{others}"
            f"{_sum_of(others, room + room_outside)}, less than the {percent(net)} to invest.",
            f"Raise the {_noun(rows)} limits by at least {percent(_ceil(net - room - room_outside))} together, or add "
            f"assets of other {_noun(rows)}s.",
        )
    if demand + base_outside > net + TOLERANCE:
        others = f", and {rest} must hold at least {percent(base_outside)}" if rest and base_outside > 0 else ""
        return Obstacle(
            f"The {_noun(rows)} minimums ({listing(floors, 12)}) together demand {percent(demand)}{others}"
            f"{_sum_of(others, demand + base_outside)}, more than the {percent(net)} to invest.",
            f"Lower the minimums by at least {percent(_ceil(demand + base_outside - net))} together.",
        )
    return None


def _sum_of(others: str, total: float) -> str:
    """Return the sum of two figures in words; nothing where there is only one, which has just been said."""
    return f": {percent(total)} in all" if others else ""


def _sector_rows(limits: LimitSet) -> list[Row]:
    return [row for row in limits.rows if row.kind in ("sector_limit", "group_limit")]


def _noun(rows: Sequence[Row]) -> str:
    return "sector" if all(row.kind == "sector_limit" for row in rows) else "group"


def _ceil(value: float) -> float:
    """Round up to a hundredth of a percent, so that advice taken literally is enough."""
    return float(np.ceil(value * 1e4 - 1e-7)) / 1e4


def _floor(value: float) -> float:
    """Round down to a hundredth of a percent."""
    return float(np.floor(value * 1e4 + 1e-7)) / 1e4
