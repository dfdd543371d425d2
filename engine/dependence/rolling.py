"""How did volatility, beta and correlation change over time?"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from engine.dependence.benchmark import fisher_interval
from engine.dependence.result import RollingDependence
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Vector
from engine.performance.regression import LEVEL_FRAC

WINDOW_COUNT = 63
_STILL = 1e-12
FIGURES = (
    "volatility_frac", "beta", "beta_lower", "beta_upper", "correlation", "correlation_lower", "correlation_upper",
)  # fmt: skip


def rolling_dependence(
    portfolio_frac: Vector,
    benchmark_frac: Vector | None = None,
    *,
    window_count: int = WINDOW_COUNT,
    step_count: int = 1,
) -> RollingDependence:
    """Return figures over a window that moves, from running sums: the cost does not depend on its length.

    Parameters
    ----------
    portfolio_frac, benchmark_frac
        Shape (t,), simple returns on the same dates in time order; None without a benchmark. Rows with NaN on either
        side are left out, so that a window always holds `window_count` known rows.
    window_count
        Rows of a window, at least 3.
    step_count
        Every how many rows a figure is wanted; the last row always has one.

    Raises
    ------
    InputRefused
        For a window or step that is none, and series of different lengths.

    """
    portfolio = np.asarray(portfolio_frac, dtype=np.float64)
    benchmark = None if benchmark_frac is None else np.asarray(benchmark_frac, dtype=np.float64)
    if window_count < 3 or step_count < 1:
        message = f"A window of {window_count} rows and a step of {step_count} are not usable."
        raise InputRefused(
            [Problem("window_count", message, "Give a window of 3 or more rows and a step of 1 or more.")]
        )
    if benchmark is not None and benchmark.shape != portfolio.shape:
        message = f"{benchmark.size} returns beside {portfolio.size} of the portfolio."
        raise InputRefused([Problem("benchmark_frac", message, "Give one for every day, NaN if none.")])
    known = np.isfinite(portfolio) if benchmark is None else np.isfinite(portfolio) & np.isfinite(benchmark)
    rows = np.flatnonzero(known)
    ends = np.arange(rows.size - 1, window_count - 2, -step_count)[::-1]
    if not ends.size:
        nothing: dict[str, tuple[float | None, ...]] = {name: () for name in FIGURES}
        return RollingDependence(window_count=window_count, places=(), **nothing)
    own = portfolio[rows]
    square_p, still_p = _square(own, own, ends, window_count)
    volatility = np.where(still_p, 0.0, np.sqrt(square_p / (window_count - 1)))
    beta = correlation = reach = np.full(ends.size, np.nan)
    if benchmark is not None:
        other = benchmark[rows]
        square_b, still_b = _square(other, other, ends, window_count)
        cross, _ = _square(own, other, ends, window_count)
        with np.errstate(divide="ignore", invalid="ignore"):
            beta = np.where(still_b, np.nan, cross / square_b)
            left = np.maximum(square_p - cross**2 / square_b, 0.0) / (window_count - 2)
            reach = np.sqrt(left / square_b) * float(special.stdtrit(window_count - 2, 0.5 + 0.5 * LEVEL_FRAC))
            correlation = np.where(still_b | still_p, np.nan, np.clip(cross / np.sqrt(square_p * square_b), -1.0, 1.0))
    spans = [(None, None) if r is None else fisher_interval(r, window_count) for r in _known(correlation)]
    return RollingDependence(
        window_count=window_count,
        places=tuple(rows[ends].tolist()),
        volatility_frac=tuple(volatility.tolist()),
        beta=_known(beta),
        beta_lower=_known(beta - reach),
        beta_upper=_known(beta + reach),
        correlation=_known(correlation),
        correlation_lower=tuple(low for low, _ in spans),
        correlation_upper=tuple(high for _, high in spans),
    )


def _square(one: Vector, other: Vector, ends: np.ndarray, window: int) -> tuple[Vector, np.ndarray]:
    """Return Σ(x - x̄)(y - ȳ) over each window, shape (k,), and where it is nothing beside the whole series."""
    first, second = one - one.mean(), other - other.mean()
    sums = [np.concatenate([[0.0], np.cumsum(values)]) for values in (first * second, first, second)]
    product, left, right = (total[ends + 1] - total[ends + 1 - window] for total in sums)
    centered = product - left * right / window
    size = math.sqrt(float(first @ first) * float(second @ second)) / max(one.size, 1) * window
    return centered, np.abs(centered) <= _STILL * size


def _known(values: Vector) -> tuple[float | None, ...]:
    return tuple(value if math.isfinite(value) else None for value in values.tolist())
