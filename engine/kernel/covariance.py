"""Is this matrix a covariance of these assets, and what is the nearest one if it is not?"""

from __future__ import annotations

import numpy as np

from engine.kernel.errors import Problem
from engine.kernel.forms import Matrix
from engine.kernel.units import listing

ASYMMETRY_TOLERANCE = 1e-8
NEGATIVE_EIGENVALUE_TOLERANCE = 1e-8


def shape_problems(rows: tuple[tuple[float, ...], ...], assets: tuple[str, ...], path: str) -> list[Problem]:
    """Return what is wrong with the shape of a covariance given as rows for these assets."""
    count = len(assets)
    problems: list[Problem] = []
    if len(rows) != count:
        problems.append(
            Problem(
                path,
                f"The covariance has {len(rows)} rows but {count} assets are named.",
                "Give one row and one column for each asset, in the order of `assets`.",
            )
        )
    uneven = [i for i, row in enumerate(rows) if len(row) != len(rows)]
    if uneven:
        problems.append(
            Problem(
                f"{path}.{uneven[0]}",
                f"The covariance is not square: row {uneven[0] + 1} has {len(rows[uneven[0]])} of {len(rows)} columns.",
                "Give one number for each pair of assets.",
            )
        )
    return problems


def value_problems(matrix: Matrix, assets: tuple[str, ...], path: str, *, is_repair_allowed: bool) -> list[Problem]:
    """Return what keeps a square matrix from being a covariance.

    Parameters
    ----------
    matrix
        Shape (n, n).
    assets
        Names of the n rows.
    path
        Where the matrix stands in the request.
    is_repair_allowed
        Leaves out what `nearest_covariance` can repair (asymmetry, negative eigenvalues, but never missing numbers).

    """
    bad = ~np.isfinite(matrix)
    if bad.any():
        names = [assets[i] for i in np.flatnonzero(bad.any(axis=1))]
        return [
            Problem(
                path,
                f"The covariance has {int(bad.sum())} entries that are missing or infinite (rows of {listing(names)}).",
                "Give a finite number for every pair of assets.",
            )
        ]
    problems: list[Problem] = []
    scale = float(np.abs(matrix).max(initial=0.0))
    negative = np.flatnonzero(np.diag(matrix) < 0.0)
    if negative.size:
        problems.append(
            Problem(
                path,
                f"The variance of {listing([assets[i] for i in negative])} is negative.",
                "Variances stand on the diagonal and cannot be below zero.",
            )
        )
    gaps = np.abs(matrix - matrix.T)
    if not is_repair_allowed and scale > 0.0 and gaps.max() > ASYMMETRY_TOLERANCE * scale:
        i, j = (int(k) for k in np.unravel_index(int(np.argmax(gaps)), gaps.shape))
        problems.append(
            Problem(
                path,
                f"The covariance is not symmetric: {assets[i]} with {assets[j]} is {matrix[i, j]:.6g}, "
                f"but {assets[j]} with {assets[i]} is {matrix[j, i]:.6g}.",
                "Correct the pair, or set allow_covariance_repair to use their average.",
            )
        )
    elif not is_repair_allowed and not negative.size and scale > 0.0:
        low, high = np.linalg.eigvalsh(0.5 * (matrix + matrix.T))[[0, -1]]
        if low < -NEGATIVE_EIGENVALUE_TOLERANCE * max(high, scale):
            problems.append(
                Problem(
                    path,
                    f"The covariance is not positive semidefinite: its smallest eigenvalue is {low:.3g}, so some mix "
                    "of the assets would have a negative variance.",
                    "Estimate all entries from the same days, or set allow_covariance_repair to use the nearest one.",
                )
            )
    return problems


def nearest_covariance(matrix: Matrix) -> tuple[Matrix, float]:
    """Return the positive semidefinite matrix nearest in Frobenius norm, and the largest change of any entry.

    The symmetric part with negative eigenvalues set to zero. Higham (1988), Linear Algebra and its Applications 103,
    theorem 2.1.
    """
    symmetric = 0.5 * (matrix + matrix.T)
    values, vectors = np.linalg.eigh(symmetric)
    if values[0] >= 0.0:
        repaired = symmetric
    else:
        repaired = (vectors * np.maximum(values, 0.0)) @ vectors.T
        repaired = 0.5 * (repaired + repaired.T)
    return repaired, float(np.abs(repaired - matrix).max(initial=0.0))
