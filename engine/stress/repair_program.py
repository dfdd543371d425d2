"""Which linear program finds the cheapest trades that keep stressed losses within their limits?

Variables are purchases and sales of each of m instruments, and the rise and fall of cash; all are at least zero. With
x = (buy, sell, cash up, cash down) and z = buy - sell:

    minimize    cost'(buy + sell)
    subject to  loss_k(w + z) = -R_k'(w + z) <= limit_k           for every scenario k
                lower_j <= C_j'(w + z) <= upper_j                  for every other limit j
                cash up - cash down + funded' z = 0
                half of (sum of buy, sell, cash up and down), where the whole of an overlay counts, <= turnover
                lower <= w + z <= upper, cash within its bounds, also after the costs are paid
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.kernel.estimates import Matrix, Vector
from engine.optimize.linear import LpAnswer, solve_linear


@dataclass(frozen=True, slots=True)
class LinearLimit:
    """``lower_frac <= coefficients @ w <= upper_frac`` on the weights of all m instruments; sides may be ±inf.

    A limit that today's weights already break may not be broken further.
    """

    name: str
    coefficients: Vector
    lower_frac: float = -np.inf
    upper_frac: float = np.inf


@dataclass(frozen=True, eq=False)
class RepairProgram:
    """The program's figures for m instruments and k scenarios; see above.

    `returns_frac` has shape (k, m); `is_funded` is 1 where a purchase takes cash, and 0 for overlays such as futures.
    """

    weights_frac: Vector
    returns_frac: Matrix
    costs_frac: Vector
    lower_frac: Vector
    upper_frac: Vector
    is_funded: Vector
    cash_frac: float
    cash_lower_frac: float
    cash_upper_frac: float
    turnover_max_frac: float
    limits: tuple[LinearLimit, ...]

    @property
    def losses_frac(self) -> Vector:
        """Losses of the scenarios today, shape (k,)."""
        return -self.returns_frac @ self.weights_frac

    @property
    def turnover_rates(self) -> Vector:
        """Return what a trade counts in the turnover, shape (m,): half, since cash is the other half; overlays whole.

        Selling a position for cash and selling an overlay of the same size then count alike.
        """
        return np.where(self.is_funded > 0.0, 0.5, 1.0)

    def cheapest(self, limits_frac: Vector) -> LpAnswer:
        """Return the cheapest trades for these limits of the losses, shape (k,)."""
        rows, low, high = self._rows(limits_frac)
        cost = np.concatenate([self.costs_frac, self.costs_frac, [0.0, 0.0]])
        return solve_linear(cost, rows, low, high, *self._bounds())

    def least_excess(self, limits_frac: Vector, ceiling_frac: float) -> LpAnswer:
        """Return the trades whose largest loss over its limit is least, no loss above `ceiling_frac`.

        The last variable is that excess.
        """
        count = len(limits_frac)
        rows, low, high = self._rows(limits_frac)
        rows = np.hstack([rows, np.zeros((len(rows), 1))])
        rows[:count, -1] = -1.0
        capped = np.hstack([rows[:count, :-1], np.zeros((count, 1))])
        top = np.full(count, ceiling_frac) - self.losses_frac
        lower, upper = self._bounds()
        width = rows.shape[1]
        cost = np.zeros(width)
        cost[-1] = 1.0
        return solve_linear(
            cost,
            np.vstack([rows, capped]),
            np.concatenate([low, np.full(count, -np.inf)]),
            np.concatenate([high, top]),
            np.append(lower, 0.0),
            np.append(upper, np.inf),
        )

    def names_of_rows(self, scenarios: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Return kind and name of each row of `cheapest`."""
        return (
            *(("scenario", name) for name in scenarios),
            *(("limit", limit.name) for limit in self.limits),
            ("limit", "Cash"),
            ("limit", "Cash for the costs"),
            ("turnover", "Turnover"),
        )

    def trades_frac(self, x: Vector) -> Vector:
        """Return purchases less sales, shape (m,)."""
        count = len(self.weights_frac)
        return np.asarray(x[:count] - x[count : 2 * count])

    def dual_gap(self, answer: LpAnswer, limits_frac: Vector) -> float:
        """Return primal less dual value of `cheapest`: what the answer may be above the least cost."""
        _, low, high = self._rows(limits_frac)
        lower, upper = self._bounds()
        duals = np.concatenate([answer.row_duals, answer.bound_duals])
        sides = np.where(duals > 0.0, np.concatenate([high, upper]), np.concatenate([low, lower]))
        used = np.abs(duals) > 1e-12
        return float(answer.value + duals[used] @ sides[used])

    def _bounds(self) -> tuple[Vector, Vector]:
        up = np.maximum(self.upper_frac - self.weights_frac, 0.0)
        down = np.maximum(self.weights_frac - self.lower_frac, 0.0)
        cash_up = max(0.0, self.cash_upper_frac - self.cash_frac)
        cash_down = max(0.0, self.cash_frac - self.cash_lower_frac)
        upper = np.concatenate([up, down, [cash_up, cash_down]])
        return np.zeros(len(upper)), upper

    def _rows(self, limits_frac: Vector) -> tuple[Matrix, Vector, Vector]:
        """Return rows and their sides: scenarios, limits, cash, cash after costs, turnover."""
        width = 2 * len(self.weights_frac) + 2
        scenarios, others = len(self.returns_frac), len(self.limits)
        rows = np.zeros((scenarios + others + 3, width))
        low, high = np.full(len(rows), -np.inf), np.full(len(rows), np.inf)
        count = len(self.weights_frac)
        rows[:scenarios, :count], rows[:scenarios, count : 2 * count] = -self.returns_frac, self.returns_frac
        high[:scenarios] = limits_frac - self.losses_frac
        for at, limit in enumerate(self.limits, start=scenarios):
            now = float(limit.coefficients @ self.weights_frac)
            rows[at, :count], rows[at, count : 2 * count] = limit.coefficients, -limit.coefficients
            low[at], high[at] = min(limit.lower_frac - now, 0.0), max(limit.upper_frac - now, 0.0)
        rows[-3, :count], rows[-3, count : 2 * count] = self.is_funded, -self.is_funded
        rows[-3, -2], rows[-3, -1] = 1.0, -1.0
        low[-3] = high[-3] = 0.0
        rows[-2, :count] = rows[-2, count : 2 * count] = -self.costs_frac
        rows[-2, -2], rows[-2, -1] = 1.0, -1.0
        low[-2] = self.cash_lower_frac - self.cash_frac
        rows[-1] = 0.5
        rows[-1, :count] = rows[-1, count : 2 * count] = self.turnover_rates
        high[-1] = self.turnover_max_frac
        return rows, low, high
