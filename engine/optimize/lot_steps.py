"""Which lots must be taken back or added so that whole lots keep every limit?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernel.forms import Matrix, Vector
from engine.optimize.rounding import RowTable

Counts = NDArray[np.int64]
KEPT_FRAC = 1e-9
ALL_MAX_COUNT = 20_000
STEPS_MAX_COUNT = 400
CANDIDATES_COUNT = 40
LEAST_GAIN = 1e-9


@dataclass(frozen=True, eq=False)
class LotSearch:
    """Searches whole lots that keep rows and bounds, as near to the weights in tracking error as they come.

    Attributes
    ----------
    weights_frac, sizes_frac
        The exact weights, and the value of a lot as a fraction of the capital, shape (n,).
    covariance
        Measures what is near, shape (n, n).
    low, high
        The fewest and the most lots of each asset, shape (n,).
    table
        The limits on the weights that the lots amount to, cash among them.

    """

    weights_frac: Vector
    sizes_frac: Vector
    covariance: Matrix
    low: Counts
    high: Counts
    table: RowTable

    def found(self, lots: Counts) -> Counts | None:
        """Return lots that keep every limit, from those given; None where none was found.

        Few assets: the nearest of all lots within one of those given, or within more while that makes at most 20,000.
        Else, or where that holds none, single lots and pairs of lots are moved, those first that mend most for the
        least tracking error; at most 400 moves in each of two orders.
        """
        if (self.low > self.high).any():
            return None
        start = np.clip(lots, self.low, self.high)
        nearest = self._of_all(lots)
        if nearest is not None:
            return nearest
        for is_steepest in (False, True):
            stepped = self._stepped(start.copy(), is_steepest=is_steepest)
            if stepped is not None:
                return stepped
        return None

    def keeps(self, lots: Counts) -> bool:
        """Return whether lots keep rows and bounds."""
        values = self.table.values(lots * self.sizes_frac)
        return bool(
            (lots >= self.low).all() and (lots <= self.high).all() and (self.table.excess(values) <= KEPT_FRAC).all()
        )

    def _of_all(self, lots: Counts) -> Counts | None:
        count, reach = len(lots), 1
        if 3**count > ALL_MAX_COUNT:
            return None
        while (2 * reach + 3) ** count <= ALL_MAX_COUNT:
            reach += 1
        ends = zip(
            np.clip(lots - reach, self.low, self.high).tolist(),
            np.clip(lots + reach, self.low, self.high).tolist(),
            strict=True,
        )
        grid = np.meshgrid(*(np.arange(first, last + 1) for first, last in ends), indexing="ij")
        every = np.stack([axis.ravel() for axis in grid])  # (n, combinations)
        held = every * self.sizes_frac[:, None]
        table = self.table
        values = table.matrix @ held
        for at, row in enumerate(table.bent):
            values[row] += table.absolute[at] @ np.abs(held - table.centers[at][:, None])
        is_kept = (table.excess(values) <= KEPT_FRAC).all(axis=0)
        if not is_kept.any():
            return None
        away = held[:, is_kept] - self.weights_frac[:, None]
        return np.asarray(every[:, is_kept][:, int(np.argmin((away * (self.covariance @ away)).sum(axis=0)))])

    def _stepped(self, lots: Counts, *, is_steepest: bool) -> Counts | None:
        """Return lots after moves that mend the limits, then bring the lots nearer; None where they end too early."""
        count, table = len(lots), self.table
        places = np.tile(np.arange(count), 2)
        steps = np.repeat([1, -1], count)
        moved = steps * self.sizes_frac[places]
        units = np.abs(table.matrix) @ self.sizes_frac / count  # an average lot's worth of each row
        for at, row in enumerate(table.bent):
            units[row] += table.absolute[at] @ self.sizes_frac / count
        units = np.where(units > 0.0, units, 1.0)
        own = np.diag(self.covariance)[places] * moved**2
        for _ in range(STEPS_MAX_COUNT):
            held = lots * self.sizes_frac
            values = table.values(held)
            now = self._broken(values, units)
            changes = table.changes(held, places, moved)
            nearer = 2.0 * moved * (self.covariance @ (held - self.weights_frac))[places] + own
            after = self._broken(values[:, None] + changes, units)
            fits = (lots[places] + steps <= self.high[places]) & (lots[places] + steps >= self.low[places])
            after, cost = np.where(fits, after, np.inf), np.where(fits, nearer, np.inf)
            half = CANDIDATES_COUNT // 2
            chosen = np.unique(np.concatenate([np.argsort(one, kind="stable")[:half] for one in (after, cost)]))
            chosen = chosen[fits[chosen]]
            first, second = np.triu_indices(len(chosen), 1)
            first, second = chosen[first], chosen[second]
            is_pair = places[first] != places[second]
            first, second = first[is_pair], second[is_pair]
            both = values[:, None] + changes[:, first] + changes[:, second]
            together = 2.0 * moved[first] * moved[second] * self.covariance[places[first], places[second]]
            after = np.concatenate([after, self._broken(both, units)])
            cost = np.concatenate([cost, nearer[first] + nearer[second] + together])
            best = _best(float(now), after, cost, is_steepest=is_steepest)
            if best is None:
                return lots if now <= 0.0 else None
            for move in (best,) if best < len(places) else (first[best - len(places)], second[best - len(places)]):
                lots[places[move]] += steps[move]
        return lots if self.keeps(lots) else None

    def _broken(self, values: Matrix, units: Vector) -> Vector:
        """Return by how many average lots all rows together are broken, for values of shape (m,) or (m, k)."""
        excess = self.table.excess(values)
        excess = np.where(excess > KEPT_FRAC, excess, 0.0)
        return np.asarray(units**-1.0 @ excess)


def _best(now: float, after: Vector, cost: Vector, *, is_steepest: bool) -> int | None:
    """Return the move to make; None where none mends, or where nothing is broken and none comes nearer."""
    is_whole = after <= 0.0
    if now <= 0.0:
        cost = np.where(is_whole, cost, np.inf)
        best = int(np.argmin(cost))
        return best if cost[best] < -1e-18 else None
    if is_whole.any():
        return int(np.argmin(np.where(is_whole, cost, np.inf)))
    gain = now - after
    mends = gain > LEAST_GAIN * now
    if not mends.any():
        return None
    gain = np.where(mends, gain, 1.0)
    score = after if is_steepest else np.maximum(cost, 0.0) / gain
    return int(np.lexsort((after, np.where(mends, score, np.inf)))[0])
