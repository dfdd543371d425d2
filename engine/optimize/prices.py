"""What would the goal's figure gain if a limit moved?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.kernel.forms import Vector


@dataclass(frozen=True, eq=False)
class Prices:
    """Change of the goal's figure for each unit by which the binding side of a limit moves up, at the answer.

    The figure is what `score` returns: a volatility, a Sharpe ratio, an expected return, a utility or a tail measure.
    Zero where a limit does not bind. A price holds while the same limits bind; by the envelope theorem it is the
    multiplier of the limit in units of the figure (Boyd and Vandenberghe 2004, section 5.6.3). Where several sets of
    multipliers prove the answer, as beside a redundant limit, it is what loosening that limit alone gives.

    Attributes
    ----------
    rows
        Of the lifted rows, shape (m,).
    bounds
        Of the bounds on x = (w, t), shape (n + p,).
    risks
        Of the risk ceilings, in the order of the limits.
    tails
        Of the tail ceilings, in the order of the limits.
    goal_side
        Of the goal's own limit that is no row: the volatility ceiling of a maximum return; None without one.

    """

    rows: Vector
    bounds: Vector
    risks: tuple[float, ...] = ()
    tails: tuple[float, ...] = ()
    goal_side: float | None = None

    @classmethod
    def scaled(
        cls, factor: float, rows: Vector, bounds: Vector, risks: tuple[float, ...] = (), goal_side: float | None = None
    ) -> Prices:
        """Return prices from multipliers times one factor; the zeros stay exact."""
        return cls(
            np.asarray(rows) * factor + 0.0,
            np.asarray(bounds) * factor + 0.0,
            tuple(factor * one for one in risks),
            (),
            goal_side,
        )
