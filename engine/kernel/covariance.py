"""Is this matrix a covariance of these assets, and what is the nearest one if it is not?"""

from __future__ import annotations

import numpy as np

from engine.kernel.errors import Problem
from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import listing

ASYMMETRY_TOLERANCE = 1e-8
NEGATIVE_EIGENVALUE_TOLERANCE = 1e-8
ENTRY_MAX = 1e12


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
    if scale > ENTRY_MAX:
        i, j = (int(k) for k in np.unravel_index(int(np.argmax(np.abs(matrix))), matrix.shape))
        who = f"variance of {assets[i]}" if i == j else f"covariance of {assets[i]} with {assets[j]}"
        return [
            Problem(
                path,
                f"The {who} is {matrix[i, j]:.3g}: no figures of returns are that large.",
                "Give covariances of returns as fractions; look for a missing decimal point or a placeholder.",
            )
        ]
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
        low, high = _ends(0.5 * (matrix + matrix.T), scale)
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


def _ends(symmetric: Matrix, scale: float) -> tuple[float, float]:
    """Return the smallest and the largest eigenvalue; zeros where no eigenvalue is negative beyond the tolerance.

    A Cholesky factor of the matrix with the tolerance on its diagonal exists only then, and costs a tenth.
    """
    raised = symmetric.copy()
    raised.flat[:: len(raised) + 1] += 0.5 * NEGATIVE_EIGENVALUE_TOLERANCE * scale
    try:
        np.linalg.cholesky(raised)
    except np.linalg.LinAlgError:
        values = np.linalg.eigvalsh(symmetric)
        return float(values[0]), float(values[-1])
    return 0.0, 0.0


def factor_problems(
    loadings: Matrix, factor_covariance: Matrix, specific_variances: Vector, assets: tuple[str, ...], path: str
) -> list[Problem]:
    """Return what keeps loadings (n, k), a factor covariance (k, k) and specific variances (n,) from being one."""
    count, width = len(assets), loadings.shape[1] if loadings.ndim == 2 else 0
    problems: list[Problem] = []
    if loadings.ndim != 2 or len(loadings) != count or not width:
        problems.append(
            Problem(
                f"{path}.loadings",
                f"The loadings have shape {loadings.shape}; {count} assets are named.",
                "Give one row for each asset, with one number for each factor.",
            )
        )
    elif factor_covariance.shape != (width, width):
        problems.append(
            Problem(
                f"{path}.factor_covariance",
                f"The factor covariance has shape {factor_covariance.shape}, but the loadings have {width} factors.",
                "Give one row and one column for each factor.",
            )
        )
    else:
        names = tuple(f"factor {place + 1}" for place in range(width))
        place = f"{path}.factor_covariance"
        problems += value_problems(factor_covariance, names, place, is_repair_allowed=False)
    if specific_variances.shape != (count,):
        problems.append(
            Problem(
                f"{path}.specific_variances",
                f"{specific_variances.size} specific variances are given for {count} assets.",
                "Give one for each asset.",
            )
        )
    elif not (specific_variances >= 0.0).all():
        bad = [assets[place] for place in np.flatnonzero(~(specific_variances >= 0.0))]
        problems.append(
            Problem(
                f"{path}.specific_variances",
                f"The specific variance of {listing(bad)} is not a number of at least zero.",
                "Give what is left of each variance beside the factors.",
            )
        )
    problems += _size_problems(loadings, specific_variances, path)
    return problems


def _size_problems(loadings: Matrix, specific_variances: Vector, path: str) -> list[Problem]:
    """Return loadings that are no numbers, and figures too large to be computed with."""
    if not np.isfinite(loadings).all():
        return [Problem(f"{path}.loadings", "Some loadings are missing or infinite.", "Give a finite number for each.")]
    return [
        Problem(
            f"{path}.{field}",
            f"The largest figure is {float(np.abs(figures).max()):.3g}: no figures of returns are that large.",
            "Look for a missing decimal point or a placeholder.",
        )
        for field, figures in (("loadings", loadings), ("specific_variances", specific_variances))
        if figures.size and float(np.abs(figures).max()) > ENTRY_MAX
    ]


def nearest_covariance(matrix: Matrix) -> tuple[Matrix, float]:
    """Return the positive semidefinite matrix nearest in Frobenius norm, and the largest change of any entry.

    The symmetric part with negative eigenvalues set to zero. Higham (1988), Linear Algebra and its Applications 103,
    theorem 2.1.
    """
    symmetric = 0.5 * (matrix + matrix.T)
    try:
        np.linalg.cholesky(symmetric)
    except np.linalg.LinAlgError:
        pass
    else:
        return symmetric, float(np.abs(symmetric - matrix).max(initial=0.0))
    values, vectors = np.linalg.eigh(symmetric)
    if values[0] >= 0.0:
        repaired = symmetric
    else:
        repaired = (vectors * np.maximum(values, 0.0)) @ vectors.T
        repaired = 0.5 * (repaired + repaired.T)
    return repaired, float(np.abs(repaired - matrix).max(initial=0.0))
