"""How much of a portfolio's risk comes from factors, which ones, and how sure are the exposures?

The portfolio's return is regressed on the factors' with a constant. What the regression leaves has no covariance with
the factors over the same days, so the variance splits exactly: x'Fx + the residual's, and a factor's part of the
volatility is x_k (Fx)_k / σ.

Sources: Fama and French (1993), Common risk factors in the returns on stocks and bonds, Journal of Financial Economics
33; Newey and West (1987), Econometrica 55; Menchero and Davis (2011), Risk contribution is exposure times volatility
times correlation, Journal of Portfolio Management 37(2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.decompose.book import Book, checked, covariance_of, short_histories, short_note
from engine.decompose.parts import measures_of
from engine.decompose.result import AssetExposure, FactorLine, FactorRiskResult
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import listing
from engine.performance.regression import LEVEL_FRAC, Regression, regress

SPECIFIC = "Specific"
MARKET = "Market"
ROWS_MIN = 60
RANK_TOLERANCE = 1e-8


@dataclass(frozen=True)
class FactorReturns:
    """Returns of factors, shape (t, k), NaN where not known, with their names and how they came to be."""

    names: tuple[str, ...]
    returns_frac: Matrix
    is_statistical: bool = False
    selection: str | None = None
    explained_frac: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()


def fund_factors(
    fund_returns_frac: Mapping[str, Vector], index_returns_frac: Vector, market_name: str = MARKET
) -> FactorReturns:
    """Return an index as the market, and each fund's return beside it as a factor of its own.

    Parameters
    ----------
    fund_returns_frac
        Name of the factor (``"Momentum"``, ``"Quality"``...) to returns, shape (t,).
    index_returns_frac
        Shape (t,), on the same dates.

    """
    index = np.asarray(index_returns_frac, dtype=np.float64)
    columns = [index, *(np.asarray(one, dtype=np.float64) - index for one in fund_returns_frac.values())]
    return FactorReturns(names=(market_name, *fund_returns_frac), returns_frac=np.column_stack(columns))


def factor_risk(
    returns_frac: Matrix,
    weights_frac: Vector,
    assets: Sequence[str],
    factors: FactorReturns,
    *,
    benchmark_returns_frac: Vector | None = None,
    level_frac: float = 0.95,
) -> FactorRiskResult:
    """Return exposures with their errors, and volatility, VaR and expected shortfall by factor.

    Parameters
    ----------
    returns_frac, weights_frac, assets
        As in `engine.decompose.total.decompose`.
    factors
        Returns on the same rows.
    benchmark_returns_frac
        Shape (t,): the risk beside this benchmark is taken apart instead of the whole.
    level_frac
        Confidence of VaR and expected shortfall; intervals of exposures are at 95%.

    Raises
    ------
    InputRefused
        For shapes that do not fit; with fewer than 60 rows in which everything is known; where no factor moves.

    """
    returns, weights, names, _ = checked(returns_frac, weights_frac, assets, None)
    values = np.array(factors.returns_frac, dtype=np.float64)
    if values.ndim != 2 or values.shape != (len(returns), len(factors.names)):
        message = f"Factor returns of shape {values.shape} for {len(returns)} days and {len(factors.names)} names."
        raise InputRefused([Problem("factors", message, "Give one row for each day and one column for each name.")])
    short = short_histories(returns, weights)
    notes = [*factors.notes, *([short_note(names, short, weights)] if short.any() else [])]
    held = (weights != 0.0) & ~short
    series = returns @ weights if np.isfinite(returns).all() else returns[:, held] @ weights[held]
    rows = np.asarray(np.isfinite(series) & np.isfinite(values).all(axis=1))
    if benchmark_returns_frac is not None:
        series = series - np.asarray(benchmark_returns_frac, dtype=np.float64)
        rows &= np.isfinite(series)
    if int(rows.sum()) < ROWS_MIN:
        message = f"Only {int(rows.sum())} days have returns of every position and factor; {ROWS_MIN} are needed."
        raise InputRefused([Problem("returns_frac", message, "Choose a longer window, or factors that cover it.")])
    used, left = _independent(values[rows])
    if left:
        who = listing([factors.names[place] for place in left])
        notes.append(f"{who}: no movement of its own beside the other factors over these days; left out.")
    fit = regress(series[rows], values[rows][:, used]) if used else None
    if fit is None:
        raise InputRefused(
            [Problem("factors", "No factor moves over the days of this portfolio.", "Choose other factors or days.")]
        )
    return _result(
        series[rows],
        values[rows][:, used],
        [factors.names[place] for place in used],
        fit,
        factors=factors,
        exposures=_exposures(returns, values[:, used], names),
        is_active=benchmark_returns_frac is not None,
        level=level_frac,
        notes=notes,
    )


def _independent(values: Matrix) -> tuple[list[int], list[int]]:
    """Return the columns that say something of their own, in order, and the ones that do not."""
    used: list[int] = []
    basis = np.empty((len(values), 0))
    for place in range(values.shape[1]):
        column = values[:, place] - values[:, place].mean()
        size = float(np.linalg.norm(column))
        if size <= RANK_TOLERANCE * float(np.linalg.norm(values[:, place])):
            continue
        left = column - basis @ (basis.T @ column)
        left -= basis @ (basis.T @ left)
        if float(np.linalg.norm(left)) > RANK_TOLERANCE**0.5 * size:
            used.append(place)
            basis = np.column_stack((basis, left / np.linalg.norm(left)))
    return used, [place for place in range(values.shape[1]) if place not in used]


def _result(
    series: Vector,
    values: Matrix,
    names: list[str],
    fit: Regression,
    *,
    factors: FactorReturns,
    exposures: tuple[AssetExposure, ...],
    is_active: bool,
    level: float,
    notes: list[str],
) -> FactorRiskResult:
    """Return the result of a regression."""
    slopes = fit.coefficients[1:]
    rest = fit.coefficients[0] + fit.residuals
    book = Book(
        names=(*names, SPECIFIC),
        units_frac=np.column_stack((values, rest)),
        exposures=np.append(slopes, 1.0),
        weights_frac=np.append(slopes, 1.0),
        is_asset=np.array([True] * len(names) + [False]),
        labels={},
    )
    answer = measures_of(book, covariance_of(book), (level,), np.ones(len(series), dtype=bool))[0]
    components = answer.volatility.component
    total = answer.volatility.total_frac
    shares: list[float | None] = (components / total).tolist() if total > 0.0 else [None] * components.size
    deviations = values.std(axis=0, ddof=1)
    return FactorRiskResult(
        kind="statistical" if factors.is_statistical else "given",
        scope="active" if is_active else "total",
        factors=tuple(
            FactorLine(
                factor=name,
                exposure=float(slopes[place]),
                standard_error=float(fit.standard_errors[place + 1]),
                lower=float(fit.lower[place + 1]),
                upper=float(fit.upper[place + 1]),
                t_statistic=float(fit.t_statistics[place + 1]),
                p_value=float(fit.p_values[place + 1]),
                volatility_frac=float(deviations[place]),
                component_frac=float(components[place]),
                share_frac=shares[place],
            )
            for place, name in enumerate(names)
        ),
        assets=exposures,
        measures=answer.measures,
        intercept_frac=float(fit.coefficients[0]),
        intercept_standard_error=float(fit.standard_errors[0]),
        r_squared_frac=fit.r_squared,
        volatility_frac=total,
        specific_component_frac=float(components[-1]),
        specific_share_frac=shares[-1],
        observations_count=fit.observations_count,
        lags_count=fit.lags_count,
        level_frac=LEVEL_FRAC,
        selection=factors.selection,
        explained_frac=factors.explained_frac,
        notes=tuple(dict.fromkeys([*notes, *answer.notes])),
    )


def _exposures(returns: Matrix, values: Matrix, names: tuple[str, ...]) -> tuple[AssetExposure, ...]:
    """Return the slopes of every asset, those with the same days in one solve."""
    whole = np.asarray(np.isfinite(values).all(axis=1))
    known = np.isfinite(returns) & whole[:, None]
    found: list[AssetExposure | None] = [None] * len(names)
    full = known.sum(axis=0) == int(whole.sum())
    batches = [(np.flatnonzero(full), whole)] if full.any() else []
    batches += [(np.array([place]), known[:, place]) for place in np.flatnonzero(~full)]
    for places, rows in batches:
        own = returns if rows.all() and places.size == len(names) else returns[np.ix_(rows, places)]
        for place, one in zip(places.tolist(), _slopes(own, values[rows]), strict=True):
            found[place] = AssetExposure(
                asset=names[place],
                exposures=None if one is None else one[0],
                r_squared_frac=None if one is None else one[1],
                specific_volatility_frac=None if one is None else one[2],
            )
    return tuple(one for one in found if one is not None)


def _slopes(returns: Matrix, values: Matrix) -> list[tuple[tuple[float, ...], float | None, float] | None]:
    """Return for each column its slopes, its R² and what is left as a volatility; None each with too few rows."""
    if len(values) < ROWS_MIN:
        return [None] * returns.shape[1]
    basis, corner = np.linalg.qr(values - values.mean(axis=0))
    sizes = np.abs(np.diag(corner))
    if sizes.min() <= RANK_TOLERANCE * sizes.max():
        return [None] * returns.shape[1]
    moved = returns - returns.mean(axis=0)
    along = basis.T @ moved
    slopes = np.linalg.solve(corner, along)
    totals = np.einsum("ij,ij->j", moved, moved)
    squares = np.maximum(totals - np.einsum("ij,ij->j", along, along), 0.0)
    return [
        (
            tuple(slopes[:, place].tolist()),
            None if totals[place] <= 0.0 else float(np.clip(1.0 - squares[place] / totals[place], 0.0, 1.0)),
            float(np.sqrt(squares[place] / (len(values) - 1))),
        )
        for place in range(returns.shape[1])
    ]
