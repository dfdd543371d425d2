"""How does a blend of benchmarks do, and which shares does it hold, between the days on which its shares are restored?

A blend holds its components from one restoring to the next; in between the shares drift with what each component does.
Shares are restored at a close: at every one, at the last of each month, quarter or year, or only when other shares come
into force. Shares that are in force from a day earn that day's return, so they are taken at the close before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

DAILY: Final = "daily"
MONTHS: Final = {"monthly": 1, "quarterly": 3, "yearly": 12}
RULES: Final = (DAILY, *MONTHS, "never")
FloatArray = NDArray[np.float64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class BlendPath:
    """A blend on t days.

    Attributes
    ----------
    levels
        Shape (t,), 1.0 on the first day on which all components have a level; NaN before it and wherever one has none.
    begin_shares
        By component, shape (t,): its share at the close before each day, after any restoring; NaN where not known.

    """

    levels: FloatArray = field(repr=False)
    begin_shares: dict[str, FloatArray] = field(repr=False)


def with_anchor(dated: Mapping[date, object], days: Sequence[date], rule: str) -> list[date]:
    """Return the days with one before them at whose close the shares of the first were restored last.

    From it the drift is counted, so that a blend reads the same in every window. No day is added where every close
    restores the shares, or where none are in force yet.
    """
    wanted = list(days)
    begun = [day for day in dated if wanted and day <= wanted[0]]
    if rule == DAILY or not begun:
        return wanted
    anchor = max(begun) - timedelta(days=1)
    if rule in MONTHS:
        anchor = max(anchor, _end_before(wanted[0], MONTHS[rule]))
    return [anchor, *wanted] if anchor < wanted[0] else wanted


def blend_path(
    dated: Mapping[date, Mapping[str, float]], components: Mapping[str, FloatArray], days: Sequence[date], rule: str
) -> BlendPath:
    """Return a blend's levels and shares.

    Parameters
    ----------
    dated
        Shares by component from a day on, in order of days; each day's sum to 1.
    components
        Levels of the components on the days, shape (t,), in one currency; NaN where one has none.
    days
        Increasing; the first may be the anchor of `with_anchor`.
    rule
        One of `RULES`.

    """
    wanted = np.array(list(days), dtype="datetime64[D]")
    size = wanted.size
    levels = np.full(size, np.nan)
    begin = {key: np.full(size, np.nan) for shares in dated.values() for key in shares}
    starts = np.array(list(dated), dtype="datetime64[D]")
    place = np.searchsorted(starts, wanted, side="right") - 1
    if size > 1 and place[0] < 0:
        place[0] = place[1] if rule != DAILY and days[0] + timedelta(days=1) in dated else -1
    marks = _marks(wanted, rule)
    base, last, level = -1, -1, 1.0  # where the shares were restored last, the last day with a level, the level at base
    for number in range(size):
        if place[number] < 0:
            continue
        shares = {key: share for key, share in dated[starts[place[number]].astype(object)].items() if share}
        if any(key not in components or not np.isfinite(components[key][number]) for key in shares):
            continue
        if base < 0:
            base = last = number
        elif marks[number] != marks[last] or place[number] != place[last]:
            base, level = last, float(levels[last])
        bought = {key: share / components[key][base] for key, share in shares.items()}
        held = {key: units * components[key][last] for key, units in bought.items()}
        whole = sum(held.values())
        for key, one in begin.items():
            one[number] = held.get(key, 0.0) / whole
        levels[number] = (
            level * sum(units * components[key][number] for key, units in bought.items()) / sum(shares.values())
        )
        last = number
    return BlendPath(_from_one(levels), begin)


def _marks(wanted: Days, rule: str) -> NDArray[np.int64]:
    """Return a number for each day; shares are restored at the close before it changes."""
    if rule == DAILY:
        return np.arange(wanted.size)
    if rule not in MONTHS:
        return np.zeros(wanted.size, dtype=np.int64)
    months: NDArray[np.int64] = wanted.astype("datetime64[M]").astype(np.int64) // MONTHS[rule]
    return months


def _end_before(day: date, months_count: int) -> date:
    """Return the last day of the stretch of months before the one that a day is in."""
    months = (day.year * 12 + day.month - 1) // months_count * months_count
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def _from_one(levels: FloatArray) -> FloatArray:
    known = np.flatnonzero(np.isfinite(levels))
    return levels if known.size == 0 else levels / levels[known[0]]
