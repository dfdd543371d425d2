"""How does a portfolio move with its benchmark, on all days, on good ones and on bad ones, and how sure is that?"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from engine.dependence.result import BenchmarkDependence, Slope
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Vector
from engine.performance.regression import LEVEL_FRAC, Regression, regress

DECAY = 0.97
ROWS_MIN = 20
_STILL = 1e-14


def benchmark_dependence(
    portfolio_frac: Vector, benchmark_frac: Vector, *, decay: float = DECAY
) -> BenchmarkDependence:
    """Return betas and the correlation with their 95% intervals.

    Parameters
    ----------
    portfolio_frac, benchmark_frac
        Shape (t,), simple returns on the same dates in time order; rows with NaN on either side are left out.
    decay
        λ of the weighted beta: a row's weight falls by it with every later row.

    Returns
    -------
    BenchmarkDependence
        Figures that need more rows, or a benchmark that moves, are None and a note says so.

    Raises
    ------
    InputRefused
        For series of different lengths, and a decay outside 0 to 1.

    References
    ----------
    Fisher (1921), On the probable error of a coefficient of correlation, Metron 1, for the interval
    tanh(artanh ρ ± z/√(n - 3)).

    """
    portfolio, benchmark = _aligned(portfolio_frac, benchmark_frac, decay)
    count = portfolio.size
    notes = []
    if count < ROWS_MIN:
        notes.append(f"Only {count} days are known on both sides; {ROWS_MIN} are needed for a beta.")
        return _nothing(count, notes)
    moved_p, moved_b = portfolio - portfolio.mean(), benchmark - benchmark.mean()
    square_p, square_b = float(moved_p @ moved_p), float(moved_b @ moved_b)
    if square_b <= _STILL * float(benchmark @ benchmark) or square_b == 0.0:
        notes.append("The benchmark did not move on these days: there is no beta.")
        return _nothing(count, notes, float((portfolio - benchmark).std(ddof=1)))
    correlation = None
    if square_p > _STILL * float(portfolio @ portfolio) and square_p > 0.0:
        correlation = float(np.clip(moved_p @ moved_b / math.sqrt(square_p * square_b), -1.0, 1.0))
    else:
        notes.append("The portfolio did not move on these days: there is no correlation.")
    lower, upper = (None, None) if correlation is None else fisher_interval(correlation, count)
    return BenchmarkDependence(
        beta=_slope(portfolio, benchmark),
        beta_up=_slope(portfolio[benchmark > 0.0], benchmark[benchmark > 0.0]),
        beta_down=_slope(portfolio[benchmark < 0.0], benchmark[benchmark < 0.0]),
        beta_ewma=_weighted_beta(portfolio, benchmark, decay),
        correlation=correlation,
        correlation_lower=lower,
        correlation_upper=upper,
        r_squared_frac=None if correlation is None else correlation**2,
        tracking_error_frac=float((portfolio - benchmark).std(ddof=1)),
        level_frac=LEVEL_FRAC,
        observations_count=count,
        notes=tuple(notes),
    )


def fisher_interval(correlation: float, observations_count: int, level_frac: float = LEVEL_FRAC) -> tuple[float, float]:
    """Return the interval of a correlation; both ends are the correlation itself where that is 1 or -1."""
    if abs(correlation) >= 1.0 or observations_count <= 3:
        return (correlation, correlation) if abs(correlation) >= 1.0 else (-1.0, 1.0)
    reach = NormalDist().inv_cdf(0.5 + 0.5 * level_frac) / math.sqrt(observations_count - 3)
    center = math.atanh(correlation)
    return math.tanh(center - reach), math.tanh(center + reach)


def _aligned(portfolio_frac: Vector, benchmark_frac: Vector, decay: float) -> tuple[Vector, Vector]:
    portfolio = np.asarray(portfolio_frac, dtype=np.float64)
    benchmark = np.asarray(benchmark_frac, dtype=np.float64)
    if portfolio.ndim != 1 or portfolio.shape != benchmark.shape:
        message = f"Shapes {portfolio.shape} and {benchmark.shape} are not two series on the same days."
        raise InputRefused([Problem("benchmark_frac", message, "Give one return of each for every day, NaN if none.")])
    if not 0.0 < decay < 1.0:
        raise InputRefused([Problem("decay", f"{decay:g} is no decay factor.", "Give one such as 0.97.")])
    known = np.isfinite(portfolio) & np.isfinite(benchmark)
    return portfolio[known], benchmark[known]


def _slope(portfolio: Vector, benchmark: Vector) -> Slope | None:
    """Return the slope of one set of rows; None with fewer than `ROWS_MIN`."""
    if portfolio.size < ROWS_MIN:
        return None
    fit: Regression | None = regress(portfolio, benchmark)
    if fit is None:
        return None
    return Slope(
        value=fit.beta,
        standard_error=float(fit.standard_errors[1]),
        lower=float(fit.lower[1]),
        upper=float(fit.upper[1]),
        observations_count=fit.observations_count,
    )


def _weighted_beta(portfolio: Vector, benchmark: Vector, decay: float) -> float | None:
    """Return the slope in which later rows weigh more; None where the benchmark lately did not move."""
    weights = decay ** np.arange(portfolio.size - 1, -1, -1.0)
    weights /= weights.sum()
    moved = benchmark - float(weights @ benchmark)
    variance = float(weights @ (moved * moved))
    if variance <= _STILL * float(weights @ (benchmark * benchmark)):
        return None
    return float(weights @ (moved * (portfolio - float(weights @ portfolio)))) / variance


def _nothing(count: int, notes: list[str], tracking_error: float | None = None) -> BenchmarkDependence:
    return BenchmarkDependence(
        beta=None,
        beta_up=None,
        beta_down=None,
        beta_ewma=None,
        correlation=None,
        correlation_lower=None,
        correlation_upper=None,
        r_squared_frac=None,
        tracking_error_frac=tracking_error,
        level_frac=LEVEL_FRAC,
        observations_count=count,
        notes=tuple(notes),
    )
