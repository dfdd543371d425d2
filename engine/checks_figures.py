"""What is wrong with expected returns and a covariance given directly? All of it at once, as far as parts are sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.kernel.covariance import ENTRY_MAX, factor_problems, shape_problems, value_problems
from engine.kernel.errors import Problem
from engine.kernel.forms import FactorForm, Vector
from engine.kernel.plausible import IMPLAUSIBLE_ANNUAL_FRAC, slip_problem, slipped_return
from engine.kernel.units import agree, listing, percent
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
    wild = [place for place, value in enumerate(values) if not _is_plausible(value * parts.periods_per_year)]
    problems += [_wild_return(place, values[place], parts.periods_per_year) for place in wild]
    if wild or not values:
        return problems
    annual = np.array(values) * parts.periods_per_year
    slipped = slipped_return(annual, _variances_annual(parts))
    if slipped is not None:
        path = "problem.expected_returns_frac"
        problems.append(slip_problem(path, slipped, values[slipped], parts.periods_per_year, len(values)))
    return problems


def _is_plausible(annual_frac: float) -> bool:
    return abs(annual_frac) <= IMPLAUSIBLE_ANNUAL_FRAC


def _wild_return(place: int, value: float, periods: int) -> Problem:
    """Return the problem of one expected return that no asset has."""
    advice = "Give fractions per period."
    if _is_plausible(value / 100):
        advice = f"Give fractions per period: did you mean {percent(value / 100, 4)}, that is {value / 100:g}?"
    return Problem(
        f"problem.expected_returns_frac.{place}",
        f"{value:g} per period is {percent(value * periods, 0)} a year.",
        f"{advice} For yearly figures set periods_per_year to 1." if periods > 1 else advice,
    )


def _variances_annual(parts: ProblemParts) -> Vector | None:
    """Return the annual variances of the assets, shape (n,), where their figures have the right shape; else None."""
    if parts.covariance is not None and all(len(row) == len(parts.covariance) for row in parts.covariance):
        variances = np.array([row[place] for place, row in enumerate(parts.covariance)])
        return np.asarray(np.clip(variances, 0.0, ENTRY_MAX) * parts.periods_per_year)
    return None


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
    if not problems and form.variances_annual.max() > IMPLAUSIBLE_ANNUAL_FRAC**2:
        worst = int(np.argmax(form.variances_annual))
        volatility = percent(float(np.sqrt(form.variances_annual[worst])), 0)
        problems.append(
            Problem(
                path,
                f"The volatility of {assets[worst]} is {volatility} a year.",
                "Give covariances of fractions per period: figures in percent are 10,000 times too large. "
                "For yearly figures set periods_per_year to 1.",
            )
        )
    return problems


def factor_form(factors: FactorData, periods: int) -> FactorForm:
    """Return factors per period as annual arrays."""
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
    volatility = np.sqrt(np.maximum(np.diag(matrix), 0.0) * parts.periods_per_year)
    if volatility.max(initial=0.0) > IMPLAUSIBLE_ANNUAL_FRAC:
        worst = int(np.argmax(volatility))
        problems.append(
            Problem(
                "problem.covariance",
                f"The volatility of {assets[worst]} is {percent(float(volatility[worst]), 0)} a year.",
                "Give covariances of fractions per period: figures in percent are 10,000 times too large. "
                "For yearly figures set periods_per_year to 1.",
            )
        )
    return problems
