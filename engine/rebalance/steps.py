"""Which lots may be traded in which direction, and what does a choice of them come to?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Vector
from engine.rebalance.program import LotProgram

Counts = NDArray[np.int64]
KEPT_CCY = 1e-6


@dataclass(frozen=True, eq=False)
class LotSteps:
    """Whole lots of each asset in the direction of its sign, shape (n,) each.

    Attributes
    ----------
    wanted_ccy, units_ccy
        The value to be traded, not negative, and the value of one lot.
    signs
        1 buys, -1 sells, 0 does nothing.
    most, least
        The most lots, and the fewest of a trade that is made.
    rates_frac, fixed_ccy
        Costs over the value, and per trade.
    importance
        How much a deviation counts.
    room_ccy
        Cash that may be used: cash less the reserve.

    """

    wanted_ccy: Vector
    units_ccy: Vector
    signs: Vector
    most: Vector
    least: Vector
    rates_frac: Vector
    fixed_ccy: float
    importance: Vector
    room_ccy: float

    @property
    def active(self) -> NDArray[np.bool_]:
        """What may be traded at all, shape (n,)."""
        return np.asarray((self.signs != 0.0) & (self.most >= self.least))

    def nothing(self) -> Counts:
        """Return no lots."""
        return np.zeros(len(self.signs), dtype=np.int64)

    def objective(self, lots: Counts) -> float:
        """Return Σ importance |wanted - traded| plus costs, in money."""
        values = lots * self.units_ccy
        costs = self.rates_frac * values + self.fixed_ccy * (lots > 0)
        return float(self.importance @ np.abs(self.wanted_ccy - values) + costs.sum())

    def room_after(self, lots: Counts) -> float:
        """Return the cash above the reserve after trades and costs."""
        values = lots * self.units_ccy
        costs = self.rates_frac * values + self.fixed_ccy * (lots > 0)
        return float(self.room_ccy - (self.signs * values).sum() - costs.sum())

    def is_kept(self, lots: Counts) -> bool:
        """Return whether lots keep cash, the most, and the fewest."""
        is_within = (lots <= self.most) & ((lots == 0) | (lots >= self.least)) & (lots >= 0)
        return bool(is_within.all()) and self.room_after(lots) >= -KEPT_CCY

    def kept(self, lots: Counts) -> Counts | None:
        """Return lots that keep cash, bought lots taken back where rounding cost too much; None where none are."""
        made = lots.copy()
        for _ in range(len(lots) + 1):
            if self.is_kept(made):
                return made
            spare = np.flatnonzero((self.signs > 0) & (made > self.least))
            if not spare.size:
                return None
            made[spare[int(np.argmin(self.units_ccy[spare] * self.importance[spare]))]] -= 1
        return None

    def apart_bound(self) -> float:
        """Return what the objective would be if each asset chose its lots alone: a bound, because cash then is free."""
        down = np.minimum(np.floor(self.wanted_ccy / self.units_ccy + 1e-9), self.most)
        choices = [np.zeros_like(down), down, np.minimum(down + 1.0, self.most), np.minimum(self.least, self.most)]
        found = np.full(len(down), np.inf)
        for chosen in choices:
            lots = np.where(self.active & (chosen >= self.least), chosen, 0.0)
            values = lots * self.units_ccy
            cost = self.rates_frac * values + self.fixed_ccy * (lots > 0)
            found = np.minimum(found, self.importance * np.abs(self.wanted_ccy - values) + cost)
        return float(found.sum())

    def program(self) -> LotProgram:
        """Return the program over what may be traded."""
        at = self.active
        apart = float(self.importance[~at] @ self.wanted_ccy[~at])
        return LotProgram(
            places=np.flatnonzero(at),
            count=len(self.signs),
            wanted_ccy=self.wanted_ccy[at],
            units_ccy=self.units_ccy[at],
            signs=self.signs[at],
            most=self.most[at],
            least=self.least[at],
            rates_frac=self.rates_frac[at],
            fixed_ccy=self.fixed_ccy,
            importance=self.importance[at],
            room_ccy=self.room_ccy,
            apart_ccy=apart,
        )
