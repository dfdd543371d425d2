"""Are whole lots that keep every limit found where they exist, and is it said which limit fails where none was?"""

from __future__ import annotations

import itertools
import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import engine
from engine.optimize.lots import round_to_lots
from engine.optimize.rounding import RoundRow


class Case:
    """Seeded weights, sizes of lots and limits that the weights keep, some without room."""

    def __init__(self, seed: int, count: int) -> None:
        rng = np.random.default_rng(seed)
        drawn = rng.normal(0.0, 1.0, (count, count + 3))
        self.covariance = drawn @ drawn.T / count * 0.02
        self.weights = rng.dirichlet(np.ones(count))
        self.sizes = rng.uniform(0.01, 0.15, count) * 5.0 / count
        self.rows = []
        for _ in range(2):
            part = (rng.random(count) < 0.5).astype(np.float64)
            value, below, above = float(part @ self.weights), *(0.15 * rng.random(2) * rng.integers(0, 2, 2))
            self.rows.append(RoundRow(part, value - 0.02 - below, value + above))
        center = self.weights + rng.normal(0.0, 0.05, count)
        most = float(np.abs(self.weights - center).sum()) + 0.05
        self.rows.append(RoundRow(np.zeros(count), -np.inf, most, np.ones(count), center))
        self.lower, self.upper = np.zeros(count), self.weights + 0.1 * rng.random(count)

    def rounded(self) -> Any:
        """Return what the engine makes of it."""
        estimates: Any = SimpleNamespace(covariance_annual=self.covariance)
        return round_to_lots(self.weights, self.sizes, estimates, self.lower, self.upper, 1.0, self.rows)

    def keeps(self, lots: np.ndarray) -> bool:
        """Return whether lots keep bounds, rows and the budget, each by its definition."""
        held = lots * self.sizes
        is_within = (held >= self.lower - 1e-9).all() and (held <= self.upper + 1e-9).all() and held.sum() <= 1.0 + 1e-9
        for row in self.rows:
            value = float(row.coefficients @ held)
            if row.absolute is not None:
                value += float(row.absolute @ np.abs(held - row.center_frac))
            is_within = is_within and row.lower_frac - 1e-9 <= value <= row.upper_frac + 1e-9
        return bool(is_within)

    def around(self, center: np.ndarray) -> list[np.ndarray]:
        """Return all lots within one of a center that keep the limits."""
        near = (center + np.array(step) for step in itertools.product((-1, 0, 1), repeat=len(center)))
        return [lots for lots in near if self.keeps(lots)]

    def distance(self, lots: np.ndarray) -> float:
        """Return the variance of what lots stray by."""
        away = lots * self.sizes - self.weights
        return float(away @ self.covariance @ away)


def test_lots_within_one_of_the_rounding_are_found_where_any_keep_the_limits():
    possible = greedy_alone = 0
    for seed in range(250):
        case = Case(seed, 3 + seed % 3)
        inside = case.around(np.trunc(case.weights / case.sizes)) + case.around(np.rint(case.weights / case.sizes))
        found = case.rounded()
        if found.is_inside:
            assert case.keeps(found.lots_count), seed
            assert found.cash_frac == pytest.approx(1.0 - float(found.lots_count @ case.sizes), abs=1e-12)
        if inside:
            possible += 1
            assert found.is_inside, seed
        greedy_alone += bool(inside) and case.keeps(np.trunc(case.weights / case.sizes))
    assert possible >= 60
    assert possible - greedy_alone >= 20  # where rounding down alone breaks a limit


def test_many_assets_take_single_lots_and_pairs_back():
    found = [case.rounded() for case in (Case(seed, 30) for seed in range(8))]
    assert sum(one.is_inside for one in found) == len(found)
    for seed, one in enumerate(found):
        assert Case(seed, 30).keeps(one.lots_count)


COVARIANCE = np.array([[0.09, 0.01, 0.0], [0.01, 0.04, 0.0], [0.0, 0.0, 0.02]])
BENCHMARK = np.array([0.3, 0.3, 0.4])


def request(limits: list[dict[str, Any]], capital: float) -> Any:
    """Return the result of least volatility on three assets of two sectors in whole lots."""
    body = {
        "problem": {
            "assets": ["A", "B", "C"],
            "expected_returns_frac": [0.05, 0.03, 0.02],
            "covariance": COVARIANCE.tolist(),
            "periods_per_year": 1,
            "sectors": {"A": "X", "B": "X", "C": "Y"},
        },
        "facts": {
            "prices_money": {"A": 100.0, "B": 130.0, "C": 170.0},
            "capital_money": capital,
            "benchmark_weights": dict(zip("ABC", BENCHMARK.tolist(), strict=True)),
        },
        "objective": {"kind": "min_volatility"},
        "constraints": [{"kind": "round_lots"}, *limits],
        "frontier_points_count": 0,
    }
    return engine.optimize(engine.parse_request(json.dumps(body)))


def test_none_found_names_the_limit_and_by_how_much():
    result = request([{"kind": "sector_limit", "sector": "Y", "min_frac": 0.58, "max_frac": 0.6}], 1000.0)
    lots = result.lots
    assert not lots.is_inside
    share = 0.17 * lots.lines[2].lots_count
    side = 0.58 if share < 0.58 else 0.6
    word = "below" if share < 0.58 else "above"
    away = round(100 * abs(share - side))
    text = f"is at {100 * share:.0f}%, {away} percentage points {word} its limit of {100 * side:.0f}%."
    assert text in lots.note
    (note,) = [note for note in result.notes if "Whole lots" in note]
    assert "none was found" in note
    assert text in note
    assert "No whole lots" not in note


def test_curved_ceilings_hold_for_the_lots_themselves():
    """The tangent at the exact weights lies below the ceiling it stands for; lots are measured against the ceiling."""
    for capital in (1800.0, 2250.0, 3000.0, 4500.0):
        limits = [{"kind": "tracking_error", "max_annual_frac": 0.02}]
        result = request(limits, capital)
        away = np.array([line.weight_frac for line in result.lots.lines]) - BENCHMARK
        assert result.lots.is_inside, capital
        assert float(np.sqrt(away @ COVARIANCE @ away)) <= 0.02 + 1e-8
        assert not any("Whole lots" in note for note in result.notes)
