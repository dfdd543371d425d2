"""What does a walk along the frontier need that is done elsewhere, as in a browser: the same problem as plain numbers?

    min ½ wᵀPw - λ gᵀw   under   lower ≤ w ≤ upper   and   row_lower ≤ A w ≤ row_upper,   for all λ ≥ 0,

with the covariance P in units of `variance_scale` and the excess returns g in units of `gain_scale`. Row 0 is the
budget. Limits on absolute values, whole positions and ceilings on risk have no place in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.kernel.forms import Matrix, Vector
from engine.optimize.compile import LimitSet

if TYPE_CHECKING:
    from engine.frontier.live import LiveFrontier

BUDGET = "Budget"


@dataclass(frozen=True, eq=False)
class WalkRow:
    """A row of the problem.

    Attributes
    ----------
    name, kind, source
        As of the limit; `source` is its place among the request's limits, -1 for the budget.
    coefficients
        Shape (n,).
    lower_frac, upper_frac
        Its sides; infinite where there is none.
    average
        The side that an average has where the sides are 0: a row Σ (s_i - average) w_i; else None.

    """

    name: str
    kind: str
    source: int
    coefficients: Vector
    lower_frac: float
    upper_frac: float
    average: float | None = None


@dataclass(frozen=True, eq=False)
class WalkProblem:
    """The problem of a frontier whose limits move.

    Attributes
    ----------
    assets
        Names, n of them.
    covariance
        P, shape (n, n); annual variances are P times `variance_scale`.
    gains
        g, shape (n,); annual excess returns are g times `gain_scale`.
    risk_free_annual_frac
        What excess is measured from.
    lower_frac, upper_frac
        Bounds, shape (n,).
    rows
        The budget first.
    net_frac
        What is invested.

    """

    assets: tuple[str, ...]
    covariance: Matrix
    variance_scale: float
    gains: Vector
    gain_scale: float
    risk_free_annual_frac: float
    lower_frac: Vector
    upper_frac: Vector
    rows: tuple[WalkRow, ...]
    net_frac: float


def why_not_elsewhere(live: LiveFrontier) -> str:
    """Return why a plain walk cannot give this frontier; empty where it can.

    Completes "The frontier is followed by the server because ...".
    """
    limits = live.core.limits
    if not live.is_plain:
        return "turnover, short sales or trading costs count absolute values"
    if np.isnan(limits.lower_frac).any() or np.isnan(limits.upper_frac).any():
        return "an asset may take no value at all"
    return ""


def walk_problem(live: LiveFrontier) -> WalkProblem:
    """Return the problem of a frontier; `why_not_elsewhere` must have found nothing."""
    core, limits = live.core, live.core.limits
    return WalkProblem(
        assets=limits.universe.assets,
        covariance=live.quadratic,
        variance_scale=core.variance_scale,
        gains=core.excess,
        gain_scale=core.excess_scale,
        risk_free_annual_frac=core.risk_free_annual_frac,
        lower_frac=limits.lower_frac,
        upper_frac=limits.upper_frac,
        rows=_rows(limits),
        net_frac=limits.net_frac,
    )


def _rows(limits: LimitSet) -> tuple[WalkRow, ...]:
    budget = WalkRow(BUDGET, "budget", -1, np.ones(limits.universe.count), limits.net_frac, limits.net_frac)
    more = (
        WalkRow(row.name, row.kind, row.source, row.coefficients, row.lower_frac, row.upper_frac, row.average)
        for row in limits.rows
    )
    return (budget, *more)
