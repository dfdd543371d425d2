"""Which moves lose so much when curvature and floors count, and how much can be lost at most?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar

from engine.kernel.estimates import Vector
from engine.stress.reverse_space import Space, most_plausible, regular

CURVATURE_STEPS_COUNT = 20
HIT = 1e-10
SETTLED = 1e-7
SEARCH_HIT = 1e-8
SLOPE_STEP = 1e-5
WORST_ROUNDS_COUNT = 4
WORST_GRID_COUNT = 25


def with_curvature(space: Space, loss_frac: float, loss_of: Callable[[Vector], float]) -> tuple[str, Vector, float]:
    """Return status, moves and the revalued loss: the nearest moves whose revalued loss is the asked one.

    The linear answer is bent step by step: the program is solved for the loss's tangent at the last moves until both
    agree; where they do not settle, by a search. Where the loss is never reached, the answer is "impossible" with the
    moves of the largest revalued loss.
    """
    status, linear = most_plausible(space, loss_frac)
    if status == "found" and abs(loss_of(linear) - loss_frac) <= HIT:
        return status, linear, loss_of(linear)
    if not space.tilt.any():
        return status, linear, loss_of(linear)
    moves = _bent(space, linear, loss_frac, loss_of)
    if moves is None:
        worst = _worst(space, linear, loss_of)
        if loss_of(worst) < loss_frac:
            return "impossible", worst, loss_of(worst)
        moves = _searched(space, (linear, worst), loss_frac, loss_of)
    return "found", moves, loss_of(moves)


def _searched(
    space: Space, starts: tuple[Vector, Vector], loss_frac: float, loss_of: Callable[[Vector], float]
) -> Vector:
    """Return the nearest moves with the asked loss that a search finds; the second start loses at least as much."""
    scale = np.where(space.sigmas > 0.0, space.sigmas, 1.0)
    inverse = np.linalg.inv(regular(space.covariance / np.outer(scale, scale)))
    linear, worst = starts
    # From no move at all to the worst one the loss is passed; without room for that path the worst move stays.
    share = float(brentq(lambda part: loss_of(part * worst) - loss_frac, 0.0, 1.0, xtol=1e-14))
    has_room = bool((space.lower <= 0.0).all() and (space.upper >= 0.0).all())
    found = share * worst if has_room else worst
    for start in (found, linear, worst):
        answer = minimize(
            lambda scores: float(scores @ inverse @ scores),
            start / scale,
            jac=lambda scores: 2.0 * (inverse @ scores),
            bounds=list(zip(space.lower / scale, space.upper / scale, strict=True)),
            constraints={"type": "ineq", "fun": lambda scores: loss_of(scores * scale) - loss_frac},
            method="SLSQP",
            options={"maxiter": 200, "ftol": 1e-12},
        )
        moves = np.clip(answer.x * scale, space.lower, space.upper)
        is_nearer = float(answer.fun) < float(found / scale @ inverse @ (found / scale))
        if answer.success and is_nearer and loss_of(moves) >= loss_frac - SEARCH_HIT:
            found = moves
    return found


def _bent(space: Space, start: Vector, loss_frac: float, loss_of: Callable[[Vector], float]) -> Vector | None:
    """Return the nearest moves with the asked revalued loss by tangents from a start; None if they do not settle."""
    scale = np.where(space.sigmas > 0.0, space.sigmas, 1.0)
    moves = start
    for _ in range(CURVATURE_STEPS_COUNT):
        loss, slopes = loss_of(moves), _slopes(moves, scale, loss_of)
        target = loss_frac - loss + float(slopes @ moves)
        if target <= 0.0:
            return None
        status, after = most_plausible(replace(space, tilt=-slopes), target)
        if status != "found":
            return None
        is_settled = float(np.abs((after - moves) / scale).max()) <= SETTLED
        moves = after
        if is_settled and abs(loss_of(moves) - loss_frac) <= HIT:
            return moves
    return None


def _slopes(moves: Vector, scale: Vector, loss_of: Callable[[Vector], float]) -> Vector:
    """Return how the revalued loss changes with each move, by central differences."""
    steps = np.diag(SLOPE_STEP * scale)
    changes = [loss_of(moves + steps[at]) - loss_of(moves - steps[at]) for at in range(len(moves))]
    return np.array(changes) / (2.0 * SLOPE_STEP * scale)


def _worst(space: Space, linear: Vector, loss_of: Callable[[Vector], float]) -> Vector:
    """Return moves within the bounds that lose most by revaluation, climbing one move after another from the corner."""
    worst = np.where(space.tilt > 0.0, space.lower, np.where(space.tilt < 0.0, space.upper, linear))
    worst = np.clip(worst, space.lower, space.upper)
    worst = max([worst, linear], key=loss_of)
    for _ in range(WORST_ROUNDS_COUNT):
        before = loss_of(worst)
        for place, (low, high) in enumerate(zip(space.lower, space.upper, strict=True)):
            tried = np.tile(worst, (WORST_GRID_COUNT, 1))
            tried[:, place] = np.linspace(low, high, WORST_GRID_COUNT)
            best = int(np.argmax([loss_of(one) for one in tried]))
            around = tried[max(best - 1, 0), place], tried[min(best + 1, WORST_GRID_COUNT - 1), place]
            fine = tried[best].copy()

            def gain(at: float, moves: Vector = fine, place: int = place) -> float:
                moves[place] = at
                return -loss_of(moves)

            line = minimize_scalar(gain, bounds=around, method="bounded", options={"xatol": 1e-10})
            fine[place] = float(line.x)
            worst = max([worst, tried[best], fine], key=loss_of)
        if loss_of(worst) - before <= HIT:
            break
    return worst
