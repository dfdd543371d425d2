"""What makes a well-formed request unusable? All of it at once, each with its place and a way out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from engine.checks_figures import ProblemParts, problem_data_problems, repeated_problems
from engine.constraints import Constraint
from engine.constraints.budget import Budget
from engine.constraints.tracking_error import benchmark_outside_problems
from engine.kernel.errors import Problem
from engine.kernel.facts import facts_problems, universe_of
from engine.kernel.forms import ActiveRiskGoal, TailGoal, Universe
from engine.kernel.plausible import held_problem
from engine.kernel.units import agree, listing, percent
from engine.objectives import Objective
from engine.spec import OptimizationRequest


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
        problems += history_problems(request.objective)
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
    """Return what the goal needs and nobody has given: a benchmark, and enough of it among the assets."""
    goal = request.objective.compile()
    has_benchmark = universe.benchmark_weights_frac is not None or universe.benchmark_name is not None
    if isinstance(goal, ActiveRiskGoal) and not has_benchmark:
        return [
            Problem(
                "objective",
                "The least tracking error needs a benchmark, and none is given.",
                "Start from a portfolio with a benchmark, name a `benchmark_id`, give `facts.benchmark_weights`, or "
                "choose another goal.",
            )
        ]
    if isinstance(goal, ActiveRiskGoal):
        return benchmark_outside_problems(universe, "objective", "choose another goal")
    return []


def history_problems(objective: Objective) -> list[Problem]:
    """Return what keeps a goal from being reached with figures given directly: it needs a history."""
    if not isinstance(objective.compile(), TailGoal):
        return []
    return [
        Problem(
            "objective",
            "This goal looks at the returns of single periods, and figures given directly have none.",
            "Give `asset_ids` with a history, or choose a goal that needs returns and covariances only.",
        )
    ]


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
            f"{listing(unknown)} {agree(unknown, 'has a risk budget but is', 'have risk budgets but are')} not among "
            "the assets.",
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
                    f"{item.title}: this is measured on a history of returns, and figures given directly have none.",
                    "Give `asset_ids` or `portfolio_id` instead of `problem`, or use a volatility ceiling.",
                )
            )
        if "long_short" not in all_kinds and item.__dict__.get("short_max_frac"):
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
            f"{item.title}: an average over what is invested has no meaning for weights that sum to "
            f"{percent(net_frac)}.",
            "Raise the net investment above 0%, or remove the limit.",
        )
        for place, item in items
        if item.is_average
    ]


def repeated_asset_problems(names: Sequence[str]) -> list[Problem]:
    """Return the assets that are asked for more than once."""
    return repeated_problems(names, "asset_ids")


def _at(place: int, problems: Sequence[Problem]) -> list[Problem]:
    """Return a limit's problems with their place in the request."""
    return [Problem(f"constraints.{place}.{one.path}", one.message, one.advice) for one in problems]


def current_weight_problems(weights: Mapping[str, float] | None) -> list[Problem]:
    """Return what is wrong with the current weights."""
    bad = [name for name, value in (weights or {}).items() if not math.isfinite(value)]
    if bad:
        message = f"The current weight of {listing(bad)} is not a number."
        return [Problem("current_weights", message, "Give a fraction.")]
    slip = held_problem("current_weights", weights or {})
    return [] if slip is None else [slip]
