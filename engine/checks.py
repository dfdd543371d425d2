"""What makes a well-formed request unusable? All of it at once, each with its place and a way out."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from engine.kernel.covariance import shape_problems, value_problems
from engine.kernel.errors import Problem
from engine.kernel.forms import Universe
from engine.kernel.units import listing, percent
from engine.spec import OptimizationRequest, ProblemData

IMPLAUSIBLE_ANNUAL_FRAC = 10.0


def request_problems(request: OptimizationRequest) -> list[Problem]:
    """Return what can be seen to be wrong without any market data."""
    problems: list[Problem] = []
    if request.problem is not None:
        problems += _problem_data(request.problem, is_repair_allowed=request.allow_covariance_repair)
        problems += universe_problems(request, Universe(request.problem.assets, request.problem.sectors or {}))
    if request.asset_ids is not None:
        repeated = _repeated(request.asset_ids)
        if repeated:
            problems.append(
                Problem("asset_ids", f"{listing(repeated)} is named more than once.", "Name each asset once.")
            )
    has_shorts = any(item.kind == "long_short" for item in request.constraints)  # type: ignore[attr-defined]
    for place, item in enumerate(request.constraints):
        if not has_shorts and getattr(item, "short_max_frac", None):
            problems.append(
                Problem(
                    f"constraints.{place}.short_max_frac",
                    "This position may be short, but the portfolio is long-only.",
                    'Add a limit {"kind": "long_short"} or set short_max_frac to 0.',
                )
            )
    return problems


def universe_problems(request: OptimizationRequest, universe: Universe) -> list[Problem]:
    """Return what is wrong with the limits once the assets are known."""
    problems: list[Problem] = []
    for place, item in enumerate(request.constraints):
        problems += [
            Problem(f"constraints.{place}.{problem.path}", problem.message, problem.advice)
            for problem in item.problems(universe)
        ]
    return problems


def current_weight_problems(weights: Mapping[str, float] | None) -> list[Problem]:
    """Return what is wrong with the current weights."""
    bad = [name for name, value in (weights or {}).items() if not math.isfinite(value)]
    if not bad:
        return []
    return [Problem("current_weights", f"The current weight of {listing(bad)} is not a number.", "Give a fraction.")]


def _problem_data(problem: ProblemData, *, is_repair_allowed: bool) -> list[Problem]:
    problems: list[Problem] = []
    count = len(problem.assets)
    repeated = _repeated(problem.assets)
    if repeated:
        problems.append(
            Problem("problem.assets", f"{listing(repeated)} is named more than once.", "Name each asset once.")
        )
    if len(problem.expected_returns_frac) != count:
        problems.append(
            Problem(
                "problem.expected_returns_frac",
                f"{len(problem.expected_returns_frac)} expected returns are given for {count} assets.",
                "Give one for each asset, in the order of `assets`.",
            )
        )
    for place, value in enumerate(problem.expected_returns_frac):
        annual = value * problem.periods_per_year
        if abs(annual) > IMPLAUSIBLE_ANNUAL_FRAC:
            problems.append(
                Problem(
                    f"problem.expected_returns_frac.{place}",
                    f"{value:g} per period is {percent(annual, 0)} a year.",
                    f"Give fractions per period: did you mean {percent(value / 100, 4)}, that is {value / 100:g}? "
                    "For yearly figures set periods_per_year to 1.",
                )
            )
    shape = shape_problems(problem.covariance, problem.assets, "problem.covariance")
    problems += shape
    if not shape:
        matrix = np.array(problem.covariance, dtype=np.float64)
        problems += value_problems(matrix, problem.assets, "problem.covariance", is_repair_allowed=is_repair_allowed)
        volatility = np.sqrt(np.maximum(np.diag(matrix), 0.0) * problem.periods_per_year)
        if np.isfinite(matrix).all() and volatility.max(initial=0.0) > IMPLAUSIBLE_ANNUAL_FRAC:
            worst = int(np.argmax(volatility))
            problems.append(
                Problem(
                    "problem.covariance",
                    f"The volatility of {problem.assets[worst]} is {percent(float(volatility[worst]), 0)} a year.",
                    "Give covariances of fractions per period: figures in percent are 10,000 times too large. "
                    "For yearly figures set periods_per_year to 1.",
                )
            )
    unknown = [name for name in problem.sectors or {} if name not in problem.assets]
    if unknown:
        problems.append(
            Problem("problem.sectors", f"{listing(unknown)} is not among the assets.", "Remove it or name the asset.")
        )
    return problems


def _repeated(names: tuple[str, ...]) -> list[str]:
    seen: set[str] = set()
    again: list[str] = []
    for name in names:
        if name in seen and name not in again:
            again.append(name)
        seen.add(name)
    return again
