"""What is the mixed-integer program of whole lots, and what does HiGHS answer?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Vector

INFEASIBLE = 2


@dataclass(frozen=True, eq=False)
class LotAnswer:
    """Lots of all n assets, None where none were found in time, and a bound that no lots go below."""

    lots: NDArray[np.int64] | None
    bound_ccy: float
    is_infeasible: bool


@dataclass(frozen=True, eq=False)
class LotProgram:
    """Variables are lots k, deviations d and, where a trade has a least size or a fixed cost, whether it is made y.

    Fields as in `LotSteps`, of the m assets at `places` out of `count`; `apart_ccy` is what the others add.
    """

    places: NDArray[np.int64]
    count: int
    wanted_ccy: Vector
    units_ccy: Vector
    signs: Vector
    most: Vector
    least: Vector
    rates_frac: Vector
    fixed_ccy: float
    importance: Vector
    room_ccy: float
    apart_ccy: float

    def solve(self, *, nodes_count: int, time_limit_s: float, gap: float) -> LotAnswer:
        """Return the answer within so many nodes and seconds; the bound holds in any case."""
        from scipy.optimize import milp

        cost, constraints, bounds, whole = self._parts()
        options = {"node_limit": nodes_count, "time_limit": time_limit_s, "mip_rel_gap": gap, "presolve": True}
        found = milp(cost, constraints=constraints, bounds=bounds, integrality=whole, options=options)
        bound = getattr(found, "mip_dual_bound", None)
        bound_ccy = self.apart_ccy + (0.0 if bound is None or not np.isfinite(bound) else float(bound) * self._scale)
        if found.x is None:
            return LotAnswer(None, max(bound_ccy, self.apart_ccy), found.status == INFEASIBLE)
        lots = np.zeros(self.count, dtype=np.int64)
        lots[self.places] = np.rint(found.x[: len(self.places)]).astype(np.int64)
        return LotAnswer(lots, max(bound_ccy, self.apart_ccy), is_infeasible=False)

    def relaxed_ccy(self) -> float:
        """Return the value of the program where lots need not be whole: a bound."""
        from scipy.optimize import milp

        cost, constraints, bounds, whole = self._parts()
        found = milp(cost, constraints=constraints, bounds=bounds, integrality=np.zeros_like(whole))
        return self.apart_ccy + (0.0 if found.x is None else max(float(found.fun), 0.0) * self._scale)

    @property
    def _scale(self) -> float:
        """Money per unit of the program: an average lot, so that its numbers are near one."""
        return float(np.median(self.units_ccy))

    def _parts(self) -> tuple[Vector, Any, Any, Vector]:
        from scipy.optimize import Bounds, LinearConstraint
        from scipy.sparse import block_array, csr_array, diags_array, eye_array, vstack

        m, scale = len(self.places), self._scale
        units, wanted = self.units_ccy / scale, self.wanted_ccy / scale
        fixed, is_gated = self.fixed_ccy / scale, self.fixed_ccy > 0.0 or bool((self.least > 1.0).any())
        gates = m if is_gated else 0
        u, one = diags_array(units), eye_array(m)
        above, below = [u, one], [-u, one]  # d >= wanted - u k and d >= u k - wanted
        low = [wanted, -wanted]
        cash = [(self.signs + self.rates_frac) * units, np.zeros(m)]
        if is_gated:
            none = csr_array((m, gates))
            rows = [block_array([[*above, none]]), block_array([[*below, none]])]
            rows += [block_array([[-one, csr_array((m, m)), diags_array(self.most)]])]  # k <= most y
            rows += [block_array([[one, csr_array((m, m)), -diags_array(self.least)]])]  # k >= least y
            low += [np.zeros(m), np.zeros(m)]
            cash.append(np.full(m, fixed))
        else:
            rows = [block_array([above]), block_array([below])]
        high = [np.full(len(one_low), np.inf) for one_low in low]
        table = vstack([*rows, csr_array(np.concatenate(cash)[None, :])], format="csr")
        row_low = np.concatenate([*low, [-np.inf]])
        row_high = np.concatenate([*high, [self.room_ccy / scale]])
        cost = np.concatenate([self.rates_frac * units, self.importance, np.full(gates, fixed)])
        upper = np.concatenate([self.most, np.full(m, np.inf), np.ones(gates)])
        whole = np.concatenate([np.ones(m), np.zeros(m), np.ones(gates)])
        bounds = Bounds(np.zeros(len(cost)), upper)
        return cost, LinearConstraint(table, row_low, row_high), bounds, whole
