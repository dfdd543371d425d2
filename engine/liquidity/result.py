"""What says how fast, and at what cost, a portfolio becomes cash?"""

from __future__ import annotations

from typing import Literal

from engine.kernel.frozen import FrozenResult

Bucket = Literal["highly_liquid", "moderately_liquid", "less_liquid", "illiquid", "not_known"]
BUCKETS: tuple[Bucket, ...] = ("highly_liquid", "moderately_liquid", "less_liquid", "illiquid", "not_known")
SpreadSource = Literal["quoted", "corwin_schultz", "abdi_ranaldo", "not_known"]


class AssetLiquidity(FrozenResult):
    """One position: how long it takes to sell, and what that costs. None means not known.

    Attributes
    ----------
    weight_frac
        Fraction of NAV.
    volume_share
        The position over an ordinary day's volume: 2.0 is two days' volume.
    days, stressed_days
        Trading days to sell at the participation, at the median and at the stressed volume; fractions of a day count.
        None where the volume is not known, or where nothing trades (then `is_traded` is False).
    is_traded
        Whether any volume is seen; None where the volume is not known.
    spread_frac, spread_source
        Full bid-ask spread as a fraction of the price, and where it comes from.
    half_spread_cost_bps, impact_cost_bps, cost_bps
        Cost of selling all, in basis points of the position: half the spread, the price's move by one's own selling,
        and both together.
    cost_ccy
        The same in the portfolio's currency.
    bucket
        SEC rule 22e-4 style bucket; a class for reports of a filing needs the fund's own review.

    """

    name: str
    weight_frac: float
    volume_share: float | None
    days: float | None
    stressed_days: float | None
    is_traded: bool | None
    spread_frac: float | None
    spread_source: SpreadSource
    half_spread_cost_bps: float | None
    impact_cost_bps: float | None
    cost_bps: float | None
    cost_ccy: float | None
    bucket: Bucket


class LiquidityStep(FrozenResult):
    """How much of the gross value is cash after so many trading days.

    `waterfall_frac` sells every position as fast as its volume allows. `pro_rata_frac` sells the same part of every
    position each day, so the slowest sets the pace, and one whose volume is not known keeps it at the cash that is
    there. `*_stressed_frac` are the same at the stressed volume. Cash counts as sold.
    """

    days: int
    waterfall_frac: float
    pro_rata_frac: float
    waterfall_stressed_frac: float
    pro_rata_stressed_frac: float


class BucketShare(FrozenResult):
    """One bucket: its weight as a fraction of what is held (gross weights and cash), and how many positions it has."""

    bucket: Bucket
    share_frac: float
    assets_count: int


class LiquidityVar(FrozenResult):
    """Value at risk with the cost of leaving: Bangia and others (1999), beside what is not known.

    Attributes
    ----------
    level_frac
        Confidence level of `var_frac`.
    var_frac, spread_cost_frac, liquidity_var_frac
        The market's part, ½ Σ|w|(mean spread + k x deviation of the spread), and both together; fractions of NAV. The
        latter two are None where no spread is known: an unknown cost is not zero.
    multiplier
        k.
    covered_frac
        Share of the gross weight whose spread is known; where it is below one, the cost is a lower bound.

    """

    level_frac: float
    var_frac: float
    spread_cost_frac: float | None
    liquidity_var_frac: float | None
    multiplier: float
    covered_frac: float


class LiquidityResult(FrozenResult):
    """How fast a portfolio becomes cash, what that costs, and what is not known.

    Attributes
    ----------
    participation_frac, stressed_volume_factor
        Share of a day's volume that is sold, and what the volume is multiplied by under stress.
    assets
        One line an asset in the order given.
    profile
        After 1, 3, 5, 7 and 30 trading days.
    days_to_half, days_to_95
        Trading days until that share of what is held (gross weights and cash) is cash, every position as fast as it
        can; None where it is never reached, for example since the volume of more than 5% is not known.
    stressed_days_to_95
        The same at the stressed volume.
    buckets
        One for each of `BUCKETS`; shares sum to one.
    illiquid_share_frac, not_known_share_frac
        Of what is held.
    cost_bps, cost_ccy
        Of selling every position whose cost is known, in basis points of what is sold and in currency; None where none
        is known. `cost_covered_frac` is the share of the gross weight that they cover.
    liquidity_var
        None where no VaR was given.
    notes
        Sentences on what is not known or was estimated.

    """

    participation_frac: float
    stressed_volume_factor: float
    assets: tuple[AssetLiquidity, ...]
    profile: tuple[LiquidityStep, ...]
    days_to_half: float | None
    days_to_95: float | None
    stressed_days_to_95: float | None
    buckets: tuple[BucketShare, ...]
    illiquid_share_frac: float
    not_known_share_frac: float
    cost_bps: float | None
    cost_ccy: float | None
    cost_covered_frac: float
    liquidity_var: LiquidityVar | None
    notes: tuple[str, ...]
