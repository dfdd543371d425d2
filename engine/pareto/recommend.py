"""Which efficient portfolio suits a client, and in one sentence: why?

Two criteria, of which the binding one decides.

*Capacity for loss.* With expected return μ and volatility σ a year, and log returns normal and independent, wealth t
years from now is, in 19 of 20 cases, at least exp(m t - z σ √t) of what it is, with m = ln(1 + μ) - σ²/2 and z = 1.645.
What a portfolio can lose is the largest of 1 - exp(m t - z σ √t) over the dates t up to the horizon: it is reached at
t = (z σ / 2 m)² where m > 0 and that lies before the horizon, else at the horizon. It may not exceed the capacity.

*Willingness.* The risk aversion of a tolerance s is A = 2^(5 - s): 16, 8, 4, 2, 1 from cautious to daring. A market
that is expected to earn 5% above cash at 16% volatility is held at one half by s = 3 and wholly by s = 4. The portfolio
with the highest μ - ½ A σ² is wanted; from points that differ in ESG score too, and where that matters by the share e,
the one with the highest (1 - e) u + e g, with u and g that utility and that score, each from 0 to 1 over the points
within the capacity.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine.frontier.result import FrontierResult
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.kernel.frozen import FrozenResult, OpenSpec
from engine.kernel.units import fraction, percent
from engine.pareto.result import ParetoResult

ONE_IN_TWENTY = 1.6448536269514722  # the 95% quantile of the normal law
STEPS_COUNT = 64  # on each stretch of a frontier, before the edge of the capacity is found by halving
HALVINGS_COUNT = 50
SAME_UTILITY = 1e-12

Criterion = Literal["loss_capacity", "risk_tolerance", "limits"]
Places = NDArray[np.intp]
Kept = NDArray[np.bool_]


class ClientRisk(OpenSpec):
    """What a client's profile says of the risk that suits them.

    Attributes
    ----------
    risk_tolerance
        From 1 (cautious) to 5 (daring): the score of the whole profile where there is one, which horizon, capacity and
        knowledge have capped, else the tolerance itself.
    horizon_years
        How long the money stays invested.
    loss_capacity_frac
        The share of what is invested that may be lost.
    esg_importance_frac
        How much the ESG score counts beside return and risk; 0 where only those do.

    """

    risk_tolerance: Annotated[float, Field(ge=1.0, le=5.0)]
    horizon_years: Annotated[float, Field(gt=0.0, le=80.0)]
    loss_capacity_frac: Annotated[float, *fraction(0.0, 1.0)]
    esg_importance_frac: Annotated[float, *fraction(0.0, 1.0)] = 0.0

    @property
    def risk_aversion(self) -> float:
        """A of μ - ½ A σ²."""
        return float(2.0 ** (5.0 - self.risk_tolerance))


class Recommendation(FrozenResult):
    """The portfolio that suits a client.

    Attributes
    ----------
    point_place, mix_frac
        Place among the points, or of the corner at or before it on a frontier and the share of the way to the next.
    weights_frac
        In the order of the answer's assets.
    loss_frac
        What it can lose in 1 of 20 cases at some date up to the horizon.
    volatility_max_annual_frac
        The highest volatility of the portfolios whose loss stays within the capacity; None where none does.
    decided_by
        ``loss_capacity``, ``risk_tolerance``, or ``limits`` where the end of what the limits allow is reached first.
    is_within_capacity
        False where every portfolio can lose more than the client; the one that can lose least is given then.

    """

    point_place: int
    mix_frac: float
    return_annual_frac: float
    volatility_annual_frac: float
    weights_frac: tuple[float, ...]
    loss_frac: float
    volatility_max_annual_frac: float | None
    decided_by: Criterion
    is_within_capacity: bool
    sentence: str


def loss_of(return_annual_frac: Vector, volatility_annual_frac: Vector, horizon_years: float) -> Vector:
    """Return what portfolios can lose in 1 of 20 cases at the worst date up to the horizon, shape (k,), at least 0."""
    drift = np.log(np.maximum(1.0 + return_annual_frac, 1e-12)) - 0.5 * volatility_annual_frac**2
    spread = ONE_IN_TWENTY * volatility_annual_frac
    worst_years = np.where(drift > 0.0, (spread / (2.0 * np.maximum(drift, 1e-12))) ** 2, np.inf)
    years = np.minimum(worst_years, horizon_years)
    return np.asarray(np.maximum(-np.expm1(drift * years - spread * np.sqrt(years)), 0.0))


def recommend_on_frontier(client: ClientRisk, frontier: FrontierResult) -> Recommendation:
    """Return the portfolio on a frontier of expected return that suits a client.

    Parameters
    ----------
    client
        Whose profile.
    frontier
        Of `engine.frontier`, in volatility and return; between points that were solved for one by one the figures are
        those of the mixture of weights as far as the corners tell them.

    Raises
    ------
    InputRefused
        Where it has no corners, or is drawn in other measures.

    """
    corners = frontier.corners
    if not corners:
        raise InputRefused([Problem("frontier", "There is no portfolio on it.", "Loosen the limits first.")])
    if frontier.risk != "volatility" or frontier.reward != "return":
        message = "A client's risk is measured in volatility and return, and this frontier is drawn in others."
        raise InputRefused([Problem("frontier", message, "Draw it in volatility and expected return.")])
    returns = np.array([corner.return_annual_frac for corner in corners])
    variances = np.array([corner.volatility_annual_frac**2 for corner in corners])
    if len(corners) == 1:
        crosses = np.zeros(0)
    elif frontier.is_exact:
        crosses = np.array(frontier.between_variances_annual)
    else:  # only the corners are known: straight in volatility, which is never below the truth
        crosses = np.sqrt(variances[1:] * variances[:-1])
    line = _Line(client, returns, variances, crosses)
    place, share = line.best()
    weights = np.array(corners[place].weights_frac)
    if share > 0.0:
        weights = (1.0 - share) * weights + share * np.array(corners[place + 1].weights_frac)
    figures = line.figures(np.array([place], dtype=np.intp), np.array([share]))
    return _told(client, (figures[0, 0], figures[0, 1]), line.known(), weights, place, share, is_line=True)


def recommend_of_points(client: ClientRisk, pareto: ParetoResult) -> Recommendation:
    """Return the portfolio among the points of several objectives that suits a client.

    Raises
    ------
    InputRefused
        Where there are no points.

    """
    points = pareto.points
    if not points:
        raise InputRefused([Problem("points", "There is no portfolio among them.", "Loosen the limits first.")])
    figures = np.array([[one.return_annual_frac, one.volatility_annual_frac] for one in points])
    scores = None
    if client.esg_importance_frac > 0.0:
        for at, axis in enumerate(pareto.axes):
            if axis.kind == "esg":
                sign = 1.0 if axis.is_maximized else -1.0
                scores = sign * np.array([one.values[at] for one in points])
    place = _best_of(client, figures, scores)
    weights = np.array(points[place].weights_frac)
    chosen = (float(figures[place, 0]), float(figures[place, 1]))
    return _told(client, chosen, figures, weights, place, 0.0, is_line=False, has_scores=scores is not None)


class _Line:
    """A frontier as a function: on a stretch the return is linear in the share and the variance quadratic."""

    def __init__(self, client: ClientRisk, returns: Vector, variances: Vector, crosses: Vector) -> None:
        self.client, self.returns, self.variances, self.crosses = client, returns, variances, crosses
        shares = np.arange(STEPS_COUNT) / STEPS_COUNT
        segments = max(len(returns) - 1, 0)
        self.places: Places = np.append(np.repeat(np.arange(segments), STEPS_COUNT), max(segments - 1, 0)).astype(
            np.intp
        )
        self.shares = np.append(np.tile(shares, segments), 1.0 if segments else 0.0)
        self.grid = self.figures(self.places, self.shares)

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

    def known(self) -> Matrix:
        """Return the figures along the frontier, and where the loss passes the capacity, shape (q, 2)."""
        is_kept = _losses(self.client, self.grid) <= self.client.loss_capacity_frac
        return np.concatenate([self.grid, self.figures(*self._edges(is_kept))])

    def best(self) -> tuple[int, float]:
        """Return corner and share of the highest utility within the capacity, else of the least loss."""
        if len(self.returns) == 1:
            return 0, 0.0
        is_kept = _losses(self.client, self.grid) <= self.client.loss_capacity_frac
        candidates = [(self.places, self.shares), self._turning()]
        if not is_kept.any():
            losses = _losses(self.client, self.grid)
            at = int(np.argmin(losses))
            return int(self.places[at]), float(self.shares[at])
        candidates.append(self._edges(is_kept))
        places = np.concatenate([one[0] for one in candidates]).astype(np.intp)
        shares = np.concatenate([one[1] for one in candidates])
        figures = self.figures(places, shares)
        is_kept = _losses(self.client, figures) <= self.client.loss_capacity_frac
        utility = np.where(is_kept, _utility(self.client, figures), -np.inf)
        at = int(np.flatnonzero(utility >= utility.max() - SAME_UTILITY)[-1])
        place, share = int(places[at]), float(shares[at])
        return (place + 1, 0.0) if share >= 1.0 else (place, share)

    def _turning(self) -> tuple[Places, Vector]:
        """Return the share on each stretch at which the utility is highest, in closed form."""
        rise, bend = np.diff(self.returns), self.crosses - self.variances[:-1]
        spread = self.variances[1:] - 2.0 * self.crosses + self.variances[:-1]
        aversion = self.client.risk_aversion
        share = np.clip((rise / aversion - bend) / np.maximum(spread, 1e-300), 0.0, 1.0)
        return np.arange(len(share), dtype=np.intp), share

    def _edges(self, is_kept: Kept) -> tuple[Places, Vector]:
        """Return the places where the loss passes the capacity, found by halving, on the side that keeps it."""
        changes = np.flatnonzero(is_kept[1:] != is_kept[:-1])
        places, shares = self.places[changes], self.shares[changes]
        kept = is_kept[changes].astype(bool)
        far = np.where(self.places[changes + 1] == places, self.shares[changes + 1], 1.0)
        inside, outside = np.where(kept, shares, far), np.where(kept, far, shares)
        for _ in range(HALVINGS_COUNT):
            middle = 0.5 * (inside + outside)
            good = _losses(self.client, self.figures(places, middle)) <= self.client.loss_capacity_frac
            inside, outside = np.where(good, middle, inside), np.where(good, outside, middle)
        return places, inside


def _losses(client: ClientRisk, figures: Matrix) -> Vector:
    return loss_of(figures[:, 0], figures[:, 1], client.horizon_years)


def _utility(client: ClientRisk, figures: Matrix) -> Vector:
    return np.asarray(figures[:, 0] - 0.5 * client.risk_aversion * figures[:, 1] ** 2)


def _best_of(client: ClientRisk, figures: Matrix, scores: Vector | None) -> int:
    losses = _losses(client, figures)
    is_kept = losses <= client.loss_capacity_frac
    if not is_kept.any():
        return int(np.argmin(losses))
    utility = _utility(client, figures)
    if scores is not None:
        share = client.esg_importance_frac
        utility = (1.0 - share) * _from_zero_to_one(utility, is_kept) + share * _from_zero_to_one(scores, is_kept)
    return int(np.argmax(np.where(is_kept, utility, -np.inf)))


def _from_zero_to_one(values: Vector, among: Kept) -> Vector:
    low, high = float(values[among].min()), float(values[among].max())
    return np.zeros(len(values)) if high <= low else np.asarray((values - low) / (high - low))


def _told(
    client: ClientRisk,
    chosen: tuple[float, float],
    all_figures: Matrix,
    weights: Vector,
    place: int,
    share: float,
    *,
    is_line: bool,
    has_scores: bool = False,
) -> Recommendation:
    """Return the recommendation with the criterion that decided it, and the sentence."""
    losses = _losses(client, all_figures)
    is_kept = losses <= client.loss_capacity_frac
    loss = float(loss_of(np.array([chosen[0]]), np.array([chosen[1]]), client.horizon_years)[0])
    is_within = bool(is_kept.any())
    most = float(all_figures[is_kept, 1].max()) if is_within else None
    if most is not None:
        most = max(most, chosen[1])
    freely = _best_free(client, all_figures)
    is_bound = is_within and not is_kept[freely]
    end = float(all_figures[:, 1].max())
    is_alone = end - float(all_figures[:, 1].min()) <= SAME_UTILITY
    decided_by: Criterion = "risk_tolerance"
    if not is_within or (not is_bound and not has_scores and chosen[1] >= end - 1e-9 * max(end, 1e-9)):
        decided_by = "limits"
    elif is_bound:
        decided_by = "loss_capacity"
    return Recommendation(
        point_place=place,
        mix_frac=share,
        return_annual_frac=chosen[0],
        volatility_annual_frac=chosen[1],
        weights_frac=tuple(weights.tolist()),
        loss_frac=loss,
        volatility_max_annual_frac=most,
        decided_by=decided_by,
        is_within_capacity=is_within,
        sentence=_sentence(client, chosen, loss, most, decided_by, is_line, has_scores, is_alone),
    )


def _best_free(client: ClientRisk, figures: Matrix) -> int:
    return int(np.argmax(_utility(client, figures)))


def _sentence(
    client: ClientRisk,
    chosen: tuple[float, float],
    loss: float,
    most: float | None,
    decided_by: Criterion,
    is_line: bool,
    has_scores: bool,
    is_alone: bool,
) -> str:
    capacity = f"loss capacity of {percent(client.loss_capacity_frac, 1)} over {_years(client.horizon_years)}"
    reward, risk = percent(chosen[0], 1), percent(chosen[1], 1)
    among = "on the frontier" if is_line else "among the points"
    wish = f"A risk tolerance of {client.risk_tolerance:g} of 5"
    if has_scores:
        wish += f" and an ESG importance of {percent(client.esg_importance_frac, 0)}"
    if most is None:
        return (
            f"A {capacity} is less than any portfolio {among} can keep: this one, which can lose least, loses "
            f"{percent(loss, 1)} in 1 of 20 cases at the worst date, at {risk} volatility and {reward} expected return."
        )
    if decided_by == "loss_capacity":
        best = "the best of them by return, risk and ESG score" if has_scores else "the best of them by return and risk"
        if not has_scores and chosen[1] >= most - 1e-9:
            return (
                f"A {capacity} allows at most {percent(most, 1)} volatility; {among}, this is the portfolio with the "
                f"highest expected return within it, {reward}."
            )
        return (
            f"A {capacity} allows at most {percent(most, 1)} volatility; {among}, this is {best}: {reward} at {risk}."
        )
    room = f"a {capacity} would allow {percent(most, 1)}" if most > chosen[1] + 5e-4 else f"a {capacity} allows as much"
    if is_alone:
        return f"The limits leave one portfolio {among}, {reward} expected return at {risk} volatility; {room}."
    if decided_by == "limits":
        return (
            f"{wish} asks for more risk than the limits leave: this is the end of the frontier, {reward} "
            f"expected return at {risk} volatility, and {room}."
        )
    verb = "are" if has_scores else "is"
    return f"{wish} {verb} served best by {reward} expected return at {risk} volatility; {room}."


def _years(years: float) -> str:
    text = f"{years:.1f}".rstrip("0").rstrip(".")
    return "1 year" if text == "1" else f"{math.ceil(12 * years)} months" if years < 1.0 else f"{text} years"
