"""What did each asset and each group add to the portfolio's return?

c_i = Σ_t w_i,t r_i,t Π_{s<t} (1 + R_s): what the asset earned in a period, times what the portfolio had grown to before
it. The sum over assets is Π(1 + R) - 1 exactly, with trading as a part by itself.
"""

from __future__ import annotations

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.performance.positions import Positions
from engine.performance.result_attribution import Contribution, ContributionTable


def growth_before(portfolio_frac: Vector) -> Vector:
    """Return Π_{s<t} (1 + R_s), shape (t,)."""
    return np.concatenate([[1.0], np.cumprod(1.0 + portfolio_frac)[:-1]])


def contribution_table(positions: Positions, *, gains_frac: Matrix | None = None) -> ContributionTable:
    """Return contributions by asset and group.

    Parameters
    ----------
    positions
        Grouped as wanted; benchmark weights play no part.
    gains_frac
        What each asset of the positions earned in each period as a fraction of the portfolio's capital, trades within
        the period included, shape (t, n); by default w r. The column of cash that was added may be missing.

    Raises
    ------
    InputRefused
        Gains that do not fit the positions.

    """
    earned = positions.weights_frac * positions.returns_frac
    trading = positions.trading_frac
    if gains_frac is not None:
        added = len(positions.keys) - gains_frac.shape[1]
        if len(gains_frac) != len(positions.dates) or added not in (0, 1) or not np.isfinite(gains_frac).all():
            message = f"The gains have shape {gains_frac.shape}, or a gap."
            raise InputRefused([Problem("gains_frac", message, "Give one number for each date and asset.")])
        earned = np.zeros_like(earned)
        earned[:, : gains_frac.shape[1]] = gains_frac
        trading = positions.portfolio_frac - earned.sum(axis=1)
    growth = growth_before(positions.portfolio_frac)
    total = float(np.prod(1.0 + positions.portfolio_frac)) - 1.0
    parts = growth @ earned
    names, picks = positions.segments()
    weights = positions.weights_frac.mean(axis=0)
    held = positions.weights_frac != 0.0
    own = np.prod(1.0 + np.where(held, positions.returns_frac, 0.0), axis=0) - 1.0
    group_weights, group_earned = positions.weights_frac @ picks, earned @ picks
    assets = [
        _row(key, positions.groups[j], weights[j], own[j] if held[:, j].any() else None, parts[j])
        for j, key in enumerate(positions.keys)
    ]
    group_own = _group_returns(group_weights, group_earned)
    sums = growth @ group_earned
    groups = [
        _row(name, None, float(group_weights[:, j].mean()), group_own[j], sums[j]) for j, name in enumerate(names)
    ]
    moved = float(growth @ trading)
    return ContributionTable(
        started_on=positions.started_on,
        ended_on=positions.ended_on,
        return_frac=total,
        assets=tuple(sorted(assets, key=lambda row: (-row.contribution_frac, row.key))),
        groups=tuple(sorted(groups, key=lambda row: (-row.contribution_frac, row.key))),
        trading_frac=moved,
        residual_frac=total - moved - float(parts.sum()),
    )


def _row(key: str, group: str | None, weight: float, own: float | None, part: float) -> Contribution:
    known = own is not None and np.isfinite(own)
    return Contribution(
        key=key,
        group=group,
        weight_frac=float(weight),
        return_frac=float(own) if known and own is not None else None,
        contribution_frac=float(part),
    )


def _group_returns(weights: Matrix, earned: Matrix) -> list[float | None]:
    """Return each group's compounded return over the periods in which it has a net weight; None where never."""
    held = np.abs(weights) > 1e-6
    returns = np.where(held, earned / np.where(held, weights, 1.0), 0.0)
    whole = np.prod(1.0 + returns, axis=0) - 1.0
    return [
        one if is_held else None for one, is_held in zip(whole.tolist(), np.any(held, axis=0).tolist(), strict=True)
    ]
