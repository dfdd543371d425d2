"""Why does a portfolio's return differ from its benchmark's: the segments it chose, or what it held in them?

Of segment S in one period, with weights w at its begin and contributions c = Σ w r of its assets:

allocation    (w_p - w_b)(R_b,S - R_b)   Brinson-Fachler;   (w_p - w_b) R_b,S   Brinson-Hood-Beebower
selection     w_b (R_p,S - R_b,S)
interaction   (w_p - w_b)(R_p,S - R_b,S)

A segment that only one side holds takes the other's return for the missing one: R_p,S := R_b,S without holdings of the
portfolio, R_b,S := R_b without a benchmark weight; never 0. Cash is the exception: what it earns is known without a
benchmark that holds it, R_b,cash := R_p,cash. Its whole effect w_p (R_cash - R_b), the drag of cash, is allocation.

References
----------
Brinson, Hood and Beebower (1986), Determinants of portfolio performance, Financial Analysts Journal 42(4). Brinson and
Fachler (1985), Measuring non-US equity portfolio performance, Journal of Portfolio Management 11(3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.performance.positions import Positions

HELD_FRAC = 1e-9  # a net weight below it has no return of its own
THIN_SHARE = 0.05  # a net weight below this share of long plus short is no base for a return either


@dataclass(frozen=True, eq=False)
class Effects:
    """Effects of every segment in every period, and what they are made of.

    Attributes
    ----------
    allocation, selection, interaction
        Shape (t, m); with `trading_frac` of the positions they sum to R_p - R_b in each period.
    own_weights, base_weights
        Shape (t, m).
    own_contributions, base_contributions
        Σ w r of each segment, shape (t, m).
    base_segment
        R_b,S with the missing ones filled, shape (t, m).
    base_frac
        R_b, shape (t,).
    thin_count
        Segments and periods in which long and short of the portfolio nearly cancel: interaction is then part of
        selection, because a return on so small a net weight means nothing.

    """

    allocation: Matrix
    selection: Matrix
    interaction: Matrix
    own_weights: Matrix
    base_weights: Matrix
    own_contributions: Matrix
    base_contributions: Matrix
    base_segment: Matrix
    base_frac: Vector
    thin_count: int


def single_period_effects(positions: Positions, picks: Matrix, *, is_fachler: bool) -> Effects:
    """Return the effects of every period.

    Parameters
    ----------
    positions
        With benchmark weights.
    picks
        Ones that sum assets to segments, shape (n, m).
    is_fachler
        Allocation against the benchmark's whole return; else against nothing.

    """
    base_weights, base_returns = positions.benchmark_weights_frac, positions.benchmark_returns_frac
    assert base_weights is not None
    assert base_returns is not None
    own_w, base_w = positions.weights_frac @ picks, base_weights @ picks
    own_c, base_c = (positions.weights_frac * positions.returns_frac) @ picks, (base_weights * base_returns) @ picks
    base = base_c.sum(axis=1)
    has_base, has_own = np.abs(base_w) > HELD_FRAC, np.abs(own_w) > HELD_FRAC
    segment = np.where(has_base, base_c / np.where(has_base, base_w, 1.0), base[:, None])
    names, _ = positions.segments()
    for j in (j for j, name in enumerate(names) if name == positions.cash_group):
        alone = has_own[:, j] & ~has_base[:, j] & ~_is_thin(own_w[:, j], positions, picks[:, j])
        segment[:, j] = np.where(alone, own_c[:, j] / np.where(has_own[:, j], own_w[:, j], 1.0), segment[:, j])
    own_segment = np.where(has_own, own_c / np.where(has_own, own_w, 1.0), segment)
    active_w = own_w - base_w
    selection = base_w * (own_segment - segment)
    # What a segment earned beyond its benchmark's return is exact without dividing by its weight, which may be near 0.
    beyond = own_c - own_w * segment
    missed = base_c - base_w * segment  # 0, but for a benchmark of long and short that nets to nothing
    thin = _is_thin(own_w, positions, picks)
    selection = np.where(thin, beyond - missed, selection)
    allocation = active_w * (segment - base[:, None]) if is_fachler else active_w * segment
    interaction = beyond - missed - selection
    return Effects(allocation, selection, interaction, own_w, base_w, own_c, base_c, segment, base, int(thin.sum()))


def _is_thin(own_weights: Any, positions: Positions, picks: Any) -> Any:
    """Return where long and short holdings nearly cancel, for one segment or for all."""
    return np.abs(own_weights) < THIN_SHARE * (np.abs(positions.weights_frac) @ picks)


def geometric_effects(effects: Effects, positions: Positions) -> tuple[Matrix, Matrix, Vector]:
    """Return geometric allocation and selection of each segment, shape (t, m), and trading, shape (t,).

    With b_S, the return of the benchmark's segments at the portfolio's weights: allocation (w_p - w_b) times
    (1 + R_b,S) / (1 + R_b) - 1, which sums to (1 + b_S) / (1 + R_b) - 1; selection (c_p - w_p R_b,S) / (1 + b_S), which
    sums to (1 + Σ c_p) / (1 + b_S) - 1; trading (1 + R_p) / (1 + Σ c_p) - 1. The three compound to
    (1 + R_p) / (1 + R_b) - 1.

    Raises
    ------
    InputRefused
        Leverage so high that the holdings, or the weights at the benchmark's returns, lose everything in a period.

    References
    ----------
    Bacon (2008), Practical Portfolio Performance Measurement and Attribution, 2nd edition, chapter 5.

    """
    base = effects.base_frac
    active_w = effects.own_weights - effects.base_weights
    missed = effects.base_contributions - effects.base_weights * effects.base_segment
    semi = np.einsum("ij,ij->i", effects.own_weights, effects.base_segment) + missed.sum(axis=1)
    allocation = active_w * ((1.0 + effects.base_segment) / (1.0 + base[:, None]) - 1.0)
    beyond = effects.own_contributions - effects.own_weights * effects.base_segment - missed
    explained = effects.own_contributions.sum(axis=1)
    lost = (semi <= -1.0) | (explained <= -1.0)
    if lost.any():
        when = positions.dates[int(np.argmax(lost))]
        message = f"At the benchmark's returns the portfolio's weights lose everything on {when}."
        advice = "Choose an arithmetic linking, or end the stretch before that date."
        raise InputRefused([Problem("linking", message, advice)])
    selection = beyond / (1.0 + semi[:, None])
    return allocation, selection, (1.0 + positions.portfolio_frac) / (1.0 + explained) - 1.0


def asset_effects(positions: Positions, effects: Effects, picks: Matrix, *, is_fachler: bool) -> tuple[Matrix, Matrix]:
    """Return allocation and selection (with interaction) of each asset in each period, both of shape (t, n).

    With R_b,S of the asset's segment: allocation (w_p - w_b)(R_b,S - R_b) (Brinson-Hood-Beebower without R_b) and
    selection w_p (r_p - R_b,S) - w_b (r_b - R_b,S). Over the assets of a segment they sum to its effects.
    """
    base_weights, base_returns = positions.benchmark_weights_frac, positions.benchmark_returns_frac
    assert base_weights is not None
    assert base_returns is not None
    around = effects.base_segment @ picks.T
    against = around - effects.base_frac[:, None] if is_fachler else around
    allocation = (positions.weights_frac - base_weights) * against
    selection = positions.weights_frac * (positions.returns_frac - around) - base_weights * (base_returns - around)
    return allocation, selection
