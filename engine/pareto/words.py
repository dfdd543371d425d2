"""In which sentences are several objectives told: values, conflicts, the choice?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from engine.kernel.forms import Matrix
from engine.kernel.units import listing, percent, percent_fixed, plural
from engine.pareto.dominance import is_flat, normalized, ranges_of
from engine.pareto.measures import Measure
from engine.pareto.result import ParetoAxis, ParetoPair, ParetoPoint, ParetoUnit

RELATED = 0.2  # a rank correlation nearer to zero is none
BOTH_BEST = 1e-6  # of the ranges: a point that is so near to the best of two objectives is best in both


def figure(value: float, unit: ParetoUnit) -> str:
    """Return a value in words, with the decimals of every table of such values."""
    if unit in ("annual_frac", "period_frac", "frac"):
        return percent_fixed(value, 2)
    if unit == "count":
        return str(round(value))
    return f"{value:.{1 if unit == 'score' else 2}f}".replace("-", "−")


def pairs_of(measures: Sequence[Measure], costs: Matrix) -> tuple[ParetoPair, ...]:
    """Return how each two objectives go together over points, from costs of shape (k, d)."""
    ideal, nadir = ranges_of(costs)
    shares = normalized(costs, ideal, nadir)
    still = is_flat(ideal, nadir)
    found = []
    for i, first in enumerate(measures):
        for j in range(i + 1, len(measures)):
            second = measures[j]
            moves = not (still[i] or still[j])
            is_apart = bool(shares[:, [i, j]].max(axis=1).min() > BOTH_BEST) and moves
            rank = _rank_correlation(shares[:, i], shares[:, j]) if moves else None
            found.append(
                ParetoPair(
                    first=first.kind,
                    second=second.kind,
                    conflict_correlation=rank,
                    is_in_conflict=is_apart,
                    sentence=_pair_sentence(first.label, second.label, rank, is_apart),
                )
            )
    return tuple(found)


def _rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    ranks = [rankdata(np.round(one, 9)) for one in (first, second)]
    return float(np.clip(np.corrcoef(ranks[0], ranks[1])[0, 1], -1.0, 1.0))


def _pair_sentence(first: str, second: str, rank: float | None, is_apart: bool) -> str:
    pair = f"{first} and {inside(second)}"
    if rank is None:
        return f"{pair}: one of them is the same for every portfolio shown, so they do not conflict."
    shown = f"{rank:.2f}".replace("-", "−")
    if not is_apart:
        return f"{pair} do not conflict: one portfolio is best in both (rank correlation {shown})."
    if abs(rank) < RELATED:
        return f"{pair} hardly depend on each other, yet no portfolio is best in both (rank correlation {shown})."
    if rank < 0.0:
        return f"{pair} conflict: what is better in one tends to be worse in the other (rank correlation {shown})."
    return (
        f"{pair} conflict only towards their best values: elsewhere they improve together (rank correlation {shown})."
    )


def choice_sentence(axes: Sequence[ParetoAxis], point: ParetoPoint, *, is_exact: bool) -> str:
    """Return the rule of the choice with its figures."""
    shares = listing([f"{percent(one.share_frac, 0)} {inside(one.label)}" for one in axes if one.share_frac > 0.0], 5)
    values = listing(
        [
            f"{inside(axis.label)} {figure(value, axis.unit)} (best {figure(axis.ideal, axis.unit)})"
            for axis, value in zip(axes, point.values, strict=True)
        ],
        5,
    )
    among = "of all portfolios within the limits" if is_exact else "of the portfolios found"
    return (
        f"By the weights {shares}, the largest weighted distance to the best values is least here, {among}: {values}."
    )


def inside(label: str) -> str:
    """Return a label as it stands inside a sentence: names and abbreviations keep their capitals."""
    is_name = label[:2].isupper() or label.startswith("Sharpe")
    return label if is_name else label[:1].lower() + label[1:]


def count_sentence(exact_count: int, searched_count: int, labels: Sequence[str]) -> str:
    """Return how many portfolios there are and how they were found."""
    kinds = []
    if exact_count:
        kinds.append(f"{exact_count} proven")
    if searched_count:
        kinds.append(f"{searched_count} found by search")
    total = plural(exact_count + searched_count, "portfolio")
    return f"{total} ({' and '.join(kinds)}), none better than another in all of {listing([*labels], 5)}."
