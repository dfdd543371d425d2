"""What would an asset's expected return have to be for the same recipe to give it a certain weight?

Every answer is verified: the request, solved again with that return and everything else as it was, gives that weight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from engine.doors import PanelLike, RateLike, given_of
from engine.explain.reach import reachable
from engine.explain.result import RequiredReturn
from engine.explain.state import Solved, solve_under, solved
from engine.explain.words import entering, jumping, required, unreachable
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.facts import Facts
from engine.kernel.figures import Figures
from engine.kernel.forms import DiversificationGoal, RatioGoal, ReturnGoal, RobustGoal, UtilityGoal, Vector
from engine.optimize.convex import ConvexCore
from engine.optimize.inputs import read_inputs
from engine.optimize.roads import road
from engine.spec import OptimizationRequest

VERIFIED_FRAC = 1e-6
HIT_FRAC = 1e-9
EDGE = 1e-9
FIRST_STEP = 2e-3
STEP_GROWTH = 3.0
RETURN_MAX = 10.0  # 1000% a year, either way
SEARCH_MAX_COUNT = 80
NO_PART = "Expected returns have no part in this goal, so none would change the weight of {asset}."
NO_ANSWER = "The request has no portfolio, so there is no weight whose return could be asked for."


def required_return(
    request: OptimizationRequest,
    panel: PanelLike | None = None,
    sectors: Mapping[str, str] | None = None,
    current_weights_frac: Mapping[str, float] | None = None,
    facts: Facts | None = None,
    risk_free: RateLike | None = None,
    figures: Figures | None = None,
    *,
    asset: str,
    weight_frac: float | None = None,
) -> RequiredReturn:
    """Return the expected annual return at which a request gives an asset a weight.

    Parameters
    ----------
    request, panel, sectors, current_weights_frac, facts, risk_free, figures
        As for `engine.optimize`.
    asset
        One of the request's assets.
    weight_frac
        The weight asked for; None for one percentage point more than now, and for an asset that is not held the return
        from which on it is.

    Raises
    ------
    InputRefused
        When what is given cannot be used, when the asset is not among the request's, or when the request has no answer.

    """
    given = given_of(request, panel, sectors, current_weights_frac, facts, risk_free, figures)
    inputs = read_inputs(request, given)
    problems = []
    if asset not in inputs.universe.assets:
        problems.append(Problem("asset", f"{asset:.40} is not among the assets.", "Name one of the request's assets."))
    if weight_frac is not None and not (np.isfinite(weight_frac) and abs(weight_frac) <= 100.0):
        problems.append(Problem("weight_frac", "The weight is no fraction.", "Give a fraction: 0.1 for 10%."))
    if problems:
        raise InputRefused(problems)
    found = solved(request, inputs)
    if found is None:
        raise InputRefused([Problem("request", NO_ANSWER, "Run the diagnosis, which says why.")])
    return Search(found).of(inputs.universe.assets.index(asset), weight_frac)


class Search:
    """Finds required returns of one solved request.

    Parameters
    ----------
    found
        The request's answer. Where a search over whole positions chose which assets are held, that choice stays.
    lacking
        What each asset lacks to be bought, in annual return, shape (n,), where that is known.

    """

    def __init__(self, found: Solved, lacking: Vector | None = None) -> None:
        self.found, self.lacking = found, lacking
        self.returns = found.inputs.estimates.returns_annual_frac
        self.solves_count = 0
        floor = getattr(found.goal, "return_min_annual_frac", None)
        asked = found.request.objective.compile()
        self.has_part = isinstance(found.core, ConvexCore) and not isinstance(asked, DiversificationGoal)
        self.has_part &= floor is not None or isinstance(asked, RatioGoal | ReturnGoal | UtilityGoal | RobustGoal)

    def of(self, at: int, weight_frac: float | None = None) -> RequiredReturn:
        """Return what the asset at a place needs for a weight, or for one percentage point more, or to be held."""
        self.solves_count = 0
        now, asset = float(self.found.weights[at]), self.found.inputs.universe.assets[at]
        if not self.has_part:
            return self._without(at, now if weight_frac is None else weight_frac, NO_PART.format(asset=asset))
        low = float(self.found.answered.box[0][at])
        if weight_frac is None and now == 0.0 and low == 0.0 and self.lacking is not None:
            entered = self._entering(at)
            if entered is not None:
                return entered
        wanted = now + 0.01 if weight_frac is None else weight_frac
        most, limits = reachable(self.found, at, is_most=wanted > now)
        if (wanted - most) * (1.0 if wanted > now else -1.0) > VERIFIED_FRAC:
            sentence = unreachable(asset, wanted, most, limits, is_above=wanted > now)
            return self._without(at, wanted, sentence, limits)
        if abs(wanted - now) <= HIT_FRAC:
            return self._made(at, wanted, float(self.returns[at]))
        return self._searched(at, wanted, now)

    def weight_at(self, at: int, return_annual_frac: float) -> float:
        """Return the weight with another expected return; NaN where the request then has no answer."""
        found, returns = self.found, self.returns.copy()
        returns[at] = return_annual_frac
        self.solves_count += 1
        limits = found.core.limits
        if found.is_chosen:
            estimates = replace(found.inputs.estimates, returns_annual_frac=returns)
            core, goal = road(
                estimates,
                limits,
                found.inputs.risk_free_annual_frac,
                found.request.objective.compile(),
                found.inputs.costs,
            )
            answer = core.solve(goal, core.lifted.bounds(*found.answered.box))
        else:
            answer = solve_under(found.request, found.inputs, limits, returns)[2].answer
        if answer.outcome != "solved" or answer.weights_frac is None:
            return np.nan
        return float(np.clip(answer.weights_frac[at], found.answered.box[0][at], found.answered.box[1][at]))

    def _entering(self, at: int) -> RequiredReturn | None:
        """Return from which return on an asset is held: its balance is linear in it while it is not."""
        assert self.lacking is not None
        needed = float(self.returns[at] + max(self.lacking[at], 0.0))
        before, after = self.weight_at(at, needed - 1e-6), self.weight_at(at, needed + 1e-3)
        if not (abs(before) <= VERIFIED_FRAC and after > VERIFIED_FRAC):
            return None
        reached = self.weight_at(at, needed)
        if abs(reached) > VERIFIED_FRAC:  # at the edge itself, a tie, the weight may be on either side of its jump
            needed -= EDGE
            reached = self.weight_at(at, needed)
        now, asset = float(self.returns[at]), self.found.inputs.universe.assets[at]
        return RequiredReturn(
            asset=asset,
            weight_frac=0.0,
            now_frac=0.0,
            return_now_annual_frac=now,
            return_annual_frac=needed,
            reached_frac=reached,
            solves_count=self.solves_count,
            sentence=entering(asset, needed, now),
        )

    def _searched(self, at: int, wanted: float, now: float) -> RequiredReturn:
        start = float(self.returns[at])
        ways = (1.0, -1.0) if wanted > now else (-1.0, 1.0)
        best, edge = now, start
        for way in ways:
            bracket, furthest = self._bracket(at, wanted, now, way)
            if bracket is not None:
                needed = _root(lambda one: self.weight_at(at, one) - wanted, *bracket)
                reached = self.weight_at(at, needed)
                if abs(reached - wanted) <= VERIFIED_FRAC:
                    return self._made(at, wanted, needed, reached)
                return self._without(at, wanted, jumping(self.found.inputs.universe.assets[at], wanted, needed))
            if abs(furthest[1] - wanted) < abs(best - wanted):
                edge, best = furthest
        asset = self.found.inputs.universe.assets[at]
        limits = self._named(at, edge)
        return self._without(at, wanted, unreachable(asset, wanted, best, limits, is_above=wanted > now), limits)

    def _bracket(
        self, at: int, wanted: float, now: float, way: float
    ) -> tuple[tuple[float, float, float, float] | None, tuple[float, float]]:
        """Return two returns between which the weight passes the wanted one, and the best point seen."""
        before, gap = float(self.returns[at]), now - wanted
        best = (before, now)
        step = FIRST_STEP
        for _ in range(SEARCH_MAX_COUNT):
            following = before + way * step
            if abs(following) > RETURN_MAX:
                break
            weight = self.weight_at(at, following)
            if np.isnan(weight):
                step *= 0.25
                if step < 1e-9:
                    break
                continue
            if (weight - wanted) * gap <= 0.0 or abs(weight - wanted) <= HIT_FRAC:
                return (before, gap, following, weight - wanted), best
            if abs(weight - wanted) < abs(best[1] - wanted):
                best = (following, weight)
            before, gap, step = following, weight - wanted, step * STEP_GROWTH
        return None, best

    def _named(self, at: int, edge: float) -> tuple[str, ...]:
        """Return the limits that hold the asset where no return takes it further."""
        from engine.explain.rules import pressing

        returns = self.returns.copy()
        returns[at] = edge
        core, _, answered = solve_under(self.found.request, self.found.inputs, self.found.core.limits, returns)
        if answered.answer.row_duals is None or answered.answer.bound_duals is None:
            return ()
        rules = pressing(core.limits, core.lifted, answered.answer, answered.box)
        return tuple(rule.name for rule in rules if rule.mask is None or rule.mask[at])

    def _made(self, at: int, wanted: float, needed: float, reached: float | None = None) -> RequiredReturn:
        asset, start = self.found.inputs.universe.assets[at], float(self.returns[at])
        return RequiredReturn(
            asset=asset,
            weight_frac=wanted,
            now_frac=float(self.found.weights[at]),
            return_now_annual_frac=start,
            return_annual_frac=needed,
            reached_frac=self.weight_at(at, needed) if reached is None else reached,
            solves_count=self.solves_count,
            sentence=required(asset, wanted, needed, start),
        )

    def _without(self, at: int, wanted: float, sentence: str, limits: tuple[str, ...] = ()) -> RequiredReturn:
        return RequiredReturn(
            asset=self.found.inputs.universe.assets[at],
            weight_frac=wanted,
            now_frac=float(self.found.weights[at]),
            return_now_annual_frac=float(self.returns[at]),
            limits=limits,
            solves_count=self.solves_count,
            sentence=sentence,
        )


def _root(gap: Callable[[float], float], low: float, low_gap: float, high: float, high_gap: float) -> float:
    """Return where a gap between two points of unlike sign is zero: false position, halved where that stalls."""
    best = (abs(low_gap), low) if abs(low_gap) < abs(high_gap) else (abs(high_gap), high)
    for turn in range(SEARCH_MAX_COUNT):
        if best[0] <= HIT_FRAC or abs(high - low) <= 1e-15 * max(1.0, abs(low)):
            break
        middle = 0.5 * (low + high)
        if turn % 3 != 2 and high_gap != low_gap:
            middle = high - high_gap * (high - low) / (high_gap - low_gap)
        value = gap(middle)
        if np.isnan(value):
            break
        best = min(best, (abs(value), middle))
        if (value > 0.0) == (low_gap > 0.0):
            low, low_gap = middle, value
            high_gap *= 0.5 if turn % 3 != 2 else 1.0
        else:
            high, high_gap = middle, value
            low_gap *= 0.5 if turn % 3 != 2 else 1.0
    return best[1]
