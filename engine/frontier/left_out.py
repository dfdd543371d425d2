"""Which of the limits that a frontier leaves out does a portfolio on it break?

A frontier is drawn under linear limits. A ceiling on volatility only ends it earlier; the others are measured here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.constraints import Constraint
from engine.doors import given_of
from engine.kernel.forms import Estimates, Vector
from engine.kernel.units import listing, percent, percents, plural
from engine.objectives.min_volatility import MinVolatility
from engine.optimize.compile import LimitSet, compile_limits
from engine.optimize.inputs import read_inputs
from engine.optimize.tail_measures import tail_cut
from engine.spec import OptimizationRequest

VOLATILITY = "volatility_ceiling"
LINEAR = frozenset(
    {
        "beta",
        "budget",
        "esg_floor",
        "factor_exposure",
        "group_limit",
        "long_short",
        "position_bounds",
        "sector_limit",
        "turnover",
    }
)
HELD_FRAC = 1e-6  # less is no holding and no trade
COUNTED_FRAC = 1e-4  # from here on a holding counts for a least number of them
KEPT_FRAC = 1e-7  # a figure that passes a ceiling by less keeps it


def left_out_of(constraints: Sequence[Constraint]) -> tuple[str, ...]:
    """Return the titles of the limits that no frontier keeps, each once; a ceiling on volatility is none of them."""
    kinds = ((str(getattr(item, "kind", "")), item.title) for item in constraints)
    return tuple(dict.fromkeys(title for kind, title in kinds if kind not in LINEAR and kind != VOLATILITY))


@dataclass(frozen=True, eq=False)
class LeftOut:
    """The limits of a request that its frontier leaves out, with what they are measured by."""

    limits: LimitSet
    estimates: Estimates

    @classmethod
    def of(cls, request: OptimizationRequest, **known: Any) -> LeftOut:
        """Return them for a request; `known` is what `engine.frontier` takes beside it.

        Raises
        ------
        InputRefused
            When what is given cannot be used.

        """
        asked = request.model_copy(update={"objective": MinVolatility()})
        inputs = read_inputs(asked, given_of(asked, **known))
        return cls(compile_limits(asked.all_constraints(), inputs.universe), inputs.estimates)

    def broken_by(self, weights: Vector) -> tuple[str, ...]:
        """Return each limit that weights of shape (n,) break, with its figure and its side, as part of a sentence."""
        return (*self._ceilings(weights), *self._sizes(weights), *self._number(weights))

    def _ceilings(self, weights: Vector) -> list[str]:
        limits, estimates = self.limits, self.estimates
        measured = [
            (one.name, estimates.volatility_annual_frac(weights - one.center_frac), one.upper_annual_frac)
            for one in limits.risks
            if one.kind != VOLATILITY
        ]
        for tail in limits.tails:
            assert estimates.history_frac is not None
            value = tail_cut(tail.tail, tail.level, estimates.history_frac, weights)[0]
            measured.append((tail.name, float(value), tail.upper_frac))
        return [_above(name, value, most) for name, value, most in measured if value > most + KEPT_FRAC]

    def _sizes(self, weights: Vector) -> list[str]:
        """Return what is too small to hold or to trade."""
        found = []
        for what, parts in (
            ("held with less than", [(one.mask, weights, one.min_frac) for one in self.limits.minimums]),
            ("traded by less than", [(one.mask, weights - one.center_frac, one.min_frac) for one in self.limits.gaps]),
        ):
            for mask, amounts, least in parts:
                size = np.abs(amounts)
                small = np.flatnonzero(mask & (size > HELD_FRAC) & (size < least - KEPT_FRAC))
                if small.size:
                    names = [self.limits.universe.assets[place] for place in small]
                    found.append(f"{listing(names, 3)} {what} {percent(least)}")
        return found

    def _number(self, weights: Vector) -> list[str]:
        """Return what is wrong with the number of holdings, and that lots are not whole."""
        found, count = [], self.limits.count
        held_count = int((np.abs(weights) > HELD_FRAC).sum())
        counted = int((np.abs(weights) >= COUNTED_FRAC - KEPT_FRAC).sum())
        if count is not None and count.max_count is not None and held_count > count.max_count:
            found.append(f"{plural(held_count, 'holding')}, at most {count.max_count}")
        if count is not None and count.min_count is not None and counted < count.min_count:
            found.append(f"{plural(counted, 'holding')}, at least {count.min_count}")
        return [*found, "whole lots, to which it is not rounded"] if self.limits.has_lots else found


def _above(name: str, value: float, most: float) -> str:
    shown, side = percents(value, most)
    return f"{name} of {shown}, at most {side}"
