"""Which sums on positions and groups already show that no portfolio meets the limits?

Arithmetic alone, which gives the plainest sentences; what it cannot see, `engine.doctor` finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.constraints import Constraint
from engine.constraints.group_limit import groups_present
from engine.kernel.forms import Row, Span, Universe, Vector
from engine.kernel.units import listing, percent, percent_at_least, percent_at_most, percents, plural
from engine.optimize.compile import LimitSet

TOLERANCE = 1e-9
CHOSEN_MAX_COUNT = 500  # more assets are nothing that somebody could choose


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
    from engine.doctor.reason import told_together

    found = diagnose_limits([item for item in constraints if not _is_default(item)], universe)
    if found.is_feasible:
        return None
    message = told_together(found)
    if len(found.conflicts) == 1 or found.joint_repair is None:
        return Obstacle(message, found.conflicts[0].advice)
    return Obstacle(message, found.joint_repair.sentence)


def _is_default(item: Constraint) -> bool:
    """Return whether a limit is the budget that holds anyway: nobody can let it go."""
    return getattr(item, "kind", "") == "budget" and getattr(item, "net_frac", None) == 1.0


def find_obstacle(limits: LimitSet) -> Obstacle | None:
    """Return why no portfolio meets the limits' hull, by arithmetic alone; None when arithmetic finds nothing."""
    if _has_room(limits):
        return None
    for check in (_empty_positions, _total_too_small, _total_too_large, _sectors, _partition):
        obstacle = check(limits)
        if obstacle is not None:
            return obstacle
    return None


def _has_room(limits: LimitSet) -> bool:
    """Return whether all the sums below leave room, at once; False where one may not, or sectors overlap."""
    lower, upper, net = limits.lower_frac, limits.upper_frac, limits.net_frac
    low, high = float(lower.sum()), float(upper.sum())
    if not (low <= net + TOLERANCE and high >= net - TOLERANCE):  # NaN where no weight is left
        return False
    if not all(limits.split.values()):
        return False
    rows = _sector_rows(limits)
    if not rows:
        return True
    inside = np.array([row.coefficients for row in rows])
    least, most = np.array([(row.lower_frac, row.upper_frac) for row in rows]).T
    base, top = inside @ lower, inside @ upper
    if (base > most + TOLERANCE).any() or (top < least - TOLERANCE).any():
        return False
    room = np.minimum(most, top).sum() + high - top.sum()
    demand = np.maximum(least, base).sum() + low - base.sum()
    return bool(room >= net - TOLERANCE and demand <= net + TOLERANCE)


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
    shown, whole, wanted = percents(total if each is None else each, total, net)
    who = (
        f"The {plural(count, 'asset')}"
        if each is None
        else ("The 1 asset" if count == 1 else f"Each of the {count} assets")
    )
    what = (
        f"{who} may hold at most {shown}, together {whole}"
        if each is not None
        else f"{who} may together hold at most {whole}"
    )
    problem = f"{what}: less than the {wanted} to invest."
    span = _binding(limits.spans, upper, "upper_frac")
    if span is not None:
        way = f"Allow a larger distance above {span.name}" if span.is_distance else f"Loosen {span.name}"
        return Obstacle(problem, f"{way}, or choose more assets.")
    needed = int(np.ceil(net / each - TOLERANCE)) if each else 0
    way = f"Raise the maximum position to at least {percent_at_least(net / count)}"
    if needed > CHOSEN_MAX_COUNT:
        return Obstacle(problem, f"{way}.")
    return Obstacle(problem, f"{way}, or choose {f'at least {needed}' if needed else 'more'} assets.")


def _binding(spans: Sequence[Span], bounds: Vector, side: str) -> Span | None:
    """Return the first distance from a reference weight, or rule, that sets one of the bounds; None without."""
    for span in spans:
        if (np.abs(getattr(span, side) - bounds) <= TOLERANCE).any():
            return span
    return None


def _total_too_large(limits: LimitSet) -> Obstacle | None:
    lower, net, count = limits.lower_frac, limits.net_frac, limits.universe.count
    total = float(lower.sum())
    if total <= net + TOLERANCE:
        return None
    each = _same(lower)
    shown, whole, wanted = percents(total if each is None else each, total, net)
    what = (
        f"Each of the {count} assets must hold at least {shown}, together {whole}"
        if each is not None and count > 1
        else f"The {plural(count, 'asset')} must together hold at least {whole}"
    )
    return Obstacle(f"{what}: more than the {wanted} to invest.", _way_below(limits, each, total))


def _way_below(limits: LimitSet, each: float | None, total: float) -> str:
    """Return what makes room where the least weights sum to more than is to be invested."""
    net, count = limits.net_frac, limits.universe.count
    span = _binding(limits.spans, limits.lower_frac, "lower_frac")
    if span is not None:
        way = f"Allow a larger distance below {span.name}" if span.is_distance else f"Loosen {span.name}"
        return f"{way}, or choose fewer assets."
    if net < 0.0:  # no minimum of a position may be negative
        is_short = limits.short_budget is not None or bool((limits.lower_frac < 0.0).any())
        shorts = f"allow {'larger ' if is_short else ''}short positions"
        return f"Raise the sum of the weights to at least {percent_at_least(total)}, or {shorts}."
    most = int(np.floor(net / each + TOLERANCE)) if each and net > 0 else 0
    fewer = f"choose at most {most} assets" if most else "choose fewer assets"
    return (
        f"Lower the minimum position to at most {percent_at_most(net / count)}, {fewer}, or use "
        "'zero or at least' instead of a minimum for every asset."
    )


def _sectors(limits: LimitSet) -> Obstacle | None:
    for row in _sector_rows(limits):
        inside = row.coefficients > 0.0
        count = int(inside.sum())
        low, high = float(limits.lower_frac[inside].sum()), float(limits.upper_frac[inside].sum())
        if low > row.upper_frac + TOLERANCE:
            held, allowed = percents(low, row.upper_frac)
            return Obstacle(
                f"The {plural(count, 'asset')} of {row.scope} must together hold at least {held}: more than "
                f"the {allowed} allowed for {row.scope}.",
                f"Raise the limit for {row.scope} to at least {percent_at_least(low)} or lower the minimum position.",
            )
        if high < row.lower_frac - TOLERANCE:
            room, demanded = percents(high, row.lower_frac)
            if not count:
                return _without_members(limits, row, demanded)
            have = f"The {plural(count, 'asset')} of {row.scope} may together hold at most {room}"
            return Obstacle(
                f"{have}: less than the {demanded} demanded for {row.scope}.",
                f"Lower the minimum for {row.scope} to at most {percent_at_most(high)}, add assets of this "
                f"{_noun([row])}, or raise the maximum position.",
            )
    return None


def _without_members(limits: LimitSet, row: Row, demanded: str) -> Obstacle:
    """Return what to say of a minimum for a group that no asset belongs to: which groups there are."""
    universe = limits.universe
    there = ["sector"] if row.kind == "sector_limit" else [*universe.groups, "sector"]
    # A row knows its group's dimension by its name alone: "Japan (country)".
    named = [name for name in there if row.name.endswith(f"({name.replace('_', ' ')})")]
    dimension = (named or there)[0]
    known = groups_present(universe, dimension)
    noun = dimension.replace("_", " ")
    there_is = f"T{known[1:]}" if known else f"No asset has a {noun}: give one for each, `facts.groups.{dimension}`"
    return Obstacle(
        f"No asset belongs to {row.scope}: less than the {demanded} demanded for {row.scope}. {there_is}.",
        f"Correct the name {row.scope} if another {noun} was meant, lower its minimum to at most 0%, or add assets of "
        f"this {noun}.",
    )


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
        part, whole, wanted = percents(room, room + room_outside, net)
        return Obstacle(
            f"The {_noun(rows)} limits ({listing(caps, 12)}) together leave room for {part}{others}"
            f"{_sum_of(others, whole)}, less than the {wanted} to invest.",
            f"Raise the {_noun(rows)} limits by at least {percent_at_least(net - room - room_outside)} together, or "
            f"add assets of other {_noun(rows)}s.",
        )
    if demand + base_outside > net + TOLERANCE:
        others = f", and {rest} must hold at least {percent(base_outside)}" if rest and base_outside > 0 else ""
        part, whole, wanted = percents(demand, demand + base_outside, net)
        return Obstacle(
            f"The {_noun(rows)} minimums ({listing(floors, 12)}) together demand {part}{others}"
            f"{_sum_of(others, whole)}, more than the {wanted} to invest.",
            f"Lower the minimums by at least {percent_at_least(demand + base_outside - net)} together.",
        )
    return None


def _sum_of(others: str, total: str) -> str:
    """Return the sum of two figures in words; nothing where there is only one, which has just been said."""
    return f": {total} in all" if others else ""


def _sector_rows(limits: LimitSet) -> list[Row]:
    return [row for row in limits.rows if row.kind in ("sector_limit", "group_limit")]


def _noun(rows: Sequence[Row]) -> str:
    return "sector" if all(row.kind == "sector_limit" for row in rows) else "group"
