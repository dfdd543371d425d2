"""Can any portfolio of some assets keep a rule, whatever else is asked of it?"""

from __future__ import annotations

import numpy as np

from engine.compliance.bounds import Mask
from engine.compliance.limit import on_weights
from engine.compliance.linear import CurvedRule, Kept, LinearRule
from engine.optimize.linear import solve_linear

SAFE = 1e-7
WIDE_FRAC = 10.0


def is_out_of_reach(kept: Kept, places: np.ndarray, net_frac: float, can_be_short: Mask) -> bool:
    """Return whether no portfolio of the assets keeps a rule by itself; False where that is not sure.

    Parameters
    ----------
    kept
        What the rule is, on all that may be held.
    places
        Shape (n,), the places of the assets.
    net_frac
        How much of the capital is invested; the rest is the first cash.
    can_be_short
        Shape (n,).

    """
    count = len(places)
    if isinstance(kept, CurvedRule):
        is_plain = bool((np.diff(kept.most.indptr) <= 1).all())  # of each position by itself: least where all are alike
        even = np.zeros(kept.most.shape[1])
        even[places], even[0] = net_frac / count, 1.0 - net_frac
        return is_plain and not bool(can_be_short.any()) and kept.value(even) > kept.limit + SAFE
    if not isinstance(kept, LinearRule) or not kept.rows:
        return False
    rows = [on_weights(row, places) for row in kept.rows]
    matrix = np.vstack([np.ones(count), *(coefficients for coefficients, _ in rows)])
    upper = np.array([net_frac, *(side + SAFE * max(1.0, float(np.abs(c).max(initial=0.0))) for c, side in rows)])
    lower = np.array([net_frac, *(-np.inf for _ in rows)])
    most = np.where(kept.nothing[places], 0.0, np.where(can_be_short, WIDE_FRAC, max(1.0, net_frac)))
    least = np.where(can_be_short & ~kept.nothing[places], -WIDE_FRAC, 0.0)
    return solve_linear(np.zeros(count), matrix, lower, upper, least, most).outcome == "infeasible"
