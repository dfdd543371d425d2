"""Why did the portfolio do better or worse than its benchmark over many periods? Brinson's effects, linked, closed."""

from __future__ import annotations

from typing import Literal

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import percent_fixed, points
from engine.performance.attribution_grid import grid_ends, period_rows
from engine.performance.brinson import Effects, asset_effects, geometric_effects, single_period_effects
from engine.performance.linking import coefficients, geometric_totals, refuse_ruin
from engine.performance.positions import Positions
from engine.performance.result_attribution import (
    AssetEffect,
    BrinsonAttribution,
    BrinsonModel,
    Linking,
    SegmentEffect,
)

NO_WEIGHTS = (
    "The benchmark's constituent weights are not known, so the active return cannot be split into allocation and"
    " selection. Contribution by asset and attribution by factors need none."
)


def brinson_attribution(
    positions: Positions,
    *,
    model: BrinsonModel = "brinson_fachler",
    linking: Linking = "carino",
    is_interaction_folded: bool = False,
    grid: Literal["auto", "period", "month", "year"] = "auto",
) -> BrinsonAttribution:
    """Return the attribution of the active return to segments and assets.

    Parameters
    ----------
    positions
        Grouped as wanted, with benchmark weights.
    model, linking
        Brinson-Fachler and Carino by default.
    is_interaction_folded
        Interaction becomes part of selection. Geometric linking knows no interaction: it is always folded.
    grid
        For the running effects: ``auto`` is each period up to 60 of them, months beyond.

    Raises
    ------
    InputRefused
        Without benchmark weights, and where either side lost everything.

    """
    if positions.benchmark_weights_frac is None:
        raise InputRefused([Problem("benchmark_weights_frac", NO_WEIGHTS, "Choose a benchmark with known weights.")])
    names, picks = positions.segments()
    is_fachler = model == "brinson_fachler"
    effects = single_period_effects(positions, picks, is_fachler=is_fachler)
    refuse_ruin(positions.portfolio_frac, effects.base_frac, positions.dates, linking)
    own, base = (float(np.prod(1.0 + one)) - 1.0 for one in (positions.portfolio_frac, effects.base_frac))
    notes = list(positions.notes)
    if effects.thin_count:
        notes.append(
            "Where a segment's long and short holdings nearly cancel, interaction is shown as part of selection."
        )
    assets: tuple[AssetEffect, ...] = ()
    if linking == "geometric":
        is_interaction_folded = True
        parts = geometric_effects(effects, positions)
        (allocation, a_parts), (selection, s_parts) = geometric_totals(parts[0]), geometric_totals(parts[1])
        interaction, i_parts = 0.0, np.zeros(len(names))
        trading = float(np.prod(1.0 + parts[2])) - 1.0
        active = (1.0 + own) / (1.0 + base) - 1.0
        residual = (1.0 + allocation) * (1.0 + selection) * (1.0 + trading) - 1.0 - active
        notes.append("Geometric effects compound to the active return; segments sum to their effect by log scaling.")
        if not is_fachler:
            notes.append("Geometric allocation is always measured against the benchmark's whole return.")
    else:
        weights = coefficients(positions.portfolio_frac, effects.base_frac, linking)
        a_parts, s_parts, i_parts = (
            weights @ one for one in (effects.allocation, effects.selection, effects.interaction)
        )
        if is_interaction_folded:
            s_parts, i_parts = s_parts + i_parts, np.zeros(len(names))
        allocation, selection, interaction = (float(one.sum()) for one in (a_parts, s_parts, i_parts))
        trading = float(weights @ positions.trading_frac)
        active = own - base
        residual = active - allocation - selection - interaction - trading
        assets = _assets(positions, effects, picks, names, weights, is_fachler)
        if not is_fachler:
            notes.append(
                "Brinson-Hood-Beebower allocation rewards any overweight of a segment that rose, even less than the"
                " benchmark."
            )
    cash = sum(float(part) for name, part in zip(names, a_parts, strict=True) if name == positions.cash_group)
    ends = grid_ends(positions.dates, grid)
    return BrinsonAttribution(
        model=model,
        linking=linking,
        is_interaction_folded=is_interaction_folded,
        started_on=positions.started_on,
        ended_on=positions.ended_on,
        periods_count=len(positions.dates),
        portfolio_return_frac=own,
        benchmark_return_frac=base,
        active_return_frac=active,
        allocation_frac=allocation,
        selection_frac=selection,
        interaction_frac=interaction,
        trading_frac=trading,
        cash_allocation_frac=cash,
        residual_frac=residual,
        segments=_segments(effects, names, a_parts, s_parts, i_parts),
        assets=assets,
        periods=period_rows(positions, effects, linking, is_interaction_folded, ends),
        sentence=_sentence(
            active, allocation - cash, cash, selection, interaction, trading, is_geometric=linking == "geometric"
        ),
        notes=tuple(notes),
    )


def _segments(
    effects: Effects, names: tuple[str, ...], allocation: Vector, selection: Vector, interaction: Vector
) -> tuple[SegmentEffect, ...]:
    own, base = (
        _compounded(effects.own_weights, effects.own_contributions),
        _compounded(effects.base_weights, effects.base_contributions),
    )
    rows = [
        SegmentEffect(
            key=name,
            portfolio_weight_frac=float(effects.own_weights[:, j].mean()),
            benchmark_weight_frac=float(effects.base_weights[:, j].mean()),
            portfolio_return_frac=own[j],
            benchmark_return_frac=base[j],
            allocation_frac=float(allocation[j]),
            selection_frac=float(selection[j]),
            interaction_frac=float(interaction[j]),
            total_frac=float(allocation[j] + selection[j] + interaction[j]),
        )
        for j, name in enumerate(names)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.total_frac, row.key)))


def _compounded(weights: Matrix, contributions: Matrix) -> list[float | None]:
    """Return each segment's own return over the periods in which it was held net long or short; None where never."""
    held = np.abs(weights) > 1e-6
    returns = np.where(held, contributions / np.where(held, weights, 1.0), 0.0)
    whole = np.prod(1.0 + returns, axis=0) - 1.0
    return [
        one if is_held and np.isfinite(one) else None
        for one, is_held in zip(whole.tolist(), np.any(held, axis=0).tolist(), strict=True)
    ]


def _assets(
    positions: Positions,
    effects: Effects,
    picks: Matrix,
    names: tuple[str, ...],
    weights: Vector,
    is_fachler: bool,
) -> tuple[AssetEffect, ...]:
    allocation, selection = asset_effects(positions, effects, picks, is_fachler=is_fachler)
    a, s = weights @ allocation, weights @ selection
    own, base = positions.weights_frac.mean(axis=0), np.asarray(positions.benchmark_weights_frac).mean(axis=0)
    rows = [
        AssetEffect(
            key=key,
            segment=positions.groups[j],
            portfolio_weight_frac=float(own[j]),
            benchmark_weight_frac=float(base[j]),
            allocation_frac=float(a[j]),
            selection_frac=float(s[j]),
            total_frac=float(a[j] + s[j]),
        )
        for j, key in enumerate(positions.keys)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.total_frac, row.key)))


def _sentence(
    active: float,
    allocation: float,
    cash: float,
    selection: float,
    interaction: float,
    trading: float,
    *,
    is_geometric: bool,
) -> str:
    """Return the answer to the page's question."""
    word = "better" if active > 0.0 else "worse"
    if abs(active) < 5e-7:
        return "Portfolio and benchmark returned the same."
    named = {
        "allocation": allocation,
        "cash": cash,
        "selection": selection,
        "interaction": interaction,
        "trading": trading,
    }
    told = percent_fixed if is_geometric else points
    parts = [f"{name} {told(value)}" for name, value in named.items() if abs(value) >= 5e-7]
    return f"The portfolio did {told(abs(active))} {word} than its benchmark: {', '.join(parts)}."
