"""How wide are the spreads of what is held, what is known of its bonds, and what does a trade cost?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

import numpy as np

from services.portfolio_facts import FloatArray, PortfolioFacts
from services.risk_inputs import read_bars

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from engine.stress.exposures import BondTerms
    from engine.stress.redemption import Markets
    from services.market_series import SeriesReader

VOLATILITY_COUNT: Final = 252
QUOTED_SPREAD: Final = "quoted_spread_frac"
DURATION: Final = "modified_duration_years"
CONVEXITY: Final = "convexity_years2"
SPREAD_DURATION: Final = "spread_duration_years"
_HIGH_YIELD = re.compile(r"high[ -]?yield|\bjunk\b", re.IGNORECASE)


def stated(uow: UnitOfWork, asset_ids: Sequence[str], name: str, as_of: date) -> dict[str, float]:
    """Return what the house states of assets by asset id, known on a day; nothing invented."""
    if not asset_ids:
        return {}
    rows = uow.assets.attributes(asset_ids, name, as_of, known_by_utc=datetime.combine(as_of, time.max, UTC))
    return {key: float(row.value) for key, row in rows.items() if not row.is_sample}


def _held(uow: UnitOfWork, facts: PortfolioFacts, name: str) -> dict[str, float]:
    return stated(uow, [one.asset_id for one in facts.assets if not one.is_cash], name, facts.as_of)


def markets(uow: UnitOfWork, reader: SeriesReader, facts: PortfolioFacts) -> Markets:
    """Return volumes, spreads and volatilities.

    A spread is the one that the house states, else estimated from highs and lows by Corwin and Schultz as in the report
    on risk, else not known.
    """
    from engine.liquidity.speed import volume_shares
    from engine.liquidity.spreads import corwin_schultz
    from engine.stress.redemption import Markets

    count = len(facts.assets)
    volatility = np.full(count, np.nan)
    for place in range(count):
        known = facts.returns_frac[:, place]
        known = known[np.isfinite(known)][-VOLATILITY_COUNT:]
        if known.size > VOLATILITY_COUNT // 4:
            volatility[place] = known.std(ddof=1)
    quoted = _held(uow, facts, QUOTED_SPREAD)
    bars = read_bars(uow, reader, facts)
    estimated = np.full(count, np.nan) if bars is None else corwin_schultz(bars.high, bars.low, bars.close)
    spreads = np.array(
        [
            0.0 if one.is_cash else quoted.get(one.asset_id, float(estimate))
            for one, estimate in zip(facts.assets, estimated, strict=True)
        ]
    )
    shares = volume_shares(facts.weights_frac, float(facts.value_ccy), facts.adv_ccy)
    return Markets(volume_shares=shares, spreads_frac=spreads, daily_volatility_frac=volatility)


def trade_costs(spreads_frac: FloatArray) -> FloatArray:
    """Return what a trade costs over its size, shape (n,): half the spread; NaN where that is not known."""
    costs: FloatArray = 0.5 * spreads_frac
    return costs


def bond_terms(uow: UnitOfWork, facts: PortfolioFacts, names: tuple[str, ...]) -> dict[str, BondTerms]:
    """Return what is known of bonds, by name: cash has no duration, others have the terms that the house states.

    A stated spread duration follows the spread of high yield bonds where the name says high yield, else that of
    investment grade bonds. What has no stated duration is estimated by regression, which the answer's tier tells.
    """
    from engine.stress.exposures import BondTerms

    durations = _held(uow, facts, DURATION)
    convexities, spread_durations = _held(uow, facts, CONVEXITY), _held(uow, facts, SPREAD_DURATION)
    found = {}
    for name, one in zip(names, facts.assets, strict=True):
        if one.is_cash:
            found[name] = BondTerms(0.0)
        elif one.asset_id in durations:
            found[name] = BondTerms(
                duration_years=durations[one.asset_id],
                convexity=convexities.get(one.asset_id, 0.0),
                spread_duration_years=spread_durations.get(one.asset_id),
                spread="credit" if _HIGH_YIELD.search(f"{one.name} {one.sector or ''}") else "ig",
            )
    return found
