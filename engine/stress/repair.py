"""Which smallest trades bring every chosen scenario within its limit, keeping all other limits?

Three ways beside one another: trim what is held, add hedges, or both. The cheapest trades are found by a linear program
and proven by its dual. Where no trades suffice, the largest loss over a limit is made as small as it can be, then as
cheaply as that can be, and the limits that stop it are named. No way raises the worst of the chosen losses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Matrix, Vector
from engine.kernel.units import listing, percent
from engine.stress.positions import StressedPortfolio
from engine.stress.repair_program import LinearLimit, RepairProgram
from engine.stress.result_answers import RepairAlternative, RepairBinding, RepairLoss, RepairResult, RepairTrade

Way = Literal["trim", "hedge", "both"]
WAYS: tuple[Way, ...] = ("trim", "hedge", "both")
TOUCHED = 1e-9
RISEN_LEAST_FRAC = 5e-4
WITHIN = 1e-9
PRICED = 1e-9
TOLD_BINDING_COUNT = 8


@dataclass(frozen=True, eq=False)
class Hedge:
    """An instrument that may be added.

    Attributes
    ----------
    name
        Unique, and no asset that is held.
    returns_frac
        Shape (k,), its return in each scenario.
    cost_frac
        One-time cost of a trade over its size.
    lower_frac, upper_frac
        Least and largest weight: negative for a short.
    is_funded
        Whether a purchase takes cash; futures and other overlays do not.
    expected_return_annual_frac
        Or None where it is not known.

    """

    name: str
    returns_frac: Vector
    cost_frac: float = 0.0005
    lower_frac: float = 0.0
    upper_frac: float = 0.2
    is_funded: bool = True
    expected_return_annual_frac: float | None = None


@dataclass(frozen=True, eq=False)
class RepairTask:
    """What is to be repaired.

    Attributes
    ----------
    portfolio
        n positions.
    scenarios, names
        Ids and titles of the k scenarios.
    returns_frac
        Shape (k, n): return of each position in each scenario, NaN where nothing covers it.
    limits_frac
        Shape (k,): largest loss allowed in each, as a positive fraction of value.
    costs_frac
        Shape (n,), one-time cost of a trade over its size; NaN counts as 0.1%.
    lower_frac, upper_frac
        Shape (n,), bounds of the weights; None: positions may only be made smaller.
    hedges
        Instruments that may be added.
    limits
        Other linear limits, whose coefficients stand for the n positions and then the hedges.
    group_max_frac
        Group to its largest weight, over the positions.
    turnover_max_frac
        What is traded one way: half the sum of absolute trades, cash included, and the whole of overlays.
    cash_lower_frac, cash_upper_frac
        Bounds of cash; the lower one None: 0, or what there is where that is negative.
    expected_returns_annual_frac, cash_return_annual_frac
        Shape (n,), NaN unknown; and what cash earns.

    """

    portfolio: StressedPortfolio
    scenarios: tuple[str, ...]
    names: tuple[str, ...]
    returns_frac: Matrix
    limits_frac: Vector
    costs_frac: Vector
    lower_frac: Vector | None = None
    upper_frac: Vector | None = None
    hedges: tuple[Hedge, ...] = ()
    limits: Sequence[LinearLimit] = ()
    group_max_frac: Mapping[str, float] = field(default_factory=dict)
    turnover_max_frac: float = 0.1
    cash_lower_frac: float | None = None
    cash_upper_frac: float = 1.0
    expected_returns_annual_frac: Vector | None = None
    cash_return_annual_frac: float = 0.0

    def __post_init__(self) -> None:
        count, scenarios = self.portfolio.count, len(self.scenarios)
        problems = []
        if not scenarios:
            problems.append(Problem("scenarios", "No scenario is chosen.", "Choose at least one scenario."))
        if self.returns_frac.shape != (scenarios, count) or self.limits_frac.shape != (scenarios,):
            message = f"Returns have shape {self.returns_frac.shape}, limits {self.limits_frac.shape}."
            problems.append(Problem("returns_frac", message, f"Give {scenarios} rows of {count}, and one limit each."))
        if self.costs_frac.shape != (count,):
            problems.append(Problem("costs_frac", "There is not one cost for each position.", "Give n costs."))
        twice = [one.name for one in self.hedges if one.name in self.portfolio.assets]
        if twice:
            message = f"{listing(twice)} is held already."
            problems.append(Problem("hedges", message, "Give bounds for the position instead of a hedge."))
        if any(one.returns_frac.shape != (scenarios,) for one in self.hedges):
            problems.append(Problem("hedges", "A hedge has not one return for each scenario.", "Give k returns."))
        wide = count + len(self.hedges)
        if any(limit.coefficients.shape != (wide,) for limit in self.limits):
            problems.append(Problem("limits", f"A limit has not {wide} coefficients.", "Positions first, then hedges."))
        if not self.turnover_max_frac >= 0.0:
            problems.append(Problem("turnover_max_frac", "The turnover is negative.", "0.1 allows 10%."))
        if problems:
            raise InputRefused(problems)


def repair(task: RepairTask) -> RepairResult:
    """Return the three ways.

    Raises
    ------
    InputRefused
        From the task, when its figures do not agree.

    """
    notes = []
    lost = [
        name
        for name, is_lost in zip(
            task.portfolio.assets, np.asarray(np.isnan(task.returns_frac).any(axis=0)), strict=True
        )
        if is_lost
    ]
    if lost:
        notes.append(f"{listing(lost)} is not covered in some scenario: taken as still there and not traded.")
    broken = _broken(task)
    if broken:
        notes.append(f"Broken already, and kept from getting worse: {listing(broken)}.")
    return RepairResult(alternatives=tuple(_alternative(task, way) for way in WAYS), notes=tuple(notes))


def _broken(task: RepairTask) -> list[str]:
    weights = np.concatenate([task.portfolio.weights_frac, np.zeros(len(task.hedges))])
    return [
        limit.name
        for limit in _limits(task)
        if not limit.lower_frac - WITHIN <= float(limit.coefficients @ weights) <= limit.upper_frac + WITHIN
    ]


def _limits(task: RepairTask) -> tuple[LinearLimit, ...]:
    """Return the given limits and those of groups."""
    nothing = np.zeros(len(task.hedges))
    groups = (
        LinearLimit(
            f"{group} at most {percent(most)}",
            np.concatenate([[float(one == group) for one in task.portfolio.groups], nothing]),
            upper_frac=most,
        )
        for group, most in task.group_max_frac.items()
    )
    return (*task.limits, *groups)


def _program(task: RepairTask, way: Way) -> RepairProgram:
    """Return the program of one way; instruments that it may not trade are held where they are."""
    portfolio = task.portfolio
    weights = portfolio.weights_frac
    lower = np.minimum(weights, 0.0) if task.lower_frac is None else np.minimum(task.lower_frac, weights)
    upper = np.maximum(weights, 0.0) if task.upper_frac is None else np.maximum(task.upper_frac, weights)
    is_still = np.isnan(task.returns_frac).any(axis=0) | (way == "hedge")
    lower, upper = np.where(is_still, weights, lower), np.where(is_still, weights, upper)
    hedges = task.hedges
    is_used = way != "trim"
    low = np.array([min(0.0, one.lower_frac) if is_used else 0.0 for one in hedges])
    high = np.array([max(0.0, one.upper_frac) if is_used else 0.0 for one in hedges])
    moves = np.column_stack([np.nan_to_num(task.returns_frac), *(one.returns_frac for one in hedges)])
    cash_lower = min(0.0, portfolio.cash_frac) if task.cash_lower_frac is None else task.cash_lower_frac
    return RepairProgram(
        weights_frac=np.concatenate([weights, np.zeros(len(hedges))]),
        returns_frac=moves,
        costs_frac=np.concatenate([np.nan_to_num(task.costs_frac, nan=1e-3), [one.cost_frac for one in hedges]]),
        lower_frac=np.concatenate([lower, low]),
        upper_frac=np.concatenate([upper, high]),
        is_funded=np.concatenate([np.ones(len(weights)), [float(one.is_funded) for one in hedges]]),
        cash_frac=portfolio.cash_frac,
        cash_lower_frac=min(cash_lower, portfolio.cash_frac),
        cash_upper_frac=max(task.cash_upper_frac, portfolio.cash_frac),
        turnover_max_frac=task.turnover_max_frac,
        limits=_limits(task),
    )


def _alternative(task: RepairTask, way: Way) -> RepairAlternative:
    """Return one way."""
    program = _program(task, way)
    losses = program.losses_frac
    still = np.zeros(len(program.weights_frac))
    if bool((losses <= task.limits_frac + WITHIN).all()):
        return _told(task, program, way, "unneeded", still, (), 0.0, ("Every chosen loss is within its limit.",))
    if way != "trim" and not task.hedges:
        return _told(task, program, way, "unavailable", still, (), 0.0, ("No hedge instrument is given.",))
    worst = float(losses.max())
    ceilings = np.minimum(task.limits_frac, worst)
    answer = program.cheapest(ceilings)
    if answer.outcome == "solved":
        rows = program.names_of_rows(task.scenarios)
        binding = _binding(rows, answer.row_duals)
        gap = program.dual_gap(answer, ceilings)
        return _told(task, program, way, "repaired", program.trades_frac(answer.x), binding, gap, ())
    return _improved(task, program, way, worst)


def _improved(task: RepairTask, program: RepairProgram, way: Way, worst: float) -> RepairAlternative:
    """Return the best that can be reached: least excess first, then least cost."""
    still = np.zeros(len(program.weights_frac))
    before = float((program.losses_frac - task.limits_frac).max())
    best = program.least_excess(task.limits_frac, worst)
    if best.outcome != "solved":
        reason = f"No trades were found that keep every other limit ({best.outcome})."
        return _told(task, program, way, "unavailable", still, (), 0.0, (reason,))
    rows = program.names_of_rows(task.scenarios)
    kept = best.row_duals.copy()
    binding = _binding((*rows, *(("worst", name) for name in task.scenarios)), kept)
    excess = float(best.value)
    if excess >= before - WITHIN:
        return _told(task, program, way, "unavailable", still, binding, 0.0, (_why_nothing(task, way),))
    ceilings = np.minimum(task.limits_frac + excess + WITHIN, worst)
    cheapest = program.cheapest(ceilings)
    x, gap = (best.x, 0.0) if cheapest.outcome != "solved" else (cheapest.x, program.dual_gap(cheapest, ceilings))
    stops = [one.name for one in binding if one.kind != "scenario"]
    note = f"Within the limits the excess can fall from {percent(before)} to {percent(excess)} and no further"
    note += f"; what stops it: {listing(stops)}." if stops else "; the bounds of the positions stop it."
    return _told(task, program, way, "improved", program.trades_frac(x), binding, gap, (note,))


def _why_nothing(task: RepairTask, way: Way) -> str:
    """Say why no trade helps, with a way out."""
    bought = [one.name for one in task.hedges if one.is_funded]
    lower = 0.0 if task.cash_lower_frac is None else task.cash_lower_frac
    if way == "hedge" and len(bought) == len(task.hedges) and task.portfolio.cash_frac <= max(lower, 0.0) + WITHIN:
        return (
            f"The hedges at hand ({listing(bought)}) are bought with cash, and there is none to spend: "
            "free cash first, or choose the way that also trims."
        )
    return "No trade within the limits helps: allow more turnover, or loosen one of the limits named as binding."


def _binding(rows: Sequence[tuple[str, str]], duals: Vector) -> tuple[RepairBinding, ...]:
    """Return the rows with a price, from the most expensive."""
    found = [
        RepairBinding(kind=kind, name=name, price=abs(float(dual)))
        for (kind, name), dual in zip(rows, duals, strict=True)
        if abs(float(dual)) > PRICED and (kind, name) != ("limit", "Cash")
    ]
    return tuple(sorted(found, key=lambda one: (-one.price, one.kind, one.name))[:TOLD_BINDING_COUNT])


def _told(
    task: RepairTask,
    program: RepairProgram,
    way: Way,
    status: Literal["repaired", "improved", "unneeded", "unavailable"],
    trades_frac: Vector,
    binding: tuple[RepairBinding, ...],
    gap: float,
    notes: tuple[str, ...],
) -> RepairAlternative:
    """Describe one way by its trades."""
    trades = np.where(np.abs(trades_frac) > TOUCHED, trades_frac, 0.0)
    notes = (*notes, *_risen(task, program, trades))
    before, costs = program.weights_frac, program.costs_frac
    names = (*task.portfolio.assets, *(one.name for one in task.hedges))
    first_hedge = task.portfolio.count
    after = before + trades
    losses_before, losses_after = program.losses_frac, -program.returns_frac @ after
    cash_change = -float(program.is_funded @ trades)
    cost = float(costs @ np.abs(trades))
    return RepairAlternative(
        kind=way,
        status=status,
        trades=tuple(
            RepairTrade(
                asset=names[at],
                before_frac=float(before[at]),
                after_frac=float(after[at]),
                trade_frac=float(trades[at]),
                cost_frac=float(costs[at] * abs(trades[at])),
                is_hedge=bool(at >= first_hedge),
            )
            for at in np.argsort(-np.abs(trades), kind="stable")
            if trades[at] != 0.0
        ),
        losses=tuple(
            RepairLoss(
                scenario=key,
                name=title,
                limit_frac=float(limit),
                before_frac=float(was),
                after_frac=float(now),
                is_within=bool(now <= limit + 1e-8),
            )
            for key, title, limit, was, now in zip(
                task.scenarios, task.names, task.limits_frac, losses_before, losses_after, strict=True
            )
        ),
        excess_frac=max(0.0, float((losses_after - task.limits_frac).max())) if status != "repaired" else 0.0,
        cost_frac=cost,
        turnover_frac=float(program.turnover_rates @ np.abs(trades)) + 0.5 * abs(cash_change),
        expected_return_change_annual_frac=_return_change(task, trades, cash_change),
        cash_after_frac=program.cash_frac + cash_change - cost,
        binding=binding,
        optimality_gap=gap,
        notes=notes,
    )


def _risen(task: RepairTask, program: RepairProgram, trades_frac: Vector) -> tuple[str, ...]:
    """Name the scenarios whose loss the trades raise."""
    before = program.losses_frac
    after = before - program.returns_frac @ trades_frac
    rising = [int(at) for at in np.argsort(before - after) if after[at] > max(before[at], 0.0) + RISEN_LEAST_FRAC]
    if not rising:
        return ()
    told = listing([f"{task.names[at]} ({percent(before[at])} to {percent(after[at])})" for at in rising], 4)
    return (f"Some losses rise, though none above the worst of today's: {told}.",)


def _return_change(task: RepairTask, trades: Vector, cash_change: float) -> float | None:
    """Return what the trades do to the expected annual return; None where one of theirs is not known."""
    positions = task.expected_returns_annual_frac
    known = np.full(task.portfolio.count, np.nan) if positions is None else positions
    hedges = [
        np.nan if one.expected_return_annual_frac is None else one.expected_return_annual_frac for one in task.hedges
    ]
    expected = np.concatenate([known, hedges])
    traded = trades != 0.0
    if bool(np.isnan(expected[traded]).any()):
        return None
    return float(trades[traded] @ expected[traded]) + cash_change * task.cash_return_annual_frac
