"""How are limits shown that gave way: as they were asked for, and by how much they gave?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.kernel.forms import Estimates, Goal, TradingCosts, Vector
from engine.optimize.compile import LimitSet
from engine.optimize.core import Core
from engine.optimize.lift import LiftedRows, lift_rows
from engine.optimize.limit_lines import Shown, limit_lines
from engine.result import LimitLine

MOVED = 1e-8
GIVEN_DIGITS = 8


@dataclass(frozen=True, eq=False)
class _Asked:
    """What the lines of the limits as they were asked for are read from."""

    estimates: Estimates
    limits: LimitSet
    lifted: LiftedRows
    costs: TradingCosts | None
    risk_free_annual_frac: float

    @classmethod
    def of(cls, core: Core, asked: LimitSet) -> Shown:
        """Return a stand-in for the core with the limits that were asked for."""
        rows = lift_rows(asked, np.zeros(asked.universe.count))
        return cls(core.estimates, asked, rows, core.costs, core.risk_free_annual_frac)


def shown_as_asked(
    lines: Sequence[LimitLine], core: Core, goal: Goal, weights: Vector, asked: LimitSet, kinds: frozenset[str]
) -> tuple[LimitLine, ...]:
    """Return the lines with the sides that were asked for where a soft limit gave way, and by how much it did.

    The slack is then the distance to the side that was asked for, below zero where the value lies beyond it; price and
    whether it binds are those of the loosened limit, under which the answer is the best.

    Parameters
    ----------
    lines
        Of the loosened limits.
    core, goal, weights
        What they were read from.
    asked
        The limits of the request, none loosened.
    kinds
        Kinds of the soft limits; lines of others stay as they are.

    """
    wanted: dict[tuple[str, str, str], list[LimitLine]] = {}
    for line in limit_lines(_Asked.of(core, asked), goal, weights):
        if line.kind in kinds:
            wanted.setdefault(_key(line), []).append(line)
    found = []
    for line in lines:
        same = wanted.get(_key(line))
        found.append(_merged(line, same.pop(0)) if same else line)
    gone = [line for left in wanted.values() for line in left if line.slack_frac < -MOVED]  # let go altogether
    return (
        *found,
        *(line.model_copy(update={"gave_way_frac": round(-line.slack_frac, GIVEN_DIGITS)}) for line in gone),
    )


def _key(line: LimitLine) -> tuple[str, str, str]:
    name = line.kind if line.kind in ("min_holding", "position_bounds") else line.name  # names that may hold a side
    return name, line.kind, line.scope


def _merged(line: LimitLine, asked: LimitLine) -> LimitLine:
    gave = max(_given(asked.min_frac, line.min_frac), _given(line.max_frac, asked.max_frac))
    if gave <= MOVED:
        return line
    return line.model_copy(
        update={
            "name": asked.name,
            "min_frac": asked.min_frac,
            "max_frac": asked.max_frac,
            "value_frac": asked.value_frac,
            "slack_frac": asked.slack_frac,
            "gave_way_frac": round(gave, GIVEN_DIGITS),
        }
    )


def _given(larger: float | None, smaller: float | None) -> float:
    """Return by how much one side lies beyond the other; 0 where one is missing."""
    return 0.0 if larger is None or smaller is None else larger - smaller
