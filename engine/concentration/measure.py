"""How concentrated is a portfolio, by position and by group?

Shares are sizes of weights over the gross weight, so that a long-short portfolio whose weights cancel is measured by
what it holds, not by what is left. Cash is no position; a balance in another currency counts among currencies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.concentration.result import ConcentrationLine, ConcentrationResult, DimensionConcentration
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Vector
from engine.kernel.units import percent, plural

NOT_KNOWN = "Not known"
CURRENCY = "currency"
ZERO_FRAC = 1e-12


def concentration(
    weights_frac: Vector,
    groups: Mapping[str, Sequence[str | None]] | None = None,
    cash_weight_frac: float | None = None,
    is_cash: NDArray[np.bool_] | None = None,
) -> ConcentrationResult:
    """Return Herfindahl sums, effective numbers and largest shares.

    Parameters
    ----------
    weights_frac
        Shape (n,), fractions of NAV, negative for what is short; no NaN.
    groups
        Dimension to the group of each asset, n labels in the same order; None where it is not known.
    cash_weight_frac
        What is not invested; by default 1 - Σw, and the weights of `is_cash`.
    is_cash
        Shape (n,), which lines are balances in foreign currencies: they count in the dimension ``"currency"`` alone.

    Returns
    -------
    ConcentrationResult
        Without positions the figures are None and the sentence says so.

    Raises
    ------
    InputRefused
        For weights that are no numbers, or labels that are not one for each asset.

    """
    weights = np.asarray(weights_frac, dtype=np.float64)
    _check(weights, groups or {})
    all_sizes = np.where(np.abs(weights) > ZERO_FRAC, np.abs(weights), 0.0)
    is_invested = np.ones(weights.size, dtype=bool) if is_cash is None else ~np.asarray(is_cash, dtype=bool)
    sizes = np.where(is_invested, all_sizes, 0.0)
    gross = float(sizes.sum())
    net = float(weights[is_invested].sum())
    cash = 1.0 - net if cash_weight_frac is None else float(cash_weight_frac)
    count = int(np.count_nonzero(sizes))
    if count == 0:
        return ConcentrationResult(
            assets_count=0,
            gross_weight_frac=0.0,
            net_weight_frac=net,
            cash_weight_frac=cash,
            herfindahl=None,
            effective_count=None,
            largest_share_frac=None,
            top_5_share_frac=None,
            top_10_share_frac=None,
            largest_weight_frac=None,
            dimensions=(),
            sentence="Nothing is invested: all of the portfolio is cash, so there is no concentration to measure.",
        )
    shares = np.sort(sizes / gross)[::-1]
    herfindahl = float(shares @ shares)
    return ConcentrationResult(
        assets_count=count,
        gross_weight_frac=gross,
        net_weight_frac=net,
        cash_weight_frac=cash,
        herfindahl=herfindahl,
        effective_count=1.0 / herfindahl,
        largest_share_frac=float(shares[0]),
        top_5_share_frac=min(float(shares[:5].sum()), 1.0),
        top_10_share_frac=min(float(shares[:10].sum()), 1.0),
        largest_weight_frac=float(sizes.max()),
        dimensions=tuple(
            _dimension(name, labels, weights, all_sizes if name == CURRENCY else sizes)
            for name, labels in (groups or {}).items()
        ),
        sentence=_sentence(count, 1.0 / herfindahl, float(shares[:5].sum())),
    )


def _sentence(count: int, effective: float, top_5: float) -> str:
    if count == 1:
        return "One position is all that is invested."
    text = f"{plural(count, 'position')}, as concentrated as {effective:.1f} equal ones"
    return f"{text}; the five largest are {percent(top_5, 0)} of what is invested." if count > 5 else f"{text}."


def _dimension(name: str, labels: Sequence[str | None], weights: Vector, sizes: Vector) -> DimensionConcentration:
    """Return the concentration of one dimension."""
    gross = float(sizes.sum())
    held = np.flatnonzero(sizes)
    places: dict[str, list[int]] = {}
    for place in held:
        places.setdefault(labels[int(place)] or NOT_KNOWN, []).append(int(place))
    lines = [
        ConcentrationLine(
            name=label,
            weight_frac=float(weights[inside].sum()),
            gross_weight_frac=float(sizes[inside].sum()),
            share_frac=float(sizes[inside].sum()) / gross,
            assets_count=len(inside),
        )
        for label, inside in places.items()
    ]
    known = sorted((line for line in lines if line.name != NOT_KNOWN), key=lambda line: (-line.share_frac, line.name))
    unknown = [line for line in lines if line.name == NOT_KNOWN]
    alone = sizes[places.get(NOT_KNOWN, [])] / gross
    herfindahl = float(sum(line.share_frac**2 for line in known) + alone @ alone)
    return DimensionConcentration(
        dimension=name,
        herfindahl=herfindahl,
        effective_count=1.0 / herfindahl,
        largest_name=known[0].name if known else None,
        largest_share_frac=known[0].share_frac if known else None,
        largest_weight_frac=known[0].weight_frac if known else None,
        not_known_share_frac=unknown[0].share_frac if unknown else 0.0,
        lines=(*known, *unknown),
    )


def _check(weights: Vector, groups: Mapping[str, Sequence[str | None]]) -> None:
    problems = []
    if weights.ndim != 1 or not np.isfinite(weights).all():
        problems.append(
            Problem("weights_frac", "The weights are not one finite number for each asset.", "Give a flat list.")
        )
    problems += [
        Problem(
            f"groups.{name}", f"{len(labels)} labels for {weights.size} assets.", "Give one for each asset, or None."
        )
        for name, labels in groups.items()
        if len(labels) != weights.size
    ]
    if problems:
        raise InputRefused(problems)
