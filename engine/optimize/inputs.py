"""On which figures does an optimization rest: assets, estimates, costs and the risk-free rate?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.checks import current_weight_problems, request_problems, universe_problems
from engine.constraints.tracking_error import benchmark_outside_notes
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.facts import Facts, universe_of
from engine.kernel.figures import Figures
from engine.kernel.forms import ActiveRiskGoal, Estimates, TailGoal, TradingCosts, Universe
from engine.kernel.frames import ReturnsPanel
from engine.kernel.risk_free import RiskFree
from engine.kernel.units import agree, listing
from engine.optimize.compile import compile_limits
from engine.optimize.estimate import from_figures, from_history, from_problem, risk_free_of, window_of
from engine.spec import OptimizationRequest


@dataclass(frozen=True, eq=False)
class Given:
    """What the caller knows besides the request; the request's own words come first."""

    panel: ReturnsPanel | None = None
    sectors: Mapping[str, str] | None = None
    current_weights_frac: Mapping[str, float] | None = None
    facts: Facts | None = None
    risk_free: RiskFree | None = None
    figures: Figures | None = None


@dataclass(frozen=True, eq=False)
class Inputs:
    """Everything that the solvers need, checked."""

    estimates: Estimates
    universe: Universe
    window: ReturnsPanel | None
    costs: TradingCosts | None
    risk_free_annual_frac: float
    notes: tuple[str, ...]


def read_inputs(request: OptimizationRequest, given: Given) -> Inputs:
    """Return the figures a request rests on.

    Raises
    ------
    InputRefused
        With every problem of the request, its assets, its limits or its costs.

    """
    held = request.current_weights if request.current_weights is not None else given.current_weights_frac
    problems = request_problems(request, is_all_known=False) + current_weight_problems(held)
    if request.problem is None and given.figures is not None:
        problems += _history_problems(request)
    elif request.problem is None and given.panel is None:
        problems.append(
            Problem("asset_ids", "There is no price history for this request.", "Give a returns panel or a problem.")
        )
    if problems:
        raise InputRefused(problems)
    window, figures = None, None
    if request.problem is not None:
        assets, sectors = request.problem.assets, request.problem.sectors or given.sectors
    elif given.figures is not None:
        figures = given.figures.select(request.asset_ids)
        assets, sectors = figures.assets, given.sectors
    else:
        assert given.panel is not None
        window = window_of(request, given.panel)
        if window.observations_count < 2:
            raise InputRefused(
                [
                    Problem(
                        "as_of",
                        "Only one return is left in the window; a covariance needs two.",
                        "Choose a later date or a longer lookback.",
                    )
                ]
            )
        assets, sectors = window.assets, given.sectors
    facts = given.facts if request.facts is None else request.facts.over(given.facts)
    universe = universe_of(assets, sectors, held, facts)
    if request.benchmark_id is not None:
        universe = replace(universe, benchmark_name=request.benchmark_id)
    problems = universe_problems(request, universe)
    if request.costs is not None:
        problems += [
            Problem(f"costs.{one.path}" if one.path else "costs", one.message, one.advice)
            for one in request.costs.problems(universe)
        ]
    if problems:
        raise InputRefused(problems)
    rate = risk_free_of(request, given.risk_free)
    when = window.end if window is not None else request.as_of
    if request.problem is not None:
        estimates = from_problem(request.problem, is_repair_allowed=request.allow_covariance_repair)
    elif figures is not None:
        estimates = from_figures(figures, request.estimates.periods_per_year)
    else:
        assert window is not None
        estimates = from_history(
            request,
            window,
            market_weights=None if facts is None else facts.market_weights,
            benchmark_weights=None if facts is None else facts.benchmark_weights,
            risk_free=given.risk_free,
        )
    notes = _outside(held, universe) + _beside_benchmark(request, universe)
    if not rate.is_set or rate.is_dated:
        notes = (*notes, rate.sentence(when, window.start if window is not None else None))
    costs = None if request.costs is None else request.costs.compile(universe, estimates)
    return Inputs(estimates, universe, window, costs, rate.at(when), (*notes, *estimates.notes))


def notes_before(request: OptimizationRequest, universe: Universe) -> tuple[str, ...]:
    """Return what goal and limits leave out on these assets, for whoever looks at a request before it is solved.

    Parameters
    ----------
    request
        What is asked.
    universe
        The assets; `engine.checks.universe_problems` must have found nothing.

    """
    return _beside_benchmark(request, universe) + compile_limits(request.all_constraints(), universe).notes


def _history_problems(request: OptimizationRequest) -> list[Problem]:
    """Return the goal and the limits that are measured on a history, which arrays of figures do not have."""
    wanting = (
        [("objective", type(request.objective).label)] if isinstance(request.objective.compile(), TailGoal) else []
    )
    wanting += [(f"constraints.{at}", item.label) for at, item in enumerate(request.constraints) if item.needs_history]
    return [
        Problem(
            place,
            f"{label}: this is measured on a history of returns, and figures given directly have none.",
            "Give a returns panel instead, or choose what needs returns and covariances only.",
        )
        for place, label in wanting
    ]


def _beside_benchmark(request: OptimizationRequest, universe: Universe) -> tuple[str, ...]:
    """Return a sentence where a goal measured from the benchmark leaves a part of it out; a limit has its own."""
    has_limit = any(getattr(item, "kind", "") == "tracking_error" for item in request.constraints)
    if has_limit or not isinstance(request.objective.compile(), ActiveRiskGoal):
        return ()
    return benchmark_outside_notes(universe)


def _outside(held: Mapping[str, float] | None, universe: Universe) -> tuple[str, ...]:
    """Return a sentence about holdings that are not among the assets."""
    known = set(universe.assets)
    outside = [name for name, value in (held or {}).items() if name not in known and value != 0.0]
    if not outside:
        return ()
    return (
        f"{listing(outside)} {agree(outside, 'is held now but is', 'are held now but are')} not among the assets: the "
        f"proposal sells {agree(outside, 'it', 'them')}, and the figures of the current portfolio leave "
        f"{agree(outside, 'it', 'them')} out.",
    )
