"""Which portfolio along a frontier has the highest utility within a client's capacity for loss?

On a stretch between two corners the return is linear in the share of the way and the variance quadratic, so the highest
utility is found in closed form. Where the loss passes the capacity is found by halving. A ceiling on volatility ends
the frontier at the root of a quadratic: the volatility rises along it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.frontier.result import FrontierResult
from engine.kernel.forms import Matrix, Vector
from engine.pareto.client import ClientRisk

STEPS_COUNT = 64  # on each stretch of a frontier, before the edge of the capacity is found by halving
HALVINGS_COUNT = 50
SAME_UTILITY = 1e-12
SAME_FRAC = 1e-9  # a volatility that exceeds a ceiling by less keeps it

Places = NDArray[np.intp]
Kept = NDArray[np.bool_]


class Along:
    """A frontier as a function of place and share, up to a ceiling on its volatility where there is one.

    Parameters
    ----------
    client
        Whose utility and losses count.
    frontier
        In volatility and return, with at least one corner.
    volatility_max_annual_frac
        Not below the least volatility of the frontier; infinite where there is no ceiling.

    """

    def __init__(
        self, client: ClientRisk, frontier: FrontierResult, volatility_max_annual_frac: float = math.inf
    ) -> None:
        self.client, self.corners = client, frontier.corners
        self.returns = np.array([corner.return_annual_frac for corner in frontier.corners])
        self.variances = np.array([corner.volatility_annual_frac**2 for corner in frontier.corners])
        if len(self.returns) == 1:
            self.crosses = np.zeros(0)
        elif frontier.is_exact:
            self.crosses = np.array(frontier.between_variances_annual)
        else:  # only the corners are known: straight in volatility, which is never below the truth
            self.crosses = np.sqrt(self.variances[1:] * self.variances[:-1])
        self.end_share = 1.0  # of the last stretch, which a ceiling may have cut
        self.is_cut = False
        self._cut(volatility_max_annual_frac)
        segments, shares = len(self.returns) - 1, np.arange(STEPS_COUNT) / STEPS_COUNT
        places = np.append(np.repeat(np.arange(segments), STEPS_COUNT), max(segments - 1, 0))
        self.places: Places = places.astype(np.intp)
        self.shares = np.append(np.tile(shares, segments), 1.0 if segments else 0.0)
        self.grid = self.figures(self.places, self.shares)

    def _cut(self, most: float) -> None:
        """Leave out what lies beyond a ceiling."""
        beyond = np.flatnonzero(np.sqrt(self.variances) > most + SAME_FRAC)
        if not beyond.size:
            return
        self.is_cut = True
        last = max(int(beyond[0]) - 1, 0)
        low, cross, high = self.variances[last], self.crosses[last], self.variances[last + 1]
        square, line, rest = low - 2.0 * cross + high, 2.0 * (cross - low), low - most**2
        root = math.sqrt(max(line * line - 4.0 * square * rest, 0.0))
        share = 0.0 if rest >= 0.0 else min(1.0, -2.0 * rest / (line + root))
        if share == 0.0:  # it ends at a corner
            self.returns, self.variances = self.returns[: last + 1], self.variances[: last + 1]
            self.crosses = self.crosses[:last]
            return
        self.end_share = share
        end = (1.0 - share) * self.returns[last] + share * self.returns[last + 1]
        self.returns = np.append(self.returns[: last + 1], end)
        self.variances = np.append(self.variances[: last + 1], most**2)
        self.crosses = np.append(self.crosses[:last], (1.0 - share) * low + share * cross)

    def figures(self, places: Places, shares: Vector) -> Matrix:
        """Return expected return and volatility, shape (q, 2)."""
        following = np.minimum(places + 1, len(self.returns) - 1)
        rest = 1.0 - shares
        cross = self.crosses[np.minimum(places, len(self.crosses) - 1)] if len(self.crosses) else self.variances[places]
        variance = (
            rest**2 * self.variances[places] + 2.0 * rest * shares * cross + shares**2 * self.variances[following]
        )
        returns = rest * self.returns[places] + shares * self.returns[following]
        return np.column_stack([returns, np.sqrt(np.maximum(variance, 0.0))])

    def at(self, place: int, share: float) -> tuple[float, float]:
        """Return expected return and volatility of one portfolio."""
        found = self.figures(np.array([place], dtype=np.intp), np.array([share]))
        return float(found[0, 0]), float(found[0, 1])

    def on_whole(self, place: int, share: float) -> tuple[int, float]:
        """Return corner and share on the frontier as it was given, before a ceiling cut it."""
        last = len(self.returns) - 2
        if self.end_share == 1.0 or place < last or last < 0:
            return place, share
        return last, self.end_share * (share if place == last else 1.0)

    def weights(self, place: int, share: float) -> Vector:
        """Return the weights at corner and share of the frontier as it was given, shape (n,)."""
        weights = np.array(self.corners[place].weights_frac)
        if share > 0.0:
            weights = (1.0 - share) * weights + share * np.array(self.corners[place + 1].weights_frac)
        return weights

    def known(self) -> Matrix:
        """Return the figures along the frontier, and where the loss passes the capacity, shape (q, 2)."""
        capacity = self.client.loss_capacity_frac
        return np.concatenate([self.grid, self.figures(*self._edges(capacity))])

    def best(self, capacity_frac: float) -> tuple[int, float]:
        """Return corner and share of the highest utility within a capacity for loss, else of the least loss."""
        if len(self.returns) == 1:
            return 0, 0.0
        losses = self.client.losses(self.grid)
        if not (losses <= capacity_frac).any():
            at = int(np.argmin(losses))
            return int(self.places[at]), float(self.shares[at])
        candidates = [(self.places, self.shares), self._turning(), self._edges(capacity_frac)]
        places = np.concatenate([one[0] for one in candidates]).astype(np.intp)
        shares = np.concatenate([one[1] for one in candidates])
        figures = self.figures(places, shares)
        utility = np.where(self.client.losses(figures) <= capacity_frac, self.client.utility(figures), -np.inf)
        at = int(np.flatnonzero(utility >= utility.max() - SAME_UTILITY)[-1])
        place, share = int(places[at]), float(shares[at])
        return (place + 1, 0.0) if share >= 1.0 else (place, share)

    def _turning(self) -> tuple[Places, Vector]:
        """Return the share on each stretch at which the utility is highest, in closed form."""
        rise, bend = np.diff(self.returns), self.crosses - self.variances[:-1]
        spread = self.variances[1:] - 2.0 * self.crosses + self.variances[:-1]
        share = np.clip((rise / self.client.risk_aversion - bend) / np.maximum(spread, 1e-300), 0.0, 1.0)
        return np.arange(len(share), dtype=np.intp), share

    def _edges(self, capacity_frac: float) -> tuple[Places, Vector]:
        """Return the places where the loss passes the capacity, found by halving, on the side that keeps it."""
        is_kept: Kept = self.client.losses(self.grid) <= capacity_frac
        changes = np.flatnonzero(is_kept[1:] != is_kept[:-1])
        places, shares = self.places[changes], self.shares[changes]
        kept = is_kept[changes].astype(bool)
        far = np.where(self.places[changes + 1] == places, self.shares[changes + 1], 1.0)
        inside, outside = np.where(kept, shares, far), np.where(kept, far, shares)
        for _ in range(HALVINGS_COUNT):
            middle = 0.5 * (inside + outside)
            good = self.client.losses(self.figures(places, middle)) <= capacity_frac
            inside, outside = np.where(good, middle, inside), np.where(good, outside, middle)
        return places, inside
