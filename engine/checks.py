"""What makes a well-formed request unusable? All of it at once, each with its place and a way out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.constraints import Constraint
from engine.kernel.covariance import shape_problems, value_problems
from engine.kernel.errors import Problem
from engine.kernel.forms import Universe
from engine.kernel.units import listing, percent
from engine.spec import OptimizationRequest, ProblemData

IMPLAUSIBLE_ANNUAL_FRAC = 10.0


def request_problems(request: OptimizationRequest) -> list[Problem]:
    """Return what can be seen to be wrong without any market data."""
    problems: list[Problem] = []
    universe = None
    if request.problem is not None:
        problems += problem_data_problems(ProblemParts.of(request.problem, request.allow_covariance_repair))
        universe = Universe(request.problem.assets, request.problem.sectors or {})
    problems += repeated_asset_problems(request.asset_ids or ())
    kinds = [str(getattr(item, "kind", "")) for item in request.constraints]
    problems += constraint_problems(list(enumerate(request.constraints)), universe, has_sectors=True, all_kinds=kinds)
    return problems


def universe_problems(request: OptimizationRequest, universe: Universe) -> list[Problem]:
    """Return what is wrong with the limits once the assets are known."""
    return [problem for place, item in enumerate(request.constraints) for problem in _within(place, item, universe)]


def outside_problems(request: OptimizationRequest) -> list[Problem]:
    """Return the limits that name assets beside `asset_ids`, which can be seen before any history is read."""
    if request.asset_ids is None:
        return []
    universe = Universe(request.asset_ids, {})
    return [
        problem
        for place, item in enumerate(request.constraints)
        if getattr(item, "kind", "") != "sector_limit"
        for problem in _within(place, item, universe)
    ]


def constraint_problems(
    items: Sequence[tuple[int, Constraint]], universe: Universe | None, *, has_sectors: bool, all_kinds: Sequence[str]
) -> list[Problem]:
    """Return what is wrong with limits beyond their own form.

    Parameters
    ----------
    items
        The limits to judge, with their places in the request.
    universe
        The assets, where they are known.
    has_sectors
        Whether the universe's sectors are known too; without them no limit on a sector is judged.
    all_kinds
        The kinds of all limits of the request, also of those that are not judged.

    """
    problems: list[Problem] = []
    for place, item in items:
        if universe is not None and (has_sectors or getattr(item, "kind", "") != "sector_limit"):
            problems += _within(place, item, universe)
        if "long_short" not in all_kinds and getattr(item, "short_max_frac", None):
            problems.append(
                Problem(
                    f"constraints.{place}.short_max_frac",
                    "This position may be short, but the portfolio is long-only.",
                    'Add a limit {"kind": "long_short"} or set short_max_frac to 0.',
                )
            )
    return problems


def repeated_asset_problems(names: Sequence[str]) -> list[Problem]:
    """Return the assets that are asked for more than once."""
    repeated = _repeated(names)
    if not repeated:
        return []
    return [Problem("asset_ids", f"{listing(repeated)} is named more than once.", "Name each asset once.")]


def _within(place: int, item: Constraint, universe: Universe) -> list[Problem]:
    return [
        Problem(f"constraints.{place}.{problem.path}", problem.message, problem.advice)
        for problem in item.problems(universe)
    ]


def current_weight_problems(weights: Mapping[str, float] | None) -> list[Problem]:
    """Return what is wrong with the current weights."""
    bad = [name for name, value in (weights or {}).items() if not math.isfinite(value)]
    if not bad:
        return []
    return [Problem("current_weights", f"The current weight of {listing(bad)} is not a number.", "Give a fraction.")]


@dataclass(frozen=True)
class ProblemParts:
    """The sound parts of figures given directly; None where a part is missing or wrong in itself."""

    assets: tuple[str, ...] | None
    expected_returns_frac: tuple[float, ...] | None
    covariance: tuple[tuple[float, ...], ...] | None
    periods_per_year: int
    sectors: Mapping[str, str] | None
    is_repair_allowed: bool

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
        )


def problem_data_problems(parts: ProblemParts) -> list[Problem]:
    """Return what is wrong with figures given directly, as far as their parts are sound."""
    problems = _return_problems(parts)
    if parts.assets is None:
        return problems
    repeated = _repeated(parts.assets)
    if repeated:
        problems.append(
            Problem("problem.assets", f"{listing(repeated)} is named more than once.", "Name each asset once.")
        )
    unknown = [name for name in parts.sectors or {} if name not in parts.assets]
    if unknown:
        problems.append(
            Problem("problem.sectors", f"{listing(unknown)} is not among the assets.", "Remove it or name the asset.")
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
    for place, value in enumerate(values):
        annual = value * parts.periods_per_year
        if abs(annual) > IMPLAUSIBLE_ANNUAL_FRAC:
            problems.append(
                Problem(
                    f"problem.expected_returns_frac.{place}",
                    f"{value:g} per period is {percent(annual, 0)} a year.",
                    f"Give fractions per period: did you mean {percent(value / 100, 4)}, that is {value / 100:g}? "
                    "For yearly figures set periods_per_year to 1.",
                )
            )
    return problems


def _covariance_problems(parts: ProblemParts, assets: tuple[str, ...]) -> list[Problem]:
    if parts.covariance is None:
        return []
    problems = shape_problems(parts.covariance, assets, "problem.covariance")
    if problems:
        return problems
    matrix = np.array(parts.covariance, dtype=np.float64)
    problems = value_problems(matrix, assets, "problem.covariance", is_repair_allowed=parts.is_repair_allowed)
    volatility = np.sqrt(np.maximum(np.diag(matrix), 0.0) * parts.periods_per_year)
    if np.isfinite(matrix).all() and volatility.max(initial=0.0) > IMPLAUSIBLE_ANNUAL_FRAC:
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


def _repeated(names: Sequence[str]) -> list[str]:
    seen: set[str] = set()
    again: list[str] = []
    for name in names:
        if name in seen and name not in again:
            again.append(name)
        seen.add(name)
    return again
