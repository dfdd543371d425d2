"""Are the points kept those that none dominates, well spread, and is the hypervolume what geometry says?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.kernel.errors import InputRefused
from engine.pareto.choose import choose, shortfalls
from engine.pareto.dominance import hypervolume_frac, non_dominated, spread_out
from engine.pareto.result import ParetoAxis, ParetoPoint

EDGE = 1.1


def _by_definition(costs: np.ndarray) -> list[int]:
    kept = []
    for place, one in enumerate(costs):
        better = ((costs <= one).all(axis=1) & (costs < one).any(axis=1)).any()
        earlier = any(np.array_equal(costs[k], one) for k in range(place))
        if not better and not earlier:
            kept.append(place)
    return kept


@pytest.mark.parametrize("axes_count", [2, 3, 4, 5])
def test_points_are_kept_by_the_definition(axes_count: int) -> None:
    rng = np.random.default_rng(axes_count)
    costs = rng.integers(0, 6, (120, axes_count)).astype(float)
    assert non_dominated(costs).tolist() == _by_definition(costs)


def test_points_that_differ_by_less_than_a_billionth_are_one() -> None:
    costs = np.array([[0.0, 1.0], [1e-12, 1.0], [0.5, 0.5 - 1e-13], [0.5, 0.5], [1.0, 0.0]])
    assert non_dominated(costs).tolist() == [0, 2, 4]


def test_an_axis_that_does_not_change_decides_nothing() -> None:
    costs = np.array([[1.0, 7.0], [2.0, 7.0], [3.0, 7.0 + 1e-12]])
    assert non_dominated(costs).tolist() == [0]


def test_spread_keeps_the_ends_and_covers_the_rest() -> None:
    angle = np.linspace(0.0, np.pi / 2.0, 400)
    costs = np.column_stack([1.0 - np.cos(angle), 1.0 - np.sin(angle)])
    chosen = spread_out(costs, 20)
    assert len(chosen) == 20
    assert {0, 399} <= set(chosen.tolist())
    gaps = np.linalg.norm(costs[:, None] - costs[chosen][None], axis=2).min(axis=1)
    assert gaps.max() < 2.0 * (np.pi / 2.0) / 19.0 / 2.0  # twice the least radius possible


def test_hypervolume_of_known_shapes() -> None:
    for count in (2, 3, 4, 5):
        corner = np.zeros((1, count))
        assert hypervolume_frac(corner, np.zeros(count), np.ones(count)) == pytest.approx(1.0)
        middle = np.full((1, count), 0.5)
        expected = (0.6 / EDGE) ** count
        assert hypervolume_frac(middle, np.zeros(count), np.ones(count)) == pytest.approx(expected)
    steps = np.linspace(0.0, 1.0, 11)
    stairs = np.column_stack([steps, 1.0 - steps])
    by_hand = sum(
        (EDGE - y) * (following - x) for x, following, y in zip(steps, [*steps[1:], EDGE], 1.0 - steps, strict=True)
    )
    assert hypervolume_frac(stairs, np.zeros(2), np.ones(2)) == pytest.approx(by_hand / EDGE**2)


def test_hypervolume_of_a_dense_sphere_nears_its_closed_form() -> None:
    grid = np.linspace(0.0, np.pi / 2.0, 60)
    theta, phi = (one.ravel() for one in np.meshgrid(grid, grid))
    costs = 1.0 - np.column_stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)])
    found = hypervolume_frac(costs, np.zeros(3), np.ones(3))
    ball = np.pi / 6.0  # dominated inside the unit cube: the eighth of the ball, seen from the reference corner
    exact = ball + 3.0 * 0.1 * (np.pi / 4.0) + 3.0 * 0.01 + 0.001
    assert found == pytest.approx(exact / EDGE**3, rel=0.03)
    assert found < exact / EDGE**3


def test_more_points_never_cover_less() -> None:
    rng = np.random.default_rng(2)
    costs = rng.random((60, 3))
    volumes = [hypervolume_frac(costs[:k], np.zeros(3), np.ones(3)) for k in (5, 20, 60)]
    assert volumes == sorted(volumes)
    assert hypervolume_frac(costs[:, :1], np.zeros(1), np.ones(1)) is None


def _axes(shares: tuple[float, ...]) -> list[ParetoAxis]:
    return [
        ParetoAxis(
            kind="return", label="", is_maximized=at == 0, unit="annual_frac", share_frac=share,
            ideal=1.0 if at == 0 else 0.0, nadir=0.0 if at == 0 else 1.0, reference=0.0,
        )
        for at, share in enumerate(shares)
    ]  # fmt: skip


def _point(*values: float) -> ParetoPoint:
    return ParetoPoint(
        values=values, weights_frac=(1.0,), return_annual_frac=0.0, volatility_annual_frac=0.0, is_exact=True
    )


@pytest.mark.requirement("1.2.A2")
def test_weights_choose_by_the_largest_weighted_distance() -> None:
    points = [_point(1.0, 1.0), _point(0.8, 0.3), _point(0.5, 0.05), _point(0.0, 0.0)]
    assert choose(_axes((0.5, 0.5)), points) == 1
    assert choose(_axes((0.9, 0.1)), points) == 0  # 0.1 against 0.18 + 0.00021
    assert choose(_axes((0.5, 0.5)), points, (1.0, 0.0)) == 0
    assert choose(_axes((0.5, 0.5)), points, (0.0, 3.0)) == 3
    with pytest.raises(InputRefused, match="Every weight is 0"):
        choose(_axes((0.5, 0.5)), points, (0.0, 0.0))


def test_of_equal_largest_distances_the_better_rest_decides() -> None:
    shares = np.array([[0.5, 0.5, 0.4], [0.5, 0.5, 0.1]])
    assert int(np.argmin(shortfalls(shares, (1 / 3, 1 / 3, 1 / 3)))) == 1
