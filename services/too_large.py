"""Are a portfolio's positions so large for its net value that shares of the value say nothing?"""

from __future__ import annotations

import numpy as np

from services import formatting
from services.portfolio_facts import FloatArray, PortfolioFacts


def more_than_everything(facts: PortfolioFacts, series: FloatArray) -> str | None:
    """Say that today's positions are too large for their net value, where one day would have taken more than all.

    Parameters
    ----------
    series : array (t,)
        What today's weights would have returned on each day; NaN where that is not known.

    Returns
    -------
    str or None
        None where no day did.

    """
    days = int((series < -1.0).sum())
    if not days:
        return None
    gross = formatting.number(float(np.abs(facts.weights_frac).sum()), 1)
    return (
        f"on {formatting.count(days, 'day')} of the past today's positions, {gross} times the net value in all, would "
        "have lost more than everything. Shares of the value say nothing then, and falls are not measured: pay in "
        "cash, or make the positions smaller."
    )
