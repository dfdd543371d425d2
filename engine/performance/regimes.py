"""When was the market calm and when turbulent, and how did the portfolio do in each?"""

from __future__ import annotations

import math
from datetime import date

import numpy as np
from numpy.typing import NDArray

from engine.kernel.units import day, percent_fixed
from engine.performance.drawdowns import drawdown_table
from engine.performance.figures_benchmark import benchmark_figures
from engine.performance.figures_own import (
    Options,
    drawdown_figures,
    ratio_figures,
    return_figures,
    risk_figures,
    tail_figures,
)
from engine.performance.history import History
from engine.performance.regime_fit import RegimeFit, fit_regimes, information
from engine.performance.result import Metric, Regime, RegimeLabel, RegimeRun, Regimes

LABELS: tuple[RegimeLabel, RegimeLabel] = ("calm", "turbulent")
LEAST_COUNT = 60
SHOWN = (
    "total_return",
    "mean_annual",
    "volatility",
    "sharpe",
    "worst_period",
    "positive_share",
    "var_95",
    "cvar_95",
    "active_return",
    "tracking_error",
    "information_ratio",
    "beta",
    "correlation",
    "hit_rate",
)


def volatility_regimes(history: History, *, is_by_benchmark: bool = False) -> Regimes:
    """Return calm and turbulent times of a record.

    Parameters
    ----------
    history
        The record; a benchmark adds figures beside it for each state.
    is_by_benchmark
        Find them on the returns of the benchmark instead of the portfolio's own. The figures of each state are still
        the portfolio's; its periods are then the common ones.

    Returns
    -------
    Regimes
        Without regimes, and with a sentence that says why, below 60 periods or where returns never vary. Where BIC
        prefers one state the two are still told, and the sentence says that there is no evidence for them.

    """
    if is_by_benchmark:
        common = history.common()
        if common is None:
            return _nothing("There is no benchmark to find calm and turbulence on.")
        history = common
    if history.count < LEAST_COUNT:
        return _nothing(f"It needs {LEAST_COUNT} periods to tell calm from turbulence; there are {history.count}.")
    series = history.benchmark() if is_by_benchmark else history.returns_frac
    fit = fit_regimes(series)
    if fit is None:
        return _nothing("The returns never vary: there is one state only.")
    bic_one, bic_two = information(series, fit.log_likelihood)
    is_turbulent = fit.smoothed[:, 1] > 0.5
    found = tuple(_regime(history, fit, state, is_turbulent == bool(state)) for state in range(2))
    runs = _runs(history, is_turbulent)
    has_two = bic_two < bic_one
    return Regimes(
        has_two=has_two,
        bic_one=bic_one,
        bic_two=bic_two,
        log_likelihood=fit.log_likelihood,
        iterations_count=fit.iterations_count,
        is_converged=fit.is_converged,
        regimes=found,
        transition=tuple((float(row[0]), float(row[1])) for row in fit.transition),
        dates=tuple(history.dates.astype(object).tolist()),
        turbulent_probability=tuple(np.clip(fit.smoothed[:, 1], 0.0, 1.0).tolist()),
        runs=runs,
        sentence=_sentence(has_two, found, runs),
        notes=_notes(fit),
    )


def _nothing(sentence: str) -> Regimes:
    return Regimes(
        has_two=False,
        bic_one=None,
        bic_two=None,
        log_likelihood=None,
        iterations_count=0,
        is_converged=False,
        regimes=(),
        transition=(),
        dates=(),
        turbulent_probability=(),
        runs=(),
        sentence=sentence,
        notes=(),
    )


def _regime(history: History, fit: RegimeFit, state: int, chosen: NDArray[np.bool_]) -> Regime:
    k, stay = history.periods_per_year, float(fit.transition[state, state])
    return Regime(
        label=LABELS[state],
        volatility_annual_frac=math.sqrt(k * float(fit.variances[state])),
        mean_annual_frac=k * float(fit.means[state]),
        probability_frac=float(fit.smoothed[:, state].mean()),
        periods_count=int(chosen.sum()),
        stay_frac=stay,
        expected_count=1.0 / (1.0 - stay) if stay < 1.0 - 1e-9 else None,
        metrics=_metrics(history.where(chosen)) if chosen.any() else (),
    )


def _metrics(part: History) -> tuple[Metric, ...]:
    """Return figures of the periods of one state; drawdowns and annualized returns make no sense over torn time."""
    found = [*return_figures(part), *risk_figures(part, Options())]
    falls = drawdown_table(part.returns_frac, part.dates, part.started_on, most_count=1)
    found += [*ratio_figures(part, Options(), falls), *tail_figures(part), *drawdown_figures(falls)]
    common = part.common()
    if common is not None:
        found += benchmark_figures(common)
    by_key = {one.key: one for one in found}
    return tuple(by_key[key] for key in SHOWN if key in by_key)


def _runs(history: History, is_turbulent: NDArray[np.bool_]) -> tuple[RegimeRun, ...]:
    starts = np.flatnonzero(np.concatenate([[True], is_turbulent[1:] != is_turbulent[:-1]]))
    ends = np.append(starts[1:], history.count) - 1
    own = np.multiply.reduceat(1.0 + history.returns_frac, starts) - 1.0
    base = None if history.benchmark_frac is None else np.multiply.reduceat(1.0 + history.benchmark_frac, starts) - 1.0
    return tuple(
        RegimeRun(
            label=LABELS[int(is_turbulent[first])],
            started_on=_day(history.dates[first]),
            ended_on=_day(history.dates[last]),
            periods_count=int(last - first + 1),
            return_frac=float(own[i]),
            benchmark_return_frac=None if base is None or not np.isfinite(base[i]) else float(base[i]),
        )
        for i, (first, last) in enumerate(zip(starts, ends, strict=True))
    )


def _notes(fit: RegimeFit) -> tuple[str, ...]:
    notes = []
    if not fit.is_converged:
        notes.append("The fit stopped before it settled.")
    if min(float(fit.transition[0, 0]), float(fit.transition[1, 1])) < 0.5:
        notes.append("One of the states rarely lasts beyond a period: it gathers single large moves, not a time.")
    return tuple(notes)


def _sentence(has_two: bool, found: tuple[Regime, ...], runs: tuple[RegimeRun, ...]) -> str:
    calm, turbulent = found
    if not has_two:
        return "There is no evidence for two states of volatility: one describes the record as well (by BIC)."
    last = runs[-1]
    return (
        f"Volatility was {percent_fixed(calm.volatility_annual_frac, 1)} a year in calm and"
        f" {percent_fixed(turbulent.volatility_annual_frac, 1)} in turbulent times, which made up"
        f" {percent_fixed(turbulent.probability_frac, 1)} of the record. It has been {last.label} since"
        f" {day(last.started_on)}."
    )


def _day(value: np.datetime64) -> date:
    return value.astype("datetime64[D]").astype(date)  # type: ignore[no-any-return]
