"""What does a core answer: the best weights under convex limits with their multipliers, or why there are none?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.kernel.forms import Vector

Outcome = Literal[
    "solved",
    "infeasible",
    "failed",
    "no_excess_return",
    "riskless_excess",
    "ceiling_too_low",
    "floor_too_high",
    "search_ended",
]

REACHED = 1e-7  # a ceiling counts as met when it is missed by no more than this share of it; the doctor says so too


@dataclass(frozen=True, eq=False)
class ConvexAnswer:
    """Best weights under convex limits.

    Attributes
    ----------
    outcome
        How it ended; weights are there only for ``"solved"``.
    objective
        Smaller is better: variance, minus Sharpe ratio, or minus expected excess return.
    weights_frac
        Shape (n,).
    tilt
        λ above; infinite when the return alone decides (the multipliers are then those of the linear program).
    row_duals, bound_duals
        Multipliers of the lifted rows and bounds, in scaled units.
    risk_duals
        Multipliers of the risk ceilings √((w - c)ᵀΣ(w - c)) ≤ u, in the same units; empty where there is none.
    robust_dual
        Weight of √(wᵀΣw) beside the variance in a worst-case goal, in the same units.
    kink_slope
        Slope of that term, weight included, at a portfolio without risk, where it has many; shape (n,).
    notes
        Sentences about the answer that a reader should know.
    best_return_annual_frac, least_volatility_annual_frac
        What was reachable, where that explains the outcome.
    least_share
        The least share of all ceilings on risk together that a portfolio can have, where it is more than one.

    """

    outcome: Outcome
    objective: float = np.inf
    weights_frac: Vector | None = None
    tilt: float = 0.0
    row_duals: Vector | None = None
    bound_duals: Vector | None = None
    risk_duals: tuple[float, ...] = ()
    robust_dual: float = 0.0
    solver: str = "none"
    chain: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    best_return_annual_frac: float | None = None
    least_volatility_annual_frac: float | None = None
    least_share: float | None = None
    kink_slope: Vector | None = None
