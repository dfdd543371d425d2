"""What does a solver know of the assets' returns: means, and a covariance written out or as few common movements?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.kernel.arrays import numbers_of

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FactorForm:
    """Annual covariance as B F Bᵀ + diag(d): loadings B (n, k), factor covariance F (k, k), specific variances d.

    Raises
    ------
    InputRefused
        For what are no numbers; whether they are a covariance of the assets is judged where they are used.

    """

    loadings: Matrix
    factor_covariance_annual: Matrix
    specific_variances_annual: Vector

    def __post_init__(self) -> None:
        for name in ("loadings", "factor_covariance_annual", "specific_variances_annual"):
            given = getattr(self, name)
            if type(given) is not np.ndarray or given.dtype != np.float64:
                object.__setattr__(self, name, numbers_of(given, name))

    @property
    def variances_annual(self) -> Vector:
        """Variances of the assets, shape (n,)."""
        common = np.einsum("ij,ij->i", self.loadings @ self.factor_covariance_annual, self.loadings)
        return np.asarray(common + self.specific_variances_annual)

    def times(self, weights_frac: Vector) -> Vector:
        """Return the covariance times weights, shape (n,)."""
        moved = self.factor_covariance_annual @ (weights_frac @ self.loadings)
        return np.asarray(self.loadings @ moved + self.specific_variances_annual * weights_frac)

    def dense(self) -> Matrix:
        """Return the covariance written out, shape (n, n), exactly symmetric."""
        made = (self.loadings @ self.factor_covariance_annual) @ self.loadings.T
        made = 0.5 * (made + made.T)
        made.flat[:: len(made) + 1] += self.specific_variances_annual
        return made


@dataclass(frozen=True, eq=False)
class Estimates:
    """Annual arithmetic expected returns, shape (n,), and covariance, shape (n, n), with the words about them.

    Attributes
    ----------
    factors
        The same covariance as factors, where it was estimated or given so.
    history_frac
        Simple returns per period, shape (t, n), oldest first, for tail measures; None for figures given directly.
    periods_per_year
        Periods per year of the history.

    """

    returns_annual_frac: Vector
    covariance_annual: Matrix
    notes: tuple[str, ...] = ()
    factors: FactorForm | None = None
    history_frac: Matrix | None = None
    periods_per_year: int = 252

    @classmethod
    def of_factors(
        cls, returns_annual_frac: Vector, factors: FactorForm, notes: tuple[str, ...] = (), periods_per_year: int = 252
    ) -> Estimates:
        """Return estimates whose covariance is written out only when something asks for it."""
        made = object.__new__(cls)
        made.__dict__.update(
            returns_annual_frac=returns_annual_frac,
            notes=notes,
            factors=factors,
            history_frac=None,
            periods_per_year=periods_per_year,
        )
        return made

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Matrix:
            if name != "covariance_annual" or self.__dict__.get("factors") is None:
                raise AttributeError(name)
            made = self.factors.dense()
            self.__dict__[name] = made
            return made

    @property
    def _is_dense(self) -> bool:
        return self.factors is None or "covariance_annual" in self.__dict__

    @property
    def variances_annual(self) -> Vector:
        """Variances of the assets, shape (n,)."""
        if self._is_dense:
            return np.asarray(self.covariance_annual.diagonal())
        assert self.factors is not None
        return self.factors.variances_annual

    def covariance_times(self, weights_frac: Vector) -> Vector:
        """Return Σw, shape (n,)."""
        if self._is_dense:
            return np.asarray(self.covariance_annual @ weights_frac)
        assert self.factors is not None
        return self.factors.times(weights_frac)

    def volatility_annual_frac(self, weights_frac: Vector) -> float:
        """Return √(wᵀΣw); 0 where rounding makes the square negative."""
        return float(np.sqrt(max(float(weights_frac @ self.covariance_times(weights_frac)), 0.0)))
