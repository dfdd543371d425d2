"""Which days moved a price: dividends, splits, and moves far outside of what is usual for the asset?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.store import tables
from services import formatting
from services.messages.explorer import MarketEvent

MOVE_SCALES: Final = 6.0
"""A day counts as a large move from this many robust standard deviations on."""
MOVES_MAX_COUNT: Final = 8
SCALE_OF_MEDIAN: Final = 1.4826
"""Turns a median absolute deviation into a standard deviation where values are normal."""
SPLIT, DIVIDEND = "split", "dividend"


def action_events(actions: Sequence[tables.CorporateAction]) -> list[MarketEvent]:
    """Return dividends and splits in words; a later word on the same day and kind stands for the earlier one."""
    latest = {(one.kind, one.ex_date): one for one in sorted(actions, key=lambda one: one.knowledge_time_utc)}
    found: list[MarketEvent] = []
    for one in sorted(latest.values(), key=lambda one: (one.ex_date, one.kind)):
        day = formatting.day(one.ex_date)
        if one.kind == SPLIT and one.ratio is not None:
            sentence = f"Split on {day}: {formatting.quantity(one.ratio)} new for 1 old share."
            found.append(MarketEvent(session=one.ex_date, kind="split", sentence=sentence))
        elif one.kind == DIVIDEND and one.amount_ccy is not None:
            amount = f"{formatting.quantity(one.amount_ccy)} {one.currency or ''}".rstrip()
            sentence = f"Dividend of {amount} a share, without it from {day} on."
            found.append(MarketEvent(session=one.ex_date, kind="dividend", sentence=sentence))
    return found


def large_moves(days: NDArray[np.datetime64], closes: NDArray[np.float64], first: int) -> list[MarketEvent]:
    """Return the largest moves of a window, judged by the whole history's robust scale.

    Parameters
    ----------
    days, closes : arrays of equal length
        The whole history, without the jumps of splits.
    first : int
        Place at which the window begins.

    Returns
    -------
    list of MarketEvent
        At most eight, in order of time: days whose return lies more than six robust standard deviations (1.4826 times
        the median absolute deviation) from the median return.

    """
    if closes.size < 30 or bool(np.any(closes <= 0.0)):
        return []
    returns = closes[1:] / closes[:-1] - 1.0
    middle = float(np.median(returns))
    scale = SCALE_OF_MEDIAN * float(np.median(np.abs(returns - middle)))
    if scale <= 0.0:
        return []
    far = np.abs(returns - middle) / scale
    far[: max(0, first - 1)] = 0.0
    places = [int(place) for place in np.argsort(-far)[:MOVES_MAX_COUNT] if far[place] > MOVE_SCALES]
    found: list[MarketEvent] = []
    for place in sorted(places):
        day: date = days[place + 1].astype("datetime64[D]").astype(object)
        verb = "Rose" if returns[place] > 0 else "Fell"
        found.append(
            MarketEvent(
                session=day,
                kind="move",
                sentence=f"{verb} {formatting.rate(abs(float(returns[place])))} on {formatting.day(day)}, "
                f"{formatting.number(float(far[place]), 0)} times its usual day.",
            )
        )
    return found
