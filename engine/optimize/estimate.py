"""What are the annual expected returns and covariance that a request works with?"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.checks_figures import factor_form
from engine.estimators import RISKLESS_VARIANCE_ANNUAL, CovarianceEstimate, EstimationData
from engine.kernel.covariance import nearest_covariance
from engine.kernel.errors import InputRefused
from engine.kernel.figures import Figures
from engine.kernel.forms import Estimates, FactorForm, Matrix, Vector
from engine.kernel.frames import ReturnsPanel
from engine.kernel.plausible import MANY_PERCENT_FRAC, wild_note
from engine.kernel.risk_free import RiskFree
from engine.kernel.units import listing, percent
from engine.spec import EstimatesSpec, OptimizationRequest, ProblemData

TWIN_DISTANCE = 1e-9
ALIKE = 1e-6
SHOWN_PAIRS_COUNT = 3


def periods_per_year(request: OptimizationRequest) -> int:
    """Return the periods per year of the request's figures."""
    return request.problem.periods_per_year if request.problem else request.estimates.periods_per_year


def window_of(request: OptimizationRequest, panel: ReturnsPanel) -> ReturnsPanel:
    """Return the part of the history that the request looks at: its assets, up to its date, its lookback."""
    names = request.asset_ids or panel.assets
    stop = panel.observations_count
    if request.as_of is not None:
        stop = int(np.searchsorted(panel.dates, np.datetime64(request.as_of, "D"), side="right"))
    start = max(0, stop - request.estimates.lookback_days)
    if stop == 0 or not set(names) <= set(panel.assets):
        chosen = panel.select(names)  # these refuse, each in its own words
        return chosen.until(request.as_of) if request.as_of is not None else chosen
    if names == panel.assets and stop - start == panel.observations_count:
        return panel
    table = panel.returns_frac[start:stop]
    if names != panel.assets:
        place = {name: column for column, name in enumerate(panel.assets)}
        table = table[:, [place[name] for name in names]]
    return ReturnsPanel(panel.dates[start:stop], tuple(names), table, panel.notes)


def risk_free_of(request: OptimizationRequest, known: RiskFree | None = None) -> RiskFree:
    """Return the risk-free rate of a request: its own when it states one, else the known series, else not set."""
    stated: float | None = request.risk_free_annual_frac
    if stated is not None:
        return RiskFree.constant(stated)
    if request.risk_free_rates is not None:
        return request.risk_free_rates.series()
    return known if known is not None else RiskFree.not_set()


def from_problem(problem: ProblemData, *, is_repair_allowed: bool) -> Estimates:
    """Return the annual figures of a problem whose checks have passed, repaired when allowed and necessary."""
    periods = problem.periods_per_year
    returns = np.array(problem.expected_returns_frac, dtype=np.float64) * periods
    if problem.factors is not None:
        form = factor_form(problem.factors, periods)
        return _noted(problem.assets, Estimates.of_factors(returns, form, (), periods))
    matrix = np.array(problem.covariance, dtype=np.float64)
    covariance = 0.5 * (matrix + matrix.T)
    notes: tuple[str, ...] = ()
    if is_repair_allowed:
        repaired, change = nearest_covariance(matrix)
        if change > 1e-8 * float(np.abs(matrix).max()):
            covariance = repaired
            notes = (
                f"The covariance was repaired to the nearest positive semidefinite one; no entry changed by more than "
                f"{change:.3g} per period.",
            )
    return _noted(problem.assets, Estimates(returns, covariance * periods, notes, periods_per_year=periods))


def from_figures(figures: Figures, periods: int) -> Estimates:
    """Return the estimates that a caller handed over as arrays."""
    notes = ("Expected returns and covariance are the caller's own, in place of estimates from a history.",)
    if figures.factors is not None:
        made = Estimates.of_factors(figures.returns_annual_frac, figures.factors, notes, periods)
    else:
        assert figures.covariance_annual is not None
        made = Estimates(figures.returns_annual_frac, figures.covariance_annual, notes, periods_per_year=periods)
    return _noted(figures.assets, made)


def _noted(assets: tuple[str, ...], estimates: Estimates) -> Estimates:
    """Return the estimates with what a reader should know of them; nothing is written out that was not."""
    made = copy(estimates)
    made.__dict__["notes"] = estimates.notes + _remarks(assets, estimates)
    return made


def from_history(
    request: OptimizationRequest,
    window: ReturnsPanel,
    *,
    market_weights: Mapping[str, float] | None = None,
    benchmark_weights: Mapping[str, float] | None = None,
    benchmark_returns_frac: Vector | None = None,
    risk_free: RiskFree | None = None,
) -> Estimates:
    """Return annual figures estimated from a window: expected returns and covariance times the periods per year.

    Parameters
    ----------
    request
        What is asked; its `estimates` say how.
    window
        Simple returns per period without missing values.
    market_weights
        Weights of the market portfolio by asset, of any positive sum. Without them the benchmark stands for the
        market, and the result says so.
    benchmark_weights
        Weights of the benchmark's constituents by asset.
    benchmark_returns_frac
        Returns of the benchmark in the window's periods, shape (t,); by default those of its constituents among the
        assets.
    risk_free
        The rate when the request states none.

    Raises
    ------
    InputRefused
        When an estimator cannot be used on these assets, with every problem, or lacks something it needs.

    """
    spec = request.estimates
    problems = spec.problems(window.assets, is_repair_allowed=request.allow_covariance_repair)
    if problems:
        raise InputRefused(problems)
    data = data_of(request, window, market_weights, benchmark_weights, benchmark_returns_frac, risk_free)
    made = estimated(spec, data)
    made.__dict__["notes"] = window.notes + _short_history(request, window) + made.notes
    return _noted(window.assets, made)


def estimated(spec: EstimatesSpec, data: EstimationData) -> Estimates:
    """Return the annual figures that the estimators make of data, without remarks on them.

    Raises
    ------
    InputRefused
        When an estimator lacks something it needs.

    """
    measured = spec.covariance.estimate(data)
    expected = spec.expected_returns.estimate(replace_covariance(data, measured.covariance))
    periods = spec.periods_per_year
    changed = expected.covariance
    return Estimates(
        expected.returns_frac * periods,
        (measured.covariance if changed is None else changed) * periods,
        measured.notes + expected.notes,
        factors=_annual_factors(measured, periods) if changed is None else None,
        history_frac=data.returns_frac,
        periods_per_year=periods,
    )


def replace_covariance(data: EstimationData, covariance: Matrix) -> EstimationData:
    """Return the data with a covariance, keeping what was already computed from the returns."""
    made = replace(data, covariance=covariance)
    for name in ("mean_frac", "centered_frac"):
        if name in data.__dict__:
            made.__dict__[name] = data.__dict__[name]
    return made


def data_of(
    request: OptimizationRequest,
    window: ReturnsPanel,
    market: Mapping[str, float] | None,
    benchmark: Mapping[str, float] | None,
    benchmark_returns_frac: Vector | None,
    risk_free: RiskFree | None,
) -> EstimationData:
    """Return what the estimators of a request may use, from its window; parameters as for `from_history`."""
    spec = request.estimates
    rate = risk_free_of(request, risk_free)
    weights, note = None, None
    if market is not None:
        weights = np.array([market.get(name, np.nan) for name in window.assets], dtype=np.float64)
    if benchmark:
        inside = np.array([benchmark.get(name, 0.0) for name in window.assets], dtype=np.float64)
        if weights is None:
            weights, note = inside, "The market's weights are not known; the benchmark's stand for them."
        if benchmark_returns_frac is None and float(inside.sum()) > 0.0:
            benchmark_returns_frac = window.returns_frac @ (inside / inside.sum())
    return EstimationData(
        assets=window.assets,
        returns_frac=window.returns_frac,
        periods_per_year=spec.periods_per_year,
        risk_free_frac=rate.per_period(window.dates, spec.periods_per_year),
        risk_free_annual_frac=rate.at(window.end if rate.is_dated else None),
        market_weights_frac=weights,
        market_note=note,
        benchmark_returns_frac=benchmark_returns_frac,
    )


def _annual_factors(measured: CovarianceEstimate, periods: int) -> FactorForm | None:
    factors = measured.factors
    if factors is None:
        return None
    return FactorForm(factors.loadings, factors.covariance * periods, factors.specific_variances * periods)


def _short_history(request: OptimizationRequest, window: ReturnsPanel) -> tuple[str, ...]:
    spec, count = request.estimates, window.observations_count
    notes: list[str] = []
    if count < spec.lookback_days:
        notes.append(f"The history has {count} days, fewer than the {spec.lookback_days} asked for; all of it is used.")
    if count <= len(window.assets) and not spec.covariance.is_regular:
        notes.append(
            f"There are {len(window.assets)} assets but only {count} days, so the sample "
            "covariance cannot tell all risks apart. A longer lookback or the Ledoit-Wolf covariance is advised."
        )
    return tuple(notes)


def _remarks(assets: tuple[str, ...], estimates: Estimates) -> tuple[str, ...]:
    """Return sentences about annual figures that a reader should know of."""
    notes: list[str] = []
    returns, variances = estimates.returns_annual_frac, estimates.variances_annual
    live = variances > RISKLESS_VARIANCE_ANNUAL
    if not live.all():
        flat = [assets[int(i)] for i in np.flatnonzero(~live)]
        verbs = ("has", "counts") if len(flat) == 1 else ("have", "count")
        notes.append(f"{listing(flat)} {verbs[0]} no variance in these figures and {verbs[1]} as riskless.")
    top = int(np.argmax(np.abs(returns)))
    if abs(returns[top]) > MANY_PERCENT_FRAC:
        notes.append(
            f"{assets[top]} has an expected return of {percent(float(returns[top]), 0)} a year. Check the figures: "
            "such returns rarely repeat."
        )
    is_measured = estimates.history_frac is not None
    wild = wild_note(variances, RISKLESS_VARIANCE_ANNUAL, is_measured=is_measured, periods=estimates.periods_per_year)
    notes += [] if wild is None else [wild]
    pairs = [
        (int(a), int(b)) for a, b in _twins(estimates, variances) if _are_alike(variances[[a, b]], returns[[a, b]])
    ]
    if pairs:
        shown = listing([f"{assets[a]} with {assets[b]}" for a, b in pairs[:SHOWN_PAIRS_COUNT]])
        if len(pairs) > SHOWN_PAIRS_COUNT:
            shown = f"{shown.replace(' and ', ', ')} and {len(pairs) - SHOWN_PAIRS_COUNT} more"
        notes.append(f"Some assets move as one ({shown}): how the weight splits between them is arbitrary.")
    return tuple(notes)


def _are_alike(variances: Vector, returns: Vector) -> bool:
    """Return whether two assets that move as one have the same risk and the same expected return."""
    return bool(
        np.isclose(variances[0], variances[1], rtol=ALIKE, atol=0.0)
        and abs(returns[0] - returns[1]) <= ALIKE * max(1e-4, float(np.abs(returns).max()))
    )


def _twins(estimates: Estimates, variances: Vector) -> NDArray[np.intp]:
    """Return the pairs of assets with risk and a correlation above 1 - 1e-9, shape (k, 2), sorted."""
    form = estimates.factors
    if form is None:
        return _twins_among(estimates.covariance_annual, variances)
    # Two assets that both have a risk of their own cannot move as one.
    alike = np.flatnonzero(form.specific_variances_annual <= 4.0 * TWIN_DISTANCE * variances)
    if len(alike) < 2:
        return np.empty((0, 2), dtype=np.intp)
    common = form.loadings[alike] @ form.factor_covariance_annual @ form.loadings[alike].T
    return alike[_twins_among(common, variances[alike])]


def _twins_among(covariance: Matrix, variances: Vector) -> NDArray[np.intp]:
    least = (1.0 - TWIN_DISTANCE) ** 2 * np.multiply.outer(variances, variances)
    is_close = covariance * covariance > least
    if np.count_nonzero(is_close) <= len(variances):  # each asset with itself
        return np.empty((0, 2), dtype=np.intp)
    live = variances > RISKLESS_VARIANCE_ANNUAL
    is_close &= (covariance > 0.0) & np.logical_and.outer(live, live)
    return np.argwhere(np.triu(is_close, 1))
