"""What does each limit cost along a frontier: its rows by their multipliers, its bounds by the slopes at them?

At a corner the slope of ½ variance - λ reward with the rows' multipliers, P w + c - λ r + Aᵀy, is zero for every
weight that is free; for one at a bound it is the price of that bound. Bounds that one limit of the request sets to one
value are one rule: its side moves for all of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.frontier.path import Path
from engine.frontier.pieces import SAME_EDGE, Pieces
from engine.frontier.result import FrontierPrices
from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import percent
from engine.optimize.compile import LimitSet
from engine.optimize.lift import LiftedRows

BINDING_DUAL = 1e-11
BINDING_SLOPE = 1e-9  # in units of the mean variance, as finely as a corner is proven
AT_BOUND = 1e-9
KIND = "position_bounds"


def prices_along(
    limits: LimitSet, pieces: Pieces, path: Path, linear: Vector, variance_scale: float
) -> tuple[FrontierPrices, ...]:
    """Return what each limit costs at each corner: rows in their order, then bounds in that of the request.

    Parameters
    ----------
    limits, pieces, path
        The limits, the same in pieces, and the corners under them.
    linear
        c of the variance wᵀPw + 2 cᵀw, shape (n,), in units of `variance_scale`.
    variance_scale
        Annual variance that the path's figures are in units of.

    """
    return (
        *_row_prices(limits, path.row_duals, variance_scale),
        *_bound_prices(limits, pieces, path, linear, variance_scale),
    )


def _row_prices(limits: LimitSet, row_duals: Matrix, variance_scale: float) -> list[FrontierPrices]:
    """Return what each row costs; the open return floor is none of the request's."""
    named = [("Budget", "budget"), None, *((row.name, row.kind) for row in limits.rows)]
    named += [(row.name, row.kind) for row in limits.absolute_rows]
    budget = limits.short_budget
    if budget is not None and budget.gross_max_frac is not None:
        named.append(("Gross exposure", "long_short"))
    if budget is not None and budget.short_max_frac is not None:
        named.append(("Short positions together", "long_short"))
    assert LiftedRows.RETURN_FLOOR == 1
    assert len(named) == row_duals.shape[1]
    cleaned = np.where(np.abs(row_duals) > BINDING_DUAL, -2.0 * variance_scale * row_duals, 0.0)
    for at, row in enumerate(limits.rows, LiftedRows.FIRST_ROW):
        if row.average is not None:  # an average's side moves the row by as much as is invested
            cleaned[:, at] *= limits.net_frac
    return [
        FrontierPrices(name=who[0], kind=who[1], variances_annual=tuple(cleaned[:, at].tolist()))
        for at, who in enumerate(named)
        if who is not None
    ]


def _bound_prices(
    limits: LimitSet, pieces: Pieces, path: Path, linear: Vector, variance_scale: float
) -> list[FrontierPrices]:
    """Return what bounds cost, those that bind nowhere left out; weights without room have none of their own."""
    lower, upper = pieces.edges[:, 0], pieces.edges[:, -1]
    free = upper - lower > SAME_EDGE
    found: list[tuple[int, FrontierPrices]] = []
    for is_upper, values, sources in (
        (False, lower, limits.bound_sources[0]),
        (True, upper, limits.bound_sources[1]),
    ):
        slopes = 2.0 * variance_scale * _slopes_at(pieces, path, linear, is_upper=is_upper)
        pressed = np.flatnonzero(free & slopes.any(axis=0))
        for source, value in sorted({(int(sources[i]), float(values[i])) for i in pressed}):
            mask = free & (sources == source) & (values == value)
            name = _name_of(limits, mask, value, is_upper=is_upper)
            sums = slopes[:, mask].sum(axis=1)
            found.append((source, FrontierPrices(name=name, kind=KIND, variances_annual=tuple(sums.tolist()))))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _slopes_at(pieces: Pieces, path: Path, linear: Vector, *, is_upper: bool) -> Matrix:
    """Return the slopes at weights on the bounds of one side, seen from within, shape (k, n); 0 elsewhere."""
    assert path.images is not None
    bounds = pieces.edges[:, -1] if is_upper else pieces.edges[:, 0]
    last = pieces.counts - 1 if is_upper else np.zeros_like(pieces.counts)
    assets = np.arange(len(bounds))
    rows = pieces.coefficients[last, :, assets]  # shape (n, m)
    slopes = path.images + linear - np.outer(path.tilts, pieces.rewards[last, assets]) + path.row_duals @ rows.T
    is_on = np.abs(path.points - bounds) <= AT_BOUND
    least = BINDING_SLOPE * np.maximum(1.0, path.tilts)[:, None]
    is_pressed = slopes < -least if is_upper else slopes > least
    return np.where(is_on & is_pressed, slopes, 0.0)


def _name_of(limits: LimitSet, mask: NDArray[np.bool_], value: float, *, is_upper: bool) -> str:
    """Return the name that the explanation of an optimum gives the same bound."""
    members, word = np.flatnonzero(mask), "at most" if is_upper else "at least"
    who = f"Position of {limits.universe.assets[members[0]]}" if len(members) == 1 else "Positions"
    return f"{who} {word} {percent(value)}"
