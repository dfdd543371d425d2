"""Do returns come as often as the figures a year assume, when one of the assets is priced once a month?"""

from __future__ import annotations

import math

import numpy as np

from engine.kernel.frames import ReturnsPanel
from services import formatting

DAYS_A_YEAR = 365.25
RARER_FACTOR = 2.0
"""Returns that are further apart by this factor than the figures a year assume are pointed out."""
OBSERVATIONS_MIN_COUNT = 3


def rarity_note(panel: ReturnsPanel, periods_per_year: int, rarest: str) -> str | None:
    """Return the sentence about returns that are too far apart for the periods a year of a request; None if they fit.

    Parameters
    ----------
    panel : ReturnsPanel
    periods_per_year : int
        By which a mean return is multiplied, and a volatility by its root.
    rarest : str
        The symbol with the fewest prices.

    """
    if panel.observations_count < OBSERVATIONS_MIN_COUNT:
        return None
    gap_days = float(np.median(np.diff(panel.dates.astype("datetime64[D]")).astype(np.int64)))
    if gap_days <= RARER_FACTOR * DAYS_A_YEAR / periods_per_year:
        return None
    fitting = max(1, round(DAYS_A_YEAR / gap_days))
    times = periods_per_year / fitting
    gap, returns = formatting.count(round(gap_days), "day"), formatting.count(periods_per_year, "return")
    return (
        f"These assets share a price every {gap} only, because of {rarest}. Figures a year are computed for {returns} "
        f"a year, so expected returns are about {formatting.number(times, 0)} times too large and volatilities "
        f"{formatting.number(math.sqrt(times), 1)} times: leave {rarest} out, or set `periods_per_year` to {fitting} "
        "by the API."
    )
