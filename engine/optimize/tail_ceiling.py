"""How does a ceiling on CVaR or drawdowns become linear rows on weights and a few variables of its own?

Through the scenarios that matter: with losses L_k(w) of scenarios k the ceiling is a + Σ e_j / held ≤ u with
e_j ≥ L_k(w) - a for each trough j and e ≥ 0 (Rockafellar and Uryasev 2000); for the maximum drawdown L_k(w) ≤ u. Rows
of some scenarios bound the measure from below, so scenarios are added until the measure itself keeps the ceiling.
"""

from __future__ import annotations

import numpy as np

from engine.kernel.forms import Matrix, TailLimit, Vector
from engine.optimize.tail_measures import active_scenarios, tail_value

HELD = 1e-9  # in the measure's own unit, and as a share of the ceiling
LEAST_SCALE = 1e-3
ROOM = 2.0


class TailPool:
    """The scenarios of one ceiling that are known so far; rows are in units of the ceiling.

    Parameters
    ----------
    limit
        A ceiling on CVaR, CDaR or the maximum drawdown.
    history
        Simple returns, shape (t, n).

    """

    def __init__(self, limit: TailLimit, history: Matrix) -> None:
        self.limit, self._history = limit, history
        self.unit = max(abs(limit.upper_frac), LEAST_SCALE)
        self._known: set[tuple[int, int]] = set()
        self._slopes: Matrix = np.zeros((0, history.shape[1]))
        self._troughs = np.zeros(0, dtype=np.intp)
        self._held = 1.0

    def value(self, weights: Vector) -> float:
        """Return the measure of the weights."""
        return tail_value(self.limit.tail, self.limit.level, self._history, weights)

    def is_kept(self, weights: Vector) -> bool:
        """Return whether the weights keep the ceiling."""
        return self.value(weights) <= self.limit.upper_frac + HELD * min(1.0, self.unit)

    def grow(self, weights: Vector) -> bool:
        """Add the scenarios that are worst at the weights; return whether any of them is new."""
        found = active_scenarios(self.limit.tail, self.limit.level, self._history, weights, ROOM)
        pairs = list(zip(found.peaks.tolist(), found.troughs.tolist(), strict=True))
        fresh = [at for at, pair in enumerate(pairs) if pair not in self._known]
        self._known.update(pairs)
        self._slopes = np.vstack([self._slopes, found.slopes[fresh]])
        self._troughs = np.concatenate([self._troughs, found.troughs[fresh]])
        self._held = found.tail_count
        return bool(fresh)

    @property
    def own_count(self) -> int:
        """How many variables of its own the ceiling has."""
        return 0 if self.limit.tail == "max_drawdown" else 1 + len(np.unique(self._troughs))

    def rows(self) -> tuple[Matrix, Matrix, Vector]:
        """Return rows G on w, H on the own variables, and s, with Gw + Hv ≤ s · 1; shapes (m, n), (m, own), (m,)."""
        count, scenarios = self._history.shape[1], len(self._slopes)
        level = self.limit.upper_frac / self.unit
        if self.limit.tail == "max_drawdown":
            return self._slopes / self.unit, np.zeros((scenarios, 0)), np.full(scenarios, level)
        troughs, at = np.unique(self._troughs, return_inverse=True)
        more = len(troughs)
        inside = np.zeros((scenarios + more + 1, count))
        inside[:scenarios] = self._slopes / self.unit
        own = np.zeros((scenarios + more + 1, 1 + more))
        own[:scenarios, 0] = -1.0
        own[np.arange(scenarios), 1 + at] = -1.0
        own[scenarios + np.arange(more), 1 + np.arange(more)] = -1.0
        own[-1, 0], own[-1, 1:] = 1.0, 1.0 / self._held
        sides = np.zeros(len(own))
        sides[-1] = level
        return inside, own, sides

    def slope(self, duals: Vector) -> tuple[Vector, float]:
        """Return the slope of the measure that multipliers of the rows stand for, and its multiplier.

        The slope is a mean of the scenarios' with shares that the measure allows, so ``slope @ w`` is at most the
        measure of w, whatever w.
        """
        shares = np.maximum(duals[: len(self._slopes)], 0.0)
        total = float(shares.sum())
        if total <= 0.0:
            return np.zeros(self._history.shape[1]), 0.0
        return np.asarray(shares @ self._slopes / total), total / self.unit
