"""Which scenario that loses that much is the most plausible, and which past event does it resemble?

Plausibility is the distance in the joint law of the moves. Free: r* = -L Σ w / (w' Σ w), at the distance L over the
portfolio's standard deviation. With bounds on the moves: the quadratic program min f' Σ⁻¹ f with w' B f <= -L.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import ndtr

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Matrix, Vector
from engine.kernel.units import percent
from engine.optimize.qp import QuadraticProgram
from engine.optimize.solvers import QpSession
from engine.stress.conditional import ONE_IN_MAX, rounded
from engine.stress.exposures import Exposures
from engine.stress.factor_model import FactorModel
from engine.stress.joint_history import covariance_of, joint_history
from engine.stress.moves import FACTORS, EventMoves, refuse_unknown
from engine.stress.positions import StressedPortfolio
from engine.stress.result_answers import Nearest, ReverseMove, ReverseResult

TOLD_COUNT = 5
AT_BOUND = 1e-7
SHARED_MIN_COUNT = 2
CURVATURE_STEPS_COUNT = 20
HIT = 1e-10
SETTLED = 1e-7
SEARCH_HIT = 1e-8
SLOPE_STEP = 1e-5
WORST_ROUNDS_COUNT = 4
WORST_GRID_COUNT = 25
Bounds = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Space:
    """Where the scenario is sought: m moves with reactions of the portfolio (m,), a covariance and bounds."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    tilt: Vector
    covariance: Matrix
    lower: Vector
    upper: Vector

    @property
    def sigmas(self) -> Vector:
        """Standard deviations, shape (m,)."""
        return np.sqrt(np.diag(self.covariance))


def reverse_factors(
    portfolio: StressedPortfolio,
    reactions: Exposures,
    model: FactorModel,
    events: EventMoves,
    loss_frac: float,
    bounds: Bounds | None = None,
) -> ReverseResult:
    """Return the most plausible moves of the factors that lose at least `loss_frac` of the value.

    Parameters
    ----------
    portfolio, reactions, model, events
        As for `shock`; reactions are taken as linear.
    loss_frac
        Positive loss.
    bounds
        Factor to the least and largest move allowed; besides, no factor moves farther than can be (`FACTORS`).

    Raises
    ------
    InputRefused
        A loss that is not positive, an unknown factor, or bounds that leave no room.

    """
    given = dict(bounds or {})
    refuse_unknown(tuple(given), "bounds")
    is_known = np.array([tier != "none" for tier in reactions.tiers], dtype=bool)
    whole = np.where(is_known, portfolio.weights_frac, 0.0) @ reactions.loadings
    places = [reactions.factors.index(name) for name in model.names]
    sides = [
        (
            max(FACTORS[name].low, given.get(name, (-np.inf, np.inf))[0]),
            min(FACTORS[name].high, given.get(name, (-np.inf, np.inf))[1]),
        )
        for name in model.names
    ]
    space = Space(
        model.names,
        tuple(FACTORS[name].unit for name in model.names),
        whole[places],
        model.covariance,
        np.array([low for low, _ in sides]),
        np.array([high for _, high in sides]),
    )
    status, moves, loss = _with_curvature(
        space, loss_frac, lambda one: -_revalued(portfolio, reactions, space.names, one)
    )
    notes = []
    bent = loss + float(space.tilt @ moves)
    if abs(bent) > 1e-4:
        notes.append(f"Curvature and floors at −100% change the loss by {percent(bent)} beside what single moves do.")
    if not is_known.all():
        notes.append(
            f"{percent(portfolio.share_frac(~is_known), 1)} of what is held is not covered and taken as still."
        )
    nearest = nearest_event(model.names, moves / space.sigmas, model.sigmas, events)
    return _told("factors", space, moves, status, (loss_frac, loss), model.period, nearest, notes)


def reverse_assets(
    portfolio: StressedPortfolio, returns_frac: Matrix, loss_frac: float, *, horizon_days: int = 21
) -> ReverseResult:
    """Return the most plausible returns of the positions over a horizon that lose at least `loss_frac`.

    The covariance is that of the last 1,000 common days times the horizon; no position loses more than everything.
    """
    joint = joint_history(portfolio, returns_frac)
    covariance = covariance_of(joint.returns_frac) * horizon_days
    count = len(joint.places)
    space = Space(
        tuple(portfolio.assets[place] for place in joint.places),
        ("fraction",) * count,
        joint.weights_frac,
        covariance,
        np.full(count, -1.0),
        np.full(count, 10.0),
    )
    status, moves = most_plausible(space, loss_frac)
    notes = []
    if joint.uncovered:
        notes.append(f"{percent(1.0 - joint.covered_frac, 1)} of what is held has no history and is taken as still.")
    reached = float(-(space.tilt @ moves))
    return _told(
        "assets", space, moves, status, (loss_frac, reached), f"periods of {horizon_days} sessions", None, notes
    )


def most_plausible(space: Space, loss_frac: float) -> tuple[str, Vector]:
    """Return "found" and the moves (m,), or "impossible" and the worst moves within the bounds.

    Raises
    ------
    InputRefused
        A loss that is not positive, bounds that leave no room, or a program that no solver answers.

    """
    if not loss_frac > 0.0:
        raise InputRefused(
            [Problem("loss_frac", f"A loss of {percent(loss_frac)} is none.", "Give a positive loss: 0.2 is 20%.")]
        )
    empty = [
        name
        for name, low, high in zip(space.names, space.lower, space.upper, strict=True)
        if low > high or high < 0.0 < low
    ]
    if empty:
        raise InputRefused(
            [Problem(f"bounds.{name}", "The lower bound is above the upper one.", "Exchange them.") for name in empty]
        )
    variance = float(space.tilt @ space.covariance @ space.tilt)
    if variance <= 0.0:
        return "impossible", np.clip(np.zeros(len(space.names)), space.lower, space.upper)
    free = -loss_frac / variance * (space.covariance @ space.tilt)
    if bool((free >= space.lower).all() and (free <= space.upper).all()):
        return "found", free
    worst = np.where(space.tilt > 0.0, space.lower, np.where(space.tilt < 0.0, space.upper, 0.0))
    worst = np.clip(worst, space.lower, space.upper)
    if float(-(space.tilt @ worst)) < loss_frac:
        return "impossible", worst
    sigmas = space.sigmas
    scale = np.where(sigmas > 0.0, sigmas, 1.0)
    correlation = space.covariance / np.outer(scale, scale)
    inverse = np.linalg.inv(correlation + 1e-12 * np.eye(len(sigmas)))
    size = float(np.abs(space.tilt * scale).max())
    program = QuadraticProgram(
        0.5 * (inverse + inverse.T),
        np.zeros(len(sigmas)),
        (space.tilt * scale / size)[None, :],
        np.array([-np.inf]),
        np.array([-loss_frac / size]),
        space.lower / scale,
        space.upper / scale,
    )
    answer = QpSession(program, is_sparse_in_steps=False).solve()
    if answer.outcome != "solved":
        raise InputRefused(
            [Problem("bounds", "No solver found the scenario within these bounds.", "Widen the bounds a little.")]
        )
    return "found", np.clip(answer.x * scale, space.lower, space.upper)


def _with_curvature(space: Space, loss_frac: float, loss_of: Callable[[Vector], float]) -> tuple[str, Vector, float]:
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
    inverse = np.linalg.inv(_regular(space.covariance / np.outer(scale, scale)))
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
    """Return the nearest moves with the asked revalued loss by tangents, from a start; None where they do not settle."""
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
    changes = [loss_of(moves + step) - loss_of(moves - step) for step in steps]
    return np.array(changes) / (2.0 * SLOPE_STEP * scale)


def _worst(space: Space, linear: Vector, loss_of: Callable[[Vector], float]) -> Vector:
    """Return moves within the bounds that lose most by revaluation, climbing one move after another from the corner."""
    worst = np.where(space.tilt > 0.0, space.lower, np.where(space.tilt < 0.0, space.upper, linear))
    worst = np.clip(worst, space.lower, space.upper)
    worst = max((worst, linear), key=loss_of)
    for _ in range(WORST_ROUNDS_COUNT):
        before = loss_of(worst)
        for place, (low, high) in enumerate(zip(space.lower, space.upper, strict=True)):
            tried = np.tile(worst, (WORST_GRID_COUNT, 1))
            tried[:, place] = np.linspace(low, high, WORST_GRID_COUNT)
            best = int(np.argmax([loss_of(one) for one in tried]))
            around = tried[max(best - 1, 0), place], tried[min(best + 1, WORST_GRID_COUNT - 1), place]
            line = minimize_scalar(
                lambda at, place=place, base=worst: -loss_of(np.where(np.arange(len(base)) == place, at, base)),
                bounds=around,
                method="bounded",
                options={"xatol": 1e-10},
            )
            fine = np.where(np.arange(len(worst)) == place, float(line.x), worst)
            worst = max((worst, tried[best], fine), key=loss_of)
        if loss_of(worst) - before <= HIT:
            break
    return worst


def nearest_event(names: Sequence[str], scores: Vector, sigmas: Vector, events: EventMoves) -> Nearest | None:
    """Return the event whose moves in sigmas have the largest cosine with the scenario's; None without two shared."""
    columns = {name: at for at, name in enumerate(events.factors)}
    shared = [place for place, name in enumerate(names) if name in columns]
    best: Nearest | None = None
    for row, (key, title) in enumerate(zip(events.ids, events.names, strict=True)):
        known = [place for place in shared if np.isfinite(events.moves[row, columns[names[place]]])]
        if len(known) < SHARED_MIN_COUNT:
            continue
        past = np.array([events.moves[row, columns[names[place]]] for place in known]) / sigmas[known]
        ours = scores[known]
        size = float(np.linalg.norm(past) * np.linalg.norm(ours))
        cosine = float(past @ ours) / size if size > 0.0 else 0.0
        # An event of which little is known agrees easily: what is not shared counts as not agreeing.
        share = float(np.linalg.norm(ours)) / max(float(np.linalg.norm(scores)), 1e-300)
        judged = cosine * share
        if best is None or judged > best.cosine:
            best = Nearest(scenario=key, name=title, cosine=judged, shared_count=len(known))
    return best


def _revalued(portfolio: StressedPortfolio, reactions: Exposures, names: tuple[str, ...], moves: Vector) -> float:
    """Return what the portfolio does with curvature and floors."""
    placed = np.zeros(len(reactions.factors))
    placed[[reactions.factors.index(name) for name in names]] = moves
    returns = reactions.returns_frac(placed)[0]
    is_known = np.array([tier != "none" for tier in reactions.tiers], dtype=bool)
    return float(np.where(is_known, portfolio.weights_frac * returns, 0.0).sum())


def _told(
    basis: str,
    space: Space,
    moves: Vector,
    status: str,
    losses_frac: tuple[float, float],
    period: str,
    nearest: Nearest | None,
    notes: list[str],
) -> ReverseResult:
    """Put the answer together; `losses_frac` are the asked and the reached one."""
    loss_frac, reached = losses_frac
    sigmas = np.where(space.sigmas > 0.0, space.sigmas, 1.0)
    deviation = float(np.sqrt(max(0.0, float(space.tilt @ space.covariance @ space.tilt))))
    distance = float(np.sqrt(max(0.0, float(moves @ np.linalg.solve(_regular(space.covariance), moves)))))
    chance = float(ndtr(-loss_frac / deviation)) if deviation > 0.0 else 0.0
    one_in = min(ONE_IN_MAX, 1.0 / chance) if chance > 0.0 else ONE_IN_MAX
    rows = sorted(
        (
            ReverseMove(
                name=name,
                unit=unit,
                move=float(move),
                sigmas=float(move / sigma),
                impact_frac=float(tilt * move),
                is_at_bound=bool(min(move - low, high - move) <= AT_BOUND * max(1.0, abs(move))),
            )
            for name, unit, move, sigma, tilt, low, high in zip(
                space.names, space.units, moves, sigmas, space.tilt, space.lower, space.upper, strict=True
            )
        ),
        key=lambda row: (-abs(row.sigmas), row.name),
    )
    return ReverseResult(
        status="found" if status == "found" else "impossible",
        basis="factors" if basis == "factors" else "assets",
        asked_loss_frac=loss_frac,
        loss_frac=reached,
        mahalanobis=distance,
        probability_frac=chance,
        one_in=one_in,
        period=period,
        moves=tuple(rows),
        nearest=nearest,
        sentence=_sentence(basis, rows, status, loss_frac, reached, distance, one_in, period, nearest),
        notes=tuple(notes),
    )


def _regular(covariance: Matrix) -> Matrix:
    """Return a covariance that can be inverted, also for what does not move at all."""
    size = float(np.trace(covariance)) / max(1, len(covariance))
    return covariance + max(1e-14 * size, 1e-300) * np.eye(len(covariance))


def _sentence(
    basis: str,
    rows: list[ReverseMove],
    status: str,
    loss_frac: float,
    reached: float,
    distance: float,
    one_in: float,
    period: str,
    nearest: Nearest | None,
) -> str:
    """Return the narrative."""
    if status != "found":
        most = f"the most that can be lost is {percent(reached)}"
        return f"No scenario within the bounds loses {percent(loss_frac)}: {most}."
    parts = []
    for row in rows[:TOLD_COUNT]:
        factor = FACTORS.get(row.name) if basis == "factors" else None
        label = factor.label if factor else row.name
        move = factor.words(row.move) if factor else percent(row.move, 1)
        parts.append(f"{label} {move} ({row.sigmas:+.1f} sigmas)".replace("(-", "(−"))
    by_any = " by any pattern" if any(row.is_at_bound for row in rows) else ""
    like = f" Its pattern is nearest to {nearest.name} (cosine {nearest.cosine:.2f})." if nearest else ""
    return (
        f"The most plausible way to lose {percent(loss_frac)}, {distance:.1f} standard deviations away: "
        f"{', '.join(parts)}. A loss of this size{by_any} would come in 1 of {rounded(one_in)} {period} under a "
        f"normal law.{like}"
    )
