"""Which scenario that loses that much is the most plausible, and which past event does it resemble?

Plausibility is the distance in the joint law of the moves. Free: r* = -L Σ w / (w' Σ w), at the distance L over the
portfolio's standard deviation. With bounds on the moves: the quadratic program min f' Σ⁻¹ f with w' B f <= -L.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import ndtr

from engine.kernel.estimates import Matrix, Vector
from engine.kernel.units import percent, percent_fixed
from engine.stress.conditional import ONE_IN_MAX, rounded
from engine.stress.exposures import Exposures
from engine.stress.factor_model import FactorModel
from engine.stress.joint_history import ESTIMATOR, covariance_of, joint_history
from engine.stress.levels import least_moves
from engine.stress.moves import FACTORS, EventMoves, refuse_unknown
from engine.stress.positions import StressedPortfolio
from engine.stress.result_answers import Nearest, ReverseMove, ReverseResult
from engine.stress.reverse_curved import with_curvature
from engine.stress.reverse_space import Space, most_plausible, regular

TOLD_COUNT = 5
AT_BOUND = 1e-7
SHARED_MIN_COUNT = 2
Bounds = Mapping[str, tuple[float, float]]


def reverse_factors(
    portfolio: StressedPortfolio,
    reactions: Exposures,
    model: FactorModel,
    events: EventMoves,
    loss_frac: float,
    bounds: Bounds | None = None,
    levels: Mapping[str, float] | None = None,
) -> ReverseResult:
    """Return the most plausible moves of the factors that lose at least `loss_frac` of the value.

    Parameters
    ----------
    portfolio, reactions, model, events
        As for `shock`; reactions are revalued, see `Exposures.returns_frac`.
    loss_frac
        Positive loss.
    bounds
        Factor to the least and largest move allowed; besides, no factor moves farther than can be (`FACTORS`), and
        the volatility index and spreads stay above their floors, counted from `levels`.

    Raises
    ------
    InputRefused
        A loss that is not positive, an unknown factor, or bounds that leave no room.

    """
    given, least = dict(bounds or {}), least_moves(levels)
    refuse_unknown(tuple(given), "bounds")
    is_known = np.array([tier != "none" for tier in reactions.tiers], dtype=bool)
    whole = np.where(is_known, portfolio.weights_frac, 0.0) @ reactions.loadings
    places = [reactions.factors.index(name) for name in model.names]
    sides = [
        (
            max(FACTORS[name].low, least.get(name, -np.inf), given.get(name, (-np.inf, np.inf))[0]),
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
    status, moves, loss = with_curvature(
        space, loss_frac, lambda one: -_revalued(portfolio, reactions, space.names, one)
    )
    notes = []
    bent = loss + float(space.tilt @ moves)
    if abs(bent) > 1e-4:
        notes.append(
            f"Curvature, floors at −100% and currencies that multiply prices change the loss by {percent(bent)} "
            "beside what single moves do."
        )
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
    notes = [f"The covariance of the last {len(joint.returns_frac):,} common days is {ESTIMATOR}."]
    if joint.uncovered:
        notes.append(f"{percent(1.0 - joint.covered_frac, 1)} of what is held has no history and is taken as still.")
    reached = float(-(space.tilt @ moves))
    return _told("assets", space, moves, status, (loss_frac, reached), _period(horizon_days), None, notes)


def nearest_event(names: Sequence[str], scores: Vector, sigmas: Vector, events: EventMoves) -> Nearest | None:
    """Return the event whose moves in sigmas are most like the scenario by cosine; None without moves to compare."""
    columns = {name: at for at, name in enumerate(events.factors)}
    shared = [place for place, name in enumerate(names) if name in columns]
    best: Nearest | None = None
    if not scores.any():
        return None
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
    """Return what the portfolio does with curvature, floors and currencies that multiply prices."""
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
    distance = float(np.sqrt(max(0.0, float(moves @ np.linalg.solve(regular(space.covariance), moves)))))
    chance = float(ndtr(-loss_frac / deviation)) if deviation > 0.0 else None
    one_in = None if chance is None else min(ONE_IN_MAX, 1.0 / chance) if chance > 0.0 else ONE_IN_MAX
    rows = sorted(
        (
            ReverseMove(
                name=name,
                unit=unit,
                move=float(move),
                sigmas=float(move / sigma),
                impact_frac=float(tilt * move) + 0.0,  # no −0.0
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


def _period(horizon_days: int) -> str:
    """Return what a chance of 1 in N counts."""
    return "sessions" if horizon_days == 1 else f"periods of {horizon_days} sessions"


def _sentence(
    basis: str,
    rows: list[ReverseMove],
    status: str,
    loss_frac: float,
    reached: float,
    distance: float,
    one_in: float | None,
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
        move = factor.words(row.move) if factor else percent_fixed(row.move, 1)
        parts.append(f"{label} {move} ({row.sigmas:+.1f} sigmas)".replace("(-", "(−"))
    by_any = " by any pattern" if any(row.is_at_bound for row in rows) else ""
    like = f" Its pattern is nearest to {nearest.name} (cosine {nearest.cosine:.2f})." if nearest else ""
    return (
        f"The most plausible way to lose {percent(loss_frac)}, {distance:.1f} standard deviations away: "
        f"{', '.join(parts)}. A loss of this size{by_any} would come in 1 of {rounded(one_in or ONE_IN_MAX)} {period} "
        f"under a normal law.{like}"
    )
