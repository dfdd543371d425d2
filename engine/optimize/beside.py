"""What stands beside the efficient portfolios on a chart: each asset alone, and what the frontier leaves out?"""

from __future__ import annotations

import numpy as np

from engine.kernel.forms import Estimates, Universe
from engine.kernel.units import listing, percent
from engine.optimize.compile import LimitSet
from engine.result import AssetPoint

MOST_COUNT = 4
"""How many ceilings a sentence names before it counts the others."""


def asset_points_of(estimates: Estimates, universe: Universe) -> tuple[AssetPoint, ...]:
    """Return expected return and volatility of each asset on its own."""
    risks = np.sqrt(np.maximum(estimates.variances_annual, 0.0)).tolist()
    means = np.asarray(estimates.returns_annual_frac, dtype=np.float64).tolist()
    return AssetPoint.trusted(
        {"asset": asset, "return_annual_frac": mean, "volatility_annual_frac": risk}
        for asset, mean, risk in zip(universe.assets, means, risks, strict=True)
    )


def left_out(limits: LimitSet, *costs: str) -> str:
    """Return what a frontier under the linear limits leaves out, empty where nothing: a portfolio may lie inside it."""
    found = []
    if not limits.is_convex or limits.count is not None:
        found.append("whole positions ('zero or at least' a minimum, the number of holdings)")
    if not limits.is_polyhedral:
        found.append(f"ceilings on risk ({listing(ceilings_of(limits), MOST_COUNT)})")
    found += costs
    return f"It leaves out {' and '.join(found)}, so a portfolio that counts them may lie inside." if found else ""


def ceilings_of(limits: LimitSet) -> list[str]:
    """Return each ceiling on risk with its side, as part of a sentence: ``volatility at most 12%``."""
    sides = [(one.name, one.upper_annual_frac) for one in limits.risks]
    sides += [(one.name, one.upper_frac) for one in limits.tails]
    return [f"{_inside(name)} at most {percent(most)}" for name, most in sides]


def _inside(name: str) -> str:
    """Return a name as it stands inside a sentence; one of capitals, as CVaR, stays."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
