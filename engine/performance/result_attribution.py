"""What says where a return came from? The forms of contribution and attribution; every one closes on its total.

`residual_frac` is the total less all parts, shown so that anyone can see that nothing is hidden.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from engine.kernel.frozen import FrozenResult

BrinsonModel = Literal["brinson_fachler", "brinson_hood_beebower"]
Linking = Literal["carino", "menchero", "grap", "frongello", "geometric"]


class Contribution(FrozenResult):
    """What one asset or group added to the portfolio's return.

    Attributes
    ----------
    key
        Asset id, or the group's name.
    group
        The group an asset belongs to; None for a group itself.
    weight_frac
        Mean weight at the begin of the periods.
    return_frac
        Its own return compounded over the periods in which it was held; None where it never was.
    contribution_frac
        Linked over time; all of them sum to the portfolio's return.

    """

    key: str
    group: str | None
    weight_frac: float
    return_frac: float | None
    contribution_frac: float


class ContributionTable(FrozenResult):
    """Contributions by asset and by group.

    Attributes
    ----------
    return_frac
        The portfolio's return over all periods.
    assets, groups
        Largest contribution first; each set sums to `return_frac` less `trading_frac`.
    trading_frac
        What the portfolio earned beyond its holdings at the begin of each period times their returns: trades within
        the period, costs and timing. 0 where contributions were given as gains.
    residual_frac
        `return_frac` less all of them.

    """

    started_on: date
    ended_on: date
    return_frac: float
    assets: tuple[Contribution, ...]
    groups: tuple[Contribution, ...]
    trading_frac: float
    residual_frac: float


class SegmentEffect(FrozenResult):
    """One segment beside that of the benchmark.

    Attributes
    ----------
    key
        The segment's name.
    portfolio_weight_frac, benchmark_weight_frac
        Mean weights at the begin of the periods.
    portfolio_return_frac, benchmark_return_frac
        Compounded over the periods in which each held it; None where it never did.
    allocation_frac, selection_frac, interaction_frac
        Linked over time. `interaction_frac` is 0 where it is part of selection.
    total_frac
        Their sum (for geometric linking: what the segment adds to the sum of the geometric effects).

    """

    key: str
    portfolio_weight_frac: float
    benchmark_weight_frac: float
    portfolio_return_frac: float | None
    benchmark_return_frac: float | None
    allocation_frac: float
    selection_frac: float
    interaction_frac: float
    total_frac: float


class AssetEffect(FrozenResult):
    """One asset's part of its segment's effects.

    With active weight d_i = w_p,i - w_b,i: allocation d_i (R_b,S - R_b) for Brinson-Fachler, d_i R_b,S for
    Brinson-Hood-Beebower; selection with interaction d_i (r_i - R_b,S). Over a segment's assets they sum exactly to the
    segment's allocation, and to its selection plus interaction.
    """

    key: str
    segment: str
    portfolio_weight_frac: float
    benchmark_weight_frac: float
    allocation_frac: float
    selection_frac: float
    total_frac: float


class PeriodEffect(FrozenResult):
    """One period's effects over all segments, before linking, and their running linked sums.

    `ended_on` is the close of the period. The `cumulative_` ones are those linked over the periods until then: they sum
    to the active return until then, and the last row's are the totals.
    """

    ended_on: date
    portfolio_return_frac: float
    benchmark_return_frac: float
    allocation_frac: float
    selection_frac: float
    interaction_frac: float
    trading_frac: float
    cumulative_allocation_frac: float
    cumulative_selection_frac: float
    cumulative_interaction_frac: float
    cumulative_trading_frac: float


class BrinsonAttribution(FrozenResult):
    """Why the portfolio's return differs from its benchmark's.

    Attributes
    ----------
    model, linking, is_interaction_folded
        How it was computed; folded means that interaction is part of selection.
    portfolio_return_frac, benchmark_return_frac
        Compounded over all periods.
    active_return_frac
        What is explained: the difference; for geometric linking (1 + R_p) / (1 + R_b) - 1.
    allocation_frac, selection_frac, interaction_frac, trading_frac
        Sums over the segments; trading is what the portfolio earned beyond its holdings at the begin of each period.
        For geometric linking they compound to the active return instead of adding up.
    cash_allocation_frac
        The part of `allocation_frac` that comes from holding more or less cash than the benchmark: the drag of cash
        where markets rose.
    residual_frac
        `active_return_frac` less all effects.
    segments, assets
        In order of the total; assets are empty where only segments were given, and for geometric linking.
    periods
        By the grid that was asked for (months, say), for the running chart.
    sentence
        What a screen says above the table.

    """

    model: BrinsonModel
    linking: Linking
    is_interaction_folded: bool
    started_on: date
    ended_on: date
    periods_count: int
    portfolio_return_frac: float
    benchmark_return_frac: float
    active_return_frac: float
    allocation_frac: float
    selection_frac: float
    interaction_frac: float
    trading_frac: float
    cash_allocation_frac: float = 0.0
    residual_frac: float
    segments: tuple[SegmentEffect, ...]
    assets: tuple[AssetEffect, ...]
    periods: tuple[PeriodEffect, ...]
    sentence: str
    notes: tuple[str, ...]


class CurrencyEffect(FrozenResult):
    """What one currency's assets earned at home, and what its rate against the base currency added.

    `cross_frac` is the product of both. `weight_frac` is the mean weight at the begin of the periods.
    """

    currency: str
    weight_frac: float
    local_frac: float
    currency_frac: float
    cross_frac: float
    total_frac: float


class CurrencyAttribution(FrozenResult):
    """The portfolio's return split into local returns, exchange rates and the product of both, linked by Carino.

    Of each asset and period w ((1 + r_local)(1 + fx) - 1) = w r_local + w fx + w r_local fx: what the rates did to what
    was held. It is no account of decisions on currencies (forward premiums are not told apart). `trading_frac` is what
    the portfolio earned beyond its holdings at the begin of each period.
    """

    base_currency: str
    portfolio_return_frac: float
    local_frac: float
    currency_frac: float
    cross_frac: float
    trading_frac: float
    residual_frac: float
    currencies: tuple[CurrencyEffect, ...]
    notes: tuple[str, ...]


class FactorEffect(FrozenResult):
    """One factor's part: exposure (from the regression) times what the factor earned, linked over time.

    `lower` and `upper` bound the exposure at 95% (Newey-West).
    """

    key: str
    exposure: float
    standard_error: float | None
    lower: float | None
    upper: float | None
    t_statistic: float | None
    factor_return_frac: float
    contribution_frac: float


class FactorAttribution(FrozenResult):
    """The portfolio's return (or its return over the benchmark) as cash, factors, a constant and the unexplained.

    `alpha_frac` is the linked part of the regression's constant, `unexplained_frac` that of what varies around it,
    `cash_frac` that of the risk-free rate (0 for an active return). All with the factors sum to `return_frac`.
    """

    is_active: bool
    return_frac: float
    cash_frac: float
    alpha_frac: float
    unexplained_frac: float
    residual_frac: float
    r_squared: float | None
    factors: tuple[FactorEffect, ...]
    periods_count: int
    notes: tuple[str, ...]
