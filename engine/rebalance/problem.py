"""What must be known to find the trades that lead towards a target?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Vector
from engine.rebalance.costs import TradeCosts

BAND_GOALS = ("target", "edge")


@dataclass(frozen=True, eq=False)
class RebalanceProblem:
    """Holdings, a target, and what trades must keep. Weights are fractions of `whole_ccy`.

    Attributes
    ----------
    symbols
        n names; cash is not among them.
    prices_ccy
        Shape (n,), of one unit in the portfolio's currency, positive.
    quantities
        Shape (n,), units held, negative for what is short.
    lots
        Shape (n,), units in which trades are made, positive; a position that is given up wholly takes its odd rest
        along.
    targets_frac
        Shape (n,), the weights that are wished.
    whole_ccy
        Net assets, positive: holdings, cash and whatever else there is.
    cash_ccy, reserve_ccy
        Cash now, and the least that is left.
    costs
    least_trade_ccy
        Smaller trades are not made; 0 lets any be made.
    unbought, unsold
        Shape (n,), what may not be bought, or not be sold.
    emphasis
        Shape (n,), positive: how much a deviation of each asset counts; by volatility, for one. All alike when None.
    band_frac
        A weight within so much of its target is left alone.
    band_goal
        Whether what is outside its band is brought to its ``target`` or to the band's ``edge``.
    part_frac
        How much of the way is gone, 0 to 1.
    is_short_allowed
        Whether less than nothing may be held.

    """

    symbols: tuple[str, ...]
    prices_ccy: Vector
    quantities: Vector
    lots: Vector
    targets_frac: Vector
    whole_ccy: float
    cash_ccy: float
    reserve_ccy: float
    costs: TradeCosts
    least_trade_ccy: float = 0.0
    unbought: NDArray[np.bool_] | None = None
    unsold: NDArray[np.bool_] | None = None
    emphasis: Vector | None = None
    band_frac: float = 0.0
    band_goal: str = "target"
    part_frac: float = 1.0
    is_short_allowed: bool = False

    def __post_init__(self) -> None:
        problems = self._problems()
        if problems:
            raise InputRefused(problems)

    @property
    def count(self) -> int:
        """Number of assets."""
        return len(self.symbols)

    @property
    def weights_frac(self) -> Vector:
        """The weights now, shape (n,)."""
        return np.asarray(self.quantities * self.prices_ccy / self.whole_ccy)

    @property
    def importance(self) -> Vector:
        """The emphasis, shape (n,)."""
        return np.ones(self.count) if self.emphasis is None else self.emphasis

    def may_buy(self) -> NDArray[np.bool_]:
        """Return what may be bought, shape (n,)."""
        return np.ones(self.count, dtype=bool) if self.unbought is None else ~self.unbought

    def may_sell(self) -> NDArray[np.bool_]:
        """Return what may be sold, shape (n,)."""
        return np.ones(self.count, dtype=bool) if self.unsold is None else ~self.unsold

    def partly(self, part_frac: float) -> RebalanceProblem:
        """Return the same with another part of the way."""
        return replace(self, part_frac=part_frac)

    def _problems(self) -> list[Problem]:
        found = []
        arrays = {
            "prices_ccy": self.prices_ccy,
            "quantities": self.quantities,
            "lots": self.lots,
            "targets_frac": self.targets_frac,
            "half_spreads_frac": self.costs.half_spreads_frac,
            "impacts": self.costs.impacts,
            "emphasis": self.importance,
        }
        for name, array in arrays.items():
            if array.shape != (self.count,) or not np.isfinite(array).all():
                found.append(Problem(name, "One finite number is needed for each asset."))
        if found:
            return found
        for name in ("prices_ccy", "lots", "emphasis"):
            if not (arrays[name] > 0.0).all():
                found.append(Problem(name, "Every number must be above zero."))
        for name in ("half_spreads_frac", "impacts"):
            if (arrays[name] < 0.0).any():
                found.append(Problem(name, "No cost is negative."))
        scalars = (self.whole_ccy, self.cash_ccy, self.reserve_ccy, self.costs.fixed_ccy, self.costs.commission_frac)
        if not np.isfinite(scalars).all() or self.whole_ccy <= 0.0:
            found.append(Problem("whole_ccy", "The net assets must be known and above zero."))
        if min(self.costs.fixed_ccy, self.costs.commission_frac, self.least_trade_ccy) < 0.0:
            found.append(Problem("costs", "No cost is negative."))
        if not 0.0 <= self.part_frac <= 1.0:
            found.append(Problem("part_frac", "The part of the way lies between 0 and 1."))
        if self.band_frac < 0.0 or self.band_goal not in BAND_GOALS:
            found.append(Problem("band_frac", "A band is not negative, and leads to its target or its edge."))
        return found
