"""How fast does a portfolio become cash, what does that cost, and how much VaR does the cost add?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Vector
from engine.kernel.units import listing, percent
from engine.liquidity.given import QUOTES_MIN_COUNT, Holdings, LiquidityOptions, check
from engine.liquidity.impact import almgren_cost, square_root_cost
from engine.liquidity.result import (
    BUCKETS,
    AssetLiquidity,
    BucketShare,
    LiquidityResult,
    LiquidityVar,
    SpreadSource,
)
from engine.liquidity.speed import buckets, days_until, profile, volume_shares
from engine.liquidity.spreads import abdi_ranaldo, corwin_schultz_pairs, mean_spread, spread_deviation

BPS = 10_000.0


@dataclass(frozen=True)
class Spreads:
    """Full spreads (n,) as they are paid now, and where each is from; their means and own deviations over time (n,).

    A quote without enough others before it is its own mean, and has no deviation: zero.
    """

    now_frac: Vector
    mean_frac: Vector
    deviation_frac: Vector
    sources: tuple[SpreadSource, ...]
    is_lone_quote: NDArray[np.bool_]


def liquidity(
    holdings: Holdings,
    options: LiquidityOptions | None = None,
    *,
    var_frac: float | None = None,
    var_level_frac: float = 0.99,
) -> LiquidityResult:
    """Return days, costs, buckets, the profile, and the liquidity-adjusted VaR.

    Parameters
    ----------
    holdings
        Positions and what is known of each.
    options
        Participation, settlement and the rest; None for the defaults.
    var_frac
        The market's VaR of one day as a fraction of NAV, to which the cost of leaving is added; None leaves that out.
    var_level_frac
        Its level.

    Returns
    -------
    LiquidityResult
        A position whose volume is not known is never counted as liquid: it is a bucket of its own.

    Raises
    ------
    InputRefused
        For what cannot be used.

    """
    chosen = options or LiquidityOptions()
    check(holdings, chosen)
    weights = np.asarray(holdings.weights_frac, dtype=np.float64)
    volumes = np.asarray(holdings.volumes_ccy, dtype=np.float64)
    volumes = np.where(volumes < 0.0, np.nan, volumes)
    sizes, cash = np.abs(weights), max(float(holdings.cash_weight_frac), 0.0)
    is_balance = np.isinf(volumes)
    shares = volume_shares(weights, float(holdings.value_ccy), volumes)
    days = shares / chosen.participation_frac
    stressed = days / chosen.stressed_volume_factor
    settlement = np.broadcast_to(np.asarray(chosen.settlement_days, dtype=np.int_), weights.shape)
    kinds = buckets(days * chosen.anticipated_size_frac, settlement, chosen.week_business_days, is_balance)
    spreads = _spreads(holdings, chosen, is_balance)
    impact = _impact(holdings, shares, days, is_balance)
    cost = 0.5 * spreads.now_frac + impact
    held = float(sizes.sum()) + cash
    shares_of = {kind: 0.0 for kind in BUCKETS}
    counts = {kind: 0 for kind in BUCKETS}
    for size, kind in zip(sizes.tolist(), kinds, strict=True):
        if size > 0.0:
            shares_of[kind] += size / held
            counts[kind] += 1
    if cash > 0.0:
        shares_of["highly_liquid"] += cash / held
    priced = np.isfinite(cost) & (sizes > 0.0)
    money = float(holdings.value_ccy)
    return LiquidityResult(
        participation_frac=chosen.participation_frac,
        stressed_volume_factor=chosen.stressed_volume_factor,
        assets=_lines(holdings, (shares, days, stressed), spreads, impact, cost, kinds),
        profile=profile(days, stressed, sizes, cash),
        days_to_half=days_until(0.5, days, sizes, cash),
        days_to_95=days_until(0.95, days, sizes, cash),
        stressed_days_to_95=days_until(0.95, stressed, sizes, cash),
        buckets=tuple(
            BucketShare(bucket=kind, share_frac=shares_of[kind], assets_count=counts[kind]) for kind in BUCKETS
        ),
        illiquid_share_frac=shares_of["illiquid"],
        not_known_share_frac=shares_of["not_known"],
        cost_bps=BPS * float(sizes[priced] @ cost[priced]) / float(sizes[priced].sum()) if priced.any() else None,
        cost_ccy=money * float(sizes[priced] @ cost[priced]) if priced.any() else None,
        cost_covered_frac=float(sizes[priced].sum() / sizes.sum()) if sizes.any() else 1.0,
        liquidity_var=None if var_frac is None else _liquidity_var(var_frac, var_level_frac, sizes, spreads, chosen),
        notes=(*_notes(holdings, sizes, volumes, spreads), *_lone(holdings, sizes, spreads, chosen, var_frac)),
    )


def _spreads(holdings: Holdings, options: LiquidityOptions, is_balance: NDArray[np.bool_]) -> Spreads:
    """Return the quoted spread of each position, else an estimate, else NaN; a balance has none to pay here."""
    quoted = holdings.column(holdings.quoted_spreads_frac)
    count = len(holdings.assets)
    estimated = deviations = np.full(count, np.nan)
    if holdings.bars is not None:
        bars = holdings.bars
        pairs = corwin_schultz_pairs(bars.high, bars.low, bars.close)
        deviations = spread_deviation(pairs)
        if options.spread_estimator == "abdi_ranaldo":
            estimated = abdi_ranaldo(bars.high, bars.low, bars.close)
        else:
            estimated = mean_spread(pairs)
    is_quoted = np.isfinite(quoted) | is_balance
    now = np.where(is_balance, 0.0, np.where(np.isfinite(quoted), quoted, estimated))
    sources: list[SpreadSource] = [
        "quoted" if known else options.spread_estimator if math.isfinite(value) else "not_known"
        for known, value in zip(is_quoted.tolist(), now.tolist(), strict=True)
    ]
    deviation = np.where(is_quoted, 0.0, np.where(np.isfinite(deviations), deviations, 0.0))
    means, moves = _quoted_over_time(holdings)
    is_series = np.isfinite(means) & np.isfinite(quoted) & ~is_balance
    mean = np.where(is_series, means, now)
    is_lone = np.isfinite(quoted) & ~is_series & ~is_balance
    return Spreads(now, mean, np.where(is_series, moves, deviation), tuple(sources), is_lone)


def _quoted_over_time(holdings: Holdings) -> tuple[Vector, Vector]:
    """Return mean and standard deviation (n,) of each asset's quotes; NaN with fewer than twenty."""
    series = holdings.quoted_series_frac
    count = len(holdings.assets)
    means, moves = np.full(count, np.nan), np.full(count, np.nan)
    if series is None:
        return means, moves
    for place in np.flatnonzero(np.isfinite(series).sum(axis=0) >= QUOTES_MIN_COUNT).tolist():
        known = series[np.isfinite(series[:, place]), place]
        means[place], moves[place] = known.mean(), known.std(ddof=1)
    return means, moves


def _impact(holdings: Holdings, shares: Vector, days: Vector, is_balance: NDArray[np.bool_]) -> Vector:
    """Return what one's own selling costs, as a fraction of each position; NaN where not known."""
    volatilities = holdings.column(holdings.volatilities_frac)
    turnovers = holdings.column(holdings.inverse_turnovers)
    sellable = np.where(np.isfinite(shares), shares, np.nan)
    plain = square_root_cost(sellable, volatilities)
    fitted = almgren_cost(sellable, volatilities, turnovers, np.where(np.isfinite(days), days, np.nan))
    impact: Vector = np.where(is_balance, 0.0, np.where(np.isfinite(turnovers), fitted, plain))
    return impact


def _liquidity_var(
    var_frac: float, level: float, sizes: Vector, spreads: Spreads, options: LiquidityOptions
) -> LiquidityVar:
    """Return VaR + ½ Σ|w|(s + k σ_s).

    References
    ----------
    Bangia, Diebold, Schuermann and Stroughair (1999), Liquidity on the outside, Risk 12(6).

    """
    known = np.isfinite(spreads.mean_frac)
    wide = spreads.mean_frac[known] + options.spread_multiplier * spreads.deviation_frac[known]
    cost = 0.5 * float(sizes[known] @ wide)
    gross = float(sizes.sum())
    is_known = gross <= 0.0 or float(sizes[known].sum()) > 0.0
    return LiquidityVar(
        level_frac=level,
        var_frac=var_frac,
        spread_cost_frac=cost if is_known else None,
        liquidity_var_frac=var_frac + cost if is_known else None,
        multiplier=options.spread_multiplier,
        covered_frac=float(sizes[known].sum()) / gross if gross > 0.0 else 1.0,
    )


def _lines(
    holdings: Holdings,
    speed: tuple[Vector, Vector, Vector],
    spreads: Spreads,
    impact: Vector,
    cost: Vector,
    kinds: list[Any],
) -> tuple[AssetLiquidity, ...]:
    """Return one line a position."""
    shares, days, stressed = (_known(one) for one in speed)
    weights = np.asarray(holdings.weights_frac, dtype=np.float64)
    money = np.abs(weights) * float(holdings.value_ccy) * cost
    columns = (
        _known(spreads.now_frac),
        _known(0.5 * BPS * spreads.now_frac),
        _known(BPS * impact),
        _known(BPS * cost),
        _known(money),
    )
    volumes = np.asarray(holdings.volumes_ccy, dtype=np.float64).tolist()
    return AssetLiquidity.trusted(
        {
            "name": name,
            "weight_frac": float(weights[place]),
            "volume_share": shares[place],
            "days": days[place],
            "stressed_days": stressed[place],
            "is_traded": None if math.isnan(volumes[place]) else volumes[place] > 0.0,
            "spread_frac": columns[0][place],
            "spread_source": spreads.sources[place],
            "half_spread_cost_bps": columns[1][place],
            "impact_cost_bps": columns[2][place],
            "cost_bps": columns[3][place],
            "cost_ccy": columns[4][place],
            "bucket": kinds[place],
        }
        for place, name in enumerate(holdings.assets)
    )


def _lone(
    holdings: Holdings, sizes: Vector, spreads: Spreads, options: LiquidityOptions, var_frac: float | None
) -> tuple[str, ...]:
    """Return a sentence where the multiplier has nothing to act on."""
    lone = spreads.is_lone_quote & (sizes > 0.0)
    if var_frac is None or not lone.any() or options.spread_multiplier == 0.0:
        return ()
    who = listing([str(holdings.assets[place]) for place in np.flatnonzero(lone).tolist()])
    return (
        f"For the spread of {who} there are fewer than {QUOTES_MIN_COUNT} quotes of late, which do not tell how much "
        "it moves: value at risk with the cost of leaving counts it as it is now.",
    )


def _known(values: Vector) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in values.tolist()]


def _notes(holdings: Holdings, sizes: Vector, volumes: Vector, spreads: Spreads) -> tuple[str, ...]:
    """Return sentences on what is not known."""
    notes = []

    def named(mask: NDArray[np.bool_]) -> tuple[str, str]:
        who = [str(holdings.assets[place]) for place in np.flatnonzero(mask).tolist()]
        return listing(who), percent(float(sizes[mask].sum()))

    unknown = np.isnan(volumes) & (sizes > 0.0)
    if unknown.any():
        who, size = named(unknown)
        notes.append(f"The traded volume of {who} ({size} of NAV) is not known; it is not counted as liquid.")
    dead = (volumes == 0.0) & (sizes > 0.0)
    if dead.any():
        who, size = named(dead)
        notes.append(f"{who} ({size} of NAV) has not traded lately and cannot be sold at any price seen.")
    spreadless = ~np.isfinite(spreads.now_frac) & (sizes > 0.0)
    if spreadless.any():
        who, size = named(spreadless)
        notes.append(f"The bid-ask spread of {who} ({size} of NAV) is not known; no cost is given for it.")
    estimated = [source for source in spreads.sources if source in ("corwin_schultz", "abdi_ranaldo")]
    if estimated:
        label = {"corwin_schultz": "Corwin and Schultz", "abdi_ranaldo": "Abdi and Ranaldo"}[estimated[0]]
        notes.append(
            f"Spreads that are not quoted are estimated from daily highs, lows and closes by {label}; such estimates "
            "cannot tell spreads below some 0.2% apart, so costs of very liquid assets are likely too high."
        )
    return tuple(notes)
