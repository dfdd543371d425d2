"""What is wrong with expected returns and a covariance given directly? All of it at once, as far as parts are sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.kernel.covariance import ENTRY_MAX, factor_problems, shape_problems, value_problems
from engine.kernel.errors import Problem
from engine.kernel.forms import FactorForm, Vector
from engine.kernel.plausible import return_problems, volatility_problems
from engine.kernel.units import agree, listing
from engine.spec import FactorData, ProblemData


def repeated_problems(names: Sequence[str], path: str) -> list[Problem]:
    """Return the names that stand in a list more than once."""
    seen: set[str] = set()
    again: dict[str, None] = {}
    for name in names:
        if name in seen:
            again[name] = None
        seen.add(name)
    repeated = list(again)
    if not repeated:
        return []
    verb = agree(repeated, "is", "are")
    return [Problem(path, f"{listing(repeated)} {verb} named more than once.", "Name each asset once.")]


@dataclass(frozen=True)
class ProblemParts:
    """The sound parts of figures given directly; None where a part is missing or wrong in itself."""

    assets: tuple[str, ...] | None
    expected_returns_frac: tuple[float, ...] | None
    covariance: tuple[tuple[float, ...], ...] | None
    periods_per_year: int
    sectors: Mapping[str, str] | None
    is_repair_allowed: bool
    factors: FactorData | None = None

    @classmethod
    def of(cls, problem: ProblemData, is_repair_allowed: bool) -> ProblemParts:
        """Return all parts of figures whose structure is right."""
        return cls(
            problem.assets,
            problem.expected_returns_frac,
            problem.covariance,
            problem.periods_per_year,
            problem.sectors,
            is_repair_allowed,
            problem.factors,
        )


def problem_data_problems(parts: ProblemParts) -> list[Problem]:
    """Return what is wrong with figures given directly, as far as their parts are sound."""
    problems = _return_problems(parts)
    if parts.assets is None:
        return problems
    problems += repeated_problems(parts.assets, "problem.assets")
    among = set(parts.assets)
    unknown = [name for name in parts.sectors or {} if name not in among]
    if unknown:
        problems.append(
            Problem(
                "problem.sectors",
                f"{listing(unknown)} {agree(unknown, 'is', 'are')} not among the assets.",
                "Remove it or name the asset.",
            )
        )
    return problems + _covariance_problems(parts, parts.assets)


def _return_problems(parts: ProblemParts) -> list[Problem]:
    problems: list[Problem] = []
    values = parts.expected_returns_frac or ()
    count = None if parts.assets is None else len(parts.assets)
    if parts.expected_returns_frac is not None and count is not None and len(values) != count:
        problems.append(
            Problem(
                "problem.expected_returns_frac",
                f"{len(values)} expected returns are given for {count} assets.",
                "Give one for each asset, in the order of `assets`.",
            )
        )
    variances = _variances_annual(parts)
    return problems + return_problems(
        "problem.expected_returns_frac", np.array(values, dtype=np.float64), parts.periods_per_year, variances
    )


def _variances_annual(parts: ProblemParts) -> Vector:
    """Return the annual variances of the assets, shape (n,); infinite where their figures are not sound."""
    count = len(parts.expected_returns_frac or ())
    rows, variances = parts.covariance, None
    if rows is not None and len(rows) == count and all(len(row) == count for row in rows):
        variances = np.array([row[place] for place, row in enumerate(rows)])
        variances = np.clip(variances, 0.0, ENTRY_MAX) * parts.periods_per_year
    elif (
        parts.factors is not None
        and parts.assets is not None
        and len(parts.assets) == count
        and not _factor_problems(parts.factors, parts.assets, parts.periods_per_year)
    ):
        variances = factor_form(parts.factors, parts.periods_per_year).variances_annual
    return np.full(count, np.inf) if variances is None else np.asarray(variances)


def _factor_problems(factors: FactorData, assets: tuple[str, ...], periods: int) -> list[Problem]:
    path = "problem.factors"
    width = len(factors.factor_covariance)
    for field, rows in (("loadings", factors.loadings), ("factor_covariance", factors.factor_covariance)):
        uneven = next((place for place, row in enumerate(rows) if len(row) != width), None)
        if uneven is not None:
            return [
                Problem(
                    f"{path}.{field}.{uneven}",
                    f"Row {uneven + 1} has {len(rows[uneven])} numbers, but there are {width} factors.",
                    "Give one number for each factor.",
                )
            ]
    form = factor_form(factors, periods)
    problems = factor_problems(
        form.loadings, form.factor_covariance_annual, form.specific_variances_annual, assets, path
    )
    return problems or volatility_problems(path, form.variances_annual, assets, periods)


def factor_form(factors: FactorData, periods: int) -> FactorForm:
    """Return factors per period as annual arrays."""
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused as that
        return FactorForm(
            np.array(factors.loadings, dtype=np.float64),
            np.array(factors.factor_covariance, dtype=np.float64) * periods,
            np.array(factors.specific_variances, dtype=np.float64) * periods,
        )


def _covariance_problems(parts: ProblemParts, assets: tuple[str, ...]) -> list[Problem]:
    if parts.factors is not None:
        return _factor_problems(parts.factors, assets, parts.periods_per_year)
    if parts.covariance is None:
        return []
    problems = shape_problems(parts.covariance, assets, "problem.covariance")
    if problems:
        return problems
    matrix = np.array(parts.covariance, dtype=np.float64)
    problems = value_problems(matrix, assets, "problem.covariance", is_repair_allowed=parts.is_repair_allowed)
    if not np.abs(matrix).max(initial=0.0) <= ENTRY_MAX:
        return problems
    variances = np.maximum(np.diag(matrix), 0.0) * parts.periods_per_year
    return problems + volatility_problems("problem.covariance", variances, assets, parts.periods_per_year)
