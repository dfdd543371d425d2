"""Which streams of returns add up to the portfolio's, and on which days are all of them known?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.covariance import nearest_covariance
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import listing, percent

NOT_KNOWN = "Not known"
ASSET_ROWS_MIN = 20
SCENARIOS_MIN = 20
PAIR_ROWS_MIN = 20
ZERO_FRAC = 1e-12


@dataclass(frozen=True)
class Book:
    """Streams that add up: the portfolio's return of a row is `units_frac` times `exposures`.

    Attributes
    ----------
    names
        m names.
    units_frac
        Shape (t, m), return of one unit of each line; NaN where not known, never where the exposure is zero.
    exposures
        Shape (m,), units held.
    weights_frac
        Shape (m,), weights to be shown.
    is_asset
        Shape (m,), whether a line is a position of which a little more could be held.
    labels
        Dimension to m labels.

    """

    names: tuple[str, ...]
    units_frac: Matrix
    exposures: Vector
    weights_frac: Vector
    is_asset: NDArray[np.bool_]
    labels: dict[str, tuple[str, ...]]

    def contributions(self, rows: NDArray[np.bool_]) -> Matrix:
        """Return what each line adds on each of these rows, shape (lines, rows): contiguous along the rows."""
        made = np.array(self.rows_of(rows).T, order="C")
        made *= self.exposures[:, None]
        made[self.exposures == 0.0] = 0.0  # whose returns need not be known
        return made

    def rows_of(self, rows: NDArray[np.bool_]) -> Matrix:
        """Return the returns of these rows, without a copy where that is all of them."""
        return self.units_frac if rows.all() else self.units_frac[rows]

    def whole_rows(self) -> NDArray[np.bool_]:
        """Return the rows in which every line with an exposure is known, shape (t,)."""
        held = self.exposures != 0.0
        return np.asarray(np.isfinite(self.units_frac[:, held]).all(axis=1))


@dataclass(frozen=True)
class CovarianceChoice:
    """A covariance of the lines, shape (m, m), where it is from, and how far it had to be moved."""

    matrix: Matrix
    kind: str
    change_frac: float | None
    notes: tuple[str, ...]


def checked(
    returns_frac: Matrix,
    weights_frac: Vector,
    assets: Sequence[str],
    groups: Mapping[str, Sequence[str | None]] | None,
) -> tuple[Matrix, Vector, tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Return returns (t, n), weights (n,), names and labels as they are used, infinite returns as unknown.

    Raises
    ------
    InputRefused
        Where shapes do not fit, or a weight is no number.

    """
    returns = np.array(returns_frac, dtype=np.float64, order="F")  # every figure runs along the days of an asset
    weights = np.array(weights_frac, dtype=np.float64)
    names = tuple(assets)
    problems = []
    if returns.ndim != 2 or returns.shape[1] != weights.size or weights.ndim != 1 or len(names) != weights.size:
        problems.append(
            Problem(
                "returns_frac",
                f"Returns of shape {returns.shape} for {weights.size} weights and {len(names)} names.",
                "Give one column of returns, one weight and one name for each asset.",
            )
        )
    if not np.isfinite(weights).all():
        problems.append(Problem("weights_frac", "Some weights are no numbers.", "Give a fraction of NAV for each."))
    problems += [
        Problem(f"groups.{name}", f"{len(labels)} labels for {weights.size} assets.", "Give one each, or None.")
        for name, labels in (groups or {}).items()
        if len(labels) != weights.size
    ]
    if problems:
        raise InputRefused(problems)
    known = np.isfinite(returns)
    if not known.all():
        returns[~known] = np.nan
    weights[np.abs(weights) <= ZERO_FRAC] = 0.0
    shown = {name: tuple(label or NOT_KNOWN for label in labels) for name, labels in (groups or {}).items()}
    return returns, weights, names, shown


def short_histories(returns: Matrix, weights: Vector) -> NDArray[np.bool_]:
    """Return which held assets have too few returns to be measured at all, shape (n,)."""
    short: NDArray[np.bool_] = (np.isfinite(returns).sum(axis=0) < ASSET_ROWS_MIN) & (weights != 0.0)
    return short


def short_note(names: Sequence[str], short: NDArray[np.bool_], weights: Vector) -> str:
    """Return the sentence that names what is left out."""
    who = listing([names[place] for place in np.flatnonzero(short).tolist()])
    size = percent(float(np.abs(weights[short]).sum()))
    return (
        f"{who} ({size} of NAV) {'has' if int(short.sum()) == 1 else 'have'} fewer than {ASSET_ROWS_MIN} returns: "
        "the figures leave it out."
    )


def covariance_of(book: Book) -> CovarianceChoice:
    """Return the sample covariance (divides by the count less one); pair by pair where returns are missing.

    A matrix put together from pairs need not be positive semidefinite: it is then moved to the nearest that is, and the
    change is told. Pairs that share fewer than `PAIR_ROWS_MIN` rows count as uncorrelated.
    """
    units = book.units_frac
    known = np.isfinite(units)
    if known.all():
        if len(units) < 2:
            return CovarianceChoice(np.zeros((units.shape[1],) * 2), "sample", None, ())
        centered = units - units.mean(axis=0)
        return CovarianceChoice(centered.T @ centered / (len(units) - 1), "sample", None, ())
    there = known.astype(np.float64)
    counts = there.T @ there
    means = np.divide(
        np.where(known, units, 0.0).sum(axis=0),
        there.sum(axis=0),
        out=np.zeros(units.shape[1]),
        where=known.any(axis=0),
    )
    centered = np.where(known, units - means, 0.0)
    sums = centered.T @ there
    enough = counts >= PAIR_ROWS_MIN
    matrix = np.where(
        enough, (centered.T @ centered - sums * sums.T / np.maximum(counts, 1.0)) / np.maximum(counts - 1.0, 1.0), 0.0
    )
    held = book.exposures != 0.0
    apart = int(np.count_nonzero(~enough[np.ix_(held, held)]) // 2)
    who = "1 pair of assets shares" if apart == 1 else f"{apart} pairs of assets share"
    notes = [f"{who} fewer than {PAIR_ROWS_MIN} days: taken for uncorrelated."] if apart else []
    repaired, _ = nearest_covariance(matrix)
    change = float(np.abs(repaired - matrix).max(initial=0.0))
    scale = float(np.diag(matrix).max(initial=0.0))
    is_moved = change > 1e-12 * scale
    if is_moved:
        notes.append(
            "Covariances of pairs with different days do not fit together; the nearest that do are used "
            f"(no entry moved by more than {percent(change / scale, 4)} of the largest variance)."
        )
    return CovarianceChoice(repaired if is_moved else matrix, "pairwise", change if is_moved else None, tuple(notes))
