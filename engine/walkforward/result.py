"""What says how a recipe would have done? Wealth of each strategy, promises beside outcomes, and a verdict."""

from __future__ import annotations

from datetime import date
from typing import Literal

from engine.kernel.frozen import FrozenResult
from engine.result import Lineage
from engine.walkforward.spec import Frequency, Window

StrategyKey = Literal["recipe", "equal_weight", "minimum_variance", "buy_and_hold"]


class WalkForwardSetup(FrozenResult):
    """How the past was walked through; `spread_bps` is None where each asset's own spread was charged."""

    frequency: Frequency
    every_periods: int
    window: Window
    lookback_periods: int
    from_date: date | None
    embargo_periods: int
    spread_bps: float | None
    trials_count: int


class RealizedFigures(FrozenResult):
    """What a strategy earned after costs, from its returns per period.

    `return_annual_frac` is geometric and None where the test is shorter than a year; `mean_annual_frac` is the mean
    return times the periods per year, which is what an expected return promises. The Sharpe ratio is that of returns
    above the risk-free rate; its standard error allows for skewness and fat tails. Drawdown is a positive fraction.
    Turnover is half the sum of all trades, cost what they took, both per year.
    """

    periods_count: int
    total_return_frac: float
    return_annual_frac: float | None
    mean_annual_frac: float
    volatility_annual_frac: float
    sharpe: float | None
    sharpe_standard_error: float | None
    max_drawdown_frac: float
    turnover_annual_frac: float
    cost_annual_frac: float


class StrategyResult(FrozenResult):
    """One strategy on the same dates and at the same costs as the others.

    `wealth` starts at 1 and has one number for each of the result's `dates`. `held_count` is on how many of the dates
    it had no answer and kept what it held.
    """

    key: StrategyKey
    label: str
    figures: RealizedFigures
    held_count: int
    wealth: tuple[float, ...]


class RebalanceDecision(FrozenResult):
    """One date on which the recipe was asked.

    The promise is the expected return and the volatility of the answer, a year, before costs. `realized_return_frac` is
    what the portfolio earned until the next date, before costs and not annualized. `standardized` is that return less
    the promised one, in promised standard deviations: over many dates its standard deviation should be 1.
    `turnover_frac` is half the sum of the trades, `cost_frac` what they cost, both of the wealth of that date.
    """

    decided_on: date
    held_until: date
    periods_count: int
    is_answered: bool
    message: str | None
    assets_count: int
    left_out: tuple[str, ...]
    promised_return_annual_frac: float | None
    promised_volatility_annual_frac: float | None
    realized_return_frac: float
    realized_volatility_annual_frac: float | None
    standardized: float | None
    turnover_frac: float
    cost_frac: float


class Calibration(FrozenResult):
    """Whether promises were kept, over all dates with one.

    `bias_statistic` is the standard deviation of the standardized outcomes: above `bias_upper` risk was promised too
    low, below `bias_lower` too high; between them, an honest promise is not excluded at 95%. `within_frac` is the share
    of outcomes within the promised 90% interval, with the bounds between which an honest promise leaves it in 95% of
    cases. Returns and volatilities are annual, averages over the same dates, before costs.
    """

    outcomes_count: int
    bias_statistic: float
    bias_lower: float
    bias_upper: float
    within_frac: float
    within_lower_frac: float
    within_upper_frac: float
    promised_return_annual_frac: float
    realized_return_annual_frac: float
    promised_volatility_annual_frac: float
    realized_volatility_annual_frac: float


class FrontierPromise(FrozenResult):
    """One place on the frontier, from 0 (least risk) to 1 (highest return), walked through the past.

    `calibration` holds what it promised and what became of it, before costs; `figures` what was left after costs.
    """

    place_frac: float
    calibration: Calibration
    figures: RealizedFigures
    held_count: int


class SharpeDifference(FrozenResult):
    """The recipe's Sharpe ratio less another strategy's, a year, after costs.

    `p_value` is two-sided, of no difference; None where both have earned the same. The bounds are a 95% interval.
    """

    against: StrategyKey
    label: str
    difference: float
    standard_error: float | None
    p_value: float | None
    lower: float | None
    upper: float | None


class SelectionCheck(FrozenResult):
    """Whether the recipe's Sharpe ratio is more than chance and choice explain.

    Sharpe ratios are annual. `probabilistic_sharpe` is the probability that the true ratio is above zero,
    `deflated_sharpe` that it is above `expected_best_sharpe`, the best ratio that so many trials without any skill
    would show. `trials_deviation` is the standard deviation of the ratio from trial to trial, from `computed_count`
    trials computed here or, where those do not tell, from chance alone. Kurtosis is excess.
    """

    sharpe: float
    trials_count: int
    computed_count: int
    trials_deviation: float
    expected_best_sharpe: float
    probabilistic_sharpe: float
    deflated_sharpe: float
    skewness: float
    excess_kurtosis: float


class Verdict(FrozenResult):
    """What may be said: better or worse than the simple strategies, or not distinguishable from them."""

    kind: Literal["better", "worse", "mixed", "not_distinguishable", "not_tested"]
    sentence: str


class WalkForwardResult(FrozenResult):
    """A walk-forward test's whole answer, stored as JSON.

    `dates` begin with the date of the first decision; each strategy's wealth goes with them. `decisions` are the
    recipe's. Where the recipe had no answer on any date, status is `never_answered` and nothing is measured.
    """

    schema_version: Literal[1] = 1
    status: Literal["tested", "never_answered"]
    message: str
    advice: str | None = None
    verdict: Verdict
    notes: tuple[str, ...] = ()
    recipe_label: str
    setup: WalkForwardSetup
    periods_per_year: int
    assets: tuple[str, ...]
    dates: tuple[date, ...]
    strategies: tuple[StrategyResult, ...] = ()
    decisions: tuple[RebalanceDecision, ...] = ()
    calibration: Calibration | None = None
    frontier: tuple[FrontierPromise, ...] = ()
    differences: tuple[SharpeDifference, ...] = ()
    selection: SelectionCheck | None = None
    lineage: Lineage
    elapsed_ms: dict[str, float]
