"""What may come when the surprises of the past meet the volatility of today?

Each position's returns are divided by the volatility that was expected for the day; days of these surprises are drawn,
all positions together, so that their dependence is kept; and they are scaled to the volatility expected now, which
follows its recursion along the path. Barone-Adesi, Giannopoulos and Vosper (1999), Journal of Futures Markets 19(5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.kernel.estimates import Matrix, Vector
from engine.kernel.units import plural
from engine.volatility.result import GarchParameters

DAY_WEIGHT = 0.05
PERSISTENCE = 0.97
"""Of positions without fitted parameters: what a day weighs in the variance of the next one, and how much of the
variance's distance from the sample's is left a day later (half after 23 days). A variance without a level to return to
would drift to nothing on most long paths, and explode on some.
"""
CHUNK_COUNT = 1_000  # a chunk of fifty positions stays in the processor's cache


@dataclass(frozen=True, eq=False)
class Filter:
    """Surprises (t, m) in expected deviations, tomorrow's variances (m,), and each position's recursion (m,)."""

    surprises: Matrix
    next_variance: Vector
    mean: Vector
    omega: Vector
    alpha: Vector
    gamma: Vector
    beta: Vector
    notes: tuple[str, ...]

    @classmethod
    def of(cls, returns_frac: Matrix, names: Sequence[str], garch: Mapping[str, GarchParameters]) -> Filter:
        """Filter each position by its parameters, or where it has none by a variance that returns to the sample's."""
        from engine.volatility.filter import variances_of  # its libraries take a second: only who simulates needs them

        count, width = returns_frac.shape
        surprises, following = np.empty((count, width)), np.empty(width)
        recursion = np.zeros((5, width))
        for place, name in enumerate(names):
            found = garch.get(name)
            if found is None:
                start = float(np.var(returns_frac[:, place]))
                recursion[:, place] = 0.0, (1.0 - PERSISTENCE) * start, DAY_WEIGHT, 0.0, PERSISTENCE - DAY_WEIGHT
            else:
                start = found.start_variance
                recursion[:, place] = found.mean_frac, found.omega, found.alpha, found.gamma, found.beta
            mean, omega, alpha, gamma, beta = (float(one) for one in recursion[:, place])
            moved = returns_frac[:, place] - mean
            variances = variances_of(moved, omega, alpha, gamma, beta, start)
            surprises[:, place] = moved / np.sqrt(np.maximum(variances[:-1], 1e-300))
            following[place] = variances[-1]
        notes = []
        plain = sum(name not in garch for name in names)
        if plain:
            notes.append(
                f"The volatility of {plural(plain, 'position')} weighs each day by {DAY_WEIGHT:g} and returns to that "
                "of all days, half of the way in 23 days."
            )
        means, omegas, alphas, gammas, betas = recursion
        return cls(surprises, following, means, omegas, alphas, gammas, betas, tuple(notes))

    def without_drift(self) -> Filter:
        """Return the same with no mean in surprises and days."""
        centered = self.surprises - self.surprises.mean(axis=0)
        return replace(self, surprises=centered, mean=np.zeros_like(self.mean))

    def portfolio_returns(
        self, rng: np.random.Generator, weights_frac: Vector, scenarios_count: int, horizon_days: int
    ) -> Matrix:
        """Return daily portfolio returns, shape (s, h), at constant weights (m,)."""
        found = np.empty((scenarios_count, horizon_days))
        if horizon_days == 1:
            pool = (self.mean + self.surprises * np.sqrt(self.next_variance)) @ weights_frac
            found[:, 0] = pool[rng.integers(0, len(pool), scenarios_count)]
            return found
        for start in range(0, scenarios_count, CHUNK_COUNT):
            stop = min(scenarios_count, start + CHUNK_COUNT)
            variance = np.broadcast_to(self.next_variance, (stop - start, len(self.mean))).copy()
            for day in range(horizon_days):
                rows = rng.integers(0, len(self.surprises), stop - start)
                moved = self.surprises[rows] * np.sqrt(variance)
                found[start:stop, day] = (self.mean + moved) @ weights_frac
                self._step(variance, moved)
        return found

    def mirrored_returns(
        self,
        scores_of: Callable[[int], Matrix],
        surprises_of: Callable[[Matrix], Matrix],
        weights_frac: Vector,
        pairs_count: int,
        horizon_days: int,
    ) -> Matrix:
        """Return daily portfolio returns from drawn scores and from their mirror images, shape (2 pairs, h).

        Parameters
        ----------
        scores_of
            Draws that many scores (c, m).
        surprises_of
            Turns scores into surprises.
        weights_frac
            Shape (m,).
        pairs_count, horizon_days
            Number of pairs and days.

        """
        found = np.empty((2 * pairs_count, horizon_days))
        for start in range(0, pairs_count, CHUNK_COUNT):
            stop = min(pairs_count, start + CHUNK_COUNT)
            variances = [np.broadcast_to(self.next_variance, (stop - start, len(self.mean))).copy() for _ in range(2)]
            for day in range(horizon_days):
                scores = scores_of(stop - start)
                for side, variance in enumerate(variances):
                    moved = surprises_of(-scores if side else scores) * np.sqrt(variance)
                    rows = slice(side * pairs_count + start, side * pairs_count + stop)
                    found[rows, day] = (self.mean + moved) @ weights_frac
                    self._step(variance, moved)
        return found

    def _step(self, variance: Matrix, moved: Matrix) -> None:
        """Take the variances (c, m) one day on, in place."""
        variance *= self.beta
        variance += self.omega + (self.alpha + self.gamma * (moved < 0.0)) * moved**2
