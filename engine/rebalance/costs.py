"""What does a trade cost beside its price?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.kernel.forms import Vector


@dataclass(frozen=True, eq=False)
class TradeCosts:
    """Commission, half the spread, and market impact by the square-root law.

    A trade of value v costs fixed + (commission + half spread) |v| + impact |v| √|v|, as the optimizer counts it
    (`engine.costs`), with impact = coefficient σ / √volume.

    Attributes
    ----------
    fixed_ccy
        Per trade that is made, in money, not negative.
    commission_frac
        Of the value traded, not negative.
    half_spreads_frac
        Shape (n,), not negative.
    impacts
        Shape (n,), per square root of money, not negative; 0 leaves impact out.

    """

    fixed_ccy: float
    commission_frac: float
    half_spreads_frac: Vector
    impacts: Vector

    def of(self, values_ccy: Vector) -> Vector:
        """Return the cost of each trade, shape (n,), in money; nothing is traded for nothing."""
        size = np.abs(values_ccy)
        made = np.where(size > 0.0, self.fixed_ccy, 0.0) + self.rates(size) * size
        return np.asarray(made)

    def rates(self, values_ccy: Vector) -> Vector:
        """Return the cost over the size of trades without what is fixed; it never falls with the size."""
        size = np.abs(values_ccy)
        return np.asarray(self.commission_frac + self.half_spreads_frac + self.impacts * np.sqrt(size))
