"""Which portfolio is the best that a search has found while it still goes on?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from engine.kernel.forms import Vector
from engine.kernel.status import BEST_SO_FAR
from engine.kernel.units import percent
from engine.optimize.core import Core

SHOWN_COUNT: Final = 30
HELD_FRAC: Final = 5e-5


@dataclass(frozen=True)
class BestSoFar:
    """A portfolio that keeps every limit and is not proven to be the best one.

    Attributes
    ----------
    weights_frac
        Asset to weight, a fraction of the capital; held assets only, the largest first.
    assets_count
        How many assets there are to choose from.
    return_annual_frac, volatility_annual_frac
        By the run's own estimates.

    """

    weights_frac: dict[str, float]
    assets_count: int
    return_annual_frac: float
    volatility_annual_frac: float

    @property
    def sentence(self) -> str:
        """What it is, in one sentence with its largest holdings."""
        shown = list(self.weights_frac.items())[:SHOWN_COUNT]
        left_count = len(self.weights_frac) - len(shown)
        held = ", ".join(f"{asset} {percent(weight)}" for asset, weight in shown)
        more = f" and {left_count} more" if left_count else ""
        risk = percent(self.volatility_annual_frac)
        return (
            f"{BEST_SO_FAR}, not proven: {len(self.weights_frac)} of {self.assets_count} assets held, expected return "
            f"{percent(self.return_annual_frac)} a year, volatility {risk}: {held}{more}."
        )


OnBest = Callable[[BestSoFar], None]


def best_of(core: Core, assets: tuple[str, ...], weights: Vector) -> BestSoFar:
    """Return weights that a search has found, shape (n,), as the best so far."""
    order = np.argsort(-np.abs(weights), kind="stable")
    held = {assets[place]: float(weights[place]) for place in order if abs(weights[place]) >= HELD_FRAC}
    cash = core.risk_free_annual_frac
    excess = core.estimates.returns_annual_frac - cash
    return BestSoFar(
        weights_frac=held,
        assets_count=len(assets),
        return_annual_frac=float(excess @ weights) + cash,
        volatility_annual_frac=core.estimates.volatility_annual_frac(weights),
    )
