"""What is kept of a fitted volatility model, so that tomorrow's forecast needs no new fit?"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import model_validator

from engine.kernel.frozen import FrozenResult

VolatilityModel = Literal["garch", "gjr"]
Innovation = Literal["normal", "student_t"]


class GarchParameters(FrozenResult):
    """A GARCH(1,1) or GJR-GARCH(1,1) with constant mean, in units of fractions per day.

    With e_t = r_t - mean: variance_t = omega + (alpha + gamma [e_(t-1) < 0]) e²_(t-1) + beta variance_(t-1).

    Attributes
    ----------
    model, innovation
        Which recursion, and the law of the standardized innovations (variance 1).
    mean_frac
        Mean return per day.
    omega, alpha, gamma, beta
        omega in fractions squared per day; gamma is 0 for plain GARCH.
    degrees_of_freedom
        Of Student-t innovations; None for normal ones.
    start_variance
        Variance before the first observation, fractions squared: kept, so that the filter gives the same figures on
        the same history.
    fitted_on
        The last day of the history that was fitted; None where no dates were given.
    observations_count
        Days that were fitted.
    log_likelihood
        Of the fit, for returns as fractions; None where the parameters were not estimated by likelihood.
    estimate_covariance
        Of the estimates, in the order of `values()`: robust (Bollerslev and Wooldridge 1992); None where unknown.
    is_fallback
        True where the fit failed or was not stationary, and alpha and beta of a grid with the sample's variance as
        target took its place.
    note
        Why that happened, in a sentence; None when all is well.

    References
    ----------
    Bollerslev (1986), Journal of Econometrics 31; Glosten, Jagannathan and Runkle (1993), Journal of Finance 48(5).

    """

    model: VolatilityModel
    innovation: Innovation
    mean_frac: float
    omega: float
    alpha: float
    gamma: float = 0.0
    beta: float
    degrees_of_freedom: float | None = None
    start_variance: float
    fitted_on: date | None = None
    observations_count: int
    log_likelihood: float | None = None
    estimate_covariance: tuple[tuple[float, ...], ...] | None = None
    is_fallback: bool = False
    note: str | None = None

    def values(self) -> tuple[float, ...]:
        """Return the estimated numbers: mean, omega, alpha, gamma (GJR only), beta, degrees of freedom (if any)."""
        middle = (self.alpha, self.gamma) if self.model == "gjr" else (self.alpha,)
        last = () if self.degrees_of_freedom is None else (self.degrees_of_freedom,)
        return (self.mean_frac, self.omega, *middle, self.beta, *last)

    @property
    def persistence(self) -> float:
        """Return alpha + gamma / 2 + beta: below 1 for a variance that returns to its mean."""
        return self.alpha + 0.5 * self.gamma + self.beta

    @property
    def long_run_variance(self) -> float:
        """Return the variance per day that forecasts tend to, omega / (1 - persistence)."""
        return self.omega / (1.0 - self.persistence)

    @model_validator(mode="after")
    def _is_stationary(self) -> GarchParameters:
        if self.omega < 0 or self.alpha < 0 or self.beta < 0 or self.alpha + self.gamma < 0 or self.start_variance < 0:
            raise ValueError(
                "a variance could become negative: omega, alpha, alpha + gamma and beta must be at least 0"
            )
        if not self.persistence < 1.0:
            raise ValueError(f"alpha + gamma / 2 + beta is {self.persistence:.6g}; it must be below 1")
        if (self.innovation == "student_t") != (self.degrees_of_freedom is not None):
            raise ValueError("degrees_of_freedom belong to Student-t innovations and to no others")
        if self.degrees_of_freedom is not None and self.degrees_of_freedom <= 2.0:
            raise ValueError("degrees_of_freedom must be above 2")
        return self
