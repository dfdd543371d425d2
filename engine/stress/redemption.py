"""Can a redemption be paid when markets are thin, at what cost, and what is left behind?

Two ways. The waterfall uses cash, then sells long positions from the cheapest to the dearest; pro rata sells the same
part of everything, buys shorts back and pays the same part of the cash, so that who stays holds what was held before.
Each position trades at most the participation in its stressed volume a day. What is due is spread evenly over the days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Matrix, Vector
from engine.kernel.units import listing, percent
from engine.liquidity.impact import sale_cost_frac
from engine.stress.positions import StressedPortfolio
from engine.stress.result_tails import LiquidityWay, RedemptionResult, Sale

SEEN_AHEAD_DAYS = 7
EXACT = 1e-12
STEPS_COUNT = 60


@dataclass(frozen=True, eq=False)
class Markets:
    """What is known of the markets of n positions, shape (n,) each; NaN is not known.

    Attributes
    ----------
    volume_shares
        Position over an ordinary day's volume (`engine.liquidity.speed.volume_shares`); 0 for cash-like positions.
    spreads_frac
        Full bid-ask spread over the price.
    daily_volatility_frac
        Standard deviation of daily returns.

    """

    volume_shares: Vector
    spreads_frac: Vector
    daily_volatility_frac: Vector

    @classmethod
    def unknown(cls, count: int) -> Markets:
        """Return markets of which nothing is known."""
        nothing = np.full(count, np.nan)
        return cls(nothing, nothing, nothing)


@dataclass(frozen=True, eq=False)
class _Desk:
    """Stressed markets: sizes |w| (n,), most that can be traded a day (n,), and cost rates."""

    sizes: Vector
    daily: Vector
    volumes: Vector
    spreads_frac: Vector
    volatility_frac: Vector

    def rates(self, traded: Vector) -> Vector:
        """Return cost over what is traded, shape (n,); of spread and volatility what is not known counts as zero."""
        shares = np.where(self.volumes > 0.0, traded / np.where(self.volumes > 0.0, self.volumes, 1.0), 0.0)
        shares = np.where(np.isfinite(self.volumes), shares, 0.0)
        spreads = np.nan_to_num(self.spreads_frac, nan=0.0)
        rates = sale_cost_frac(shares, spreads, np.nan_to_num(self.volatility_frac, nan=0.0))
        return np.minimum(np.nan_to_num(np.asarray(rates), nan=0.0), 1.0)

    def most(self, days: float) -> Vector:
        """Return the most that can be traded of each position within so many days."""
        return np.minimum(self.sizes, self.daily * days)

    def illiquid_frac(self, left: Vector, cash: float) -> float:
        """Return the share of what is left that cannot be traded within seven days."""
        whole = float(left.sum()) + abs(cash)
        return float(np.maximum(left - self.daily * SEEN_AHEAD_DAYS, 0.0).sum()) / whole if whole > EXACT else 0.0


def redeem(
    portfolio: StressedPortfolio,
    markets: Markets,
    *,
    redemption_frac: float = 0.2,
    days_count: int = 5,
    participation_frac: float = 0.2,
    volume_scale: float = 0.5,
    spread_scale: float = 3.0,
) -> RedemptionResult:
    """Return how a redemption is paid, both ways.

    Parameters
    ----------
    portfolio
        n positions.
    markets
        Of these positions.
    redemption_frac
        Of the portfolio's value, above 0.
    days_count
        Sessions in which it must be paid.
    participation_frac
        Share of the stressed volume that is traded a day.
    volume_scale, spread_scale
        Factors on usual volume and spread.

    Raises
    ------
    InputRefused
        Sizes that do not agree, or figures that make no redemption.

    """
    if markets.volume_shares.shape != (portfolio.count,):
        raise InputRefused([Problem("markets", "There is not one volume for each position.", "Give n of each figure.")])
    if not (0.0 < redemption_frac <= 1.0 and days_count >= 1 and participation_frac > 0.0 and volume_scale > 0.0):
        raise InputRefused(
            [
                Problem(
                    "redemption_frac", "Redemption, days and volume must be above zero.", "0.2 is a fifth of the value."
                )
            ]
        )
    sizes = np.abs(portfolio.weights_frac)
    shares = markets.volume_shares
    with np.errstate(divide="ignore", invalid="ignore"):
        volumes = np.where(np.isnan(shares), 0.0, np.where(shares > 0.0, sizes / shares, np.inf)) * volume_scale
    volumes = np.where(sizes > 0.0, volumes, 0.0)
    desk = _Desk(
        sizes,
        volumes * participation_frac,
        volumes,
        markets.spreads_frac * spread_scale,
        markets.daily_volatility_frac,
    )
    unknown = np.isnan(shares) & (sizes > 0.0)
    names = tuple(name for name, is_lost in zip(portfolio.assets, unknown.tolist(), strict=True) if is_lost)
    notes = []
    if names:
        notes.append(f"No volume is known of {listing(list(names))}: taken as not sellable.")
    is_moving = ~unknown & (sizes > 0.0) & (shares > 0.0)
    for figures, what, part in (
        (markets.spreads_frac, "spread", "half the spread"),
        (markets.daily_volatility_frac, "volatility", "the market's answer to the sale"),
    ):
        missed = [portfolio.assets[place] for place in np.flatnonzero(is_moving & ~np.isfinite(figures))]
        if missed:
            notes.append(f"No {what} is known of {listing(missed)}: costs are shown without {part}, a lower bound.")
    if bool((portfolio.weights_frac < 0.0).any()):
        notes.append("The waterfall leaves short positions as they are.")
    ways = (
        _waterfall(portfolio, desk, redemption_frac, days_count),
        _pro_rata(portfolio, desk, redemption_frac, days_count),
    )
    if portfolio.cash_frac < 0.0:
        notes.append(f"Cash is {percent(portfolio.cash_frac, 1)}: nothing of it can be paid out.")
    return RedemptionResult(
        redemption_frac=redemption_frac,
        days_count=days_count,
        participation_frac=participation_frac,
        volume_scale=volume_scale,
        spread_scale=spread_scale,
        ways=ways,
        covered_frac=1.0 - portfolio.share_frac(unknown),
        uncovered=names,
        notes=tuple(notes),
    )


def _waterfall(portfolio: StressedPortfolio, desk: _Desk, redemption_frac: float, days_count: int) -> LiquidityWay:
    """Use cash, then sell from the cheapest position to the dearest until the redemption is raised after costs."""
    cash = max(0.0, portfolio.cash_frac)
    is_long = portfolio.weights_frac > 0.0
    most = np.where(is_long, desk.most(days_count), 0.0)
    order = np.argsort(desk.rates(most), kind="stable")
    sold = np.zeros(portfolio.count)
    missing = redemption_frac - cash
    for place in order:
        if missing <= EXACT:
            break
        sold[place] = _amount(desk, sold, int(place), float(most[place]), missing)
        missing -= float(sold[place] * (1.0 - desk.rates(sold)[place]))
    days = np.arange(1, days_count + 1)[:, None]
    rates = desk.rates(sold)
    raised = min(cash, redemption_frac) + np.minimum(sold, desk.daily * days) @ (1.0 - rates)
    able = np.array([_able(portfolio, desk, day) for day in range(1, days_count + 1)])
    kept_cash = portfolio.cash_frac - min(cash, redemption_frac)
    return _way("waterfall", portfolio, desk, sold * is_long, raised, able, redemption_frac, float(able[-1]), kept_cash)


def _able(portfolio: StressedPortfolio, desk: _Desk, days_count: int) -> float:
    """Return the most cash that can be raised within so many days, after costs."""
    most = np.where(portfolio.weights_frac > 0.0, desk.most(days_count), 0.0)
    return max(0.0, portfolio.cash_frac) + float(most @ (1.0 - desk.rates(most)))


def _amount(desk: _Desk, sold: Vector, place: int, most: float, missing: float) -> float:
    """Return how much of one position must be sold so that it brings `missing` after costs; at most `most`."""

    def brings(amount: float) -> float:
        trial = sold.copy()
        trial[place] = amount
        return amount * (1.0 - float(desk.rates(trial)[place]))

    if brings(most) <= missing:
        return most
    low, high = 0.0, most
    for _ in range(STEPS_COUNT):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if brings(middle) < missing else (low, middle)
    return high


def _pro_rata(portfolio: StressedPortfolio, desk: _Desk, redemption_frac: float, days_count: int) -> LiquidityWay:
    """Trade the same part of everything, as much more than the redemption as the costs ask for.

    What cannot be sold in time is owed: nothing else is sold in its place.
    """
    signs = np.sign(portfolio.weights_frac)
    days = np.arange(1, days_count + 1)[:, None]

    def path(part: float) -> tuple[Vector, Matrix]:
        wanted = part * desk.sizes
        rates = desk.rates(np.minimum(wanted, desk.most(days_count)))
        by_day = np.minimum(wanted, desk.daily * days)
        return part * max(0.0, portfolio.cash_frac) + by_day @ (signs - rates), by_day

    part = redemption_frac
    for _ in range(STEPS_COUNT):  # the part whose sale would bring the redemption after costs in markets deep enough
        wanted = part * desk.sizes
        part = min(1.0, redemption_frac + float(wanted @ desk.rates(wanted)))
    raised, by_day = path(part)
    kept_cash = portfolio.cash_frac - part * max(0.0, portfolio.cash_frac)
    return _way(
        "pro_rata", portfolio, desk, by_day[-1] * signs, raised, raised, redemption_frac, float(raised[-1]), kept_cash
    )


def _way(
    way: Literal["waterfall", "pro_rata"],
    portfolio: StressedPortfolio,
    desk: _Desk,
    sold: Vector,
    raised: Vector,
    able: Vector,
    redemption_frac: float,
    at_most: float,
    cash_left: float,
) -> LiquidityWay:
    """Describe one way; `sold` is signed, `able` the most that could have been raised by each day."""
    count = len(raised)
    due = redemption_frac * np.arange(1, count + 1) / count
    late = np.flatnonzero(able < due - 1e-9)
    traded = np.abs(sold)
    rates = desk.rates(traded)
    cost = float(traded @ rates)
    left = np.maximum(desk.sizes - traded, 0.0)
    sales = tuple(
        Sale(
            asset=portfolio.assets[place],
            weight_frac=float(portfolio.weights_frac[place]),
            sold_frac=float(sold[place]),
            cost_frac=float(traded[place] * rates[place]),
            days=float(traded[place] / desk.daily[place]) if desk.daily[place] > 0.0 else None,
        )
        for place in np.argsort(-traded, kind="stable")
        if traded[place] > EXACT
    )
    return LiquidityWay(
        way=way,
        raised_frac=tuple(float(one) for one in raised),
        is_paid=not late.size,
        first_unpaid_day=int(late[0]) + 1 if late.size else None,
        shortfall_frac=max(0.0, redemption_frac - float(raised[-1])) if late.size else 0.0,
        cost_frac=cost,
        cost_bps=1e4 * cost / float(traded.sum()) if traded.sum() > EXACT else 0.0,
        coverage_ratio=at_most / redemption_frac,
        residual_illiquid_frac=desk.illiquid_frac(left, cash_left),
        residual_illiquid_before_frac=desk.illiquid_frac(desk.sizes, portfolio.cash_frac),
        sales=sales,
    )
