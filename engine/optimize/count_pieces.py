"""Which values may each asset take as pieces, and how many pieces other than zero may be chosen?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector
from engine.optimize.compile import Interval, LimitSet

HELD_MIN_FRAC = 1e-4
INSIDE_TOLERANCE = 1e-9
Numbers = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pieces:
    """The values each asset may take, as sorted pieces; the piece {0} alone counts as not held.

    A run of neighboring pieces is given by the numbers of its first and last piece, shape (n,) each.

    Attributes
    ----------
    starts, ends
        Shape (n, m), NaN where an asset has fewer pieces.
    final
        Number of each asset's last piece, shape (n,).
    zero
        Number of each asset's piece {0}, shape (n,); -1 where it must be held.
    max_count, min_count
        Limits on the number of pieces other than {0}.

    """

    starts: Matrix
    ends: Matrix
    final: Numbers
    zero: Numbers
    max_count: int
    min_count: int

    @property
    def is_counted(self) -> bool:
        """Whether the number of holdings is limited at all."""
        return self.max_count < len(self.final) or self.min_count > 0

    def whole(self) -> tuple[Numbers, Numbers]:
        """Return the run of all pieces."""
        return np.zeros(len(self.final), dtype=np.intp), self.final.copy()

    def hull(self, first: Numbers, last: Numbers) -> tuple[Vector, Vector]:
        """Return bounds around a run."""
        places = np.arange(len(self.final))
        return self.starts[places, first], self.ends[places, last]

    def is_free(self, first: Numbers, last: Numbers) -> Mask:
        """Return which assets may be held or not."""
        return (self.zero >= first) & (self.zero <= last) & (first < last)

    def is_held(self, first: Numbers, last: Numbers) -> Mask:
        """Return which assets must be held."""
        return (self.zero < first) | (self.zero > last)

    def inside(self, first: Numbers, last: Numbers) -> Mask:
        """Return which pieces belong to a run, shape (n, m)."""
        number = np.arange(self.starts.shape[1])
        return np.asarray((number >= first[:, None]) & (number <= last[:, None]))

    def away(self, weights: Vector, first: Numbers, last: Numbers) -> Matrix:
        """Return the distance of each weight to each piece of a run, infinite for other pieces, shape (n, m)."""
        away = np.maximum(np.maximum(self.starts - weights[:, None], weights[:, None] - self.ends), 0.0)
        return np.where(self.inside(first, last), away, np.inf)

    def is_met(self, weights: Vector) -> bool:
        """Return whether weights lie in pieces and their number is within its limits."""
        away = self.away(weights, *self.whole())
        number = self.choice(weights)
        held = int(np.count_nonzero(number != self.zero))
        return bool(away.min(axis=1).max() <= INSIDE_TOLERANCE) and self.min_count <= held <= self.max_count

    def choice(self, weights: Vector) -> Numbers:
        """Return the nearest piece of each weight; {0} where that is as near as another."""
        away = self.away(weights, *self.whole())
        number = np.argmin(away, axis=1)
        places = np.flatnonzero(self.zero >= 0)
        at_zero = away[places, self.zero[places]] <= np.maximum(away[places, number[places]], INSIDE_TOLERANCE)
        number[places[at_zero]] = self.zero[places[at_zero]]
        return np.asarray(number, dtype=np.intp)

    def close(self, first: Numbers, last: Numbers) -> bool:
        """Decide, in place, what the limits on the number leave no choice about; return whether they can be met."""
        free, held = self.is_free(first, last), int(self.is_held(first, last).sum())
        if held > self.max_count or held + int(free.sum()) < self.min_count:
            return False
        if held == self.max_count:
            first[free] = last[free] = self.zero[free]
        elif held + int(free.sum()) == self.min_count:
            self.hold(free, first, last)
        return True

    def hold(self, which: Mask, first: Numbers, last: Numbers) -> None:
        """Take {0} out of runs, in place, where it is at an end."""
        upward, downward = which & (self.zero == first), which & (self.zero == last)
        first[upward] = self.zero[upward] + 1
        last[downward] = self.zero[downward] - 1

    def branches(self, place: int, weight: float, first: Numbers, last: Numbers) -> list[tuple[Numbers, Numbers]]:
        """Return the runs after a decision about one asset: on which side of zero, or on which side of a gap."""
        zero, low, high = self.zero[place], first[place], last[place]
        cuts: list[tuple[int, int]] = []
        if low <= zero <= high:
            cuts = [(zero + 1, high), (low, zero - 1), (zero, zero)]
        else:
            middles = 0.5 * (self.ends[place, low:high] + self.starts[place, low + 1 : high + 1])
            number = int(low + min(np.count_nonzero(middles < weight), high - low - 1))
            cuts = [(low, number), (number + 1, high)]
        found = []
        for start, end in cuts:
            if start <= end:
                new_first, new_last = first.copy(), last.copy()
                new_first[place], new_last[place] = start, end
                found.append((new_first, new_last))
        return found


def pieces_of(limits: LimitSet) -> Pieces:
    """Return the pieces of every asset; with a limit on the number of holdings, 0 is a piece of its own.

    A lower limit on the number counts holdings of at least 0.01%: there is no smallest weight above zero.
    """
    count, size = limits.count, limits.universe.count
    most = size if count is None or count.max_count is None else min(count.max_count, size)
    least = 0 if count is None or count.min_count is None else count.min_count
    pieces = list(limits.intervals)
    if most < size or least > 0:
        pieces = [_split(item, HELD_MIN_FRAC if least > 0 else 0.0) for item in pieces]
    width = max(len(item) for item in pieces)
    starts, ends = np.full((size, width), np.nan), np.full((size, width), np.nan)
    zero = np.full(size, -1, dtype=np.intp)
    for place, item in enumerate(pieces):
        for number, (start, end) in enumerate(item):
            starts[place, number], ends[place, number] = start, end
            if start == end == 0.0:
                zero[place] = number
    final = np.array([len(item) - 1 for item in pieces], dtype=np.intp)
    return Pieces(starts, ends, final, zero, most, least)


def _split(item: tuple[Interval, ...], least: float) -> tuple[Interval, ...]:
    """Return the intervals with 0 as a piece of its own, and other pieces at least `least` in size."""
    found: list[Interval] = []
    for start, end in item:
        if start < 0.0 and min(end, -least) >= start:
            found.append((start, min(end, -least)))
        if start <= 0.0 <= end:
            found.append((0.0, 0.0))
        if end > 0.0 and max(start, least) <= end:
            found.append((max(start, least), end))
    return tuple(found)
