"""What do positions and hedges earn on average, for the change of expected return that a repair states?

The estimate is the one that an optimization takes where nobody says otherwise: arithmetic means of the last 1,260
common days, times 252. A test holds the figures against the optimizer's own defaults.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from engine.kernel.units import listing, percent
from services import formatting
from services.portfolio_facts import FloatArray, PortfolioFacts
from services.stress_hedges import Instrument

LOOKBACK_COUNT: Final = 1260
PERIODS_PER_YEAR: Final = 252
LEAST_COUNT: Final = 252


@dataclass(frozen=True, eq=False)
class Expected:
    """Annual expected returns of the positions (n,), NaN unknown, of the hedges in order, and a sentence on both."""

    annual_frac: FloatArray = field(repr=False)
    hedges_annual_frac: tuple[float | None, ...]
    source: str


def expected_of(facts: PortfolioFacts, names: Sequence[str], hedges: Sequence[Instrument]) -> Expected:
    """Return means over the days that everything with a year of history has in common."""
    count = len(names)
    days = len(facts.returns_frac)
    hedged = [one.returns_frac[len(one.returns_frac) - days :] for one in hedges]
    table = np.column_stack([facts.returns_frac, *hedged])[-LOOKBACK_COUNT:]
    known = np.isfinite(table)
    usable = known.sum(axis=0) >= LEAST_COUNT
    rows = known[:, usable].all(axis=1) if usable.any() else np.zeros(len(table), dtype=bool)
    days = int(rows.sum())
    if days < LEAST_COUNT:
        absent = "Changes of the expected return are not stated: the holdings have less than a year of common history."
        return Expected(np.full(count, np.nan), (None,) * len(hedges), absent)
    means = np.full(table.shape[1], np.nan)
    means[usable] = table[np.ix_(rows, usable)].mean(axis=0) * PERIODS_PER_YEAR
    daily = np.nan_to_num(table[rows][:, :count]) @ facts.weights_frac
    error = float(daily.std(ddof=1)) * PERIODS_PER_YEAR / np.sqrt(days)
    words = (
        f"Expected returns are arithmetic means of {formatting.count(days, 'day')}, times {PERIODS_PER_YEAR}: the "
        "optimizer's usual estimate. Cash earns nothing, and a future what its index does. They are rough: the "
        f"portfolio's own mean is known to about ±{percent(error, 1)} a year."
    )
    young = [name for name, is_known in zip(names, usable[:count].tolist(), strict=True) if not is_known]
    if young:
        words += f" Not known of {listing(young)}."
    found = means[count:].tolist()
    return Expected(means[:count], tuple(one if np.isfinite(one) else None for one in found), words)
