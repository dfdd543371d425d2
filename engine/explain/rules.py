"""Which limits of a request press on its answer, and what moves when the side of one is moved?

Bounds that one limit of the request sets for many assets are one rule: its side moves for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Vector
from engine.kernel.units import percent
from engine.optimize.compile import LimitSet
from engine.optimize.convex_answer import ConvexAnswer
from engine.optimize.lift import LiftedRows

Mask = NDArray[np.bool_]
Part = TypeVar("Part")
STEP_FRAC = 0.01
RISK_STEP_FRAC = 0.0025
AVERAGE_STEP = 0.05  # of the side
PLAIN_KINDS = frozenset({"sector_limit", "group_limit"})
PRESSED = 1e-10


@dataclass(frozen=True, eq=False)
class Rule:
    """One side of one limit that binds.

    Attributes
    ----------
    source
        Place of the limit in the request.
    row, factor
        Lifted row, or -1, and by how much its side moves with that of the limit.
    mask
        Assets whose bound it is; empty for a row.
    risk
        Number of the ceiling on risk, or -1.
    step
        By how much it is loosened to say what that gives back, with its sign.
    with_side
        Returns the limits with another side; infinite takes the limit away.

    """

    name: str
    kind: str
    scope: str
    source: int
    is_upper: bool
    side: float
    step: float
    with_side: Callable[[float], LimitSet]
    row: int = -1
    factor: float = 1.0
    mask: Mask | None = None
    risk: int = -1


def pressing(limits: LimitSet, rows: LiftedRows, answer: ConvexAnswer, box: tuple[Vector, Vector]) -> list[Rule]:
    """Return the rules whose multipliers are not zero, in the order of the request."""
    assert answer.row_duals is not None
    assert answer.bound_duals is not None
    found = _row_rules(limits, rows, answer.row_duals)
    found += _bound_rules(limits, answer.bound_duals, box)
    for number, risk in enumerate(limits.risks):
        if number < len(answer.risk_duals) and answer.risk_duals[number] > PRESSED:
            side = risk.upper_annual_frac
            found.append(
                Rule(
                    risk.name,
                    risk.kind,
                    risk.scope,
                    risk.source,
                    True,
                    side,
                    RISK_STEP_FRAC,
                    _with_risk(limits, number),
                    risk=number,
                )
            )
    return sorted(found, key=lambda rule: rule.source)


def _row_rules(limits: LimitSet, rows: LiftedRows, duals: Vector) -> list[Rule]:
    found: list[Rule] = []
    for number, row in enumerate(limits.rows):
        at = rows.FIRST_ROW + number
        if abs(duals[at]) <= PRESSED:
            continue
        is_upper = bool(duals[at] > 0.0)
        own = row.upper_frac if is_upper else row.lower_frac
        side = own if row.average is None else row.average
        step = STEP_FRAC if row.kind in PLAIN_KINDS else AVERAGE_STEP * (abs(side) or 1.0)
        factor = 1.0 if row.average is None else limits.net_frac
        step = step if is_upper else -step
        made = _with_row(limits, number, is_upper=is_upper)
        found.append(Rule(row.name, row.kind, row.scope, row.source, is_upper, side, step, made, at, factor))
    for number, absolute in enumerate(limits.absolute_rows):
        at = rows.first_absolute + number
        if duals[at] > PRESSED:
            made = _with_absolute(limits, number)
            side = absolute.upper_frac
            found.append(
                Rule(absolute.name, absolute.kind, absolute.scope, absolute.source, True, side, STEP_FRAC, made, at)
            )
    budget = limits.short_budget
    if budget is not None:
        both = (
            ("Gross exposure", rows.gross, budget.gross_max_frac, "gross_max_frac"),
            ("Short positions together", rows.shorts_together, budget.short_max_frac, "short_max_frac"),
        )
        for name, at, side_, field in both:
            if side_ is not None and at >= 0 and duals[at] > PRESSED:
                made = _with_budget(limits, field)
                found.append(
                    Rule(name, "long_short", "portfolio", limits.short_source, True, side_, STEP_FRAC, made, at)
                )
    return found


def _bound_rules(limits: LimitSet, duals: Vector, box: tuple[Vector, Vector]) -> list[Rule]:
    """Return one rule for each limit that sets bounds and each value that it sets."""
    found: list[Rule] = []
    free = box[1] - box[0] > PRESSED
    for is_upper in (False, True):
        values = box[1] if is_upper else box[0]
        sources = limits.bound_sources[1 if is_upper else 0]
        own = duals[: len(values)]
        pressed = free & (own > PRESSED if is_upper else own < -PRESSED)
        for source, value in sorted({(int(sources[i]), float(values[i])) for i in np.flatnonzero(pressed)}):
            mask = free & (sources == source) & (values == value)
            members = np.flatnonzero(mask)
            word = "at most" if is_upper else "at least"
            scope = limits.universe.assets[members[0]] if len(members) == 1 else "every position"
            name = f"{'Positions' if len(members) > 1 else f'Position of {scope}'} {word} {percent(value)}"
            made = _with_bounds(limits, mask, source, is_upper=is_upper)
            step = STEP_FRAC if is_upper else -STEP_FRAC
            kind = "position_bounds"
            found.append(Rule(name, kind, scope, source, is_upper, value, step, made, mask=mask))
    return found


def _with_row(limits: LimitSet, number: int, *, is_upper: bool) -> Callable[[float], LimitSet]:
    def made(side: float) -> LimitSet:
        row = limits.rows[number]
        if row.average is not None and np.isfinite(side):
            row = replace(row, coefficients=row.coefficients + row.average - side, average=side)
        elif is_upper:
            row = replace(row, upper_frac=side)
        else:
            row = replace(row, lower_frac=side)
        return replace(limits, rows=_swapped(limits.rows, number, row))

    return made


def _with_absolute(limits: LimitSet, number: int) -> Callable[[float], LimitSet]:
    def made(side: float) -> LimitSet:
        row = replace(limits.absolute_rows[number], upper_frac=side)
        return replace(limits, absolute_rows=_swapped(limits.absolute_rows, number, row))

    return made


def _with_budget(limits: LimitSet, field: str) -> Callable[[float], LimitSet]:
    def made(side: float) -> LimitSet:
        assert limits.short_budget is not None
        changed = {field: None if np.isinf(side) else side}
        return replace(limits, short_budget=replace(limits.short_budget, **changed))

    return made


def has_caps(limits: LimitSet) -> bool:
    """Return whether every weight has a cap below the whole budget, so that none can be sold short without end."""
    return bool((limits.upper_frac < max(1.0, limits.net_frac)).all())


def _least(limits: LimitSet, source: int) -> Vector:
    """Return the least weights without the floors of one limit, shape (n,): what the budget and all caps leave.

    Other limits that span an asset stay.
    """
    least = limits.net_frac - (limits.upper_frac.sum() - limits.upper_frac)
    for span in limits.spans:
        if span.source != source:
            least = np.maximum(least, span.lower_frac)
    return np.asarray(least)


def _with_bounds(limits: LimitSet, mask: Mask, source: int, *, is_upper: bool) -> Callable[[float], LimitSet]:
    def made(side: float) -> LimitSet:
        if is_upper:
            most = max(1.0, limits.net_frac) if np.isinf(side) else side
            return replace(limits, upper_frac=np.where(mask, most, limits.upper_frac))
        least = np.minimum(_least(limits, source), limits.lower_frac) if np.isinf(side) else side
        return replace(limits, lower_frac=np.where(mask, least, limits.lower_frac))

    return made


def _with_risk(limits: LimitSet, number: int) -> Callable[[float], LimitSet]:
    def made(side: float) -> LimitSet:
        if np.isinf(side):
            return replace(limits, risks=limits.risks[:number] + limits.risks[number + 1 :])
        risk = replace(limits.risks[number], upper_annual_frac=side)
        return replace(limits, risks=_swapped(limits.risks, number, risk))

    return made


def _swapped(parts: tuple[Part, ...], number: int, part: Part) -> tuple[Part, ...]:
    return (*parts[:number], part, *parts[number + 1 :])
