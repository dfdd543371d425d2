"""Which movements do the assets share, found from their returns alone, and how many of them are more than noise?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from engine.decompose.factors import ROWS_MIN, FactorReturns
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import listing, plural

FACTORS_MAX_COUNT = 10
ASSETS_PER_FACTOR = 3
"""A factor has to stand for so many assets: of as many factors as assets each would explain itself."""
BAI_NG_MIN_COUNT = 20
"""Below so many assets the criterion of Bai and Ng, which is one for many, takes as many factors as it may."""
ASSETS_MIN_COUNT = 3
WHOLE_ROWS_SHARE = 0.8
STILL = 1e-12
Selection = Literal["by_size", "bai_ng", "marchenko_pastur"]


def statistical_factors(
    returns_frac: Matrix, assets: Sequence[str], *, selection: Selection | int = "by_size"
) -> FactorReturns:
    """Return principal components of the correlations as factors: mixes of the assets with weights of gross one.

    A component's sign makes most of its loadings positive, so that the first one reads as the market. Assets with
    returns on fewer than 80% of the days are left out, and then the days on which one of the others has none.

    Parameters
    ----------
    returns_frac
        Shape (t, n), rows in time order, NaN where not known.
    assets
        n names.
    selection
        ``"by_size"``: Bai and Ng from 20 assets on, Marchenko and Pastur below. ``"bai_ng"``: the number that minimizes
        ln V(k) + k (N + T)/(N T) ln min(N, T). Never more than 10, nor than one for three assets.
        ``"marchenko_pastur"``: the eigenvalues above (1 + √(N/T))², at least one. Or the number itself.

    Returns
    -------
    FactorReturns
        NaN on days left out; `explained_frac` is each factor's share of the total variance of the correlations.

    Raises
    ------
    InputRefused
        With fewer than three assets that move, or fewer than 60 days that they share.

    References
    ----------
    Bai and Ng (2002), Determining the number of factors in approximate factor models, Econometrica 70(1), IC_p2.
    Marchenko and Pastur (1967), Distribution of eigenvalues for some sets of random matrices.

    """
    returns = np.array(returns_frac, dtype=np.float64)
    names = tuple(assets)
    known = np.isfinite(returns)
    enough = known.sum(axis=0) >= WHOLE_ROWS_SHARE * len(returns)
    rows = known[:, enough].all(axis=1)
    is_whole = bool(enough.all() and rows.all())
    shared = returns if is_whole else returns[np.ix_(rows, enough)]
    deviations = shared.std(axis=0, ddof=1) if len(shared) > 1 else np.zeros(shared.shape[1])
    moves = deviations > STILL
    inside = np.flatnonzero(enough)[moves]
    if inside.size < ASSETS_MIN_COUNT or int(rows.sum()) < ROWS_MIN:
        verb = "shares" if inside.size == 1 else "share"
        message = f"{plural(inside.size, 'asset')} {verb} {plural(int(rows.sum()), 'day')}."
        advice = f"Statistical factors need {ASSETS_MIN_COUNT} assets that move and {ROWS_MIN} days that they share."
        raise InputRefused([Problem("returns_frac", message, advice)])
    sample, deviations = (shared, deviations) if moves.all() else (shared[:, moves], deviations[moves])
    scaled = (sample - sample.mean(axis=0)) / deviations
    values, vectors = np.linalg.eigh(scaled.T @ scaled / (len(scaled) - 1))
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    count, sentence = _count(values, len(scaled), selection)
    loadings = vectors[:, :count] * _signs(vectors[:, :count])
    mix = loadings / deviations[:, None]
    mix /= np.abs(mix).sum(axis=0)
    made = np.full((len(returns), count), np.nan)
    made[rows] = sample @ mix
    left = [names[place] for place in range(len(names)) if place not in set(inside.tolist())]
    return FactorReturns(
        names=tuple(f"Factor {place + 1}" for place in range(count)),
        returns_frac=made,
        is_statistical=True,
        selection=sentence,
        explained_frac=tuple((values[:count] / values.sum()).tolist()),
        notes=(f"{listing(left)}: too little history to shape the statistical factors.",) if left else (),
    )


def _count(values: Vector, rows_count: int, selection: Selection | int) -> tuple[int, str]:
    """Return how many factors there are, and how that was decided."""
    assets_count = values.size
    most = min(FACTORS_MAX_COUNT, max(1, assets_count // ASSETS_PER_FACTOR))
    if isinstance(selection, int):
        most = min(FACTORS_MAX_COUNT, assets_count - 1)
        if not 1 <= selection <= most:
            message = f"{selection} factors of {assets_count} assets."
            raise InputRefused([Problem("selection", message, f"Give a number from 1 to {most}.")])
        return selection, f"{plural(selection, 'factor')}, as asked for."
    if selection == "marchenko_pastur" or (selection == "by_size" and assets_count < BAI_NG_MIN_COUNT):
        edge = (1.0 + np.sqrt(assets_count / rows_count)) ** 2
        count = int(np.clip(np.count_nonzero(values > edge), 1, most))
        return count, f"{plural(count, 'eigenvalue')} above {edge:.2f}, the largest that noise alone would give."
    left = np.maximum(values.sum() - np.cumsum(values)[:most], 1e-300) / assets_count
    penalty = (assets_count + rows_count) / (assets_count * rows_count) * np.log(min(assets_count, rows_count))
    count = int(np.argmin(np.log(left) + penalty * np.arange(1, most + 1))) + 1
    return count, f"{plural(count, 'factor')} by the criterion of Bai and Ng, of at most {most}."


def _signs(vectors: Matrix) -> Vector:
    """Return 1 or -1 for each column, so that its loadings sum to more than zero; a tie goes by the largest."""
    sums = vectors.sum(axis=0)
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])]
    signs: Vector = np.where(np.where(np.abs(sums) > 1e-9, sums, largest) < 0.0, -1.0, 1.0)
    return signs
