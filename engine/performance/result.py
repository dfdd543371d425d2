"""What says how a portfolio did? The forms of figures, drawdowns, tables, rolling series, periods and regimes.

All numbers are finite; None means that a figure does not exist here, and a note beside it says why. Returns are simple
fractions, losses named as such are positive. Every form turns into JSON by `model_dump(mode="json")`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from engine.kernel.frozen import FrozenResult
from engine.performance.result_attribution import AssetEffect as AssetEffect
from engine.performance.result_attribution import BrinsonAttribution as BrinsonAttribution
from engine.performance.result_attribution import Contribution as Contribution
from engine.performance.result_attribution import ContributionTable as ContributionTable
from engine.performance.result_attribution import CurrencyAttribution as CurrencyAttribution
from engine.performance.result_attribution import CurrencyEffect as CurrencyEffect
from engine.performance.result_attribution import FactorAttribution as FactorAttribution
from engine.performance.result_attribution import FactorEffect as FactorEffect
from engine.performance.result_attribution import PeriodEffect as PeriodEffect
from engine.performance.result_attribution import SegmentEffect as SegmentEffect
from engine.performance.result_phases import MarketPhases as MarketPhases

MetricGroup = Literal["return", "risk", "ratio", "tail", "drawdown", "benchmark"]
MetricUnit = Literal["fraction", "ratio", "count", "probability"]
PeriodKind = Literal["stretch", "month", "quarter", "year", "streak", "change_point", "active_drawdown"]
RegimeLabel = Literal["calm", "turbulent"]


class Metric(FrozenResult):
    """One figure with what a reader needs to trust it.

    Attributes
    ----------
    key
        Stable name, such as ``sharpe``.
    group, label
        Where it stands on a screen, and its name there.
    value
        None where it does not exist; `note` then says why. Fractions: 0.05 is 5%.
    unit
        ``fraction`` is shown as a percentage, ``probability`` too; ``count`` is a number of periods.
    formula, convention
        How it is computed, and which of the common conventions was taken.
    standard_error, lower, upper
        In the unit of the value, the bounds of a 95% interval; None where there is no accepted one.
    note
        A flag that belongs to this figure here (few observations, a constant series), or None.

    """

    key: str
    group: MetricGroup
    label: str
    value: float | None
    unit: MetricUnit
    formula: str
    convention: str
    standard_error: float | None = None
    lower: float | None = None
    upper: float | None = None
    note: str | None = None


class Drawdown(FrozenResult):
    """One fall from a peak of wealth until that peak was reached again.

    Attributes
    ----------
    peak_date
        Close of the peak: the last date on which wealth stood at it. The start of the record where the fall began with
        its first period.
    trough_date, recovered_date
        Closes; `recovered_date` is None while wealth is still below the peak.
    depth_frac
        1 - trough / peak, positive.
    to_trough_count, to_recovery_count, periods_count
        Periods from peak to trough, from trough to recovery (None while open), and from the peak to the recovery or to
        the end of the record.
    required_gain_frac
        1 / (1 - depth) - 1, what it takes from the trough to the peak; None after the loss of everything.

    """

    peak_date: date
    trough_date: date
    recovered_date: date | None
    depth_frac: float
    to_trough_count: int
    to_recovery_count: int | None
    periods_count: int
    required_gain_frac: float | None


class DrawdownTable(FrozenResult):
    """The deepest falls, deepest first, and figures over all periods.

    Attributes
    ----------
    drawdowns
        Deepest first, as many as were asked for.
    falls_count, longest_count
        How many there were in all, and the most periods from a peak until it was reached again (or the record ended).
    max_drawdown_frac
        Depth of the deepest, 0 where wealth never fell.
    current_frac
        How far the last close lies below the highest so far.
    average_frac
        Mean depth of all falls; 0 without any.
    pain_frac, ulcer_frac
        Mean and root mean square of the depth below the peak over all periods.
    cdar_frac, cdar_level_frac
        Mean of the deepest 1 - level of all depths (conditional drawdown at risk), by the exact tail mean.

    """

    drawdowns: tuple[Drawdown, ...]
    falls_count: int
    longest_count: int
    max_drawdown_frac: float
    current_frac: float
    average_frac: float
    pain_frac: float
    ulcer_frac: float
    cdar_frac: float
    cdar_level_frac: float


class MoneyWeighted(FrozenResult):
    """The return that the client's own money earned, flows and their dates included.

    Attributes
    ----------
    status
        ``found``: one rate. ``none``: no rate above -100% solves. ``multiple``: several do, all in `roots_annual_frac`;
        then no rate is chosen.
    rate_annual_frac
        The annual effective rate, actual days over 365; None unless found.
    return_frac
        (1 + rate)^(days/365) - 1, the return over the whole stretch. Show this one where `is_annualized` is false.
    is_annualized
        False below 365 days: a rate a year is then no record of anything.
    days_count
        From the first flow to the last.
    sentence
        What a screen says of it.

    """

    status: Literal["found", "none", "multiple"]
    rate_annual_frac: float | None
    return_frac: float | None
    roots_annual_frac: tuple[float, ...]
    is_annualized: bool
    days_count: int
    sentence: str


class PerformanceFigures(FrozenResult):
    """All figures of one record of returns, and of it beside its benchmark.

    Attributes
    ----------
    started_on, ended_on
        Close before the first return, and of the last.
    periods_count, periods_per_year
        Returns used, and how many make a year.
    benchmark_name
        None without a benchmark; the metrics of group ``benchmark`` are then absent.
    common_count
        Periods on which both have a return.
    metrics
        In order of display.
    drawdowns
        The table of falls.
    notes
        What the reader must know of the record: gaps left out, periods below a year, a rate nobody set.

    """

    started_on: date
    ended_on: date
    periods_count: int
    periods_per_year: int
    benchmark_name: str | None
    common_count: int
    metrics: tuple[Metric, ...]
    drawdowns: DrawdownTable
    notes: tuple[str, ...]

    def metric(self, key: str) -> Metric:
        """Return the metric of a key.

        Raises
        ------
        KeyError
            There is none here; those beside a benchmark are absent without one.

        """
        for one in self.metrics:
            if one.key == key:
                return one
        raise KeyError(key)


class CalendarReturn(FrozenResult):
    """The return of one calendar month or year (`month` None).

    `is_partial` marks a first or last one whose record does not cover it; `benchmark_return_frac` compounds the same
    periods and is None without a benchmark on all of them. `active_return_frac` is the difference.
    """

    year: int
    month: int | None
    return_frac: float
    benchmark_return_frac: float | None
    active_return_frac: float | None
    periods_count: int
    is_partial: bool


class CalendarTable(FrozenResult):
    """Returns by calendar month and year, oldest first."""

    months: tuple[CalendarReturn, ...]
    years: tuple[CalendarReturn, ...]


class RollingSeries(FrozenResult):
    """One figure over a moving window.

    Attributes
    ----------
    key, label, unit
        As for a metric.
    window_count
        Periods in each window.
    dates, values
        The close that ends each full window, and the figure; None where it does not exist there.

    """

    key: str
    label: str
    unit: MetricUnit
    window_count: int
    dates: tuple[date, ...]
    values: tuple[float | None, ...]


class WealthCurve(FrozenResult):
    """Growth of 1 and depth below the peak, one value per date; the first date is the start with wealth 1.

    `underwater_frac` is never positive. The benchmark's are empty without one; days on which it has no return keep its
    last level.
    """

    dates: tuple[date, ...]
    wealth: tuple[float, ...]
    underwater_frac: tuple[float, ...]
    benchmark_wealth: tuple[float, ...]
    benchmark_underwater_frac: tuple[float, ...]
    active_wealth: tuple[float, ...]


class ActivePeriod(FrozenResult):
    """One stretch on which the portfolio did better or worse than its benchmark.

    Attributes
    ----------
    kind
        ``stretch`` (the best run of periods of any length), ``active_drawdown`` (the worst one), ``month``/``quarter``/
        ``year`` (the best or worst rolling window of so long), ``streak`` (most periods in a row on one side),
        ``change_point`` (between two changes of the mean found by CUSUM).
    started_on, ended_on
        First and last period in it.
    is_better
        Whether it beat the benchmark.
    portfolio_return_frac, benchmark_return_frac, active_return_frac
        Compounded over it, and the difference.
    beta_adjusted_frac
        Compounded return less that of the risk-free rate plus beta times the benchmark above it, with the beta of the
        whole record: what is left when the market is taken out. None where beta does not exist.
    t_statistic
        Sum of its active log returns over the Newey-West deviation of as many periods of the record. It knows nothing
        of the search: judge by the p-values.
    p_value
        Chance that the best (or worst) of this kind is as far out where nothing but chance is at work. For
        ``change_point`` that of the clearer of the two changes that bound it, from the limit of the CUSUM statistic;
        for the others from a stationary bootstrap of the record without its mean.
    adjusted_p_value
        The same with all kinds looked at together (Westfall and Young). None for ``change_point``.
    is_significant
        The adjusted p-value (of change points the p-value) is at most 0.05.
    sentence
        Name, dates, size and what the test says.

    """

    kind: PeriodKind
    started_on: date
    ended_on: date
    periods_count: int
    is_better: bool
    portfolio_return_frac: float
    benchmark_return_frac: float
    active_return_frac: float
    beta_adjusted_frac: float | None
    t_statistic: float | None
    p_value: float | None
    adjusted_p_value: float | None
    is_significant: bool
    sentence: str


class ActivePeriods(FrozenResult):
    """All periods of out- and underperformance found, and what they amount to.

    `mean_t_statistic` and `mean_p_value` test the whole record's mean active log return (Newey-West). `sentence` says
    what is significant, or that nothing is. `replicates_count` and `seed` name the bootstrap, `block_count` its mean
    block. Empty, with a note that says why, without a benchmark or with fewer than 21 common periods.
    """

    periods: tuple[ActivePeriod, ...]
    mean_t_statistic: float | None
    mean_p_value: float | None
    replicates_count: int
    block_count: float
    seed: int
    sentence: str
    notes: tuple[str, ...]


class Regime(FrozenResult):
    """One of two states of volatility.

    `probability_frac` is its share of the record by smoothed probabilities, `expected_count` how many periods a stay
    lasts on average, `stay_frac` the chance to stay from one period to the next. `metrics` are those of the periods in
    it, by the more likely state.
    """

    label: RegimeLabel
    volatility_annual_frac: float
    mean_annual_frac: float
    probability_frac: float
    periods_count: int
    stay_frac: float
    expected_count: float | None
    metrics: tuple[Metric, ...]


class RegimeRun(FrozenResult):
    """A run of periods in one state, both ends included."""

    label: RegimeLabel
    started_on: date
    ended_on: date
    periods_count: int
    return_frac: float
    benchmark_return_frac: float | None


class Regimes(FrozenResult):
    """Calm and turbulent times, found by a two-state Markov switching model of mean and variance.

    Attributes
    ----------
    has_two
        Whether the data prefer two states by BIC. Where they do not, the states are still told, with `sentence` saying
        that there is no evidence for them.
    bic_one, bic_two
        Of one normal distribution and of the switching model; lower is better.
    log_likelihood, iterations_count, is_converged
        Of the two-state fit.
    regimes
        Calm first; empty where nothing could be fitted.
    transition
        transition[i][j] is the chance to go from state i to j in one period, calm first.
    dates, turbulent_probability
        Smoothed probability of turbulence on each date.
    runs
        In time order.

    """

    has_two: bool
    bic_one: float | None
    bic_two: float | None
    log_likelihood: float | None
    iterations_count: int
    is_converged: bool
    regimes: tuple[Regime, ...]
    transition: tuple[tuple[float, float], ...]
    dates: tuple[date, ...]
    turbulent_probability: tuple[float, ...]
    runs: tuple[RegimeRun, ...]
    sentence: str
    notes: tuple[str, ...]
