"""What are the figures of a record of returns beside its benchmark?"""

from __future__ import annotations

import math

import numpy as np

from engine.kernel.forms import Vector
from engine.performance.drawdowns import underwater
from engine.performance.figures_own import FEW, SHORT, annualized, deviation_metric, grown, ratio_error
from engine.performance.history import History
from engine.performance.metric import Z95, metric, wilson
from engine.performance.months import Blocks, blocks
from engine.performance.regression import STILL, Regression, regress
from engine.performance.result import Metric
from engine.walkforward.figures import Shape

LEAST_SIDE_COUNT = 10  # periods on one side of the market below which a beta says nothing
NO_FIT = "It needs at least 4 returns and a benchmark that varies."


def benchmark_figures(history: History) -> list[Metric]:
    """Return all figures beside a benchmark.

    Parameters
    ----------
    history
        With a benchmark, and only the periods on which both have a return (`History.common`).

    """
    fit = regress(
        history.returns_frac - history.risk_free_frac,
        history.benchmark() - history.risk_free_frac,
    )
    return [*_returns(history), *_active(history), *_market(history, fit), *_capture(history), *_ahead(history)]


def _returns(history: History) -> list[Metric]:
    r, b, k = history.returns_frac, history.benchmark(), history.periods_per_year
    own, base = (float(np.prod(1.0 + one)) - 1.0 for one in (r, b))
    year = base_year = None
    if history.is_year:
        year, base_year = annualized(r, k), annualized(b, k)
    short = None if history.is_year else SHORT
    active_year = year - base_year if year is not None and base_year is not None else None
    return [
        metric("benchmark_return", base),
        metric("benchmark_annualized", base_year, note=short),
        metric("active_return", own - base),
        metric("active_annualized", active_year, note=short),
    ]


def _active(history: History) -> list[Metric]:
    r, b, k = history.returns_frac, history.benchmark(), history.periods_per_year
    root = math.sqrt(k)
    if history.count < 2:
        return [metric(key, None, note=FEW) for key in ("tracking_error", "information_ratio", "information_geometric")]
    shape = Shape.of(r - b)
    still = None if shape.deviation_frac else "Portfolio and benchmark never differ by more than a constant."
    ratio, spread = shape.sharpe, ratio_error(shape)
    geometric, why = None, still or (None if history.is_year else SHORT)
    if history.is_year and not still and (b > -1.0).all():
        apart = float(((1.0 + r) / (1.0 + b) - 1.0).std(ddof=1)) * root
        geometric = ((1.0 + annualized(r, k)) / (1.0 + annualized(b, k)) - 1.0) / apart if apart > STILL else None
    return [
        deviation_metric("tracking_error", r - b, k, still),
        metric(
            "information_ratio",
            None if ratio is None else ratio * root,
            error=None if spread is None else spread * root,
            note=still,
        ),
        metric("information_geometric", geometric, note=why or (None if geometric is not None else "It has no value.")),
    ]


def _market(history: History, fit: Regression | None) -> list[Metric]:
    keys = ("alpha", "alpha_jensen", "beta", "r_squared", "correlation")
    if fit is None:
        rest = ("beta_up", "beta_down", "treynor", "m_squared")
        return [metric(key, None, note=NO_FIT, lags="0") for key in (*keys, *rest)]
    k, lags = history.periods_per_year, f"{fit.lags_count}"
    r, b, f = history.returns_frac, history.benchmark(), history.risk_free_frac
    jensen = None
    if history.is_year:
        own, base, cash = annualized(r, k), annualized(b, k), annualized(f, k)
        jensen = own - cash - fit.beta * (base - cash)
    perfect = "The fit is perfect." if float(fit.standard_errors[1]) == 0.0 else None
    found = [
        metric(
            "alpha",
            _compound(fit.alpha, k) if history.is_year else None,
            error=None if perfect else k * (1.0 + _compound(fit.alpha, k - 1)) * float(fit.standard_errors[0]),
            bounds=None if perfect else (_compound(float(fit.lower[0]), k), _compound(float(fit.upper[0]), k)),
            note=perfect if history.is_year else SHORT,
            lags=lags,
        ),
        metric("alpha_jensen", jensen, note=None if jensen is not None else SHORT),
        metric(
            "beta",
            fit.beta,
            error=None if perfect else float(fit.standard_errors[1]),
            bounds=None if perfect else (float(fit.lower[1]), float(fit.upper[1])),
            note=perfect,
            lags=lags,
        ),
    ]
    found += _fit_quality(fit, r, b)
    found += [_side_beta(history, "beta_up", b > 0.0), _side_beta(history, "beta_down", b < 0.0)]
    return found + _adjusted(history, fit)


def _compound(per_period: float, k: int) -> float:
    return grown(k * math.log1p(per_period)) if per_period > -1.0 else -1.0


def _fit_quality(fit: Regression, r: Vector, b: Vector) -> list[Metric]:
    """Return R squared and the correlation with their Fisher intervals."""
    spread = float(r.std()) * float(b.std())
    if spread <= STILL * STILL or fit.r_squared is None:
        return [metric(key, None, note="The returns never vary.") for key in ("r_squared", "correlation")]
    together = float(np.mean((r - r.mean()) * (b - b.mean()))) / spread
    together = min(1.0, max(-1.0, together))
    bounds = fisher_bounds(together, len(r))
    root = math.copysign(math.sqrt(fit.r_squared), fit.beta)
    square = fisher_bounds(root, len(r))
    squared = None
    if square is not None:
        low, high = square
        squared = (0.0 if low <= 0.0 <= high else min(low * low, high * high), max(low * low, high * high))
    return [metric("r_squared", fit.r_squared, bounds=squared), metric("correlation", together, bounds=bounds)]


def fisher_bounds(correlation: float, count: int) -> tuple[float, float] | None:
    """Return the 95% interval of a correlation by Fisher's z; None below 4 observations or at ±1.

    References
    ----------
    Fisher (1921), On the probable error of a coefficient of correlation deduced from a small sample, Metron 1.

    """
    if count < 4 or abs(correlation) >= 1.0 - STILL:
        return None
    middle, reach = math.atanh(correlation), Z95 / math.sqrt(count - 3)
    return math.tanh(middle - reach), math.tanh(middle + reach)


def _side_beta(history: History, key: str, side: np.ndarray) -> Metric:
    count = int(side.sum())
    if count < LEAST_SIDE_COUNT:
        return metric(key, None, note=f"Only {count} such periods; it needs {LEAST_SIDE_COUNT}.")
    chosen = history.where(side)
    excess = chosen.returns_frac - chosen.risk_free_frac
    fit = regress(excess, chosen.benchmark() - chosen.risk_free_frac, lags_count=0)
    if fit is None:
        return metric(key, None, note=NO_FIT)
    error = float(fit.standard_errors[1])
    bounds = (float(fit.lower[1]), float(fit.upper[1])) if error else None
    return metric(key, fit.beta, error=error or None, bounds=bounds)


def _adjusted(history: History, fit: Regression) -> list[Metric]:
    """Return Treynor's ratio and M squared."""
    if not history.is_year:
        return [metric(key, None, note=SHORT) for key in ("treynor", "m_squared")]
    k, f = history.periods_per_year, history.risk_free_frac
    excess, base = history.returns_frac - f, history.benchmark() - f
    treynor = k * float(excess.mean()) / fit.beta if fit.beta > STILL else None
    ratio = Shape.of(excess).sharpe
    squared = None if ratio is None else k * ratio * float(base.std(ddof=1)) + k * float(f.mean())
    return [
        metric("treynor", treynor, note=None if treynor is not None else "Beta is not above 0."),
        metric("m_squared", squared, note=None if squared is not None else "The returns never vary."),
    ]


def _capture(history: History) -> list[Metric]:
    """Return capture over whole months, by geometric means and cumulative."""
    found, months = [], _whole(blocks(history, "M"))
    for name, sign, word in (("up", 1.0, "rising"), ("down", -1.0, "falling")):
        keys = (f"{name}_capture", f"{name}_capture_cumulative")
        side = months[sign * months[:, 1] > 0.0]
        if not len(side):
            found += [metric(key, None, note=f"No whole month with a {word} benchmark.") for key in keys]
            continue
        own, base = (float(np.prod(1.0 + side[:, column])) for column in (0, 1))
        mean = (max(own, 0.0) ** (1 / len(side)) - 1.0) / (max(base, 0.0) ** (1 / len(side)) - 1.0)
        count = f"Over {len(side)} months." if len(side) >= 3 else f"Over {len(side)} months only."
        found += [
            metric(keys[0], mean, note=count),
            metric(keys[1], (own - 1.0) / (base - 1.0), note=count),
        ]
    return found


def _whole(months: Blocks) -> np.ndarray:
    """Return (r, b) of whole months on which both are known, shape (m, 2)."""
    assert months.benchmark_frac is not None
    kept = ~months.is_partial & np.isfinite(months.benchmark_frac)
    return np.column_stack([months.returns_frac[kept], months.benchmark_frac[kept]])


def _ahead(history: History) -> list[Metric]:
    r, b, n = history.returns_frac, history.benchmark(), history.count
    ahead = int((r > b).sum())
    months = _whole(blocks(history, "M"))
    month_hits = int((months[:, 0] > months[:, 1]).sum())
    monthly = month_hits / len(months) if len(months) else None
    fall = None
    if (b > -1.0).all():
        fall = abs(float(underwater((1.0 + r) / (1.0 + b) - 1.0).min()))
    return [
        metric("hit_rate", ahead / n, bounds=wilson(ahead, n)),
        metric(
            "hit_rate_months",
            monthly,
            bounds=wilson(month_hits, len(months)) if len(months) else None,
            note=None if len(months) else "There is no whole month.",
        ),
        metric("active_drawdown", fall, note=None if fall is not None else "The benchmark lost everything."),
    ]
