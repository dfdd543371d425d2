"""What says how sure a proposal is? An interval for each weight, bands along the frontier, and a verdict on trading."""

from __future__ import annotations

from typing import Literal

from engine.diagnosis import Diagnosis
from engine.kernel.frozen import FrozenResult
from engine.kernel.status import SolveStatus
from engine.result import Lineage


class WeightInterval(FrozenResult):
    """One asset's weight, and where it lay in the answers to the other histories.

    `lower_frac` and `upper_frac` are percentiles of the answers, at the level of the result; `inclusion_frac` is in how
    many of them the asset was held at all.
    """

    asset: str
    weight_frac: float
    lower_frac: float
    median_frac: float
    upper_frac: float
    inclusion_frac: float


class FrontierBand(FrozenResult):
    """One place on the frontier, and what the efficient portfolios of equal risk aversion promised elsewhere.

    Every figure is annual. The bounds are percentiles, each on its own, of the figures that each history promised for
    its own portfolio; `weights_*` are in the order of the result's assets.
    """

    risk_aversion: float | None
    return_annual_frac: float
    volatility_annual_frac: float
    return_lower_annual_frac: float
    return_upper_annual_frac: float
    volatility_lower_annual_frac: float
    volatility_upper_annual_frac: float
    weights_lower_frac: tuple[float, ...]
    weights_upper_frac: tuple[float, ...]


class PartialTrade(FrozenResult):
    """The best portfolio that a part of the whole turnover can reach.

    `share_frac` is that part; `distance_annual_frac` the tracking error that is left to the proposal, and
    `nearer_frac` how many of the answers to the other histories lie nearer to it.
    """

    share_frac: float
    turnover_frac: float
    cost_annual_frac: float | None
    distance_annual_frac: float
    nearer_frac: float
    return_annual_frac: float
    volatility_annual_frac: float
    weights_frac: tuple[float, ...]


class TradeVerdict(FrozenResult):
    """Whether the current portfolio differs from the proposal by more than chance explains.

    `nearer_frac` is how many of the answers to the other histories lie nearer to the proposal than the current
    portfolio does, by tracking error: above the result's level, chance does not explain the distance.
    """

    is_worthwhile: bool
    nearer_frac: float
    distance_annual_frac: float
    typical_distance_annual_frac: float
    turnover_frac: float
    sentence: str
    partial_trades: tuple[PartialTrade, ...] = ()


class UncertaintyResult(FrozenResult):
    """How sure a proposal is, after `answered_count` of `resamples_count` other histories.

    `unanswered_count` of the histories drawn so far had no answer. `block_length_periods` is the mean length of the
    stretches that they were drawn in.
    """

    schema_version: Literal[1] = 1
    status: SolveStatus
    message: str
    advice: str | None = None
    notes: tuple[str, ...] = ()
    level_frac: float
    resamples_count: int
    answered_count: int = 0
    unanswered_count: int = 0
    is_complete: bool = False
    block_length_periods: float | None = None
    seed: int
    assets: tuple[str, ...] = ()
    weights: tuple[WeightInterval, ...] = ()
    bands: tuple[FrontierBand, ...] = ()
    verdict: TradeVerdict | None = None
    diagnosis: Diagnosis | None = None
    lineage: Lineage | None = None
    elapsed_ms: dict[str, float]
