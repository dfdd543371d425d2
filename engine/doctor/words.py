"""In which plain words, with which numbers, is a conflict told?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.diagnosis import Change, Conflict, LimitName
from engine.doctor.demands import Knob, UserLimit
from engine.doctor.judge import Judge
from engine.doctor.verdict import Set
from engine.kernel.units import listing, percent, percents, plural
from engine.optimize.compile import LimitSet
from engine.optimize.feasibility import Obstacle, find_obstacle

ROWS = ("sector_limit", "group_limit")
FIRST = (
    "target_return", "min_cvar", "max_return", "cvar_ceiling", "cdar_ceiling", "drawdown_ceiling", "tracking_error",
    "volatility_ceiling", "esg_floor", "beta", "factor_exposure", "turnover", "holdings_count", "sector_limit",
    "group_limit", "long_short", "min_trade", "min_holding", "position_bounds", "budget",
)  # fmt: skip


@dataclass(frozen=True)
class Best:
    """The nearest value of a field at which the other limits of the conflict can hold."""

    knob: Knob
    value: float


def name_of(limit: UserLimit) -> LimitName:
    """Return the limit as the request calls it."""
    return LimitName(constraint_index=limit.index, kind=limit.kind, label=limit.label, sentence=limit.sentence)


def figure(knob: Knob, value: float) -> str:
    """Return a value of a field as text in its own unit."""
    if knob.is_whole:
        return f"{value:g}"
    return percent(value) if knob.name.endswith("_frac") else f"{value:,.7g}"


def both(knob: Knob, one: float, other: float) -> tuple[str, str]:
    """Return two values of a field as text, precise enough to tell them apart."""
    if knob.name.endswith("_frac") and not knob.is_whole:
        first, second = percents(one, other)
        return first, second
    return figure(knob, one), figure(knob, other)


def cautious(knob: Knob, value: float) -> float:
    """Return a reachable value rounded to where it is surely reachable."""
    if knob.is_whole:
        return float(np.ceil(value - 1e-6) if knob.sign > 0 else np.floor(value + 1e-6))
    step = 1e-4 if knob.name.endswith("_frac") else 10.0 ** (np.floor(np.log10(max(abs(value), 1e-6))) - 3)
    places = value / step
    rounded = np.ceil(places - 1e-6) if knob.sign > 0 else np.floor(places + 1e-6)
    return round(float(rounded * step), 12)


def _apart(knob: Knob, value: float) -> tuple[str, str]:
    """Return a reachable value and the one asked for as text, with more decimals where they would look the same."""
    rounded = cautious(knob, value)
    return both(knob, value if rounded == knob.value else rounded, knob.value)


def told(judge: Judge, conflict: Set) -> Conflict:
    """Return a conflict in words; its figures are what its own limits, and the budget, leave room for.

    A figure that needs a limit from outside the set would contradict the set: who reads that this limit alone is
    impossible could not find that figure from it.
    """
    limits = judge.mandate.limits
    members = sorted(conflict)
    names = tuple(name_of(limits[j]) for j in members)
    advice = "Loosen this limit." if len(members) == 1 else "Loosen any one of them; the others can then hold."
    obstacle = _by_arithmetic(judge, members)
    if obstacle is not None:
        return Conflict(limits=names, sentence=obstacle.message, advice=obstacle.advice)
    # What is all or nothing is what surprises: without it the same limits could hold.
    focus = min(members, key=lambda j: (not limits[j].demands.is_whole, _rank(limits[j]), j))
    head = _head(judge, conflict, focus)
    others = [limits[j].sentence for j in members if j != focus]
    if not others:
        return Conflict(limits=names, sentence=head, advice=advice)
    return Conflict(limits=names, sentence=f"{head} The other side: {' '.join(others)}", advice=advice)


def _rank(limit: UserLimit) -> int:
    return FIRST.index(limit.kind) if limit.kind in FIRST else 0 if limit.index is None else len(FIRST)


def _by_arithmetic(judge: Judge, members: list[int]) -> Obstacle | None:
    """Return the plain sum behind a conflict of position and group limits alone, where there is one."""
    mandate = judge.mandate
    count = mandate.universe.count
    lower, upper, net = np.full(count, mandate.floor), np.ones(count), 1.0
    rows, spans = [], []
    for j in members:
        limit = mandate.limits[j]
        demands = limit.demands
        if limit.kind not in ("position_bounds", "budget", *ROWS) or demands.is_whole:
            return None
        lower, upper = np.maximum(lower, demands.lower), np.minimum(upper, demands.upper)
        net = net if demands.net is None else demands.net
        if limit.kind in ROWS:
            rows += list(limit.spec.compile(mandate.universe).rows)  # type: ignore[attr-defined]
        if limit.kind == "position_bounds":
            spans += list(limit.spec.compile(mandate.universe).spans)  # type: ignore[attr-defined]
    if (lower > upper).any():
        return None
    return find_obstacle(
        LimitSet(
            universe=mandate.universe,
            net_frac=net,
            lower_frac=lower,
            upper_frac=upper,
            rows=tuple(rows),
            spans=tuple(spans),
            short_budget=None,
            minimum_frac=np.zeros(count),
            notes=(),
        )
    )


def best_of(judge: Judge, conflict: Set, focus: int) -> list[Best]:
    """Return how far a limit's fields must move until the others of its set can hold; empty when none is enough."""
    loose = [k for k, (place, _) in enumerate(judge.knobs) if place == focus]
    if judge.effort.is_over():
        return []
    budgets = {j for j in judge.hard if judge.mandate.limits[j].demands.net is not None}
    slacks = (judge.least_slacks(conflict | budgets, loose) or judge.least_slacks(conflict, loose)) if loose else None
    return [
        Best(judge.knobs[k][1], judge.knobs[k][1].value + judge.knobs[k][1].sign * slack)
        for k, slack in sorted((slacks or {}).items())
    ]


def _head(judge: Judge, conflict: Set, focus: int) -> str:
    limit = judge.mandate.limits[focus]
    if limit.kind in ("min_holding", "min_trade"):
        return _all_or_nothing(judge, conflict, limit)
    best = best_of(judge, conflict, focus)
    if not best:
        return f"With the limits that follow this cannot be: {limit.sentence}"
    forced = _forced_trades(judge, conflict, best[0]) if limit.kind == "turnover" else None
    return forced or " ".join(_one(judge, limit, item) for item in best)


def _slip(judge: Judge, knob: Knob, reachable: float) -> str:
    """Return the question whether another scale was meant, where a hundredth of what is asked for can be reached."""
    scores = judge.mandate.universe.esg_scores
    meant = knob.value / 100.0
    if scores is None or knob.sign > 0 or not meant <= reachable or np.nanmax(scores) >= 0.1 * knob.value:
        return ""
    low, high = float(np.nanmin(scores)), float(np.nanmax(scores))
    return f" The scores lie between {low:,.4g} and {high:,.4g}: did you mean {figure(knob, meant)}?"


def _one(judge: Judge, limit: UserLimit, best: Best) -> str:
    knob = best.knob
    reach, asked = _apart(knob, best.value)
    kind = limit.kind
    if limit.index is None and knob.sign < 0:
        return f"The best reachable expected return is {reach} a year; you asked for {asked}."
    if kind == "max_return" or kind == "volatility_ceiling":
        return f"The lowest reachable volatility is {reach} a year; you allow {asked}."
    if kind == "tracking_error":
        return f"The lowest reachable tracking error is {reach} a year; you allow {asked}."
    if kind == "esg_floor":
        return f"The best reachable ESG score is {reach}; you asked for {asked}.{_slip(judge, knob, best.value)}"
    if kind == "turnover":
        return f"The smallest possible turnover is {reach}; you allow {asked}."
    if kind == "holdings_count":
        few = f"At least {reach} holdings are needed; you allow {asked}."
        return few if knob.sign > 0 else f"At most {reach} assets can be held; you ask for {asked}."
    if kind == "position_bounds":
        return _position(limit, knob, reach, asked)
    if kind == "budget":
        return f"The other limits leave room for {reach} in all; {asked} is to be invested."
    what = _what(limit)
    if knob.sign < 0:
        return f"{what} can be at most {reach}; at least {asked} is demanded."
    return f"{what} must be at least {reach}; at most {asked} is allowed."


def _what(limit: UserLimit) -> str:
    if limit.kind == "compliance_rule":
        return f"The limit of the rule “{limit.label}”"
    if limit.kind in ROWS and getattr(limit.spec, "relative_to", "absolute") == "absolute":
        return f"The weight of {getattr(limit.spec, 'sector', None) or getattr(limit.spec, 'group', '')}"
    names = [line.name for line in limit.demands.lines]
    if limit.demands.tails:
        return limit.label.removesuffix(" ceiling") + " of the portfolio"
    return names[0] if names else limit.label


def _position(limit: UserLimit, knob: Knob, reach: str, asked: str) -> str:
    assets = getattr(limit.spec, "assets", None)
    relative = getattr(limit.spec, "relative_to", "absolute")
    who = "each position" if assets is None else f"each of {listing(list(assets))}"
    base = "" if relative == "absolute" else f" relative to the {relative} weight"
    if knob.name == "short_max_frac":
        return f"A short of at least {reach} would be needed for {who}; at most {asked} is allowed."
    if knob.sign > 0:
        return f"A maximum of at least {reach} would be needed for {who}{base}; it is {asked}."
    return f"A minimum of at most {reach} would be possible for {who}{base}; it is {asked}."


def _all_or_nothing(judge: Judge, conflict: Set, limit: UserLimit) -> str:
    least = percent(float(getattr(limit.spec, "min_frac", 0.0)))
    alone = len(conflict) == 1
    what = "no portfolio exists" if alone else "no portfolio meets the limits that follow"
    if limit.kind == "min_trade":
        return f"Because every trade must be zero or at least {least}, {what}; without that minimum one would."
    if judge.violation(conflict)[0] > 0.0:
        return f"With the minimum holding of {least}, {what}."
    return f"Because every position must be zero or at least {least}, {what}; without that minimum one would."


def _forced_trades(judge: Judge, conflict: Set, best: Best) -> str | None:
    """Return what selling alone, or buying alone, already needs, where the positions' bounds explain the turnover."""
    universe = judge.mandate.universe
    current = universe.current_weights_frac
    if current is None:
        return None
    lower, upper = np.full(universe.count, judge.mandate.floor), np.ones(universe.count)
    for j in conflict:
        demands = judge.mandate.limits[j].demands
        lower, upper = np.maximum(lower, demands.lower), np.minimum(upper, demands.upper)
    for verb, forced in (("cutting", np.maximum(current - upper, 0.0)), ("buying", np.maximum(lower - current, 0.0))):
        if abs(float(forced.sum()) - best.value) > 1e-6:
            continue
        needed, allowed = _apart(best.knob, best.value)
        names = [universe.assets[i] for i in np.argsort(-forced, kind="stable") if forced[i] > 1e-9]
        return f"Turnover: {verb} {listing(names)}, as the limits demand, already needs {needed}; you allow {allowed}."
    return None


def changed(limit: UserLimit, change: Change, knob: Knob | None) -> str:
    """Return one change as words without a full stop."""
    what = limit.label if limit.index is not None else f"the goal {limit.label}"
    detail = _detail(limit)
    if knob is None or change.to_value is None:
        return f"remove {what}{detail}"
    verb = "raise" if change.to_value > knob.value else "lower"
    before, after = both(knob, knob.value, change.to_value)
    if limit.index is None:
        return f"{verb} {what} from {before} to {after}"
    return f"{verb} {_field_words(knob.name)} of {what}{detail} from {before} to {after}"


def gave_way(limit: UserLimit, changes: Sequence[tuple[Change, Knob | None]]) -> str:
    """Return how far a soft limit was let go, as a sentence."""
    told = []
    for change, knob in changes:
        if knob is None or change.to_value is None:
            told.append("it was left out")
            continue
        verb = "raised" if change.to_value > knob.value else "lowered"
        before, after = both(knob, knob.value, change.to_value)
        told.append(f"{_field_words(knob.name)} was {verb} from {before} to {after}")
    return f"{limit.label}{_detail(limit)}: {listing(told)}."


def _detail(limit: UserLimit) -> str:
    spec = limit.spec
    name = getattr(spec, "sector", None) or getattr(spec, "group", None) or getattr(spec, "factor", None)
    assets = getattr(spec, "assets", None)
    if name is None and assets:
        name = listing(list(assets))
    return f" ({name})" if name else ""


def _field_words(name: str) -> str:
    words = set(name.split("_"))
    for word, side in (("short", "the short maximum"), ("gross", "the gross maximum"), ("net", "the sum")):
        if word in words and ("max" in words or word == "net"):
            return side
    return "the maximum" if "max" in words else "the minimum"


def summary(conflicts: tuple[Conflict, ...]) -> str:
    """Return what is said first when no portfolio meets the limits."""
    if len(conflicts) == 1:
        return f"No portfolio meets every limit. {conflicts[0].sentence}"
    return f"No portfolio meets every limit: there are {plural(len(conflicts), 'conflict')}. {conflicts[0].sentence}"
