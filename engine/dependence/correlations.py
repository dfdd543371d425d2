"""Which assets move together, and how much does one movement rule them all?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.dependence.result import CorrelationMap
from engine.kernel.covariance import nearest_covariance
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix
from engine.kernel.units import listing

PAIR_ROWS_MIN = 20
STILL = 1e-12
CLUSTER_CORRELATION = 0.5
ORDERED_MAX_COUNT = 150


def pairwise_correlations(returns_frac: Matrix) -> tuple[Matrix, Matrix]:
    """Return correlations and covariances (t - 1) pair by pair, each of shape (n, n).

    Means and deviations of a pair are those of its own rows. NaN where a pair shares fewer than `PAIR_ROWS_MIN` rows
    or one side does not move on them.
    """
    known = np.isfinite(returns_frac)
    if known.all() and len(returns_frac) >= PAIR_ROWS_MIN:
        return _whole(returns_frac)
    there = known.astype(np.float64)
    counts = there.T @ there
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.where(known, returns_frac, 0.0).sum(axis=0) / there.sum(axis=0)
        values = np.where(known, returns_frac - means, 0.0)
        sums = values.T @ there
        cross = values.T @ values - sums * sums.T / counts
        squares = (values * values).T @ there - sums * sums / counts
        still = squares <= STILL * (np.where(known, returns_frac, 0.0) ** 2).T @ there
        correlation = cross / np.sqrt(squares * squares.T)
        covariance = cross / (counts - 1.0)
    bad = (counts < PAIR_ROWS_MIN) | still | still.T
    correlation = np.where(bad, np.nan, np.clip(correlation, -1.0, 1.0))
    np.fill_diagonal(correlation, np.where(np.diag(bad), np.nan, 1.0))
    return correlation, np.where(counts < PAIR_ROWS_MIN, np.nan, covariance)


def _whole(returns_frac: Matrix) -> tuple[Matrix, Matrix]:
    """Return the same where nothing is missing."""
    centered = returns_frac - returns_frac.mean(axis=0)
    covariance = centered.T @ centered / (len(returns_frac) - 1)
    variances = np.diag(covariance)
    still = variances <= STILL * (returns_frac**2).mean(axis=0)
    deviations = np.sqrt(np.where(still, 1.0, variances))
    correlation = np.clip(covariance / np.outer(deviations, deviations), -1.0, 1.0)
    np.fill_diagonal(correlation, 1.0)
    correlation[still | still[:, None]] = np.nan
    return correlation, covariance


def correlation_map(returns_frac: Matrix, assets: Sequence[str]) -> CorrelationMap:
    """Return the correlations in an order that puts alike assets side by side, their clusters and their common part.

    Average linkage on 1 - ρ, leaves ordered so that neighbors are as alike as the tree allows; a cluster is a branch
    whose assets correlate by more than 0.5 on average. A pair that is not known counts as uncorrelated for the order.

    Parameters
    ----------
    returns_frac
        Shape (t, n), rows in time order, NaN where not known.
    assets
        n names.

    Raises
    ------
    InputRefused
        Where names and columns do not fit.

    References
    ----------
    Bar-Joseph, Gifford and Jaakkola (2001), Fast optimal leaf ordering for hierarchical clustering, Bioinformatics 17.
    Kritzman, Li, Page and Rigobon (2011), Principal components as a measure of systemic risk, Journal of Portfolio
    Management 37(4), for the absorption ratio.

    """
    returns = np.array(returns_frac, dtype=np.float64)
    names = tuple(assets)
    if returns.ndim != 2 or returns.shape[1] != len(names):
        message = f"Returns of shape {returns.shape} for {len(names)} names."
        raise InputRefused([Problem("returns_frac", message, "Give one column for each asset.")])
    returns[~np.isfinite(returns)] = np.nan
    correlation, covariance = pairwise_correlations(returns)
    unknown = np.isnan(correlation)
    lone = np.diag(unknown)
    usable = np.flatnonzero(~lone)
    order, clusters = _order(np.where(unknown, 0.0, correlation), usable, np.flatnonzero(lone))
    shown = correlation[np.ix_(order, order)]
    above = correlation[np.triu_indices(len(names), 1)]
    above = above[np.isfinite(above)]
    ratio, factors = _absorption(covariance[np.ix_(usable, usable)])
    notes = []
    if lone.any():
        who = listing([names[place] for place in np.flatnonzero(lone)])
        notes.append(f"{who}: fewer than {PAIR_ROWS_MIN} returns, or none that moves; no correlations are known.")
    apart = int(np.triu(unknown, 1).sum()) - int(np.triu(lone[:, None] | lone[None, :], 1).sum())
    if apart:
        who = "1 pair of assets shares" if apart == 1 else f"{apart} pairs of assets share"
        notes.append(f"{who} fewer than {PAIR_ROWS_MIN} days that move: no correlation is known.")
    return CorrelationMap(
        assets=tuple(names[place] for place in order),
        order=tuple(int(place) for place in order),
        correlations=tuple(tuple(None if value != value else value for value in row) for row in shown.tolist()),
        cluster_numbers=tuple(clusters),
        average_correlation=float(above.mean()) if above.size else None,
        absorption_ratio_frac=ratio,
        absorption_factors_count=factors,
        observations_count=len(returns),
        notes=tuple(notes),
    )


def _order(correlation: Matrix, usable: NDArray[np.intp], lone: NDArray[np.intp]) -> tuple[list[int], list[int]]:
    """Return the order of all assets, those without correlations last, and the cluster of each in that order."""
    from scipy.cluster import hierarchy  # takes a moment to import
    from scipy.spatial.distance import squareform

    if usable.size < 2:
        places = [*usable.tolist(), *lone.tolist()]
        return places, list(range(1, len(places) + 1))
    distances = 1.0 - correlation[np.ix_(usable, usable)]
    flat = squareform(0.5 * (distances + distances.T), checks=False)
    tree = hierarchy.linkage(flat, method="average")
    if usable.size <= ORDERED_MAX_COUNT:  # the ordering costs n³ and more
        tree = hierarchy.optimal_leaf_ordering(tree, flat)
    leaves = hierarchy.leaves_list(tree)
    found = hierarchy.fcluster(tree, 1.0 - CLUSTER_CORRELATION, criterion="distance")[leaves]
    numbers: dict[int, int] = {}
    clusters = [numbers.setdefault(int(one), len(numbers) + 1) for one in found]
    clusters += [len(numbers) + 1 + place for place in range(lone.size)]
    return [*usable[leaves].tolist(), *lone.tolist()], clusters


def _absorption(covariance: Matrix) -> tuple[float | None, int]:
    """Return the share of total variance that a fifth of the eigenvectors carry, and how many those are."""
    count = len(covariance)
    total = float(np.nansum(np.diag(covariance)))
    if count < 2 or total <= 0.0:
        return None, 0
    repaired, _ = nearest_covariance(np.where(np.isnan(covariance), 0.0, covariance))
    factors = max(1, round(count / 5))
    values = np.linalg.eigvalsh(repaired)
    return min(1.0, float(values[-factors:].sum() / np.trace(repaired))), factors
