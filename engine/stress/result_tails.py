"""What do simulations, broken correlations and redemptions say?"""

from __future__ import annotations

from typing import Literal

from engine.kernel.frozen import FrozenResult

MarginKind = Literal["filtered", "empirical"]
Drift = Literal["none", "history"]
SimulationMethod = Literal["t_copula", "multivariate_t", "normal", "filtered", "block_bootstrap", "regimes"]


class SimulatedTail(FrozenResult):
    """Loss at one confidence level over the horizon, with standard errors.

    Attributes
    ----------
    level_frac : float
        0.99 is the loss that 99% of scenarios do not exceed.
    var_frac, es_frac : float
        Value at risk and expected shortfall: positive losses as fractions of the portfolio's value.
    var_error_frac, es_error_frac : float
        Standard errors from the number of scenarios alone, not from the model.

    """

    level_frac: float
    var_frac: float
    var_error_frac: float
    es_frac: float
    es_error_frac: float


class LossChance(FrozenResult):
    """Chance of losing more than `loss_frac` over the horizon, with its standard error.

    Where no scenario lost as much, chance and error read 0 and say nothing: `at_most_frac` is then what the chance is
    below with 95% confidence (three over the number of scenarios); None otherwise.
    """

    loss_frac: float
    probability_frac: float
    error_frac: float
    at_most_frac: float | None = None


class PathBand(FrozenResult):
    """Quantiles of the portfolio's value over its start, one for each day from 0 to the horizon.

    `level_frac` 0.05 is the value that 5% of paths lie below.
    """

    level_frac: float
    value_index: tuple[float, ...]


class PathRisk(FrozenResult):
    """What whole paths say.

    Attributes
    ----------
    paths_count : int
        Number of simulated paths.
    expected_max_drawdown_frac, error_frac : float
        Mean of the deepest fall of each path, and its standard error.
    max_drawdown_95_frac : float
        The deepest fall that 95% of paths stay within.
    bands : tuple of PathBand
        At 1%, 5%, 50%, 95%, 99%.
    worst : tuple of tuples of float
        The ten paths with the lowest end: value over start, day 0 to the horizon.

    """

    paths_count: int
    expected_max_drawdown_frac: float
    error_frac: float
    max_drawdown_95_frac: float
    bands: tuple[PathBand, ...]
    worst: tuple[tuple[float, ...], ...]


class MonteCarloResult(FrozenResult):
    """Distribution of the portfolio's return over the horizon by simulation.

    Attributes
    ----------
    method : str
        "t_copula", "multivariate_t", "normal", "filtered" (filtered historical), "block_bootstrap" or "regimes" (calm
        and crisis).
    label : str
        The method in words, with its parameters.
    scenarios_count, horizon_days, seed : int
        How many scenarios of how many sessions, drawn from which seed.
    is_antithetic : bool
        Whether draws come in mirrored pairs (their errors are computed from pairs).
    degrees_of_freedom : float or None
        Of the t law, by maximum likelihood in [3, 30].
    observations_count : int
        Days of history that it rests on.
    drift : str
        "none": the history's mean is left out, so that a good past hides no loss; "history": it goes on.
    history_mean_annual_frac : float
        That mean of today's weights, 252 times the daily one.
    mean_frac, mean_error_frac, volatility_frac : float
        Of the simulated returns over the horizon.
    tails : tuple of SimulatedTail
    chances : tuple of LossChance
    histogram_edges_frac : tuple of float
        m + 1 edges of returns.
    histogram_count : tuple of int
        m counts; the outer bins hold what lies beyond.
    paths : PathRisk or None
        For methods that simulate day by day.
    covered_frac : float
        Share of gross weight and cash with a usable history.
    uncovered : tuple of str
        Assets left out for want of a history.
    notes : tuple of str

    """

    method: SimulationMethod
    label: str
    scenarios_count: int
    horizon_days: int
    seed: int
    is_antithetic: bool
    degrees_of_freedom: float | None
    observations_count: int
    mean_frac: float
    mean_error_frac: float
    volatility_frac: float
    tails: tuple[SimulatedTail, ...]
    chances: tuple[LossChance, ...]
    histogram_edges_frac: tuple[float, ...]
    histogram_count: tuple[int, ...]
    paths: PathRisk | None
    covered_frac: float
    uncovered: tuple[str, ...]
    drift: Drift = "history"
    history_mean_annual_frac: float = 0.0
    notes: tuple[str, ...] = ()


class CorrelationPoint(FrozenResult):
    """Risk at one strength of the breakdown.

    Attributes
    ----------
    strength_frac : float
        0 is today's correlation, 1 the stressed one.
    average_correlation : float
        Mean of the pairs, weighted by nothing.
    volatility_annual_frac : float
        Of the portfolio.
    var_frac, es_frac : tuple of float
        Normal value at risk and expected shortfall at `levels_frac` of the result over its horizon: positive losses.

    """

    strength_frac: float
    average_correlation: float
    volatility_annual_frac: float
    var_frac: tuple[float, ...]
    es_frac: tuple[float, ...]


class CorrelationResult(FrozenResult):
    """What happens to risk when diversification fails.

    Attributes
    ----------
    kind : str
        "toward_one" (all risky pairs toward a common correlation), "hedges_fail" (negative correlations go to zero),
        "sample" (toward the correlation of given days) or "edited" (a matrix of the user's).
    levels_frac : tuple of float
    horizon_days : int
    points : tuple of CorrelationPoint
        From strength 0 to 1.
    asked : CorrelationPoint
        At the asked strength.
    repaired_distance : float or None
        Frobenius distance to the nearest correlation matrix where an edited one was none.
    volatilities_scaled_by : float
        Factor on every volatility (1: unchanged).
    notes : tuple of str

    """

    kind: Literal["toward_one", "hedges_fail", "sample", "edited"]
    levels_frac: tuple[float, ...]
    horizon_days: int
    points: tuple[CorrelationPoint, ...]
    asked: CorrelationPoint
    repaired_distance: float | None
    volatilities_scaled_by: float
    notes: tuple[str, ...] = ()


class Sale(FrozenResult):
    """What is sold of one position until the last day.

    `weight_frac` before, `sold_frac` of the portfolio's value (positive for a sale, negative for a bought-back short),
    `cost_frac` of the portfolio's value, `days` until the position's part is sold (None when it cannot be within the
    time, or when its volume is unknown).
    """

    asset: str
    weight_frac: float
    sold_frac: float
    cost_frac: float
    days: float | None


class LiquidityWay(FrozenResult):
    """One way of paying: "waterfall" (most liquid first) or "pro_rata" (every position in proportion).

    Attributes
    ----------
    way : str
    raised_frac : tuple of float
        Cumulative cash after each day 1..d, fractions of the portfolio's value, after costs.
    is_paid : bool
        Whether the redemption is paid in time.
    first_unpaid_day : int or None
        First day on which less was raised than was due by then; due is spread evenly over the days.
    shortfall_frac : float
        What is still owed at the end.
    cost_frac, cost_bps : float
        Cost over the portfolio's value, and over what was sold in basis points.
    coverage_ratio : float
        Cash that can be raised in time over the redemption; below 1 it cannot be paid.
    residual_illiquid_frac : float
        Share of what is left that could not be sold within seven more days.
    residual_illiquid_before_frac : float
        The same before the redemption.
    sales : tuple of Sale

    """

    way: Literal["waterfall", "pro_rata"]
    raised_frac: tuple[float, ...]
    is_paid: bool
    first_unpaid_day: int | None
    shortfall_frac: float
    cost_frac: float
    cost_bps: float
    coverage_ratio: float
    residual_illiquid_frac: float
    residual_illiquid_before_frac: float
    sales: tuple[Sale, ...]


class RedemptionResult(FrozenResult):
    """What a redemption does when markets are thin.

    Attributes
    ----------
    redemption_frac : float
        Of the portfolio's value.
    days_count : int
        Sessions until it must be paid.
    participation_frac, volume_scale, spread_scale : float
        Assumptions: share of the daily volume that is traded, factors on volume and spread.
    ways : tuple of LiquidityWay
        The waterfall, then pro rata.
    covered_frac : float
        Share of gross weight and cash whose volume is known; what is not known is taken as not sellable.
    uncovered : tuple of str
    notes : tuple of str

    """

    redemption_frac: float
    days_count: int
    participation_frac: float
    volume_scale: float
    spread_scale: float
    ways: tuple[LiquidityWay, ...]
    covered_frac: float
    uncovered: tuple[str, ...]
    notes: tuple[str, ...] = ()
