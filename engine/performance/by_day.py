"""What did one group of holdings, or one effect of an attribution, add on each day?

Each course is linked with the coefficients of the attribution that it belongs to, so that its days add up to the figure
that the attribution states.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.kernel.forms import Matrix, Vector
from engine.performance.brinson import THIN_SHARE, geometric_effects, single_period_effects
from engine.performance.contribution import growth_before
from engine.performance.linking import coefficients, log_ratio, log_slope
from engine.performance.positions import Positions
from engine.performance.result_attribution import BrinsonModel, Linking

EFFECTS = ("allocation", "selection", "interaction", "trading")
HELD_FRAC = 1e-6
"""A net weight below it is none: what was held has no return of its own."""


@dataclass(frozen=True, eq=False)
class GroupDays:
    """One group of holdings day by day.

    Attributes
    ----------
    weights_frac
        Net weight at the begin of each day, shape (t,).
    gains_frac
        What the group added to the day's return, as a fraction of the capital at the begin of the day, shape (t,).
    linked_frac
        The same over the whole stretch: its sum is the group's contribution, shape (t,).
    returns_frac
        What was held of it returned, trades of the day apart, shape (t,); NaN where it was not held, or where long and
        short holdings nearly cancel.

    """

    weights_frac: Vector = field(repr=False)
    gains_frac: Vector = field(repr=False)
    linked_frac: Vector = field(repr=False)
    returns_frac: Vector = field(repr=False)


def group_days(positions: Positions, chosen: Vector, gains_frac: Matrix) -> GroupDays:
    """Return the days of the holdings that are marked.

    Parameters
    ----------
    positions
        Of the portfolio.
    chosen
        Ones for the holdings that belong to the group, else zeros, shape (n,).
    gains_frac
        As for `contribution_table`, shape (t, n); the column of cash that was added may be missing.

    """
    weights = positions.weights_frac @ chosen
    gross = np.abs(positions.weights_frac) @ chosen
    earned = (positions.weights_frac * positions.returns_frac) @ chosen
    gains = gains_frac @ chosen[: gains_frac.shape[1]]
    is_held = (np.abs(weights) > HELD_FRAC) & (np.abs(weights) >= THIN_SHARE * gross)
    returns = np.where(is_held, earned / np.where(is_held, weights, 1.0), np.nan)
    return GroupDays(weights, gains, growth_before(positions.portfolio_frac) * gains, returns)


def effect_days(
    positions: Positions,
    *,
    model: BrinsonModel = "brinson_fachler",
    linking: Linking = "carino",
    is_interaction_folded: bool = False,
) -> tuple[tuple[str, ...], dict[str, Matrix]]:
    """Return the linked effects of every segment on every day.

    Parameters
    ----------
    positions
        With benchmark weights, grouped as wanted.
    model, linking, is_interaction_folded
        As for `brinson_attribution`; geometric linking folds the interaction always.

    Returns
    -------
    (names, effects)
        The segments, and for each of `EFFECTS` a matrix of shape (t, m) whose sum over the days is the segment's effect
        as `brinson_attribution` states it; ``"trading"`` belongs to no segment and has shape (t, 1).

    """
    names, picks = positions.segments()
    found = single_period_effects(positions, picks, is_fachler=model == "brinson_fachler")
    if linking == "geometric":
        allocation, selection, trading = geometric_effects(found, positions)
        return names, {
            "allocation": _scaled(allocation),
            "selection": _scaled(selection),
            "interaction": np.zeros_like(allocation),
            "trading": _scaled(trading[:, None]),
        }
    weights = coefficients(positions.portfolio_frac, found.base_frac, linking)[:, None]
    selection, interaction = found.selection, found.interaction
    if is_interaction_folded:
        selection, interaction = selection + interaction, np.zeros_like(interaction)
    return names, {
        "allocation": weights * found.allocation,
        "selection": weights * selection,
        "interaction": weights * interaction,
        "trading": weights * positions.trading_frac[:, None],
    }


def _scaled(parts: Matrix) -> Matrix:
    """Return the parts of a geometric effect so that all of them add up to it, as `geometric_totals` does."""
    whole = parts.sum(axis=1)
    growth = float(np.prod(1.0 + whole))
    scaled: Matrix = (log_ratio(whole, np.zeros(len(whole))) / log_slope(growth, 1.0))[:, None] * parts
    return scaled
