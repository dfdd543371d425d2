"""Which expected returns and covariance does a caller hand over as arrays, and are they usable?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.arrays import names_of, numbers_of
from engine.kernel.covariance import factor_problems, value_problems
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import FactorForm, Matrix, Vector
from engine.kernel.plain import in_order
from engine.kernel.plausible import return_problems, volatility_problems
from engine.kernel.units import listing


@dataclass(frozen=True, eq=False)
class Figures:
    """Annual expected returns and covariance of some assets, as arrays; the request names which of them it is about.

    Parameters
    ----------
    assets
        n unique names.
    returns_annual_frac
        Simple expected returns a year, shape (n,).
    covariance_annual
        Covariance a year, shape (n, n), symmetric and positive semidefinite; None where factors are given.
    factors
        The covariance as B F Bᵀ + diag(d), a year; it is never written out where the solver can do without.

    Raises
    ------
    InputRefused
        With every problem found.

    """

    assets: tuple[str, ...]
    returns_annual_frac: Vector
    covariance_annual: Matrix | None = None
    factors: FactorForm | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "assets", names_of(self.assets))
        object.__setattr__(self, "returns_annual_frac", self._own("returns_annual_frac"))
        if self.factors is not None and not isinstance(self.factors, FactorForm):
            raise InputRefused(
                [Problem("factors", "The factors are no factor form.", "Give `engine.FactorForm(...)`.")]
            )
        problems = self._names_and_returns()
        if (self.covariance_annual is None) == (self.factors is None):
            problems.append(
                Problem(
                    "figures", "Exactly one of `covariance_annual` and `factors` says how the assets move together."
                )
            )
        elif self.factors is not None:
            form = self.factors
            problems += factor_problems(
                form.loadings, form.factor_covariance_annual, form.specific_variances_annual, self.assets, "factors"
            )
        else:
            problems += self._covariance()
        if not problems:
            problems = self._slips()
        if problems:
            raise InputRefused(problems)

    def _slips(self) -> list[Problem]:
        """Return figures that can only be a slip of units; the rest of them is sound."""
        place = "covariance_annual" if self.factors is None else "factors"
        variances = np.diag(self.covariance_annual) if self.covariance_annual is not None else None
        variances = self.factors.variances_annual if self.factors is not None else variances
        assert variances is not None
        found = return_problems("returns_annual_frac", self.returns_annual_frac, 1, variances)
        return found + volatility_problems(place, variances, self.assets, 1)

    def _own(self, field: str) -> NDArray[np.float64]:
        """Return a copy of what was given as numbers, a labelled series or frame in the order of the assets."""
        own = numbers_of(
            in_order(getattr(self, field), self.assets, field), field, advice="Give an array, a series or a frame."
        )
        own.setflags(write=False)
        return own

    def _names_and_returns(self) -> list[Problem]:
        problems: list[Problem] = []
        if len(set(self.assets)) < len(self.assets):
            problems.append(Problem("assets", "Each asset may appear once.", "Remove the copies."))
        if self.returns_annual_frac.shape != (len(self.assets),) or not len(self.assets):
            problems.append(
                Problem(
                    "returns_annual_frac",
                    f"The expected returns have shape {self.returns_annual_frac.shape} for {len(self.assets)} assets.",
                    "Give one for each asset.",
                )
            )
        elif not np.isfinite(self.returns_annual_frac).all():
            bad = [self.assets[place] for place in np.flatnonzero(~np.isfinite(self.returns_annual_frac))]
            problems.append(
                Problem("returns_annual_frac", f"The expected return of {listing(bad)} is not a finite number.")
            )
        return problems

    def _covariance(self) -> list[Problem]:
        matrix = self._own("covariance_annual")
        count = len(self.assets)
        if matrix.shape != (count, count):
            return [Problem("covariance_annual", f"The covariance has shape {matrix.shape} for {count} assets.")]
        problems = value_problems(matrix, self.assets, "covariance_annual", is_repair_allowed=False)
        symmetric = 0.5 * (matrix + matrix.T)
        symmetric.setflags(write=False)
        object.__setattr__(self, "covariance_annual", symmetric)
        return problems

    def select(self, assets: Sequence[str] | None) -> Figures:
        """Return the figures of the named assets, in that order; refused when there are none of some."""
        if assets is None or (isinstance(assets, tuple) and assets == self.assets):
            return self
        assets = names_of(assets, "asset_ids")
        place = {name: row for row, name in enumerate(self.assets)}
        missing = [name for name in assets if name not in place]
        if missing:
            raise InputRefused(
                [Problem("asset_ids", f"There are no figures for {listing(missing)}.", "Give them, or leave it out.")]
            )
        chosen = [place[name] for name in assets]
        form, dense = self.factors, self.covariance_annual
        made = object.__new__(Figures)
        made.__dict__.update(
            assets=assets,
            returns_annual_frac=self.returns_annual_frac[chosen],
            covariance_annual=None if dense is None else dense[np.ix_(chosen, chosen)],
            factors=None
            if form is None
            else FactorForm(
                form.loadings[chosen], form.factor_covariance_annual, form.specific_variances_annual[chosen]
            ),
        )
        return made
