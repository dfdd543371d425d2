"""What did the others do on the same day, so that news and crashes are told apart from errors?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from data.quality.findings import Floats, Mask
from data.quality.series import QualitySeries

FEWEST_COUNT = 4
"""Peers with a return that a median needs."""
EVENT_FRAC = 0.25
"""From this share of the universe flagged on one day on, the day is an event of the market."""


class Peers:
    """Median returns of each group and of all series, on the days of all of them.

    Parameters
    ----------
    universe : sequence of QualitySeries
        Each with increasing sessions.
    """

    def __init__(self, universe: Sequence[QualitySeries]) -> None:
        usable = [one for one in universe if len(one.sessions) > 1]
        self.days = (
            np.unique(np.concatenate([one.sessions for one in usable])) if usable else np.empty(0, "datetime64[D]")
        )
        table = np.full((len(self.days), len(usable)), np.nan)
        columns: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(usable):
            table[np.searchsorted(self.days, one.sessions), number] = one.returns
            columns[one.group].append(number)
        self.counts = np.isfinite(table).sum(axis=1)
        self._all = _median(table)
        self._moves = {
            group: _median(table[:, members]) if group and len(members) >= FEWEST_COUNT else self._all
            for group, members in columns.items()
        }

    def moves(self, series: QualitySeries) -> Floats:
        """Return the median log return of the series' peers on each of its sessions; NaN where too few are known."""
        moves = np.full(len(series.sessions), np.nan)
        if len(self.days):  # a series of a single bar is no peer, so that its day can be one that no peer has
            spots = np.minimum(np.searchsorted(self.days, series.sessions), len(self.days) - 1)
            shared = self.days[spots] == series.sessions
            moves[shared] = self._moves.get(series.group, self._all)[spots[shared]]
        return moves

    def events(self, flagged: Sequence[np.ndarray]) -> Mask:
        """Return on which of `days` more than a quarter of the series with a return were flagged.

        Parameters
        ----------
        flagged : sequence of array of datetime64[D]
            One entry a series: its flagged sessions.
        """
        counts = np.zeros(len(self.days), dtype=np.int64)
        for sessions in flagged:
            counts[np.searchsorted(self.days, np.unique(sessions))] += 1
        return np.asarray((self.counts >= FEWEST_COUNT) & (counts > np.maximum(1, EVENT_FRAC * self.counts)))


def _median(table: Floats) -> Floats:
    """Return the median of each row; NaN where fewer than four columns are known."""
    known = np.isfinite(table).sum(axis=1)
    ordered = np.sort(table, axis=1)  # NaN comes last
    found = np.full(len(table), np.nan)
    rows = np.flatnonzero(known >= FEWEST_COUNT)
    if len(rows):
        low, high = (known[rows] - 1) // 2, known[rows] // 2
        found[rows] = (ordered[rows, low] + ordered[rows, high]) / 2.0
    return found
