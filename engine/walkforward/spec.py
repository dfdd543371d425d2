"""How is a recipe tested over the past: how often it is asked again, on how much history, and at which costs?"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from engine.kernel.frozen import OpenSpec
from engine.kernel.units import fraction

Frequency = Literal["monthly", "quarterly", "periods"]
Window = Literal["rolling", "expanding"]
POINTS_MAX_COUNT = 20
TRIALS_MAX_COUNT = 100_000


class WalkForwardOptions(OpenSpec):
    """How the past is walked through; the defaults suit daily prices.

    Attributes
    ----------
    frequency, every_periods
        The recipe is asked on the last date of each month or quarter, or every so many periods.
    window, lookback_periods
        Estimates rest on the last `lookback_periods` returns (rolling), or on all from the first on, at least that
        many (expanding). None takes the recipe's own `estimates.lookback_days`.
    from_date
        No decision is made before it; earlier prices serve the look-back only. None begins as early as can be.
    embargo_periods
        Periods between the last price that a decision may use and the close at which it is traded. 1: decided on the
        close of the day before; estimates whose figures reach forward need as many as they reach.
    spread_bps
        Full bid-ask spread in basis points, half of which each trade pays. None takes the recipe's own costs, and 10
        where it has none.
    frontier_points_count
        Portfolios from the least risk to the highest return that are walked through the same past; 0 for none.
    trials_count
        How many recipes were tried until this one was found, itself included: the more, the better the best of them
        looks by chance alone.
    starting_weights
        Held when the test begins, by asset of the recipe; together at most what the recipe may invest, and what they
        leave is cash. None takes the weights now held, and cash where there are none.

    """

    frequency: Frequency = "monthly"
    every_periods: Annotated[int, Field(ge=1, le=2520)] = 21
    window: Window = "rolling"
    lookback_periods: Annotated[int, Field(ge=2, le=20_000)] | None = None
    from_date: date | None = None
    embargo_periods: Annotated[int, Field(ge=0, le=252)] = 1
    spread_bps: Annotated[float, Field(ge=0.0, le=2000.0)] | None = None
    frontier_points_count: Annotated[int, Field(ge=0, le=POINTS_MAX_COUNT)] = 5
    trials_count: Annotated[int, Field(ge=1, le=TRIALS_MAX_COUNT)] = 1
    starting_weights: dict[str, Annotated[float, *fraction(-10.0, 10.0)]] | None = None
