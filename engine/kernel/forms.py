"""Into which small linear and quadratic forms do limits, objectives and estimates compile?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Universe:
    """The assets a request is about, in order, with what is known of each.

    Attributes
    ----------
    assets
        Names, unique.
    sectors
        Sector of each asset that has one.
    current_weights_frac
        Shape (n,), or None when no current holdings were given.

    """

    assets: tuple[str, ...]
    sectors: Mapping[str, str] = field(default_factory=dict)
    current_weights_frac: Vector | None = None

    @property
    def count(self) -> int:
        """Number of assets."""
        return len(self.assets)

    def members_of(self, sector: str) -> NDArray[np.bool_]:
        """Return a mask, shape (n,), of the assets in that sector."""
        return np.array([self.sectors.get(asset) == sector for asset in self.assets], dtype=bool)


@dataclass(frozen=True, slots=True)
class Box:
    """Position bounds for some assets: from `min_frac` to `max_frac` long, up to `short_max_frac` short.

    `short_max_frac` None means: where shorts are allowed, as much short as long.
    """

    mask: NDArray[np.bool_]
    min_frac: float
    max_frac: float
    short_max_frac: float | None
    source: int = -1


@dataclass(frozen=True, slots=True)
class Row:
    """A linear limit ``lower <= coefficients @ w <= upper`` on weights w of shape (n,)."""

    name: str
    kind: str
    scope: str
    coefficients: Vector
    lower_frac: float
    upper_frac: float


@dataclass(frozen=True, slots=True)
class Minimum:
    """Zero, or at least `min_frac` in size, for the masked assets."""

    mask: NDArray[np.bool_]
    min_frac: float


@dataclass(frozen=True, slots=True)
class ShortBudget:
    """Limits on the sum of absolute weights and on the sum of short weights; None means no such limit."""

    gross_max_frac: float | None
    short_max_frac: float | None


@dataclass(frozen=True, slots=True)
class LimitParts:
    """What one limit contributes to the whole."""

    boxes: tuple[Box, ...] = ()
    rows: tuple[Row, ...] = ()
    minimums: tuple[Minimum, ...] = ()
    short_budget: ShortBudget | None = None
    net_frac: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimates:
    """Annual arithmetic expected returns, shape (n,), and covariance, shape (n, n), with the words about them."""

    returns_annual_frac: Vector
    covariance_annual: Matrix
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VarianceGoal:
    """Minimize variance; with a floor, among portfolios whose annual return is at least that."""

    return_min_annual_frac: float | None = None


@dataclass(frozen=True, slots=True)
class RatioGoal:
    """Maximize (annual return - risk-free rate) / annual volatility."""


@dataclass(frozen=True, slots=True)
class ReturnGoal:
    """Maximize annual return while annual volatility stays at or under a ceiling."""

    volatility_max_annual_frac: float


Goal = VarianceGoal | RatioGoal | ReturnGoal
