"""Is the way from the current portfolio to the proposal longer than chance explains, and how much of it is worth going?

A portfolio that other histories, as likely as the real one, would have made just as optimal is no worse than the
proposal; trading away from it is trading on noise. Distance is tracking error on the request's own covariance.

References
----------
Michaud and Michaud (2008), Efficient Asset Management, on statistical tests for rebalancing.

"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.constraints.turnover import Turnover
from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import percent
from engine.optimize.inputs import Inputs
from engine.spec import OptimizationRequest
from engine.uncertainty.result import PartialTrade, TradeVerdict

SHARES = (0.25, 0.5, 0.75)
NO_TRADE_FRAC = 1e-6
Solve = Callable[[OptimizationRequest], Vector | None]


class Judge:
    """Judges the distance to a proposal by the distances of the answers to other histories."""

    def __init__(self, inputs: Inputs, proposal_frac: Vector, answers: Matrix, level_frac: float) -> None:
        self.inputs, self.proposal_frac, self.level_frac = inputs, proposal_frac, level_frac
        self.distances = np.sort([self.distance(answer) for answer in answers])

    def distance(self, weights_frac: Vector) -> float:
        """Return the annual tracking error to the proposal."""
        return self.inputs.estimates.volatility_annual_frac(weights_frac - self.proposal_frac)

    def nearer_frac(self, distance: float) -> float:
        """Return how many of the answers lie nearer than that, 0 to 1."""
        return float(np.searchsorted(self.distances, distance, side="left")) / max(len(self.distances), 1)

    def verdict(self, partial_trades: tuple[PartialTrade, ...] = ()) -> TradeVerdict | None:
        """Return the verdict; None where nothing is held now."""
        current = self.inputs.universe.current_weights_frac
        if current is None:
            return None
        distance = self.distance(current)
        nearer = self.nearer_frac(distance)
        is_worthwhile = nearer >= self.level_frac
        return TradeVerdict(
            is_worthwhile=is_worthwhile,
            nearer_frac=nearer,
            distance_annual_frac=distance,
            typical_distance_annual_frac=float(np.median(self.distances)) if len(self.distances) else 0.0,
            turnover_frac=turnover_frac(self.proposal_frac, current),
            sentence=_sentence(distance, nearer, is_worthwhile=is_worthwhile),
            partial_trades=partial_trades,
        )

    def partial_trades(self, request: OptimizationRequest, solve: Solve) -> tuple[PartialTrade, ...]:
        """Return the best portfolios that parts of the whole turnover can reach; a part the limits forbid is left out.

        Parameters
        ----------
        request
            What is asked; a limit on turnover is tightened to the part.
        solve
            Weights of a request on the same data, shape (n,), or None.

        """
        current = self.inputs.universe.current_weights_frac
        if current is None:
            return ()
        whole = turnover_frac(self.proposal_frac, current)
        if whole <= NO_TRADE_FRAC:
            return ()
        others = tuple(item for item in request.constraints if not isinstance(item, Turnover))
        found = []
        for share in SHARES:
            limit = Turnover(max_frac=share * whole)
            weights = solve(request.model_copy(update={"constraints": (*others, limit), "frontier_points_count": 0}))
            if weights is not None:
                found.append(self._partial(share, weights, current))
        found.append(self._partial(1.0, self.proposal_frac, current))
        return tuple(found)

    def _partial(self, share: float, weights: Vector, current: Vector) -> PartialTrade:
        inputs, distance = self.inputs, self.distance(weights)
        earned = float(weights @ inputs.estimates.returns_annual_frac)
        cash = (1.0 - float(weights.sum())) * inputs.risk_free_annual_frac
        return PartialTrade(
            share_frac=share,
            turnover_frac=turnover_frac(weights, current),
            cost_annual_frac=None if inputs.costs is None else inputs.costs.annual_frac(weights),
            distance_annual_frac=distance,
            nearer_frac=self.nearer_frac(distance),
            return_annual_frac=earned + cash,
            volatility_annual_frac=inputs.estimates.volatility_annual_frac(weights),
            weights_frac=tuple(np.round(weights, 10).tolist()),
        )


def turnover_frac(weights_frac: Vector, current_frac: Vector) -> float:
    """Return one-way turnover: half of all that is bought and sold."""
    return 0.5 * float(np.abs(weights_frac - current_frac).sum())


def _sentence(distance: float, nearer: float, *, is_worthwhile: bool) -> str:
    many = percent(nearer, 0)
    begin = (
        f"The current portfolio lies {percent(distance)} of tracking error a year from the proposal; of the answers "
    )
    begin += f"to other histories as likely as the real one, {many} lie nearer to it."
    if is_worthwhile:
        return f"{begin} Chance does not explain the difference: the trade has a reason."
    return (
        f"{begin} The data cannot tell the two portfolios apart: what the trade gains is not known, what it costs is."
    )
