"""How are expected returns and covariances estimated from a history? One file each; this one holds what they share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar, NoReturn

import numpy as np
from pydantic import Field

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.kernel.frozen import FrozenSpec
from engine.kernel.registry import Registry

Symbol = Annotated[str, Field(min_length=1, max_length=64)]

RISKLESS_VARIANCE_ANNUAL = 1e-14
"""An asset whose annual variance is at most this (a volatility of 0.00001%) counts as riskless."""


@dataclass(frozen=True, eq=False)
class EstimationData:
    """Everything that an estimate may be made from.

    Attributes
    ----------
    assets
        n names.
    returns_frac
        Simple returns per period, shape (t, n), oldest first, without missing values.
    periods_per_year
        Periods per year of the returns.
    risk_free_frac
        Risk-free rate of each period, shape (t,), or one number for all.
    risk_free_annual_frac
        Annual risk-free rate now.
    market_weights_frac
        Weights of the market portfolio, shape (n,), of any positive sum; NaN where not known; None when none is.
    market_note
        Sentence about where the market's weights come from, shown when they are used.
    benchmark_returns_frac
        Returns of the benchmark in the same periods, shape (t,), or None.
    covariance
        Covariance per period, shape (n, n), already estimated when expected returns are; None before.

    """

    assets: tuple[str, ...]
    returns_frac: Matrix
    periods_per_year: int = 252
    risk_free_frac: Vector | float = 0.0
    risk_free_annual_frac: float = 0.0
    market_weights_frac: Vector | None = None
    market_note: str | None = None
    benchmark_returns_frac: Vector | None = None
    covariance: Matrix | None = None

    @property
    def observations_count(self) -> int:
        """Number of periods."""
        return len(self.returns_frac)

    @cached_property
    def mean_frac(self) -> Vector:
        """Arithmetic means per period, shape (n,); computed once for every estimator that needs them."""
        count = len(self.returns_frac)
        mean: Vector = np.ones(count) @ self.returns_frac / count
        return mean

    @cached_property
    def centered_frac(self) -> Matrix:
        """Returns less their means, shape (t, n)."""
        centered: Matrix = self.returns_frac - self.mean_frac
        return centered

    @property
    def riskless_variance(self) -> float:
        """Variance per period at or under which an asset counts as riskless."""
        return RISKLESS_VARIANCE_ANNUAL / self.periods_per_year


@dataclass(frozen=True, eq=False, slots=True)
class ReturnsEstimate:
    """Expected simple returns per period, shape (n,), with the words about them.

    `covariance` replaces the covariance of the request, per period, where the estimate of returns changes it.
    """

    returns_frac: Vector
    notes: tuple[str, ...] = ()
    covariance: Matrix | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Factors:
    """A covariance per period as B F Bᵀ + diag(d): B (n, k), F (k, k), d (n,)."""

    loadings: Matrix
    covariance: Matrix
    specific_variances: Vector


@dataclass(frozen=True, eq=False, slots=True)
class CovarianceEstimate:
    """Covariance per period, shape (n, n), exactly symmetric and positive semidefinite up to rounding."""

    covariance: Matrix
    notes: tuple[str, ...] = ()
    factors: Factors | None = None


class Estimator(FrozenSpec):
    """A way to estimate something from a history."""

    label: ClassVar[str]

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        raise NotImplementedError

    def problems(
        self, assets: tuple[str, ...] | None, *, periods_per_year: int = 252, is_repair_allowed: bool = False
    ) -> list[Problem]:
        """Return all that makes the estimator unusable, with paths relative to it.

        Parameters
        ----------
        assets
            Names of the universe; None while they are not known, and then only the rest is judged.
        periods_per_year
            Periods per year of the history.
        is_repair_allowed
            Whether a matrix that is no covariance may be repaired.

        """
        return []


class ReturnsEstimator(Estimator):
    """Estimates expected simple returns per period."""

    def estimate(self, data: EstimationData) -> ReturnsEstimate:
        """Return expected returns per period.

        Raises
        ------
        InputRefused
            When the data lack something the method needs.

        """
        raise NotImplementedError


class CovarianceEstimator(Estimator):
    """Estimates the covariance of simple returns per period, from at least two periods.

    `is_regular`: whether few observations of many assets still tell all risks apart.
    """

    is_regular: ClassVar[bool] = False

    def estimate(self, data: EstimationData) -> CovarianceEstimate:
        """Return the covariance per period.

        Raises
        ------
        InputRefused
            When the data lack something the method needs.

        """
        raise NotImplementedError


def refuse(place: str, message: str, advice: str) -> NoReturn:
    """Raise `InputRefused` about one field of the estimates."""
    raise InputRefused([Problem(f"estimates.{place}", message, advice)])


ESTIMATORS: Registry[Estimator] = Registry("ESTIMATORS", __name__)
