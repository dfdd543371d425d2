"""How are expected returns and covariances estimated from a history? One file each; this one holds what they share."""

from __future__ import annotations

from typing import ClassVar

from engine.kernel.forms import Matrix, Vector
from engine.kernel.frozen import FrozenSpec
from engine.kernel.registry import Registry


class Estimator(FrozenSpec):
    """A way to estimate something from returns per period, shape (t, n), without missing values."""

    label: ClassVar[str]

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        raise NotImplementedError


class ReturnsEstimator(Estimator):
    """Estimates expected simple returns per period."""

    def estimate(self, returns_frac: Matrix) -> Vector:
        """Return expected returns per period, shape (n,), from returns, shape (t, n)."""
        raise NotImplementedError


class CovarianceEstimator(Estimator):
    """Estimates the covariance of simple returns per period."""

    def estimate(self, returns_frac: Matrix) -> Matrix:
        """Return the covariance per period, shape (n, n), symmetric, from returns, shape (t, n) with t ≥ 2."""
        raise NotImplementedError


ESTIMATORS: Registry[Estimator] = Registry("ESTIMATORS", __name__)
