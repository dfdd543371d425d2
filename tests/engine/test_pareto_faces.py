"""Do portfolios that lie next to each other form a surface, without bridges, slivers or anything that hides a point?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.pareto.faces import faces_of
from services.charts.tradeoffs_view import TILTS_DEG, TURNS_DEG, seen_from


def front(count: int = 120, seed: int = 4) -> np.ndarray:
    """Return places of which none is better than another in all three: an eighth of a sphere, dented outwards."""
    places = np.abs(np.random.default_rng(seed).normal(size=(count, 3)))
    return places / np.linalg.norm(places, axis=1, keepdims=True)


@pytest.mark.requirement("1.2.A5")
def test_every_portfolio_is_a_corner_and_faces_cover_the_surface_once() -> None:
    places = front()
    faces = faces_of(places)
    assert set(np.unique(faces)) == set(range(len(places)))
    assert len({tuple(face) for face in faces.tolist()}) == len(faces)
    sides: dict[tuple[int, int], int] = {}
    for face in faces.tolist():
        for pair in ((face[0], face[1]), (face[1], face[2]), (face[0], face[2])):
            sides[pair] = sides.get(pair, 0) + 1
    assert max(sides.values()) == 2  # a side belongs to one face, at the edge, or to two


def test_from_every_side_that_is_offered_no_point_hides_another() -> None:
    places = front(60)
    for turn in TURNS_DEG:
        for tilt in TILTS_DEG:
            view = seen_from(turn, tilt)
            toward = np.cross(view[0], view[1])
            assert (toward * np.sign(toward[2]) > 0.0).all(), "It is seen from the corner where all are best."
            flat = places @ view.T
            apart = np.linalg.norm(flat[:, None] - flat[None], axis=2)[np.triu_indices(60, 1)]
            assert apart.min() > 1e-6


def test_a_gap_is_not_bridged_and_points_in_a_row_are_no_face() -> None:
    near = 0.05 * front(60, seed=1) + [0.0, 0.0, 0.95]
    far = 0.05 * front(60, seed=2) + [0.95, 0.0, 0.0]
    faces = faces_of(np.vstack([near, far]))
    assert len(faces) > 60
    assert not ((faces < 60).any(axis=1) & (faces >= 60).any(axis=1)).any()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_points_or_points_in_a_row_span_nothing(count: int) -> None:
    assert faces_of(front(count)).shape == (0, 3)
    row = np.linspace(0.0, 1.0, 9)[:, None] * [1.0, -0.5, -0.5] + [0.0, 0.5, 0.5]
    assert faces_of(row).shape == (0, 3)
