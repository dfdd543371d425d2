"""What stands in for an asset that has no history in an event, how well does it fit, and how far may it be off?

The order is: own history; an index or fund that the asset is mapped to, scaled by its beta; a regression on several
factors; the median of the other holdings of its sector. Where the index explains less than 30% and the regression more,
the regression is taken. What is left of the asset's own sample is bootstrapped for the band.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Matrix, Vector
from engine.kernel.rng import generator
from engine.stress.result import Tier

WEAK_R2_FRAC = 0.3
OVERLAP_MIN_COUNT = 60
OVERLAP_MAX_COUNT = 1260
PEERS_MIN_COUNT = 2
DRAWS_COUNT = 400
GAPS_MAX_FRAC = 0.05


@dataclass(frozen=True, eq=False)
class History:
    """Simple returns of the holdings, shape (t, n), NaN where none; dates (t,) as datetime64[D] in order.

    `benchmark_frac` has shape (t,), or is None when there is no benchmark.
    """

    dates: NDArray[np.datetime64]
    returns_frac: Matrix
    benchmark_frac: Vector | None = None


@dataclass(frozen=True, eq=False)
class StandIns:
    """Series that may stand for assets.

    Attributes
    ----------
    series
        Name to simple returns of shape (t,) on the dates of the history, NaN where none.
    default_index
        Series for assets with no mapping, normally the broad index; its recorded move answers events outside all
        histories. None: no such series.
    by_group, by_asset
        Group (sector) to series, and asset to series; the asset's own mapping comes first.
    factors
        Series that the regression uses; fewer than two: no regression.

    """

    series: Mapping[str, Vector] = field(default_factory=dict)
    default_index: str | None = None
    by_group: Mapping[str, str] = field(default_factory=dict)
    by_asset: Mapping[str, str] = field(default_factory=dict)
    factors: tuple[str, ...] = ()

    def index_of(self, asset: str, group: str) -> str | None:
        """Return the series that an asset is mapped to, if there is one."""
        for name in (self.by_asset.get(asset), self.by_group.get(group), self.default_index):
            if name is not None and name in self.series:
                return name
        return None


@dataclass(frozen=True, eq=False)
class Fit:
    """A regression of an asset on series: slopes (k,), share explained, and residuals per day (m,)."""

    names: tuple[str, ...]
    slopes: Vector
    r2_frac: float
    residuals_frac: Vector
    tier: Tier


@dataclass(frozen=True, eq=False)
class Standing:
    """What one asset does in a window.

    Attributes
    ----------
    daily_frac
        Shape (d,), or None where only the whole move is known.
    return_frac
        Over the window.
    draws_frac
        Shape (`DRAWS_COUNT`,): returns over the window with bootstrapped residuals; None for own history.

    """

    tier: Tier
    proxy: str | None
    r2_frac: float | None
    daily_frac: Vector | None
    return_frac: float
    draws_frac: Vector | None

    @property
    def is_weak(self) -> bool:
        """Whether a proxy explains too little, or nothing says how much."""
        return self.tier != "own" and (self.r2_frac is None or self.r2_frac < WEAK_R2_FRAC)

    def band(self) -> tuple[float, float]:
        """Return 5% and 95% of the draws around the return, which always lies between them."""
        if self.draws_frac is None:
            return self.return_frac, self.return_frac
        low, high = np.quantile(self.draws_frac, (0.05, 0.95))
        return min(float(low), self.return_frac), max(float(high), self.return_frac)


def refuse_uneven(series: Mapping[str, Vector], days_count: int, path: str) -> None:
    """Raise `InputRefused` where a series does not have one figure for each day of the history."""
    uneven = [name for name, one in series.items() if one.shape != (days_count,)]
    if uneven:
        raise InputRefused(
            [
                Problem(
                    f"{path}.{name}",
                    f"The series has shape {series[name].shape} for {days_count} days.",
                    "Give one figure for each day of the history, NaN where there is none.",
                )
                for name in uneven
            ]
        )


def fit(asset_frac: Vector, series: Matrix, names: tuple[str, ...], tier: Tier) -> Fit | None:
    """Regress an asset (t,) on series (t, k) over their last common days, at most five years; None for too few."""
    known = np.flatnonzero(np.isfinite(asset_frac) & np.isfinite(series).all(axis=1))[-OVERLAP_MAX_COUNT:]
    if known.size < OVERLAP_MIN_COUNT + 10 * (series.shape[1] - 1):
        return None
    y = asset_frac[known] - asset_frac[known].mean()
    x = series[known] - series[known].mean(axis=0)
    variation = float(y @ y)
    if variation <= 0.0 or float((x * x).sum()) <= 0.0:
        return None
    slopes = np.linalg.lstsq(x, y, rcond=None)[0]
    left = y - x @ slopes
    return Fit(names, slopes, max(0.0, 1.0 - float(left @ left) / variation), left, tier)


def best_fit(asset: str, group: str, asset_frac: Vector, stand_ins: StandIns) -> Fit | None:
    """Return the index fit, or the regression where it explains more and the index less than 30%."""
    name = stand_ins.index_of(asset, group)
    by_index = None if name is None else fit(asset_frac, stand_ins.series[name][:, None], (name,), "index")
    if by_index is not None and by_index.r2_frac >= WEAK_R2_FRAC:
        return by_index
    factors = tuple(one for one in stand_ins.factors if one in stand_ins.series)
    if len(factors) < 2:
        return by_index
    table = np.column_stack([stand_ins.series[one] for one in factors])
    by_factors = fit(asset_frac, table, factors, "factors")
    if by_factors is None or (by_index is not None and by_index.r2_frac >= by_factors.r2_frac):
        return by_index
    return by_factors


def compounded(daily_frac: Vector) -> float:
    """Return the whole move of daily returns."""
    return float(np.prod(1.0 + daily_frac)) - 1.0


def by_fit(found: Fit, window: Matrix, seed: int, stream: int) -> Standing:
    """Stand in day by day: slopes times the series in the window, shape (d, k), with residuals drawn for the band."""
    daily = np.maximum(window @ found.slopes, -1.0)
    rng = generator(seed, stream)
    drawn = found.residuals_frac[rng.integers(0, found.residuals_frac.size, (DRAWS_COUNT, daily.size))]
    draws = np.prod(np.maximum(1.0 + daily + drawn, 0.0), axis=1) - 1.0
    proxy = " and ".join(found.names) if len(found.names) < 3 else f"{len(found.names)} factors"
    return Standing(found.tier, proxy, found.r2_frac, daily, compounded(daily), draws)


def by_recorded_move(found: Fit, index_move_frac: float, sessions_count: int, seed: int, stream: int) -> Standing:
    """Stand in with the event's recorded index move times beta, where no series covers the window."""
    move = max(float(found.slopes[0]) * index_move_frac, -1.0)
    rng = generator(seed, stream)
    drawn = found.residuals_frac[rng.integers(0, found.residuals_frac.size, (DRAWS_COUNT, sessions_count))]
    draws = np.maximum((1.0 + move) * np.prod(np.maximum(1.0 + drawn, 0.0), axis=1) - 1.0, -1.0)
    proxy = f"{found.names[0]} (recorded move)"
    return Standing("index", proxy, found.r2_frac, None, move, draws)


def by_peers(peers: Matrix, seed: int, stream: int) -> Standing | None:
    """Stand in with the daily median of peers, shape (d, p); None for fewer than two of them."""
    if peers.shape[1] < PEERS_MIN_COUNT:
        return None
    daily = np.median(peers, axis=1)
    moves = np.prod(1.0 + peers, axis=0) - 1.0
    draws = moves[generator(seed, stream).integers(0, moves.size, DRAWS_COUNT)]
    proxy = f"median of {peers.shape[1]} holdings of its sector"
    return Standing("sector", proxy, None, daily, compounded(daily), draws)
