"""How is it chosen what counts, where a rule adds up only what lies beyond a level, or within one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.compliance.bound import Bound
from engine.compliance.bounds import Vector
from engine.compliance.combined import combined
from engine.compliance.goal import score_of
from engine.compliance.linear import GUARD, ChoiceRule, LinearRow
from engine.constraints.budget import Budget
from engine.constraints.position_bounds import PositionBounds
from engine.result import OptimizationResult

if TYPE_CHECKING:
    from engine.compliance.optimize import Search

CHOICES_MAX_COUNT = 9


def chosen(search: Search, bound: Bound, kept: ChoiceRule, x: Vector, result: OptimizationResult) -> OptimizationResult:
    """Return the best answer of several choices of what is kept within its guards, what weighs most free first."""
    pressures, place = kept.pressures(x), search.bound.index(bound)
    sizes = np.array([float(unit.part @ x) + unit.add for unit in kept.units])
    out = np.flatnonzero(np.isfinite(pressures) & (pressures > 1e-10))
    order = out[np.lexsort((-pressures[out], -sizes[out]))]
    steps = np.unique(np.linspace(0, len(order), min(len(order) + 1, CHOICES_MAX_COUNT)).round().astype(int))
    best: OptimizationResult | None = None
    last = result
    search.is_chosen = True
    for count in steps[::-1].tolist():
        rows = _rows(kept, set(order[:count].tolist()), x)
        last = search.solved({place: rows})
        least = np.inf if best is None else score_of(best, search.request)
        if last.weights and score_of(last, search.request) < least - 1e-12:
            best, bound.choice = last, rows
    return last if best is None else best


def reopened(search: Search) -> bool:
    """Take choices back, where rows that were added after them leave nothing; return whether there were any.

    Rows that are added stay, so that the next choices are made beside them.
    """
    made = [one for one in search.bound if one.choice]
    for one in made:
        one.choice = ()
    return bool(made)


def recombined(search: Search, near: Vector) -> bool:
    """Make all choices at once, near to some weights of shape (m,); return whether any can hold together."""
    is_long = bool((search.signs()[search.places] > 0.0).all())
    if not is_long or not any(isinstance(one.kept, ChoiceRule) for one in search.bound):
        return False
    net = next((one.net_frac for one in search.own if isinstance(one, Budget)), 1.0)
    cuts = [row for one in search.bound for row in one.cuts]
    found = combined([one.kept for one in search.bound], cuts, search.places, _most(search), net, near)
    if found is None:
        return False
    weights, free = found
    x = np.zeros(len(search.state.symbols))
    x[search.places], x[0] = weights, 1.0 - weights.sum()
    for one, of in zip(search.bound, free, strict=True):
        if isinstance(one.kept, ChoiceRule) and of is not None:
            out = set(np.flatnonzero(one.kept.pressures(x) > 1e-10).tolist())
            one.choice = _rows(one.kept, of & out, x)  # what lies within its guards anyway is kept there
    search.is_chosen = True
    return True


def _most(search: Search) -> Vector:
    """Return the most that the request allows of each asset, shape (m,)."""
    most = np.ones(len(search.assets))
    for one in search.own:
        if isinstance(one, PositionBounds) and one.relative_to == "absolute" and not one.is_soft:
            named = [place for place, asset in enumerate(search.assets) if one.assets is None or asset in one.assets]
            most[named] = one.max_frac  # later ones override earlier ones
    return most


def _rows(kept: ChoiceRule, free: set[int], x: Vector) -> tuple[LinearRow, ...]:
    """Return the rows of a choice, those besides the first as guards, which do not move with the limit."""
    rows = kept.rows(free, x)
    return (rows[0], *(LinearRow(GUARD, one.part, one.whole, one.add, one.sign, one.limit) for one in rows[1:]))
