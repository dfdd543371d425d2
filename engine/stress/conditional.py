"""If these factors move so far, how far do the others move, and how unusual is that?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.special import gammaincc

from engine.kernel.estimates import Matrix, Vector
from engine.stress.factor_model import FactorModel
from engine.stress.levels import FLOORS, least_moves
from engine.stress.moves import FACTORS, refuse_impossible
from engine.stress.result import FactorMove, Plausibility

ONE_IN_MAX = 1e9
Z_95 = 1.6448536269514722
ShockMode = Literal["conditional", "others_zero"]


@dataclass(frozen=True, eq=False)
class Propagated:
    """All moves in the order of `names`, shape (k,), their covariance given the shocks (k, k), and which were given.

    `cut` names the factors that would have gone below their floor, `least` the lowest move of each that has one.
    """

    names: tuple[str, ...]
    moves: Vector
    covariance: Matrix
    is_given: tuple[bool, ...]
    mahalanobis_squared: float
    cut: tuple[str, ...] = ()
    least: Mapping[str, float] = field(default_factory=dict)


def propagate(
    model: FactorModel,
    shocks: Mapping[str, float],
    mode: ShockMode = "conditional",
    levels: Mapping[str, float] | None = None,
) -> Propagated:
    """Return the expectation of all factors given some, E[x | s] = Σ_xs Σ_ss⁻¹ s, with Σ_xx - Σ_xs Σ_ss⁻¹ Σ_sx.

    A factor that the model does not know keeps its shock and moves nothing else. With "others_zero" what is not given
    stays at zero and is certain.

    The law is linear and knows no zero: an implied fall of the volatility index or of a spread ends at its floor,
    counted from `levels` (last stored levels by factor; medians where none is given).

    References
    ----------
    Kupiec (1998), Stress testing in a value at risk framework, Journal of Derivatives 6(1).

    """
    refuse_impossible(dict(shocks))
    outside = tuple(name for name in shocks if name not in model.names)
    names = model.names + outside
    count, width = len(model.names), len(names)
    given = [place for place in range(count) if names[place] in shocks]
    free = [place for place in range(count) if names[place] not in shocks]
    moves = np.array([shocks.get(name, 0.0) for name in names], dtype=float)
    covariance = np.zeros((width, width))
    sigma = model.covariance
    distance = 0.0
    if given:
        s = moves[given]
        solved = np.linalg.solve(sigma[np.ix_(given, given)], np.column_stack([s, sigma[np.ix_(given, free)]]))
        distance = float(s @ solved[:, 0])
        if mode == "conditional" and free:
            across = sigma[np.ix_(free, given)]
            moves[free] = across @ solved[:, 0]
            covariance[np.ix_(free, free)] = sigma[np.ix_(free, free)] - across @ solved[:, 1:]
    elif mode == "conditional":
        covariance[:count, :count] = sigma
    least = least_moves(levels)
    cut = tuple(names[place] for place in free if moves[place] < least.get(names[place], -np.inf))
    for place in free:
        moves[place] = max(moves[place], least.get(names[place], -np.inf))
    is_given = tuple(name in shocks for name in names)
    return Propagated(names, moves, 0.5 * (covariance + covariance.T), is_given, distance, cut, least)


def told_moves(model: FactorModel, found: Propagated, mode: ShockMode) -> tuple[FactorMove, ...]:
    """Return every factor's move with its band, its size in sigmas and where it comes from."""
    rows = []
    sigmas = dict(zip(model.names, model.sigmas.tolist(), strict=True))
    routes = dict(zip(model.names, model.routes, strict=True))
    for place, name in enumerate(found.names):
        move, spread = float(found.moves[place]), float(np.sqrt(max(0.0, found.covariance[place, place])))
        factor = FACTORS[name]
        is_given = found.is_given[place]
        route = "given" if is_given else "held" if mode == "others_zero" else routes[name]
        why = {
            "given": "as you set it",
            "held": "held where it is",
            "history": f"expected from its history in {model.period}",
            "events": "expected from its moves in past events",
        }[route]
        is_cut = name in found.cut
        if is_cut:
            why += f", cut at a level of {FLOORS[name]:g}, below which it never was"
        least = factor.low if is_given else max(factor.low, found.least.get(name, factor.low))
        low, high = (max(move - Z_95 * spread, least), min(move + Z_95 * spread, factor.high))
        rows.append(
            FactorMove(
                factor=name,
                unit=factor.unit,
                move=move,
                low=min(low, move),
                high=max(high, move),
                sigmas=move / sigmas[name] if name in sigmas else 0.0,
                route=route,
                is_cut=is_cut,
                sentence=f"{factor.label}: {factor.words(move)}, {why}.",
            )
        )
    return tuple(rows)


def plausibility(model: FactorModel, found: Propagated) -> Plausibility:
    """Say how unusual the given moves are together: the upper tail of chi-square at their squared distance."""
    count = sum(given and name in model.names for given, name in zip(found.is_given, found.names, strict=True))
    squared = found.mahalanobis_squared
    chance = float(gammaincc(count / 2.0, squared / 2.0)) if count else 1.0
    one_in = min(1.0 / chance, ONE_IN_MAX) if chance > 0.0 else ONE_IN_MAX
    word = word_of(chance)
    sentence = (
        f"{word.capitalize()}: moves at least this unusual together would come in 1 of {rounded(one_in)} "
        f"{model.period} under a normal law; real markets reach far tails more often."
    )
    return Plausibility(
        mahalanobis_squared=squared,
        moves_count=count,
        probability_frac=chance,
        one_in=one_in,
        period=model.period,
        word=word,
        sentence=sentence if count else "No known factor is set, so nothing says how unusual this is.",
    )


def word_of(chance: float) -> Literal["common", "plausible", "rare", "extreme"]:
    """Return the word for a chance."""
    return "common" if chance >= 0.2 else "plausible" if chance >= 0.05 else "rare" if chance >= 0.001 else "extreme"


def rounded(one_in: float) -> str:
    """Return N of "1 in N" with no more digits than it deserves."""
    if one_in >= ONE_IN_MAX:
        return "more than a billion"
    if one_in < 10.0:
        return f"{one_in:.2g}"
    digits = 10 ** (len(str(int(one_in))) - 2)
    return f"{round(one_in / digits) * digits:,}"
