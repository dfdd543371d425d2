"""Which correlation matrix is nearest to a matrix that is none?"""

from __future__ import annotations

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Matrix

TOLERANCE = 1e-10
STEPS_MAX_COUNT = 5000


def is_correlation(matrix: Matrix, tolerance: float = 1e-8) -> bool:
    """Return whether a matrix is symmetric, has ones on its diagonal and no negative eigenvalue."""
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.isfinite(matrix).all():
        return False
    if not len(matrix):
        return True
    is_formed = np.abs(matrix - matrix.T).max() <= tolerance and np.abs(np.diag(matrix) - 1.0).max() <= tolerance
    return bool(is_formed and np.linalg.eigvalsh(0.5 * (matrix + matrix.T))[0] >= -tolerance)


def nearest_correlation(matrix: Matrix) -> tuple[Matrix, float]:
    """Return the correlation matrix nearest in the Frobenius norm, and the distance to it.

    Alternating projections onto the positive semidefinite matrices and onto those with a unit diagonal, with Dykstra's
    correction, without which the limit would be some correlation matrix but not the nearest. A last step scales the
    diagonal to exactly one.

    Parameters
    ----------
    matrix
        Shape (n, n), finite; its symmetric part is used.

    Raises
    ------
    InputRefused
        A matrix that is not square or has missing numbers.

    References
    ----------
    Higham (2002), Computing the nearest correlation matrix, IMA Journal of Numerical Analysis 22(3), algorithm 3.3.

    """
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.isfinite(matrix).all():
        raise InputRefused(
            [
                Problem(
                    "correlation",
                    f"A table of shape {matrix.shape} with missing numbers or unequal sides is no correlation.",
                    "Give one finite number for every pair.",
                )
            ]
        )
    given = 0.5 * (matrix + matrix.T)
    if is_correlation(given, 1e-12):
        return given, float(np.linalg.norm(given - matrix))
    unit, correction = given, np.zeros_like(given)
    for _ in range(STEPS_MAX_COUNT):
        held = unit - correction
        values, vectors = np.linalg.eigh(held)
        cone = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = cone - held
        before, unit = unit, cone.copy()
        np.fill_diagonal(unit, 1.0)
        scale = max(1.0, float(np.abs(unit).max()))
        if max(float(np.abs(unit - before).max()), float(np.abs(unit - cone).max())) <= TOLERANCE * scale:
            break
    values, vectors = np.linalg.eigh(unit)
    cone = (vectors * np.maximum(values, 0.0)) @ vectors.T
    spread = np.sqrt(np.diag(cone))
    found = cone / np.outer(spread, spread)
    found = 0.5 * (found + found.T)
    np.fill_diagonal(found, 1.0)
    return found, float(np.linalg.norm(found - matrix))
