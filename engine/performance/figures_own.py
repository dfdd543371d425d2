"""What are the figures of a record of returns by itself?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.kernel.deviation import deviation_reach
from engine.kernel.forms import Vector
from engine.kernel.units import percent
from engine.performance.history import History
from engine.performance.metric import Z95, metric, wilson
from engine.performance.months import blocks
from engine.performance.regression import long_run_error, newey_west_lags
from engine.performance.result import DrawdownTable, Metric
from engine.risk import PortfolioSample
from engine.risk.historical_cvar import HistoricalCvar
from engine.risk.historical_var import HistoricalVar, tail_count
from engine.walkforward.deflated_sharpe import deflated_sharpe, probabilistic_sharpe, sharpe_standard_error
from engine.walkforward.figures import STILL_FRAC, Shape

CONFIDENCE_FRAC = 0.95
GIPS_MONTHS_COUNT = 36
LARGEST_LOG = 700.0
LEAST_TAIL_COUNT = 5
MOMENTS_LEAST_COUNT = 20  # fewer returns say nothing of how sure their third and fourth moments are
CLOSED_DAYS_COUNT = 4  # weekend and holidays between the begin of three years and their first close
FEW = "It needs at least 2 returns."
STILL = "The returns never vary."
SHORT = "The record is shorter than a year."
LOST = "Everything was lost."


@dataclass(frozen=True, slots=True)
class Options:
    """What the reader chose.

    Attributes
    ----------
    mar_annual_frac
        Minimum acceptable return a year; a period's is this divided by the periods per year.
    trials_count, trials_deviation
        How many strategies were tried before this one, and the standard deviation of their Sharpe ratios per period;
        without them there is no deflated Sharpe ratio. Where only the number is known, that of chance is taken.

    """

    mar_annual_frac: float = 0.0
    trials_count: int | None = None
    trials_deviation: float | None = None


def annualized(returns_frac: Vector, periods_per_year: int) -> float:
    """Return Π(1 + r)^(k/n) - 1; -1 where everything was lost."""
    if (returns_frac <= -1.0).any():
        return -1.0
    return grown(periods_per_year * float(np.log1p(returns_frac).mean()))


def grown(log_return: float) -> float:
    """Return e^x - 1; infinite, and so no figure, where no number can hold it."""
    return math.expm1(log_return) if log_return < LARGEST_LOG else math.inf


def geometric_bounds(returns_frac: Vector, periods_per_year: int) -> tuple[float, float] | None:
    """Return the 95% interval of the annualized return by the Newey-West error of the mean log return."""
    if len(returns_frac) < 2 or (returns_frac <= -1.0).any():
        return None
    logs = np.log1p(returns_frac)
    reach, middle = Z95 * long_run_error(logs), float(logs.mean())
    return grown(periods_per_year * (middle - reach)), grown(periods_per_year * (middle + reach))


def deviation_error(returns_frac: Vector) -> tuple[float, float]:
    """Return sd(r) and its standard error sd √((excess kurtosis + 2) / 4n); (0, 0) where nothing varies.

    A negative excess kurtosis counts as that of normal returns, zero.
    """
    shape = Shape.of(returns_frac)
    return shape.deviation_frac, shape.deviation_frac * math.sqrt(max(shape.kurtosis - 1.0, 2.0) / (4.0 * shape.count))


def deviation_metric(key: str, returns_frac: Vector, periods_per_year: int, still: str | None) -> Metric:
    """Return √k sd(r) with its error, and an interval that is never narrower than that of normal returns."""
    deviation, error = deviation_error(returns_frac)
    year = math.sqrt(periods_per_year) * deviation
    if not deviation:
        return metric(key, year, note=still)
    low, high = deviation_reach(len(returns_frac), error / deviation, CONFIDENCE_FRAC)
    return metric(key, year, error=error / deviation * year, bounds=(low * year, high * year), note=still)


def ratio_error(shape: Shape) -> float | None:
    """Return the standard error of a ratio mean / sd per period; None where nothing varies."""
    ratio = shape.sharpe
    return None if ratio is None else sharpe_standard_error(ratio, shape.count, shape.skewness, shape.kurtosis)


def return_figures(history: History) -> list[Metric]:
    """Return total, annualized and mean return, extremes, share of positive periods."""
    returns, k, n = history.returns_frac, history.periods_per_year, history.count
    year = annualized(returns, k) if history.is_year else None
    mean = float(returns.mean())
    positive = int((returns > 0.0).sum())
    error = None if n < 2 else k * long_run_error(returns)
    return [
        metric("total_return", float(np.prod(1.0 + returns)) - 1.0, note=LOST if (returns <= -1.0).any() else None),
        metric(
            "annualized_return",
            year,
            bounds=None if year is None else geometric_bounds(returns, k),
            note=None if history.is_year else SHORT,
        ),
        metric(
            "mean_annual",
            k * mean if history.is_year else None,
            error=error,
            note=None if history.is_year else SHORT,
        ),
        metric("best_period", float(returns.max())),
        metric("worst_period", float(returns.min())),
        metric("positive_share", positive / n, bounds=wilson(positive, n)),
    ]


def risk_figures(history: History, options: Options) -> list[Metric]:
    """Return volatility, downside deviation, skewness, kurtosis and the three-year deviation."""
    returns, k, n = history.returns_frac, history.periods_per_year, history.count
    down = math.sqrt(k) * downside(returns, options.mar_annual_frac / k)
    mar = percent(options.mar_annual_frac)
    months = blocks(history, "M")
    whole = months.returns_frac[~months.is_partial]
    last = months.labels[~months.is_partial][-GIPS_MONTHS_COUNT:].astype(int)
    gips = None
    if len(last) == GIPS_MONTHS_COUNT and last[-1] - last[0] == GIPS_MONTHS_COUNT - 1:
        gips = float(whole[-GIPS_MONTHS_COUNT:].std(ddof=1)) * math.sqrt(12.0)
    few = f"It needs 36 whole months in a row; the record has {len(whole)} in all."
    gips_metric = metric("gips_deviation_3y", gips, note=None if gips is not None else few)
    if n < 2:
        keys = ("volatility", "downside_deviation", "skewness", "kurtosis")
        return [*(metric(key, None, note=FEW) for key in keys), gips_metric]
    shape = Shape.of(returns)
    is_still = shape.deviation_frac == 0.0
    skew_error, fat_error = (None, None) if is_still or n < MOMENTS_LEAST_COUNT else moment_errors(returns)
    still = STILL if is_still else None
    return [
        deviation_metric("volatility", returns, k, still),
        metric("downside_deviation", down, mar=mar),
        metric("skewness", None if is_still else shape.skewness, error=skew_error, note=still),
        metric("kurtosis", None if is_still else shape.kurtosis - 3.0, error=fat_error, note=still),
        gips_metric,
    ]


def moment_errors(returns_frac: Vector) -> tuple[float, float]:
    """Return standard errors of skewness and kurtosis that hold for fat tails and for days that hang together.

    By influence functions: with standardized returns z, skewness g and kurtosis q, the long-run errors of the means of
    z³ - g - 3z - 3/2 g (z² - 1) and of z⁴ - q - 4 g z - 2 q (z² - 1). Those of a normal distribution, √(6/n) and
    √(24/n), are many times too small for daily returns.

    References
    ----------
    Bai and Ng (2005), Tests for skewness, kurtosis, and normality for time series data, Journal of Business and
    Economic Statistics 23(1).

    """
    away = returns_frac - returns_frac.mean()
    z = away / math.sqrt(float(np.mean(away**2)))
    square, cube = z * z, z * z * z
    skewness, kurtosis = float(cube.mean()), float((square * square).mean())
    wide = square - 1.0
    of_skewness = cube - skewness - 3.0 * z - 1.5 * skewness * wide
    of_kurtosis = square * square - kurtosis - 4.0 * skewness * z - 2.0 * kurtosis * wide
    return long_run_error(of_skewness), long_run_error(of_kurtosis)


def downside(returns_frac: Vector, mar_frac: float) -> float:
    """Return √(Σ min(r - MAR, 0)² / n) per period; n counts all periods."""
    return math.sqrt(float(np.mean(np.minimum(returns_frac - mar_frac, 0.0) ** 2)))


def ratio_figures(history: History, options: Options, falls: DrawdownTable) -> list[Metric]:
    """Return the Sharpe family, Sortino, Omega and the ratios to drawdowns."""
    returns, k = history.returns_frac, history.periods_per_year
    excess, root = returns - history.risk_free_frac, math.sqrt(k)
    year = annualized(returns, k) if history.is_year else None
    cash = annualized(history.risk_free_frac, k) if history.is_year else None
    found = _sharpe_family(history, excess, options, year, cash)
    mar = options.mar_annual_frac / k
    words = percent(options.mar_annual_frac)
    down = downside(returns, mar)
    gains, losses = float(np.maximum(returns - mar, 0.0).sum()), float(np.maximum(mar - returns, 0.0).sum())
    no_loss = None if losses > STILL_FRAC else "No return lies below the minimum acceptable one."
    if len(returns) < 2:
        no_loss = FEW
    has_down = no_loss is None
    found += [
        metric("sortino", root * (float(returns.mean()) - mar) / down if has_down else None, note=no_loss, mar=words),
        metric("omega", gains / losses if has_down else None, note=no_loss, mar=words),
    ]
    no_fall = None if falls.max_drawdown_frac > 0.0 else "Wealth never fell below a peak."
    why = no_fall or (SHORT if year is None else None)
    is_there = year is not None and cash is not None and no_fall is None
    found.append(metric("calmar", year / falls.max_drawdown_frac if is_there and year is not None else None, note=why))
    found.append(_calmar_3y(history))
    for key, size in (("pain_ratio", falls.pain_frac), ("martin", falls.ulcer_frac)):
        value = (year - cash) / size if is_there and year is not None and cash is not None else None
        found.append(metric(key, value, note=why))
    return found


def _sharpe_family(
    history: History, excess: Vector, options: Options, year: float | None, cash: float | None
) -> list[Metric]:
    keys = ["sharpe", "sharpe_geometric", "sharpe_autocorrelation", "probabilistic_sharpe"]
    root, n, k = math.sqrt(history.periods_per_year), history.count, history.periods_per_year
    shape = Shape.of(excess) if n >= 2 else None
    ratio = None if shape is None else shape.sharpe
    if shape is None or ratio is None:
        why = FEW if shape is None else "Returns above the risk-free rate never vary."
        return [metric(key, None, note=why) for key in keys]
    error = sharpe_standard_error(ratio, n, shape.skewness, shape.kurtosis)
    geometric = None
    if year is not None and cash is not None:
        geometric = ((1.0 + year) / (1.0 + cash) - 1.0) / (root * shape.deviation_frac)
    scale = _autocorrelation_scale(excess, k)
    moved = "Autocorrelations are too negative for the formula."
    found = [
        metric("sharpe", ratio * root, error=error * root),
        metric("sharpe_geometric", geometric, note=None if geometric is not None else SHORT),
        metric("sharpe_autocorrelation", None if scale is None else ratio * scale, note=None if scale else moved),
        metric("probabilistic_sharpe", probabilistic_sharpe(ratio, 0.0, n, shape.skewness, shape.kurtosis)),
    ]
    if options.trials_count is not None:
        spread = options.trials_deviation
        spread = math.sqrt(1.0 / (n - 1)) if spread is None else spread
        value = deflated_sharpe(ratio, options.trials_count, spread, n, shape.skewness, shape.kurtosis)
        found.append(metric("deflated_sharpe", value, trials=f"{options.trials_count:,}"))
    return found


def _autocorrelation_scale(excess: Vector, periods_per_year: int) -> float | None:
    """Return k / √(k + 2 Σ_{j=1}^{L} (k - j) ρ_j), Lo's η for a year; None where the root does not exist."""
    moved = excess - excess.mean()
    own, k = float(moved @ moved), periods_per_year
    total = float(k)
    for lag in range(1, min(newey_west_lags(len(excess)), k - 1, len(excess) - 1) + 1):
        total += 2.0 * (k - lag) * float(moved[lag:] @ moved[:-lag]) / own
    return k / math.sqrt(total) if total > 0.0 else None


def _calmar_3y(history: History) -> Metric:
    end = history.dates[-1]
    month = end.astype("datetime64[M]")
    cut = np.minimum(
        (month - 36).astype("datetime64[D]") + (end - month.astype("datetime64[D]")),
        (month - 35).astype("datetime64[D]") - np.timedelta64(1, "D"),
    )
    if np.datetime64(history.started_on, "D") > cut + np.timedelta64(CLOSED_DAYS_COUNT, "D"):
        return metric("calmar_3y", None, note="The record is shorter than three years.")
    returns = history.returns_frac[history.dates > cut]
    wealth = np.concatenate([[1.0], np.cumprod(1.0 + returns)])
    peaks = np.maximum.accumulate(wealth)
    worst = float(np.max(1.0 - wealth / peaks))
    if worst <= STILL_FRAC:
        return metric("calmar_3y", None, note="Wealth never fell below a peak.")
    return metric("calmar_3y", annualized(returns, history.periods_per_year) / worst)


def tail_figures(history: History) -> list[Metric]:
    """Return the tail ratio, value at risk and expected shortfall of one period."""
    ordered = np.sort(history.returns_frac)
    low, high = (float(one) for one in np.quantile(ordered, [0.05, 0.95]))
    ratio = abs(high) / abs(low) if abs(low) > STILL_FRAC and len(ordered) > 1 else None
    why = FEW if len(ordered) < 2 else "The 5% quantile is zero."
    found = [metric("tail_ratio", ratio, note=None if ratio is not None else why)]
    sample, n = PortfolioSample(ordered, 0.0, 0.0), history.count
    for level in (0.95, 0.99):
        name = f"{100 * level:.0f}"
        thin = f"Fewer than {1 / (1 - level):.0f} returns: the worst one." if tail_count(n, level) < 1.0 else None
        measure, tail = HistoricalVar(level=level), HistoricalCvar(level=level)
        found.append(metric(f"var_{name}", measure.compute(sample), bounds=_order_bounds(ordered, level), note=thin))
        found.append(metric(f"cvar_{name}", tail.compute(sample), error=_shortfall_error(ordered, level), note=thin))
    return sorted(found, key=lambda one: one.key[:3] == "cva")


def _shortfall_error(ordered: Vector, level: float) -> float | None:
    """Return sd(max(loss - VaR, 0)) / ((1 - level) √n); None with fewer than 5 returns in the tail, where it misleads.

    The mean excess over VaR divided by the share of the tail is the shortfall less VaR (Rockafellar and Uryasev 2000).
    """
    n = len(ordered)
    if tail_count(n, level) < LEAST_TAIL_COUNT:
        return None
    beyond = np.maximum(-ordered - HistoricalVar(level=level).compute(PortfolioSample(ordered, 0.0, 0.0)), 0.0)
    return float(beyond.std(ddof=1)) / ((1.0 - level) * math.sqrt(n))


def _order_bounds(ordered: Vector, level: float) -> tuple[float, float] | None:
    """Return order statistics between which the quantile lies with about 95%; None where the sample has none.

    The number of returns below the true quantile is binomial (n, 1 - level), taken as normal.
    """
    n, tail = len(ordered), 1.0 - level
    reach = Z95 * math.sqrt(n * tail * level)
    low, high = math.floor(n * tail - reach), math.ceil(n * tail + reach) + 1
    if low < 1 or high > n:
        return None
    return -float(ordered[high - 1]), -float(ordered[low - 1])


def drawdown_figures(falls: DrawdownTable) -> list[Metric]:
    """Return the figures of the falls; those of one fall are absent where wealth never fell."""
    none = "Wealth never fell below a peak."
    worst = falls.drawdowns[0] if falls.drawdowns else None
    gain = None if worst is None else worst.required_gain_frac
    back = None if worst is None else worst.to_recovery_count
    open_note = none if worst is None else "It has not recovered." if back is None else None
    return [
        metric("max_drawdown", falls.max_drawdown_frac, note=none if worst is None else None),
        metric("required_gain", gain, note=none if worst is None else LOST if gain is None else None),
        metric("recovery_count", back, note=open_note),
        metric("longest_drawdown_count", falls.longest_count, note=none if worst is None else None),
        metric("current_drawdown", falls.current_frac),
        metric("ulcer", falls.ulcer_frac),
        metric("pain", falls.pain_frac),
        metric("cdar_95", falls.cdar_frac),
    ]
