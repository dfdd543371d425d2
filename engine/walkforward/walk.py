"""How does wealth go from date to date: holdings that drift, trades that cost, and returns after both?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.kernel.forms import Matrix, Vector


@dataclass(frozen=True, eq=False)
class Stretch:
    """What the assets and cash do between two trades: 1 at its beginning.

    Attributes
    ----------
    growth
        Shape (h, n), the value of one unit of each asset after each period.
    cash_growth
        Shape (h,), of one unit of cash.

    """

    growth: Matrix
    cash_growth: Vector

    @classmethod
    def of(cls, returns_frac: Matrix, cash_frac: Vector) -> Stretch:
        """Return the stretch of returns, shape (h, n), and of what cash earns, shape (h,)."""
        growth = np.cumprod(1.0 + returns_frac, axis=0, dtype=np.float64)
        return cls(growth, np.cumprod(1.0 + cash_frac, dtype=np.float64))


@dataclass(eq=False)
class Walker:
    """One strategy on its way.

    Parameters
    ----------
    weights_frac
        Shape (n,), held before the first trade; the rest of the wealth, 1 - Σw, is cash or a loan.
    half_spreads_frac
        Shape (n,), what a trade of 1 costs.

    """

    weights_frac: Vector
    half_spreads_frac: Vector
    wealth: float = 1.0
    path: list[Vector] = field(default_factory=list)
    turnovers_frac: list[float] = field(default_factory=list)
    costs_frac: list[float] = field(default_factory=list)
    gross_frac: list[float] = field(default_factory=list)
    volatilities_frac: list[float | None] = field(default_factory=list)
    held_count: int = 0

    def trade(self, target_frac: Vector | None) -> None:
        """Trade to the weights, shape (n,), and pay for it; None keeps what is held and counts it as no answer.

        Turnover is half the sum of all trades and the cost Σ spread/2 |trade|, both of the wealth before the trade.
        """
        if self.wealth <= 0.0 or target_frac is None:
            self.held_count += target_frac is None
            self.turnovers_frac.append(0.0)
            self.costs_frac.append(0.0)
            return
        moved = np.abs(target_frac - self.weights_frac)
        cost = min(float(self.half_spreads_frac @ moved), 1.0)
        self.turnovers_frac.append(0.5 * float(moved.sum()))
        self.costs_frac.append(cost)
        self.wealth *= 1.0 - cost
        self.weights_frac = target_frac.copy()

    def hold(self, stretch: Stretch) -> None:
        """Let the holdings drift; wealth that is used up stays at zero."""
        weights, before = self.weights_frac, self.wealth
        cash = 1.0 - float(weights.sum())
        path = stretch.growth @ weights + cash * stretch.cash_growth  # in units of the wealth at its beginning
        ruined = np.flatnonzero(path <= 0.0)
        if before <= 0.0 or len(ruined):
            path = path.copy()
            path[ruined[0] if len(ruined) else 0 :] = 0.0
            if before <= 0.0:
                path[:] = 0.0
        steps = np.diff(np.concatenate([[1.0], path])) / np.maximum(np.concatenate([[1.0], path[:-1]]), 1e-300)
        self.gross_frac.append(float(path[-1]) - 1.0 if before > 0.0 else 0.0)
        self.volatilities_frac.append(float(steps.std(ddof=1)) if len(steps) > 1 else None)
        self.path.append(before * path)
        self.wealth = before * float(path[-1])
        if self.wealth > 0.0:
            self.weights_frac = weights * stretch.growth[-1] / path[-1]
        else:
            self.weights_frac = np.zeros_like(weights)

    def wealths(self) -> Vector:
        """Return wealth after each period, shape (t,), from 1 before the first trade."""
        return np.concatenate(self.path)
