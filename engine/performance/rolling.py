"""How did return, risk and the ties to the benchmark change over time?

All windows at once by cumulative sums of centered series, in time linear in the record.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engine.kernel.forms import Vector
from engine.performance.drawdowns import underwater
from engine.performance.history import History
from engine.performance.result import MetricUnit, RollingSeries, WealthCurve

RollingKey = Literal[
    "return", "volatility", "sharpe", "max_drawdown", "active_return", "tracking_error", "beta", "correlation"
]
NEEDS_BENCHMARK: tuple[RollingKey, ...] = ("active_return", "tracking_error", "beta", "correlation")
LABELS: dict[RollingKey, tuple[str, MetricUnit]] = {
    "return": ("Return", "fraction"),
    "volatility": ("Volatility", "fraction"),
    "sharpe": ("Sharpe ratio", "ratio"),
    "max_drawdown": ("Maximum drawdown", "fraction"),
    "active_return": ("Active return", "fraction"),
    "tracking_error": ("Tracking error", "fraction"),
    "beta": ("Beta", "ratio"),
    "correlation": ("Correlation", "ratio"),
}
STILL = 1e-12  # a variance below it, relative to the whole record's, is rounding


def rolling(history: History, key: RollingKey, window_count: int) -> RollingSeries:
    """Return a figure over every full window.

    Parameters
    ----------
    history
        The record; with a benchmark for those that need one, on periods on which both have a return.
    key
        ``return`` and ``active_return`` compound over the window and are not annualized; ``volatility``, ``sharpe`` and
        ``tracking_error`` are a year's; ``beta`` and ``correlation`` are of returns above the risk-free rate.
    window_count
        Periods in a window, at least 2.

    Returns
    -------
    RollingSeries
        Empty where the record is shorter than the window; None where the figure does not exist in a window.

    """
    chosen = history.common() if key in NEEDS_BENCHMARK else history
    label, unit = LABELS[key]
    window = max(2, window_count)
    values: Vector = np.empty(0)
    dates = history.dates[:0]
    if chosen is not None and chosen.count >= window:
        values, dates = _values(chosen, key, window), chosen.dates[window - 1 :]
    return RollingSeries(
        key=key,
        label=label,
        unit=unit,
        window_count=window,
        dates=_days(dates),
        values=tuple(float(one) if math.isfinite(one) else None for one in values),
    )


def _values(history: History, key: RollingKey, window: int) -> Vector:
    r, k = history.returns_frac, history.periods_per_year
    if key == "return":
        return compounded(r, window)
    if key == "max_drawdown":
        return _falls(r, window)
    if key == "active_return":
        return compounded(r, window) - compounded(history.benchmark(), window)
    excess = r - history.risk_free_frac
    if key in ("volatility", "sharpe", "tracking_error"):
        series = excess if key == "sharpe" else r if key == "volatility" else r - history.benchmark()
        deviation = np.sqrt(_products(series, series, window) / (window - 1))
        if key != "sharpe":
            return deviation * math.sqrt(k)
        return _divided(_means(series, window) * math.sqrt(k), deviation)
    base = history.benchmark() - history.risk_free_frac
    cross, own, other = (_products(x, y, window) for x, y in ((excess, base), (excess, excess), (base, base)))
    return _divided(cross, other) if key == "beta" else np.clip(_divided(cross, np.sqrt(own * other)), -1.0, 1.0)


def compounded(returns_frac: Vector, window: int) -> Vector:
    """Return Π(1 + r) - 1 over every window, shape (t - window + 1,)."""
    if (returns_frac <= -1.0).any():
        whole: Vector = np.prod(1.0 + sliding_window_view(returns_frac, window), axis=1) - 1.0
        return whole
    logs = np.concatenate([[0.0], np.cumsum(np.log1p(returns_frac))])
    result: Vector = np.expm1(logs[window:] - logs[:-window])
    return result


def _sums(series: Vector, window: int) -> Vector:
    total = np.concatenate([[0.0], np.cumsum(series)])
    result: Vector = total[window:] - total[:-window]
    return result


def _means(series: Vector, window: int) -> Vector:
    return _sums(series, window) / window


def _products(x: Vector, y: Vector, window: int) -> Vector:
    """Return Σ (x - mean)(y - mean) over every window; what is rounding is 0."""
    a, b = x - x.mean(), y - y.mean()
    result = _sums(a * b, window) - _sums(a, window) * _sums(b, window) / window
    if x is y:
        floor = STILL * max(float(a @ a) / len(a), float(np.abs(x).max()) ** 2 * STILL) * window
        result = np.where(result <= floor, 0.0, result)
    return result


def _divided(top: Vector, bottom: Vector) -> Vector:
    result: Vector = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0.0)
    return result


def _falls(returns_frac: Vector, window: int) -> Vector:
    """Return the deepest fall within every window, its own start included."""
    wealth = np.concatenate([[1.0], np.cumprod(1.0 + returns_frac)])
    parts = []
    views = sliding_window_view(wealth, window + 1)
    for start in range(0, len(views), 512):
        part = views[start : start + 512]
        peaks = np.maximum.accumulate(part, axis=1)
        depth = 1.0 - np.divide(part, peaks, out=np.zeros_like(part), where=peaks > 0.0)
        parts.append(np.where(peaks[:, 0] > 0.0, depth.max(axis=1), np.nan))
    return np.concatenate(parts)


def wealth_curve(history: History) -> WealthCurve:
    """Return growth of 1 and depth below the peak, the start included; the benchmark's beside it."""
    base = history.benchmark_frac
    own = _grown(history.returns_frac)
    other = None if base is None else _grown(np.where(np.isfinite(base), base, 0.0))
    active = None if other is None else np.divide(own, other, out=np.ones_like(own), where=other > 0.0)
    return WealthCurve(
        dates=(history.started_on, *_days(history.dates)),
        wealth=tuple(own.tolist()),
        underwater_frac=(0.0, *underwater(history.returns_frac).tolist()),
        benchmark_wealth=() if other is None else tuple(other.tolist()),
        benchmark_underwater_frac=()
        if base is None
        else (0.0, *underwater(np.where(np.isfinite(base), base, 0.0)).tolist()),
        active_wealth=() if active is None else tuple(active.tolist()),
    )


def _grown(returns_frac: Vector) -> Vector:
    return np.concatenate([[1.0], np.cumprod(1.0 + returns_frac)])


def _days(dates: np.ndarray) -> tuple[date, ...]:
    return tuple(dates.astype("datetime64[D]").astype(object).tolist())
