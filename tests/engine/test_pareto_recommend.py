"""Does the recommendation keep a client within what they can lose, and is it the best that does?"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

import engine
from engine.frontier.result import FrontierResult
from engine.kernel.errors import InputRefused
from engine.pareto.choose import choose
from engine.pareto.recommend import ClientRisk, loss_of, recommend_of_points, recommend_on_frontier
from engine.pareto.result import ParetoResult
from tests.engine.pareto_worlds import NAMES, figures, solved


def _asked(*limits: dict[str, Any], **more: Any) -> engine.OptimizationRequest:
    means, covariance, _, _ = figures()
    return engine.parse_request(
        {
            "problem": {
                "assets": list(NAMES),
                "expected_returns_frac": means.tolist(),
                "covariance": covariance.tolist(),
                "periods_per_year": 1,
            },
            "objective": {"kind": "min_volatility"},
            "constraints": list(limits),
            **more,
        }
    )


PLAIN = _asked()


@pytest.fixture(scope="module")
def frontier() -> FrontierResult:
    return engine.frontier(PLAIN)


@pytest.fixture(scope="module")
def points() -> ParetoResult:
    return solved("return", "volatility", "esg", points_count=120)


def _client(tolerance: float, years: float, capacity: float, **more: float) -> ClientRisk:
    return ClientRisk(risk_tolerance=tolerance, horizon_years=years, loss_capacity_frac=capacity, **more)


def _along(frontier: FrontierResult, count: int = 4000) -> np.ndarray:
    """Return expected return and volatility along a frontier, from its weights."""
    means, covariance, _, _ = figures()
    corners = np.array([corner.weights_frac for corner in frontier.corners])
    place = np.linspace(0.0, len(corners) - 1.0, count)
    at = np.minimum(place.astype(int), len(corners) - 2)
    share = (place - at)[:, None]
    weights = (1.0 - share) * corners[at] + share * corners[at + 1]
    return np.column_stack([weights @ means, np.sqrt(np.einsum("ki,ij,kj->k", weights, covariance, weights))])


def test_the_loss_is_the_worst_quantile_over_the_dates() -> None:
    for gain, risk, years in ((0.06, 0.15, 5.0), (0.06, 0.15, 1.0), (0.01, 0.2, 10.0), (0.1, 0.05, 3.0)):
        dates = np.linspace(1e-6, years, 200_001)
        drift = math.log1p(gain) - 0.5 * risk**2
        by_hand = float((1.0 - np.exp(drift * dates - 1.6448536269514722 * risk * np.sqrt(dates))).max())
        assert loss_of(np.array([gain]), np.array([risk]), years)[0] == pytest.approx(by_hand, abs=1e-8)


def test_one_in_twenty_is_one_in_twenty() -> None:
    rng = np.random.default_rng(1)
    gain, risk, years = 0.05, 0.2, 2.0
    loss = loss_of(np.array([gain]), np.array([risk]), years)[0]
    drift = math.log1p(gain) - 0.5 * risk**2
    worst_years = min(years, (1.6448536269514722 * risk / (2.0 * drift)) ** 2)
    wealth = np.exp(drift * worst_years + risk * math.sqrt(worst_years) * rng.normal(size=400_000))
    assert (wealth < 1.0 - loss).mean() == pytest.approx(0.05, abs=0.002)


@pytest.mark.requirement("1.2.A6", "1.2.D5")
@pytest.mark.parametrize("tolerance", [1.0, 2.5, 5.0])
@pytest.mark.parametrize("capacity", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("years", [1.0, 8.0])
def test_it_is_the_best_along_the_frontier_within_the_capacity(
    frontier: FrontierResult, tolerance: float, capacity: float, years: float
) -> None:
    client = _client(tolerance, years, capacity)
    found = recommend_on_frontier(client, frontier, PLAIN)
    along = _along(frontier)
    is_kept = loss_of(along[:, 0], along[:, 1], years) <= capacity
    utility = along[:, 0] - 0.5 * client.risk_aversion * along[:, 1] ** 2
    own = found.return_annual_frac - 0.5 * client.risk_aversion * found.volatility_annual_frac**2
    means, covariance, _, _ = figures()
    weights = np.array(found.weights_frac)
    assert weights @ means == pytest.approx(found.return_annual_frac, abs=1e-9)
    assert weights @ covariance @ weights == pytest.approx(found.volatility_annual_frac**2, abs=1e-9)
    if is_kept.any():
        assert found.is_within_capacity
        assert found.loss_frac <= capacity + 1e-12
        assert own >= utility[is_kept].max() - 1e-9
        assert found.volatility_max_annual_frac is not None
        assert found.volatility_max_annual_frac == pytest.approx(along[is_kept, 1].max(), rel=2e-3)
        is_free = utility.argmax()
        assert (found.decided_by == "loss_capacity") == (not is_kept[is_free])
    else:
        assert not found.is_within_capacity
        assert found.loss_frac == pytest.approx(loss_of(along[:, 0], along[:, 1], years).min(), abs=1e-5)


def test_sentences_hold_the_numbers(frontier: FrontierResult) -> None:
    bound = recommend_on_frontier(_client(5.0, 5.0, 0.08), frontier, PLAIN)
    assert bound.decided_by == "loss_capacity"
    assert bound.sentence.startswith("A loss capacity of 8% over 5 years allows at most ")
    shown = float(re.search(r"at most ([\d.]+)% volatility", bound.sentence).group(1))  # type: ignore[union-attr]
    assert shown == pytest.approx(100.0 * bound.volatility_annual_frac, abs=0.051)
    calm = recommend_on_frontier(_client(1.0, 1.0, 0.9), frontier, PLAIN)
    assert calm.decided_by == "risk_tolerance"
    assert "risk profile of 1 of 5" in calm.sentence
    none = recommend_on_frontier(_client(3.0, 10.0, 0.0), frontier, PLAIN)
    assert not none.is_within_capacity
    assert none.decided_by == "limits"
    assert "1 of 20" in none.sentence


def test_more_tolerance_and_more_capacity_never_mean_less_risk(frontier: FrontierResult) -> None:
    by_tolerance = [
        recommend_on_frontier(_client(t, 5.0, 0.2), frontier, PLAIN).volatility_annual_frac for t in (1, 2, 3, 4, 5)
    ]
    by_capacity = [
        recommend_on_frontier(_client(5, 5.0, c), frontier, PLAIN).volatility_annual_frac
        for c in (0.03, 0.05, 0.1, 0.2, 0.4)
    ]
    assert by_tolerance == sorted(by_tolerance)
    assert by_capacity == sorted(by_capacity)


def test_among_points_it_is_the_best_and_scores_count_as_much_as_they_matter(points: ParetoResult) -> None:
    figures_ = np.array([(one.return_annual_frac, one.volatility_annual_frac) for one in points.points])
    client = _client(3.0, 5.0, 0.15)
    plain = recommend_of_points(client, points)
    is_kept = loss_of(figures_[:, 0], figures_[:, 1], 5.0) <= 0.15
    utility = figures_[:, 0] - 0.5 * client.risk_aversion * figures_[:, 1] ** 2
    assert plain.point_place == int(np.argmax(np.where(is_kept, utility, -np.inf)))
    assert plain.weights_frac == points.points[plain.point_place].weights_frac
    scores = [
        points.points[recommend_of_points(_client(3.0, 5.0, 0.15, esg_importance_frac=e), points).point_place].values[2]
        for e in (0.0, 0.3, 0.6, 1.0)
    ]
    assert scores == sorted(scores)
    assert scores[-1] > scores[0]
    told = recommend_of_points(_client(3.0, 5.0, 0.15, esg_importance_frac=0.6), points)
    assert "ESG importance of 60%" in told.sentence
    assert told.loss_frac <= 0.15


def test_what_cannot_be_recommended_is_refused(frontier: FrontierResult, points: ParetoResult) -> None:
    client = _client(3.0, 5.0, 0.2)
    with pytest.raises(InputRefused):
        recommend_on_frontier(client, frontier.model_copy(update={"corners": ()}), PLAIN)
    with pytest.raises(InputRefused):
        recommend_on_frontier(client, frontier.model_copy(update={"risk": "tracking_error"}), PLAIN)
    with pytest.raises(InputRefused):
        recommend_of_points(client, points.model_copy(update={"points": ()}))
    with pytest.raises(InputRefused):
        _client(0.0, 5.0, 0.2)
    single = recommend_on_frontier(
        client, frontier.model_copy(update={"corners": frontier.corners[:1], "between_variances_annual": ()}), PLAIN
    )
    assert (single.point_place, single.mix_frac) == (0, 0.0)
    assert single.sentence.startswith("The limits leave one portfolio")


def test_the_capacity_has_decided_where_without_it_another_point_is_wanted(points: ParetoResult) -> None:
    for tolerance, capacity, importance in ((3.0, 0.1, 1.0), (1.0, 0.03, 0.5)):
        bound = recommend_of_points(_client(tolerance, 5.0, capacity, esg_importance_frac=importance), points)
        free = recommend_of_points(_client(tolerance, 5.0, 1.0, esg_importance_frac=importance), points)
        assert bound.point_place != free.point_place
        assert (bound.decided_by, free.decided_by) == ("loss_capacity", "risk_tolerance")
        assert bound.sentence.startswith("Among the points within a loss capacity of ")


def test_the_highest_volatility_shown_is_not_called_what_the_capacity_allows(
    frontier: FrontierResult, points: ParetoResult
) -> None:
    whole = recommend_on_frontier(_client(2.0, 5.0, 1.0), frontier, PLAIN)
    assert whole.sentence.endswith("a loss capacity of 100% over 5 years would allow every portfolio on the frontier.")
    several = recommend_of_points(_client(2.0, 5.0, 1.0), points)
    assert several.sentence.endswith("a loss capacity of 100% over 5 years would allow every one of the points.")
    part = recommend_of_points(_client(1.0, 5.0, 0.1), points)
    assert part.volatility_max_annual_frac is not None
    reached = f"{100.0 * part.volatility_max_annual_frac:.1f}"
    assert part.sentence.endswith(
        f"one of the points within a loss capacity of 10% over 5 years, which reach {reached}%."
    )


def test_cash_that_earns_nothing_keeps_a_capacity_of_nothing() -> None:
    asked = engine.parse_request(
        {
            "problem": {
                "assets": ["Cash", "A", "B"],
                "expected_returns_frac": [0.0, 0.06, 0.08],
                "covariance": [[0.0, 0.0, 0.0], [0.0, 0.0225, 0.01], [0.0, 0.01, 0.04]],
                "periods_per_year": 1,
            },
            "objective": {"kind": "min_volatility"},
        }
    )
    found = recommend_on_frontier(_client(2.0, 5.0, 0.0), engine.frontier(asked), asked)
    assert (found.is_within_capacity, found.decided_by, found.loss_frac) == (True, "loss_capacity", 0.0)
    assert found.weights_frac[0] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("years", "words"),
    [
        (1e-9, "less than a month"),
        (1 / 12, "1 month"),
        (0.5, "6 months"),
        (0.99, "1 year"),
        (1.0, "1 year"),
        (2.5, "2.5 years"),
    ],
)
def test_a_horizon_is_told_in_months_and_years(frontier: FrontierResult, years: float, words: str) -> None:
    assert f"over {words} would" in recommend_on_frontier(_client(1.0, years, 1.0), frontier, PLAIN).sentence


def test_what_is_of_another_kind_is_refused_in_words(frontier: FrontierResult, points: ParetoResult) -> None:
    client: Any = _client(3.0, 5.0, 0.2)
    nothing: Any = None
    for ask, fields in (
        (lambda: recommend_of_points(nothing, points), ["client"]),
        (lambda: recommend_of_points(client, nothing), ["pareto"]),
        (lambda: recommend_on_frontier(nothing, nothing, PLAIN), ["client", "frontier"]),
        (lambda: recommend_on_frontier(client, frontier, nothing), ["request"]),
    ):
        with pytest.raises(InputRefused) as refusal:
            ask()
        assert [one.path for one in refusal.value.problems] == fields


@pytest.mark.parametrize(
    "shares",
    [
        [math.nan] * 3,
        [math.inf, 1.0, 1.0],
        [1.0, 1.0],
        [0.0, 0.0, 0.0],
        [-1.0, 1.0, 1.0],
        ["a", 1.0, 1.0],
        5.0,
        [True] * 3,
    ],
)
def test_weights_that_are_none_are_refused_and_never_choose(points: ParetoResult, shares: Any) -> None:
    with pytest.raises(InputRefused) as refusal:
        choose(points.axes, points.points, shares)
    assert refusal.value.problems[0].path == "shares_frac"


def test_of_no_points_none_is_chosen_and_huge_weights_choose_like_small_ones(points: ParetoResult) -> None:
    with pytest.raises(InputRefused, match="no point to choose"):
        choose(points.axes, ())
    assert choose(points.axes, points.points, [1e308] * 3) == choose(points.axes, points.points, [1.0] * 3)
