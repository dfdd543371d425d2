"""What makes a well-formed request unusable? All of it at once, each with its place and a way out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.constraints import Constraint
from engine.constraints.budget import Budget
from engine.kernel.covariance import shape_problems, value_problems
from engine.kernel.errors import Problem
from engine.kernel.facts import facts_problems, universe_of
from engine.kernel.forms import ActiveRiskGoal, TailGoal, Universe
from engine.kernel.units import listing, percent
from engine.objectives import Objective
from engine.spec import OptimizationRequest, ProblemData

IMPLAUSIBLE_ANNUAL_FRAC = 10.0


def request_problems(request: OptimizationRequest, *, is_all_known: bool = True) -> list[Problem]:
    """Return what can be seen to be wrong without any market data.

    Parameters
    ----------
    request
        What is asked.
    is_all_known
        Whether nobody will add facts or holdings to a request that carries its own figures; then a limit that needs
        what is not given is refused at once, else by `universe_problems`.

    """
    problems: list[Problem] = []
    universe, named = None, request.asset_ids
    if request.problem is not None:
        named = request.problem.assets
        problems += problem_data_problems(ProblemParts.of(request.problem, request.allow_covariance_repair))
        universe = universe_of(named, request.problem.sectors, request.current_weights, request.facts)
    problems += repeated_asset_problems(request.asset_ids or ())
    if request.facts is not None:
        problems += facts_problems(request.facts, named)
    if request.problem is None:  # figures given directly are used as they are
        is_repair_allowed = request.allow_covariance_repair
        problems += request.estimates.problems(request.asset_ids, is_repair_allowed=is_repair_allowed)
    problems += [] if named is None else budget_problems(request.objective, named)
    problems += constraint_problems(
        list(enumerate(request.constraints)),
        universe,
        has_facts=is_all_known,
        all_kinds=[str(getattr(item, "kind", "")) for item in request.constraints],
        has_history=request.problem is None,
    )
    return problems


def universe_problems(request: OptimizationRequest, universe: Universe) -> list[Problem]:
    """Return what is wrong with goal and limits once the assets, and all that is known of them, are there."""
    return [*_goal_problems(request, universe), *budget_problems(request.objective, universe.assets)] + [
        problem for place, item in enumerate(request.constraints) for problem in _at(place, item.problems(universe))
    ]


def _goal_problems(request: OptimizationRequest, universe: Universe) -> list[Problem]:
    """Return what the goal needs and nobody has given: a benchmark, a history."""
    goal = request.objective.compile()
    if isinstance(goal, ActiveRiskGoal) and universe.benchmark_weights_frac is None:
        return [
            Problem(
                "objective",
                "The least tracking error needs a benchmark, and none is given.",
                "Start from a portfolio with a benchmark, name a `benchmark_id`, give `facts.benchmark_weights`, or "
                "choose another goal.",
            )
        ]
    if isinstance(goal, TailGoal) and request.problem is not None:
        return [
            Problem(
                "objective",
                "This goal looks at the returns of single periods, and figures given directly have none.",
                "Give `asset_ids` with a history, or choose a goal that needs returns and covariances only.",
            )
        ]
    return []


def budget_problems(objective: Objective, assets: Sequence[str]) -> list[Problem]:
    """Return the risk budgets that are given to none of the assets."""
    budgets: Mapping[str, float] = getattr(objective, "budgets", None) or {}
    among = set(assets)
    unknown = [name for name in budgets if name not in among]
    if not unknown:
        return []
    return [
        Problem(
            "objective.budgets",
            f"{listing(unknown)} has a risk budget but is not among the assets.",
            "Check the spelling, add the asset, or remove its budget.",
        )
    ]


def outside_problems(request: OptimizationRequest) -> list[Problem]:
    """Return the limits that name assets beside `asset_ids`, which can be seen before any history is read."""
    if request.asset_ids is None:
        return []
    universe = Universe(request.asset_ids, {})
    return [
        problem
        for place, item in enumerate(request.constraints)
        for problem in _at(place, item.name_problems(universe))
    ]


def constraint_problems(
    items: Sequence[tuple[int, Constraint]],
    universe: Universe | None,
    *,
    has_facts: bool,
    all_kinds: Sequence[str],
    has_history: bool = True,
) -> list[Problem]:
    """Return what is wrong with limits beyond their own form.

    Parameters
    ----------
    items
        The limits to judge, with their places in the request.
    universe
        The assets, where they are known.
    has_facts
        Whether all that is known of the assets is in the universe too; without it no limit is blamed for a lack of it.
    all_kinds
        The kinds of all limits of the request, also of those that are not judged.
    has_history
        Whether there is a history of returns, on which some limits are measured.

    """
    problems: list[Problem] = []
    for place, item in items:
        if universe is not None:
            problems += _at(place, item.name_problems(universe))
            problems += _at(place, item.fact_problems(universe)) if has_facts else []
        if item.needs_history and not has_history:
            problems.append(
                Problem(
                    f"constraints.{place}.max_frac",
                    f"{item.label}: this is measured on a history of returns, and figures given directly have none.",
                    "Give `asset_ids` or `portfolio_id` instead of `problem`, or use a volatility ceiling.",
                )
            )
        if "long_short" not in all_kinds and getattr(item, "short_max_frac", None):
            problems.append(
                Problem(
                    f"constraints.{place}.short_max_frac",
                    "This position may be short, but the portfolio is long-only.",
                    'Add a limit {"kind": "long_short"} or set short_max_frac to 0.',
                )
            )
    return problems + _average_problems(items)


def _average_problems(items: Sequence[tuple[int, Constraint]]) -> list[Problem]:
    """Return the limits on averages over what is invested when nothing is invested net."""
    net_frac = next((item.net_frac for _, item in items if isinstance(item, Budget)), 1.0)
    if net_frac > 0.0:
        return []
    return [
        Problem(
            f"constraints.{place}",
            f"{item.label}: an average over what is invested has no meaning for weights that sum to "
            f"{percent(net_frac)}.",
            "Raise the net investment above 0%, or remove the limit.",
        )
        for place, item in items
        if item.is_average
    ]


def repeated_asset_problems(names: Sequence[str]) -> list[Problem]:
    """Return the assets that are asked for more than once."""
    repeated = _repeated(names)
    if not repeated:
        return []
    return [Problem("asset_ids", f"{listing(repeated)} is named more than once.", "Name each asset once.")]


def _at(place: int, problems: Sequence[Problem]) -> list[Problem]:
    """Return a limit's problems with their place in the request."""
    return [Problem(f"constraints.{place}.{one.path}", one.message, one.advice) for one in problems]


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
