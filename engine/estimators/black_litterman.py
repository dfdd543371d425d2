"""What will the assets earn, given what the market implies and what the user believes?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from engine.estimators import ESTIMATORS, EstimationData, ReturnsEstimate, ReturnsEstimator, Symbol, refuse
from engine.estimators.given_returns import figure_problems
from engine.estimators.market import covariance_of, implied_excess_frac, market_weights, market_words, risk_aversion
from engine.estimators.views import USUAL_CONFIDENCE_FRAC, Forecast, View, contradiction, view_problems
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import listing, percent, plural

SHOWN_VIEWS_COUNT = 10
SURPRISE = 3.0
RISKLESS_VIEW_VARIANCE = 1e-14


@ESTIMATORS.register("black_litterman")
class BlackLitterman(ReturnsEstimator):
    """μ = π + τΣPᵀ (PτΣPᵀ + Ω)⁻¹ (q - Pπ), in excess returns.

    π is market-implied, δΣw_mkt, or given. Each view is a row of P with its return in q; Ω is diagonal. A confidence c
    means ω = (1-c)/c · p τΣ pᵀ, which moves the view's return the share c of the way from the prior to the view when
    it stands alone (Idzorek 2005, in the closed form of Walters 2014); a standard error s means ω = s². Black and
    Litterman (1992), Financial Analysts Journal 48(5); He and Litterman (1999), The intuition behind Black-Litterman
    model portfolios, Goldman Sachs. With `uses_posterior_covariance` the covariance becomes Σ + M, with
    M = τΣ - τΣPᵀ (PτΣPᵀ + Ω)⁻¹ PτΣ the uncertainty of μ.
    """

    label: ClassVar[str] = "Black-Litterman"
    kind: Literal["black_litterman"] = "black_litterman"
    views: Annotated[tuple[View, ...], Field(max_length=500)] = ()
    forecasts: Annotated[tuple[Forecast, ...], Field(max_length=2000)] = ()
    tau: Annotated[float, Field(gt=0.0, le=10.0)] = 0.05
    prior_returns_annual_frac: dict[Symbol, float] | None = None
    risk_aversion: Annotated[float, Field(gt=0.0, le=100.0)] | None = None
    market_sharpe_annual: Annotated[float, Field(gt=0.0, le=5.0)] | None = None
    uses_posterior_covariance: bool = False

    def explain(self) -> str:
        """Return one sentence that says how the estimate is made."""
        start = "what the market implies" if self.prior_returns_annual_frac is None else "those given"
        if not self.views and not self.forecasts:
            return f"Expected returns are {start}; no view moves them."
        told = [plural(len(self.views), "view")] if self.views else []
        if self.forecasts:
            told.append(plural(len(self.forecasts), "forecast"))
        moved = f"move towards {listing(told)}, each by its certainty (τ = {self.tau:g})"
        return f"Expected returns start from {start} and {moved}."

    def problems(
        self, assets: tuple[str, ...] | None, *, periods_per_year: int = 252, is_repair_allowed: bool = False
    ) -> list[Problem]:
        """Return all that is wrong with views, forecasts and the given prior."""
        problems = view_problems(self.views, self.forecasts, assets)
        if self.prior_returns_annual_frac is not None:
            problems += figure_problems(self.prior_returns_annual_frac, assets, "prior_returns_annual_frac", 1)
        return problems

    def estimate(self, data: EstimationData) -> ReturnsEstimate:
        """Return expected returns per period; refused when views name other assets or the market is not known."""
        problems = self.problems(data.assets, periods_per_year=data.periods_per_year)
        if problems:
            prefix = "estimates.expected_returns"
            raise InputRefused([Problem(f"{prefix}.{one.path}", one.message, one.advice) for one in problems])
        rate, periods = data.risk_free_annual_frac, data.periods_per_year
        covariance = covariance_of(data) * periods
        prior, notes = self._prior(data)
        told = (*self.views, *(item.as_view() for item in self.forecasts))
        rows = self._rows(data, told)
        # A row that sums to one is told as a total return, one that sums to zero as a difference.
        asked = np.array([view.return_annual_frac for view in told]) - rate * rows.sum(axis=1)
        spread = np.einsum("ki,ki->k", rows @ covariance, rows)
        moving = spread > RISKLESS_VIEW_VARIANCE
        doubt = _doubts(told, spread * self.tau)[moving]
        gain, mean_covariance = posterior(self.tau * covariance, rows[moving], doubt)
        mean = prior + gain @ (asked[moving] - rows[moving] @ prior)
        notes += _words(told, rows, prior, mean, rate, spread, moving)
        changed = None
        if self.uses_posterior_covariance:
            changed = (covariance + mean_covariance) / periods
            notes.append("The covariance includes the uncertainty of the expected returns (posterior covariance).")
        return ReturnsEstimate((rate + mean) / periods, tuple(notes), changed)

    def _prior(self, data: EstimationData) -> tuple[Vector, list[str]]:
        """Return the prior's annual excess returns and the words about it."""
        given = self.prior_returns_annual_frac
        if given is not None:
            figures = np.array([given[name] for name in data.assets])
            return figures - data.risk_free_annual_frac, []
        weights = market_weights(data)
        aversion, words = risk_aversion(data, weights, self.risk_aversion, self.market_sharpe_annual)
        implied = implied_excess_frac(data, weights, aversion) * data.periods_per_year
        return implied, [*market_words(data), words]

    def _rows(self, data: EstimationData, told: Sequence[View]) -> Matrix:
        place = {name: column for column, name in enumerate(data.assets)}
        market = market_weights(data) if any(view.key[2] == "market" for view in told) else None
        rows = np.array([view.row(place, market) for view in told]).reshape(len(told), len(place))
        conflict = contradiction(told, rows)
        if conflict:
            refuse(f"expected_returns.{conflict[0].path}", conflict[0].message, str(conflict[0].advice))
        return rows


def _doubts(told: Sequence[View], spread: Vector) -> Vector:
    """Return Ω's diagonal, annual variances of the views' errors; `spread` is p τΣ pᵀ of each."""
    doubts = np.empty(len(told))
    for place, view in enumerate(told):
        if view.standard_error_annual_frac is not None:
            doubts[place] = view.standard_error_annual_frac**2
        else:
            sure = USUAL_CONFIDENCE_FRAC if view.confidence_frac is None else view.confidence_frac
            doubts[place] = spread[place] * (1.0 - sure) / sure
    return doubts


def posterior(prior_covariance: Matrix, rows: Matrix, doubts: Vector) -> tuple[Matrix, Matrix]:
    """Return the gain K (n, k) and the covariance M (n, n) of the posterior mean.

    Parameters
    ----------
    prior_covariance
        C = τΣ, shape (n, n).
    rows
        P, shape (k, n), each with p C pᵀ > 0.
    doubts
        Diagonal of Ω, shape (k,), at least zero.

    Returns
    -------
    tuple
        K = C Pᵀ (P C Pᵀ + Ω)⁻¹ and M = C - K P C. Views that repeat one another without doubt make the middle matrix
        singular; its pseudo-inverse then gives the same posterior.

    """
    crossed = prior_covariance @ rows.T
    middle = rows @ crossed
    middle.flat[:: len(middle) + 1] += doubts
    scale = np.sqrt(np.diag(middle))
    inverse = np.linalg.pinv(0.5 * (middle + middle.T) / np.outer(scale, scale), rcond=1e-12, hermitian=True)
    gain: Matrix = crossed / scale @ inverse / scale
    left = prior_covariance - gain @ crossed.T
    return gain, 0.5 * (left + left.T)


def _words(
    told: Sequence[View], rows: Matrix, prior: Vector, mean: Vector, rate: float, spread: Vector, moving: Vector
) -> list[str]:
    """Return what each view changed, what looks like a slip, and what could change nothing."""
    if not told:
        return ["No views are given, so expected returns are those of the prior."]
    notes: list[str] = []
    base = rate * rows.sum(axis=1)
    before, after = rows @ prior + base, rows @ mean + base
    for place, view in enumerate(told):
        if not moving[place]:
            notes.append(f"The view that {view.explain()} changes nothing: this history shows no risk there.")
            continue
        if place < SHOWN_VIEWS_COUNT:
            notes.append(
                f"View: {view.explain()}. The prior says {percent(before[place])}; "
                f"both together {percent(after[place])}."
            )
        usual = float(np.sqrt(spread[place]))
        if abs(view.return_annual_frac - before[place]) > SURPRISE * usual:
            notes.append(
                f"The view that {view.explain()} is more than {SURPRISE:g} years' ordinary moves ({percent(usual, 1)} "
                "each) away from the prior. Check its figure."
            )
    if len(told) > SHOWN_VIEWS_COUNT:
        notes.append(f"{len(told) - SHOWN_VIEWS_COUNT} further views and forecasts are not listed here.")
    return notes
