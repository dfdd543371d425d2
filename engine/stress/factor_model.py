"""How do the factors move together under stress, and from which data is that known?

Two routes. From the table of events: second moments about zero of the moves over whole episodes (events inside another
event are left out), so that a rise of rates tells something about shares although no series of rates is stored. From
stored histories: second moments about zero of 21-session moves in the most volatile fifth of all months. Where two or
more factors have a history, their part comes from it, and the event table gives the correlations with the others, whose
sizes are scaled to the same months by the ratio that the common factors have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.estimates import Matrix, Vector
from engine.stress.moves import FACTORS, EventMoves, refuse_unknown
from engine.stress.nearest_correlation import nearest_correlation

MONTH_SESSIONS = 21
STRESSED_SHARE_FRAC = 0.2
HISTORY_MIN_COUNT = 500
PAIRS_MIN_COUNT = 4
EIGENVALUE_MIN = 0.05
Period = Literal["crises", "stressed months"]
Source = Literal["history", "events"]
_EVENTS: Source = "events"


@dataclass(frozen=True, eq=False)
class FactorModel:
    """Joint law of the factors' moves in one period.

    Attributes
    ----------
    names
        k factors.
    covariance
        Shape (k, k), second moments about zero in the factors' units; positive definite.
    period
        What one draw is: a crisis of the table, or a stressed month.
    sessions_count
        Typical length of that period in sessions.
    routes
        For each factor "history" or "events".
    shrinkage_frac
        How far the events' correlations were pulled toward zero.

    """

    names: tuple[str, ...]
    covariance: Matrix
    period: Period
    sessions_count: int
    routes: tuple[Source, ...]
    shrinkage_frac: float

    @property
    def sigmas(self) -> Vector:
        """Standard deviations about zero, shape (k,)."""
        return np.sqrt(np.diag(self.covariance))


def factor_model(
    events: EventMoves, histories: Mapping[str, Vector] | None = None, *, sessions_count: int = 40
) -> FactorModel:
    """Return the model from what is known.

    Parameters
    ----------
    events
        Moves of the events; the factors of the model are its factors with at least two known moves.
    histories
        Factor to daily changes (t,) on common dates, NaN where none: simple returns for fractions, differences in the
        factor's unit otherwise. Fewer than two usable ones: the events alone.
    sessions_count
        Typical length of an event, used for what positions do on their own.

    Raises
    ------
    InputRefused
        An unknown factor, or a table without two known moves of any factor.

    """
    given = dict(histories or {})
    refuse_unknown(tuple(given), "histories")
    names, sizes, correlation, shrinkage = _of_events(events)
    usable = [name for name in names if name in given and _is_usable(given[name])]
    if len(usable) < 2:
        covariance = correlation * np.outer(sizes, sizes)
        return FactorModel(names, covariance, "crises", sessions_count, (_EVENTS,) * len(names), shrinkage)
    places = [names.index(name) for name in usable]
    of_history = _stressed_moments(np.column_stack([given[name] for name in usable]), usable)
    if of_history is None:
        covariance = correlation * np.outer(sizes, sizes)
        return FactorModel(names, covariance, "crises", sessions_count, (_EVENTS,) * len(names), shrinkage)
    stressed = np.sqrt(np.diag(of_history))
    scaled = sizes * float(np.exp(np.mean(np.log(stressed / sizes[places]))))
    scaled[places] = stressed
    mixed = correlation.copy()
    mixed[np.ix_(places, places)] = of_history / np.outer(stressed, stressed)
    mixed = _definite(mixed)
    routes: tuple[Source, ...] = tuple("history" if name in usable else "events" for name in names)
    return FactorModel(names, mixed * np.outer(scaled, scaled), "stressed months", MONTH_SESSIONS, routes, shrinkage)


def _is_usable(changes: Vector) -> bool:
    known = changes[np.isfinite(changes)]
    return known.size >= HISTORY_MIN_COUNT and float(np.abs(known).max()) > 0.0


def _of_events(events: EventMoves) -> tuple[tuple[str, ...], Vector, Matrix, float]:
    """Return names, sizes (k,), shrunk correlation (k, k) and the shrinkage of the events' moves."""
    moves = events.apart()
    counts = np.isfinite(moves).sum(axis=0)
    keep = [place for place, count in enumerate(counts.tolist()) if count >= 2]
    if not keep:
        raise InputRefused(
            [Problem("events", "No factor has two known moves.", "Give a table of events with figures of moves.")]
        )
    moves = moves[:, keep]
    known = np.isfinite(moves)
    filled = np.where(known, moves, 0.0)
    sizes = np.sqrt((filled**2).sum(axis=0) / known.sum(axis=0))
    pairs = known.astype(float).T @ known
    products = filled.T @ filled
    squares = (filled**2).T @ known
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.where(pairs >= PAIRS_MIN_COUNT, products / np.sqrt(squares * squares.T), 0.0)
    correlation = np.nan_to_num(correlation)
    np.fill_diagonal(correlation, 1.0)
    shrinkage = _shrinkage(correlation, pairs)
    shrunk = (1.0 - shrinkage) * correlation + shrinkage * np.eye(len(keep))
    return tuple(events.factors[place] for place in keep), sizes, _definite(shrunk), shrinkage


def _shrinkage(correlation: Matrix, pairs: Matrix) -> float:
    """Return how far to shrink toward no correlation: estimation variance over squared correlations, within 0 and 1.

    Schaefer and Strimmer (2005), Statistical Applications in Genetics and Molecular Biology 4(1), with the variance of
    a correlation of n pairs taken as (1 - r²)² / (n - 1).
    """
    off = ~np.eye(len(correlation), dtype=bool) & (pairs >= PAIRS_MIN_COUNT)
    squared = float((correlation[off] ** 2).sum())
    if squared <= 0.0:
        return 1.0 if len(correlation) > 1 else 0.0
    noise = float(((1.0 - correlation[off] ** 2) ** 2 / (pairs[off] - 1.0)).sum())
    return min(1.0, noise / squared)


def _definite(correlation: Matrix) -> Matrix:
    """Return the nearest correlation matrix, mixed with the identity until its smallest eigenvalue is 0.05."""
    nearest = nearest_correlation(correlation)[0]
    least = float(np.linalg.eigvalsh(nearest)[0])
    if least >= EIGENVALUE_MIN:
        return nearest
    share = (EIGENVALUE_MIN - least) / (1.0 - least)
    return (1.0 - share) * nearest + share * np.eye(len(nearest))


def _stressed_moments(changes: Matrix, names: list[str]) -> Matrix | None:
    """Return second moments of 21-session moves in the most volatile fifth of the common months; None for too few.

    Months overlap; volatility is the root mean square of the first factor's daily changes in the month (shares, where
    they have a history, since they come first).
    """
    known = changes[np.isfinite(changes).all(axis=1)]
    if len(known) < HISTORY_MIN_COUNT:
        return None
    steps = np.column_stack(
        [
            np.log1p(np.maximum(known[:, at], -0.999)) if FACTORS[name].unit == "fraction" else known[:, at]
            for at, name in enumerate(names)
        ]
    )
    sums = _rolling(steps)
    moves = np.column_stack(
        [np.expm1(sums[:, at]) if FACTORS[name].unit == "fraction" else sums[:, at] for at, name in enumerate(names)]
    )
    rough = _rolling(known[:, :1] ** 2)[:, 0]
    chosen = moves[rough >= np.quantile(rough, 1.0 - STRESSED_SHARE_FRAC)]
    moments = np.asarray(chosen.T @ chosen / len(chosen))
    return moments if bool((np.diag(moments) > 0.0).all()) else None


def _rolling(steps: Matrix) -> Matrix:
    """Return sums over 21 rows, shape (t - 20, k)."""
    sums = np.cumsum(np.vstack([np.zeros(steps.shape[1]), steps]), axis=0)
    return np.asarray(sums[MONTH_SESSIONS:] - sums[:-MONTH_SESSIONS])
