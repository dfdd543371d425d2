"""What are the annual expected returns and covariance that a request works with?"""

from __future__ import annotations

import numpy as np

from engine.kernel.covariance import nearest_covariance
from engine.kernel.forms import Estimates
from engine.kernel.frames import ReturnsPanel
from engine.kernel.units import listing, percent
from engine.spec import OptimizationRequest, ProblemData

MANY_PERCENT_FRAC = 1.0


def periods_per_year(request: OptimizationRequest) -> int:
    """Return the periods per year of the request's figures."""
    return request.problem.periods_per_year if request.problem else request.estimates.periods_per_year


def window_of(request: OptimizationRequest, panel: ReturnsPanel) -> ReturnsPanel:
    """Return the part of the history that the request looks at: its assets, up to its date, its lookback."""
    chosen = panel.select(request.asset_ids) if request.asset_ids else panel
    dated = chosen.until(request.as_of) if request.as_of else chosen
    return dated.tail(request.estimates.lookback_days)


def from_problem(problem: ProblemData, *, is_repair_allowed: bool) -> Estimates:
    """Return the annual figures of a problem whose checks have passed, repaired when allowed and necessary."""
    periods = problem.periods_per_year
    matrix = np.array(problem.covariance, dtype=np.float64)
    repaired, change = nearest_covariance(matrix)
    notes: tuple[str, ...] = ()
    if is_repair_allowed and change > 1e-8 * float(np.abs(matrix).max()):
        notes = (
            f"The covariance was repaired to the nearest positive semidefinite one; no entry changed by more than "
            f"{change:.3g} per period.",
        )
    covariance = repaired if notes else 0.5 * (matrix + matrix.T)
    returns = np.array(problem.expected_returns_frac, dtype=np.float64) * periods
    return Estimates(returns, covariance * periods, notes + _remarks(problem.assets, returns, covariance))


def from_history(request: OptimizationRequest, window: ReturnsPanel) -> Estimates:
    """Return annual figures estimated from a window: arithmetic mean and covariance times the periods per year."""
    spec = request.estimates
    periods = spec.periods_per_year
    table = window.returns_frac
    returns = spec.expected_returns.estimate(table) * periods
    covariance = spec.covariance.estimate(table) * periods
    notes = list(window.notes)
    if window.observations_count < spec.lookback_days:
        notes.append(
            f"The history has {window.observations_count} days, fewer than the {spec.lookback_days} asked for; "
            f"all of it is used."
        )
    if window.observations_count <= len(window.assets):
        notes.append(
            f"There are {len(window.assets)} assets but only {window.observations_count} days, so the sample "
            "covariance cannot tell all risks apart. A longer lookback or the Ledoit-Wolf covariance is advised."
        )
    return Estimates(returns, covariance, tuple(notes) + _remarks(window.assets, returns, covariance))


def _remarks(assets: tuple[str, ...], returns: np.ndarray, covariance: np.ndarray) -> tuple[str, ...]:
    """Return sentences about figures that a reader should know of."""
    notes: list[str] = []
    variances = np.diag(covariance)
    flat = [assets[i] for i in np.flatnonzero(variances <= 1e-14)]
    if flat:
        notes.append(f"{listing(flat)} has no variance in these figures and counts as riskless.")
    large = np.flatnonzero(np.abs(returns) > MANY_PERCENT_FRAC)
    if large.size:
        top = int(large[np.argmax(np.abs(returns[large]))])
        notes.append(
            f"{assets[top]} has an expected return of {percent(float(returns[top]), 0)} a year. Check the figures: "
            "such returns rarely repeat."
        )
    scale = np.sqrt(np.maximum(variances, 1e-300))
    correlation = covariance / np.outer(scale, scale)
    i, j = np.nonzero(np.triu(correlation > 1.0 - 1e-9, 1))
    twins = [(int(a), int(b)) for a, b in zip(i, j, strict=True) if variances[a] > 1e-14 and variances[b] > 1e-14]
    if twins:
        pairs = listing([f"{assets[a]} with {assets[b]}" for a, b in twins], 3)
        notes.append(f"Some assets move as one ({pairs}): how the weight splits between them is arbitrary.")
    return tuple(notes)
