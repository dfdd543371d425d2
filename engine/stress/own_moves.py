"""What do returns that someone states for assets, sectors and currencies do, beside moves of factors?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engine.kernel.errors import InputRefused, Problem
from engine.kernel.units import listing
from engine.stress.conditional import ShockMode
from engine.stress.exposures import Exposures
from engine.stress.factor_model import FactorModel
from engine.stress.positions import StressedPortfolio
from engine.stress.result import FactorShockResult
from engine.stress.shock import shock


def own_moves(
    portfolio: StressedPortfolio,
    reactions: Exposures,
    model: FactorModel,
    moves: Mapping[str, float],
    asset_returns_frac: Mapping[str, float],
    group_returns_frac: Mapping[str, float],
    currency_moves_frac: Mapping[str, float] | None = None,
    currencies: Mapping[str, str] | None = None,
    *,
    scenario: str = "custom",
    name: str = "Own scenario",
    mode: ShockMode = "conditional",
    benchmark_beta: float | None = None,
    levels: Mapping[str, float] | None = None,
) -> FactorShockResult:
    """Return what the portfolio does; an asset's stated return comes before its sector's, that before the factors.

    `currency_moves_frac` states how far currencies move against the base, and `currencies` which asset is in which:
    such a move comes on top of the position's own, in place of what the dollar does to it. A stated return is certain:
    it has no band and stands under "other" among the factors. Without moves of factors, what is not stated is not
    covered, and the answer says so.

    Raises
    ------
    InputRefused
        A stated asset or sector that is not held, or nothing that moves.

    """
    unknown_assets = [one for one in asset_returns_frac if one not in portfolio.assets]
    unknown_groups = [one for one in group_returns_frac if one not in portfolio.groups]
    stated = {
        place: asset_returns_frac.get(asset, group_returns_frac.get(group, 0.0))
        for place, (asset, group) in enumerate(zip(portfolio.assets, portfolio.groups, strict=True))
        if asset in asset_returns_frac or group in group_returns_frac
    }
    by_currency = np.array(
        [dict(currency_moves_frac or {}).get((currencies or {}).get(asset, ""), 0.0) for asset in portfolio.assets]
    )
    unknown_currencies = [one for one in currency_moves_frac or {} if one not in set((currencies or {}).values())]
    if not stated and not moves and not by_currency.any():
        lost = listing([*unknown_assets, *unknown_groups, *unknown_currencies])
        raise InputRefused(
            [Problem("moves", f"Nothing of what is held moves ({lost}).", "Name assets or sectors that are held.")]
        )
    tiers, shares = list(reactions.tiers), list(reactions.r2_frac)
    loadings, residuals = reactions.loadings.copy(), reactions.residual_daily_frac.copy()
    convexities, sides = reactions.convexities.copy(), reactions.currency_sides.copy()
    fixed = np.full(portfolio.count, np.nan)
    for place, value in stated.items():
        loadings[place], residuals[place], convexities[place], sides[place] = 0.0, 0.0, 0.0, 0.0
        tiers[place], shares[place], fixed[place] = "given", None, value
    if "usd" in reactions.factors:
        sides[by_currency != 0.0] = 0.0
        loadings[by_currency != 0.0, reactions.factors.index("usd")] = 0.0
    if not moves:  # what no statement touches is not covered; a currency alone leaves the asset itself where it is
        for place in range(portfolio.count):
            if place not in stated:
                tiers[place] = "given" if by_currency[place] else "none"
                loadings[place], residuals[place] = 0.0, 0.0
    kept = replace(
        reactions,
        loadings=loadings,
        residual_daily_frac=residuals,
        convexities=convexities,
        currency_sides=sides,
        tiers=tuple(tiers),
        r2_frac=tuple(shares),
        fixed_frac=fixed,
        currency_moves_frac=by_currency,
    )
    answer = shock(
        portfolio,
        kept,
        model,
        moves,
        scenario=scenario,
        name=name,
        mode=mode,
        benchmark_beta=benchmark_beta,
        levels=levels,
    )
    notes = list(answer.notes)
    unknown = [*unknown_assets, *unknown_groups, *unknown_currencies]
    if unknown:
        notes.append(f"Stated but not held, so without effect: {listing(unknown)}.")
    if by_currency.any() and not moves:
        notes.append("Where only the currency moves, the asset itself is taken as still.")
    return answer.model_copy(update={"notes": tuple(notes)})
