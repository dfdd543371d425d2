"""What does a stress test say: which loss, from which positions, how sure, and what is not covered?

Conventions of every form in this package: an *impact* is a signed fraction of the portfolio's value (negative is a
loss); a *loss* is positive. A missing figure is None, never 0. `model_dump(mode="json")` turns each form into a
document.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from engine.kernel.frozen import FrozenResult

Tier = Literal["own", "index", "factors", "sector", "given", "none"]


class PositionImpact(FrozenResult):
    """What one position does in a scenario.

    Attributes
    ----------
    asset : str
        Name of the asset, as given.
    group : str
        Sector (or what the caller groups by); "Unknown" where it has none.
    weight_frac : float
        Fraction of the portfolio's value; negative is short.
    return_frac : float or None
        Return of the asset over the whole scenario; None where nothing covers it.
    impact_frac : float or None
        Weight times return (along a rebalanced path: the sum of the days' gains over the value at the start). The
        impacts of all covered positions sum to the total of the scenario within 1e-12.
    low_frac, high_frac : float or None
        Band of the impact from the residual of the proxy, low <= impact <= high; equal to the impact for own history.
    tier : str
        Where the return comes from: "own" history, "index" (an index or fund scaled by beta), "factors" (regression
        on several factors), "sector" (median of the sector), "given" (stated by the scenario), "none" (not covered).
    proxy : str or None
        Name of what stands for the asset, where something does.
    r2_frac : float or None
        Share of the asset's variance that the proxy explains; None for own history, and where it cannot be known.
    is_weak : bool
        Whether the proxy explains less than 30%, or nothing says how much it explains.

    """

    asset: str
    group: str
    weight_frac: float
    return_frac: float | None
    impact_frac: float | None
    low_frac: float | None
    high_frac: float | None
    tier: Tier
    proxy: str | None = None
    r2_frac: float | None = None
    is_weak: bool = False


class GroupImpact(FrozenResult):
    """Sum of the covered positions of one group: signed weight and impact, with the band of the impact."""

    group: str
    weight_frac: float
    impact_frac: float
    low_frac: float
    high_frac: float


class Uncovered(FrozenResult):
    """A position that the scenario says nothing about: its weight, and why in one sentence."""

    asset: str
    weight_frac: float
    reason: str


class ReplayPath(FrozenResult):
    """How the value moves day by day.

    Attributes
    ----------
    dates : tuple of date
        The close before the first day, then every session of the window; length d + 1.
    value_index : tuple of float
        Value of the portfolio over its value at the start; the first is 1.
    benchmark_index : tuple of float or None
        The same for the benchmark.
    drawdown_frac : tuple of float
        Fall from the highest value so far, at most 0; a loss on the first day counts.
    max_drawdown_frac : float
        The deepest of them as a positive loss.
    peak, trough : date
        Where the deepest drawdown began and where it was reached.
    is_ruined : bool
        Whether the value fell to zero or below (possible with shorts); the path stays at zero from there.

    """

    dates: tuple[date, ...]
    value_index: tuple[float, ...]
    benchmark_index: tuple[float, ...] | None
    drawdown_frac: tuple[float, ...]
    max_drawdown_frac: float
    peak: date
    trough: date
    is_ruined: bool = False


class ReplayResult(FrozenResult):
    """What a past event would do to today's weights.

    Attributes
    ----------
    scenario : str
        Id of the event.
    name : str
        Its name.
    start, end : date
        Close before the fall, and close at its end.
    sessions_count : int
        Days with returns between them.
    mode : str
        "instant": the cumulative return of each asset applied to today's weights at once; "buy_and_hold": day by day
        without trading (the same end); "daily_rebalanced": day by day, back to today's weights each evening.
    total_frac : float
        Impact on the portfolio, of what is covered; cash earns 0.
    low_frac, high_frac : float
        Band of the total: residuals of proxies taken as independent, 5% to 95%. Equal to the total without proxies.
    benchmark_frac : float or None
        Return of the benchmark over the same days.
    event_index_frac : float or None
        The event's own index move as recorded in the library, to compare with.
    covered_frac : float
        Share of gross weight and cash whose return is known or stands in; 1 when everything is covered.
    proxied_frac : float
        Share of gross weight and cash that rests on proxies.
    is_mostly_proxied : bool
        Whether more than 20% rests on proxies: read the total as a rough figure.
    positions, groups, uncovered
        Positions in the order given; groups from the worst impact to the best.
    path : ReplayPath or None
        For the modes day by day.
    notes : tuple of str
        Sentences about everything that was assumed.

    """

    scenario: str
    name: str
    start: date
    end: date
    sessions_count: int
    mode: Literal["instant", "buy_and_hold", "daily_rebalanced"]
    total_frac: float
    low_frac: float
    high_frac: float
    benchmark_frac: float | None
    event_index_frac: float | None
    covered_frac: float
    proxied_frac: float
    is_mostly_proxied: bool
    positions: tuple[PositionImpact, ...]
    groups: tuple[GroupImpact, ...]
    uncovered: tuple[Uncovered, ...]
    path: ReplayPath | None = None
    notes: tuple[str, ...] = ()


Route = Literal["given", "history", "events", "held"]


class FactorMove(FrozenResult):
    """How far one factor moves in a scenario.

    Attributes
    ----------
    factor : str
        "equity", "rates", "credit", "volatility", "oil", "usd", "slope", "ig" or "emerging".
    unit : str
        "fraction" (equity, oil, usd, emerging), "percentage points" (rates, credit, slope, ig) or "points"
        (volatility).
    move : float
        In that unit: -0.2 is a fall of 20%, 1.0 of rates is one percentage point up.
    low, high : float
        5% to 95% of the conditional distribution; equal to the move where it is given or held.
    sigmas : float
        The move over the factor's stressed standard deviation.
    route : str
        "given" by the user, else how it followed: from the factor's stored "history", from the table of "events", or
        "held" at zero because the user chose so.
    is_cut : bool
        Whether what follows would have taken the volatility index or a spread below its floor, and was cut there.
    sentence : str
        The same in words.

    """

    factor: str
    unit: str
    move: float
    low: float
    high: float
    sigmas: float
    route: Route
    sentence: str
    is_cut: bool = False


class Plausibility(FrozenResult):
    """How unusual the given moves are together.

    Attributes
    ----------
    mahalanobis_squared : float
        s' S^-1 s of the moves that were given.
    moves_count : int
        How many moves that is: the degrees of freedom.
    probability_frac : float
        Chance of a farther move under a normal law with that covariance (upper tail of chi-square).
    one_in : float
        Its reciprocal; 1e9 stands for that and everything rarer.
    period : str
        What N counts: "crises" (moves over whole episodes of the library) or "stressed months".
    word : str
        "common" (p >= 0.2), "plausible" (>= 0.05), "rare" (>= 0.001), "extreme".
    sentence : str
        All of it in words, with the remark that normal tails understate how often extremes come.

    """

    mahalanobis_squared: float
    moves_count: int
    probability_frac: float
    one_in: float
    period: Literal["crises", "stressed months"]
    word: Literal["common", "plausible", "rare", "extreme"]
    sentence: str


class FactorImpact(FrozenResult):
    """What one factor's move does to the portfolio; `factor` is "other" for all that single moves do not add up to.

    That is curvature, floors at -100%, stated returns, and the product of a move of the price and one of its currency.
    """

    factor: str
    impact_frac: float


class FactorShockResult(FrozenResult):
    """What moves of factors do to today's weights.

    Attributes
    ----------
    scenario, name : str
        Id and name of the scenario.
    mode : str
        "conditional" (what was not given follows its conditional expectation) or "others_zero".
    total_frac : float
        Impact on the portfolio.
    low_frac, high_frac : float
        5% to 95% from the conditional covariance of the factors and the residuals of the positions.
    benchmark_frac : float or None
        The equity move times the benchmark's beta (1 where the benchmark is the equity factor itself).
    moves : tuple of FactorMove
    plausibility : Plausibility
    factors : tuple of FactorImpact
        They sum to the total within 1e-12.
    positions, groups, uncovered, covered_frac, proxied_frac
        As in a replay; tier "factors" for exposures by regression, "given" for durations and currencies.
    reached_by : tuple of str
        Factors that move and to which some position reacts directly; the others work through them or not at all.
    notes : tuple of str

    """

    scenario: str
    name: str
    mode: Literal["conditional", "others_zero"]
    total_frac: float
    low_frac: float
    high_frac: float
    benchmark_frac: float | None
    moves: tuple[FactorMove, ...]
    plausibility: Plausibility
    factors: tuple[FactorImpact, ...]
    positions: tuple[PositionImpact, ...]
    groups: tuple[GroupImpact, ...]
    uncovered: tuple[Uncovered, ...]
    covered_frac: float
    proxied_frac: float
    notes: tuple[str, ...] = ()
    reached_by: tuple[str, ...] = ()
