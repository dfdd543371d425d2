"""What do given moves of factors, and what follows from them, do to today's weights?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Vector
from engine.kernel.units import listing, percent
from engine.stress.conditional import Z_95, Propagated, ShockMode, plausibility, propagate, told_moves
from engine.stress.exposures import Exposures
from engine.stress.factor_model import FactorModel
from engine.stress.moves import FACTORS
from engine.stress.positions import StressedPortfolio, groups_of, uncovered_of
from engine.stress.result import FactorImpact, FactorShockResult, PositionImpact
from engine.stress.stand_ins import WEAK_R2_FRAC

OTHER = "other"
PRODUCT_MIN_FRAC = 5e-5


def shock(
    portfolio: StressedPortfolio,
    reactions: Exposures,
    model: FactorModel,
    shocks: Mapping[str, float],
    *,
    scenario: str = "factors",
    name: str = "Factor shock",
    mode: ShockMode = "conditional",
    benchmark_beta: float | None = None,
    levels: Mapping[str, float] | None = None,
) -> FactorShockResult:
    """Move factors and return what the portfolio does.

    Parameters
    ----------
    portfolio
        n positions.
    reactions
        Of these positions; its factors must hold every factor of the model and of the shocks.
    model
        How factors move together.
    shocks
        Factor to move in its unit; at least one, unless the reactions state returns of their own.
    scenario, name
        Id and title of the answer.
    mode
        "conditional" or "others_zero".
    benchmark_beta
        Of the benchmark to shares: 1 where it is the broad index; None: no benchmark.
    levels
        Last stored levels of factors, see `propagate`.

    Raises
    ------
    InputRefused
        No shock, an unknown factor, or a move that cannot happen.

    """
    if not shocks and reactions.fixed_frac is None:
        raise InputRefused([Problem("moves", "No factor moves.", "Give the move of at least one factor.")])
    if not shocks:
        mode = "others_zero"
    found = propagate(model, shocks, mode, levels)
    order = _in_order(found, reactions.factors)
    returns, parts, other = reactions.returns_frac(order.moves)
    weights = portfolio.weights_frac
    is_known = np.array([tier != "none" for tier in reactions.tiers], dtype=bool)
    impacts = np.where(is_known, weights * returns, 0.0)
    by_factor = np.where(is_known, weights, 0.0) @ parts
    rest = float(np.where(is_known, weights, 0.0) @ other)
    bands = _bands(reactions, order, model.sessions_count)
    positions = PositionImpact.trusted(
        _line(portfolio, reactions, place, float(returns[place]), float(bands[place]))
        for place in range(portfolio.count)
    )
    total = float(sum(impacts.tolist()))
    spread = _spread(portfolio, reactions, order, is_known, model.sessions_count)
    reason = "No history, no bond terms and too few others of its sector say how it reacts."
    reasons = {int(place): reason for place in np.flatnonzero(~is_known)}
    factors = [
        FactorImpact(factor=one, impact_frac=float(value))
        for one, value in zip(reactions.factors, by_factor, strict=True)
    ]
    proxied = np.array([tier == "sector" for tier in reactions.tiers], dtype=bool)
    equity = order.moves[reactions.factors.index("equity")] if "equity" in reactions.factors else None
    return FactorShockResult(
        scenario=scenario,
        name=name,
        mode=mode,
        total_frac=total,
        low_frac=total - Z_95 * spread,
        high_frac=total + Z_95 * spread,
        benchmark_frac=None
        if benchmark_beta is None or equity is None or not shocks
        else max(-1.0, float(equity) * benchmark_beta),
        moves=told_moves(model, found, mode),
        plausibility=plausibility(model, found),
        factors=(*factors, FactorImpact(factor=OTHER, impact_frac=rest)),
        positions=positions,
        groups=groups_of(positions),
        uncovered=uncovered_of(portfolio, reasons),
        covered_frac=1.0 - portfolio.share_frac(~is_known),
        proxied_frac=portfolio.share_frac(proxied),
        notes=(
            *_notes(portfolio, reactions, model, found, is_known),
            *_product_note(reactions, order, impacts, weights * is_known),
        ),
        reached_by=_reached_by(portfolio, reactions, found, is_known),
    )


def _product_note(reactions: Exposures, order: Propagated, impacts: Vector, weights: Vector) -> list[str]:
    """Say how much of the total is the product of prices and currencies, where it is seen."""
    currency = reactions.currency_frac(order.moves)
    price = (impacts - weights * currency) / np.where(currency > -1.0, 1.0 + currency, np.inf)
    product = float(price @ currency) if price.size else 0.0
    if abs(product) < PRODUCT_MIN_FRAC:
        return []
    does = "adds" if product > 0.0 else "takes"
    return [
        f"Prices and currencies multiply: beside the sum of both this {does} {percent(abs(product))} of the value, "
        "which stands with curvature and limits among the factors."
    ]


def _in_order(found: Propagated, factors: tuple[str, ...]) -> Propagated:
    """Return the moves in the order of the reactions' factors.

    Raises
    ------
    InputRefused
        The reactions lack a factor that moves.

    """
    absent = [name for name in found.names if name not in factors]
    if absent:
        raise InputRefused(
            [Problem("factors", f"No reactions to {listing(absent)} were given.", "Estimate them for every factor.")]
        )
    moves, covariance = np.zeros(len(factors)), np.zeros((len(factors), len(factors)))
    places = [factors.index(name) for name in found.names]
    moves[places] = found.moves
    covariance[np.ix_(places, places)] = found.covariance
    is_given = tuple(name in found.names and found.is_given[found.names.index(name)] for name in factors)
    return replace(found, names=factors, moves=moves, covariance=covariance, is_given=is_given)


def _bands(reactions: Exposures, order: Propagated, sessions_count: int) -> Vector:
    """Return the standard deviation of each position's return, shape (n,)."""
    systematic = np.einsum("ik,kl,il->i", reactions.loadings, order.covariance, reactions.loadings)
    return np.asarray(np.sqrt(np.maximum(systematic, 0.0) + sessions_count * reactions.residual_daily_frac**2))


def _spread(
    portfolio: StressedPortfolio,
    reactions: Exposures,
    order: Propagated,
    is_known: NDArray[np.bool_],
    sessions_count: int,
) -> float:
    """Return the standard deviation of the portfolio's return: factors together, residuals independent."""
    weights = np.where(is_known, portfolio.weights_frac, 0.0)
    tilt = weights @ reactions.loadings
    own = float((weights**2) @ (reactions.residual_daily_frac**2))
    return float(np.sqrt(max(0.0, float(tilt @ order.covariance @ tilt)) + sessions_count * own))


def _line(
    portfolio: StressedPortfolio, reactions: Exposures, place: int, return_frac: float, deviation_frac: float
) -> dict[str, object]:
    """Return the fields of one position in their order."""
    weight, tier = float(portfolio.weights_frac[place]), reactions.tiers[place]
    is_known = tier != "none"
    impact = weight * return_frac
    ends = sorted(weight * max(-1.0, return_frac + side * Z_95 * deviation_frac) for side in (-1.0, 1.0))
    share = reactions.r2_frac[place]
    proxy = {"factors": "regression on factors", "sector": "median of its sector", "given": "terms given"}.get(tier)
    return {
        "asset": portfolio.assets[place],
        "group": portfolio.group_name(place),
        "weight_frac": weight,
        "return_frac": return_frac if is_known else None,
        "impact_frac": impact if is_known else None,
        "low_frac": min(ends[0], impact) if is_known else None,
        "high_frac": max(ends[1], impact) if is_known else None,
        "tier": tier,
        "proxy": proxy,
        "r2_frac": share,
        "is_weak": tier == "sector" or (tier == "factors" and share is not None and share < WEAK_R2_FRAC),
    }


def _reached_by(
    portfolio: StressedPortfolio, reactions: Exposures, found: Propagated, is_known: NDArray[np.bool_]
) -> tuple[str, ...]:
    """Return the factors that move and to which something that is held reacts directly."""
    moving = {name for name, move in zip(found.names, found.moves, strict=True) if move != 0.0}
    held = is_known & (portfolio.weights_frac != 0.0)
    reacts = np.abs(reactions.loadings[held]).sum(axis=0) > 0.0
    return tuple(
        name for name, is_so in zip(reactions.factors, reacts.tolist(), strict=True) if is_so and name in moving
    )


def _first_notes(
    portfolio: StressedPortfolio, reactions: Exposures, found: Propagated, is_known: NDArray[np.bool_]
) -> list[str]:
    """Say what must be read before the figure: stated moves that reach nothing, and a sign that may surprise."""
    notes = []
    given = {name: move for name, move, is_so in zip(found.names, found.moves, found.is_given, strict=True) if is_so}
    reached = _reached_by(portfolio, reactions, found, is_known)
    idle = [name for name, move in given.items() if move != 0.0 and name not in reached]
    if idle and "equity" in given:
        notes.append(
            f"The stated move of {listing([FACTORS[name].noun for name in idle], 6)} changes nothing here: without a "
            "stored history no position is known to react to it, and the move of shares is stated."
        )
    elif idle and set(reached) <= {"equity"}:
        notes.append(
            "Only shares reach this portfolio: what is stated works through the move of shares that follows from it."
        )
    equity = dict(zip(found.names, found.moves, strict=True)).get("equity", 0.0)
    if given.get("rates", 0.0) > 0.0 and "equity" not in given and equity > 0.0:
        notes.append(
            "In most past crises yields fell together with shares, so higher yields look like good news here. In 2022 "
            "both bonds and shares fell: see the replay of that year, or state a move of shares as well."
        )
    return notes


def _notes(
    portfolio: StressedPortfolio,
    reactions: Exposures,
    model: FactorModel,
    found: Propagated,
    is_known: NDArray[np.bool_],
) -> tuple[str, ...]:
    """Say what was assumed."""
    notes = _first_notes(portfolio, reactions, found, is_known)
    moving = [name for name, move in zip(found.names, found.moves, strict=True) if move != 0.0]
    silent = [
        name
        for name, loadings in zip(reactions.factors, reactions.loadings.T, strict=True)
        if not np.any(loadings) and name in moving
    ]
    if silent:
        notes.append(
            f"No position is known to react directly to {listing([FACTORS[name].noun for name in silent], 6)}; "
            "such a move works through what moves with it."
        )
    if moving and set(model.routes) != {"history"}:
        notes.append(
            "How factors move together is read from the table of past events"
            f"{', beside stored histories' if 'history' in model.routes else ''}; its correlations were pulled "
            f"{percent(model.shrinkage_frac, 0)} toward zero, since there are few events."
        )
    outside = [name for name in found.names if name not in model.names]
    if outside:
        labels = listing([FACTORS[name].label for name in outside])
        notes.append(f"Nothing is known of how this moves with the others, so it moves alone: {labels}.")
    if not is_known.all():
        notes.append(
            f"{percent(portfolio.share_frac(~is_known), 1)} of what is held is not covered and not part of the total."
        )
    return tuple(notes)
