"""How does a covariance of few common movements act on weights without its n x n entries?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Estimates, FactorForm, Matrix, Vector

Places = NDArray[np.intp]
CHUNK_COUNT = 256
RIDGE = 1e-10
PART_RIDGE = 1e-8
FACTORED_MIN_COUNT = 101
FACTORS_PAY = 4  # assets for each factor, from which on the factors are the cheaper form


@dataclass(frozen=True, eq=False)
class FactorMatrix:
    """L Lᵀ + diag(d) with L of shape (n, k) and d of shape (n,), as a matrix that is never written out.

    A step costs 2nk products in place of n². With y = Lᵀx a quadratic program in x becomes one in (x, y) whose
    curvature is diagonal (Perold 1984, Management Science 30(10)).
    """

    loads: Matrix
    own: Vector

    @classmethod
    def of(cls, form: FactorForm, scale: float, ridge: float, parts_count: int, part_ridge: float) -> FactorMatrix:
        """Return B F Bᵀ + diag(d) divided by a scale, with a ridge, and a ridge alone on further variables."""
        loads = form.loadings @ root_of(form.factor_covariance_annual / scale)
        own = form.specific_variances_annual / scale + ridge
        if parts_count:
            loads = np.vstack([loads, np.zeros((parts_count, loads.shape[1]))])
            own = np.concatenate([own, np.full(parts_count, part_ridge)])
        return cls(np.ascontiguousarray(loads), own)

    @property
    def factors_count(self) -> int:
        """Number of common movements k."""
        return int(self.loads.shape[1])

    def __matmul__(self, x: Vector) -> Vector:
        """Return the product with a vector, shape (n,)."""
        return np.asarray(self.loads @ (x @ self.loads) + self.own * x)

    def block(self, places: Places) -> Matrix:
        """Return the rows and columns of some places, written out."""
        loads = self.loads[places]
        made: Matrix = loads @ loads.T
        made.flat[:: len(places) + 1] += self.own[places]
        return made

    def dense(self) -> Matrix:
        """Return the whole matrix written out, exactly symmetric."""
        return self.block(np.arange(len(self.own)))

    def sizes(self, x: Vector) -> Vector:
        """Return |matrix| |x|, shape (n,), from the columns where x is not zero, a few at a time."""
        held = np.flatnonzero(x)
        total = np.zeros(len(x))
        for start in range(0, len(held), CHUNK_COUNT):
            chunk = held[start : start + CHUNK_COUNT]
            columns = self.loads @ self.loads[chunk].T
            columns[chunk, np.arange(len(chunk))] += self.own[chunk]
            total += np.abs(columns) @ np.abs(x[chunk])
        return total


Curve = Matrix | FactorMatrix


def curve_of(estimates: Estimates, count: int, width: int, scale: float) -> Curve:
    """Return the covariance divided by a scale, with a ridge, on x = (w, t): as factors where that is cheaper.

    Parameters
    ----------
    estimates
        Annual figures of n assets.
    count, width
        Number of assets n, and of variables with the parts t.
    scale
        What variances are divided by.

    """
    form = estimates.factors
    if form is not None and count >= FACTORED_MIN_COUNT and FACTORS_PAY * form.loadings.shape[1] <= count:
        return FactorMatrix.of(form, scale, RIDGE, width - count, PART_RIDGE)
    if width == count:
        made: Matrix = estimates.covariance_annual / scale
        made.flat[:: count + 1] += RIDGE
        return made
    wide = np.zeros((width, width))
    np.divide(estimates.covariance_annual, scale, out=wide[:count, :count])
    places = np.arange(width)
    wide[places, places] += np.where(places < count, RIDGE, PART_RIDGE)
    return wide


def block_of(curve: Curve, places: Places) -> Matrix:
    """Return the rows and columns of some places of a curvature of either form."""
    return curve.block(places) if isinstance(curve, FactorMatrix) else curve[np.ix_(places, places)]


def times_of(curve: Curve, x: Vector) -> Vector:
    """Return the product of a curvature of either form with a vector that may be zero in most places, shape (n,)."""
    if isinstance(curve, FactorMatrix):
        return curve @ x
    held = np.flatnonzero(x)
    return x[held] @ curve[held] if 4 * len(held) < len(x) else curve @ x


def sizes_of(curve: Curve, x: Vector) -> Vector:
    """Return |matrix| |x| of a curvature of either form, shape (n,)."""
    if isinstance(curve, FactorMatrix):
        return curve.sizes(x)
    held = np.flatnonzero(x)
    if 2 * len(held) < len(x):
        return np.asarray(np.abs(x[held]) @ np.abs(curve[held]))
    return np.asarray(np.abs(curve) @ np.abs(x))


def dense_of(curve: Curve) -> Matrix:
    """Return a curvature of either form written out."""
    return curve.dense() if isinstance(curve, FactorMatrix) else curve


def root_of(matrix: Matrix) -> Matrix:
    """Return R with R Rᵀ = matrix, shape (k, r), of a positive semidefinite matrix up to rounding."""
    values, vectors = np.linalg.eigh(0.5 * (matrix + matrix.T))
    keep = values > 1e-15 * max(float(values.max(initial=0.0)), 1e-300)
    return np.asarray(vectors[:, keep] * np.sqrt(values[keep]))
