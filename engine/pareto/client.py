"""What does a client's profile say of the risk that suits them, and what can a portfolio lose?

With expected return μ and volatility σ a year, and log returns normal and independent, wealth t years from now is, in
19 of 20 cases, at least exp(m t - z σ √t) of what it is, with m = ln(1 + μ) - σ²/2 and z = 1.645. What a portfolio can
lose is the largest of 1 - exp(m t - z σ √t) over the dates t up to the horizon: it is reached at t = (z σ / 2 m)² where
m > 0 and that lies before the horizon, else at the horizon.

The risk aversion of a tolerance s is A = 2^(5 - s): 16, 8, 4, 2, 1 from cautious to daring. A market that is expected
to earn 5% above cash at 16% volatility is held at one half by s = 3 and wholly by s = 4.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from engine.kernel.forms import Matrix, Vector
from engine.kernel.frozen import OpenSpec
from engine.kernel.units import fraction

ONE_IN_TWENTY = 1.6448536269514722  # the 95% quantile of the normal law
NO_LOSS_FRAC = 1e-8  # what weights that are rounded to ten digits make of a portfolio that cannot lose


class ClientRisk(OpenSpec):
    """What a client's profile says of the risk that suits them.

    Attributes
    ----------
    risk_tolerance
        From 1 (cautious) to 5 (daring): the score of the whole profile where there is one, which horizon, capacity and
        knowledge have capped, else the tolerance itself.
    horizon_years
        How long the money stays invested.
    loss_capacity_frac
        The share of what is invested that may be lost.
    esg_importance_frac
        How much the ESG score counts beside return and risk; 0 where only those do.

    """

    risk_tolerance: Annotated[float, Field(ge=1.0, le=5.0)]
    horizon_years: Annotated[float, Field(gt=0.0, le=80.0)]
    loss_capacity_frac: Annotated[float, *fraction(0.0, 1.0)]
    esg_importance_frac: Annotated[float, *fraction(0.0, 1.0)] = 0.0

    @property
    def risk_aversion(self) -> float:
        """A of μ - ½ A σ²."""
        return float(2.0 ** (5.0 - self.risk_tolerance))

    def losses(self, figures: Matrix) -> Vector:
        """Return what portfolios can lose up to the horizon, shape (k,); `figures` has μ and σ as its columns."""
        return loss_of(figures[:, 0], figures[:, 1], self.horizon_years)

    def utility(self, figures: Matrix) -> Vector:
        """Return μ - ½ A σ² of portfolios, shape (k,); `figures` has μ and σ as its columns."""
        return np.asarray(figures[:, 0] - 0.5 * self.risk_aversion * figures[:, 1] ** 2)


def loss_of(return_annual_frac: Vector, volatility_annual_frac: Vector, horizon_years: float) -> Vector:
    """Return what portfolios can lose in 1 of 20 cases at the worst date up to the horizon, shape (k,), at least 0.

    Less than a millionth of a percent is no loss.
    """
    drift = np.log(np.maximum(1.0 + return_annual_frac, 1e-12)) - 0.5 * volatility_annual_frac**2
    spread = ONE_IN_TWENTY * volatility_annual_frac
    worst_years = np.where(drift > 0.0, (spread / (2.0 * np.maximum(drift, 1e-12))) ** 2, np.inf)
    years = np.minimum(worst_years, horizon_years)
    losses = -np.expm1(drift * years - spread * np.sqrt(years))
    return np.where(losses > NO_LOSS_FRAC, losses, 0.0)
