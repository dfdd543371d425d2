"""Do a rule's rows and bounds follow its limit straight, as if the rule were compiled anew with another limit?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.compliance.allowances import NOTHING_ALLOWED
from engine.compliance.along import Along
from engine.compliance.linear_of import linear_of
from engine.compliance.list_limit import NO_LISTS
from engine.compliance.movable import A_RATIO, DECIDED, RuleMove, RulesMoved, rows_at
from engine.compliance.rule import Rule
from engine.kernel.facts import KnownUniverse
from engine.optimize.compile import compile_limits
from tests.engine.test_compliance_optimize import pack, request, world

SECTOR = Rule(id="sector", title="No sector above 60%", universe="not is_cash", group_by="sector",
              measure="sum(weight)", limit="0.6")  # fmt: skip
POSITION = Rule(id="position", title="No position above 40%", universe="not is_cash", group_by="symbol",
                measure="sum(weight)", limit="0.4")  # fmt: skip
SCORE = pack("house.min_esg")
SECTORS = ["Tech", "Tech", "Tech", "Food", "Food", "Food", "Drug", "Drug"]
SCORES = [30.0, 35.0, 50.0, 60.0, 45.0, 55.0, 70.0, 40.0]


def moved(rules: tuple[Rule, ...], **more: Any) -> RulesMoved:
    state = world(sector=SECTORS, esg_score=SCORES, **more)
    asked = request()
    return RulesMoved(Along(asked, rules, state, asked.problem.assets, NOTHING_ALLOWED, NO_LISTS))


def sides(move: RuleMove, value: float, assets: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return coefficients, upper sides and largest weights as the rule compiles with a limit."""
    found = compile_limits([move.at(value)], KnownUniverse(assets=assets))
    rows = np.array([row.coefficients for row in found.rows]).reshape(len(found.rows), len(assets))
    return rows, np.array([row.upper_frac for row in found.rows]), found.upper_frac


@pytest.mark.requirement("4.3.D5")
@pytest.mark.parametrize(("rule", "values"), [(SECTOR, (0.3, 0.45, 0.9)), (POSITION, (0.2, 0.35, 0.7))])
def test_sides_move_straight_with_the_limit_and_coefficients_stand(rule: Rule, values: tuple[float, ...]) -> None:
    rules = moved((rule,))
    (move,) = rules.moves.values()
    assets = rules.along.search.assets
    coefficients, upper, largest = sides(move, move.value, assets)
    for value in values:
        theirs, there, most = sides(move, value, assets)
        assert theirs == pytest.approx(coefficients, abs=1e-15)
        ours = upper.copy()
        for place, slope in move.rows:
            ours[place] += slope * (value - move.value)
        assert there == pytest.approx(ours, abs=1e-12)
        bounds = largest.copy()
        for asset, bound, slope in move.bounds:
            bounds[asset] = min(1.0, bound + slope * (value - move.value))
        assert most == pytest.approx(bounds, abs=1e-12)
        assert move.is_looser(value) == (value > move.value)
    assert bool(move.rows) == (rule is SECTOR)
    assert len(move.bounds) == (8 if rule is POSITION else 0)


def test_an_average_over_what_is_invested_moves_as_much_as_that_is() -> None:
    rules = moved((SCORE,))
    (move,) = rules.moves.values()
    assert (move.is_most, move.is_share, len(move.rows)) == (False, False, 1)
    assert move.is_looser(35.0)
    weights = np.array([0.2, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1])  # all invested, as the budget asks
    ((_, slope),) = move.rows
    (coefficients,), (upper,), _ = sides(move, move.value, rules.along.search.assets)
    for value in (35.0, 52.0, 58.0):
        ((_, theirs, there),) = rows_at(move, value)
        assert float(theirs @ weights) - there == pytest.approx(
            float(coefficients @ weights) - upper - slope * (value - move.value), abs=1e-9
        )


def test_what_cannot_be_moved_says_why() -> None:
    ratio = SCORE.model_copy(update={"id": "ratio", "title": "Score without Drug", "universe": "sector != 'Drug'"})
    cash = pack("house.min_cash")
    rules = moved((ratio, cash, SECTOR))
    assert set(rules.moves) == {"sector"}
    assert rules.still[cash.title] == DECIDED
    assert rules.still[ratio.title] == A_RATIO


def test_limits_are_those_of_the_request_with_one_rule_elsewhere() -> None:
    rules = moved((SECTOR, POSITION))
    there = rules.request({"sector": 0.5})
    told = {one.rule_id: one.max_frac for one in there.constraints if hasattr(one, "rule_id")}
    assert told == {"sector": 0.5, "position": 0.4}
    found = rules.along.frontier(rules.limits({"sector": 0.5}))
    weights = np.array([one.weights_frac for one in found.corners])
    assert weights[:, :3].sum(axis=1).max() <= 0.5 + 1e-9
    assert weights.max() <= 0.4 + 1e-9


def test_the_same_rule_of_the_same_state_is_read_once() -> None:
    state = world(sector=SECTORS)
    assert linear_of(SECTOR, state) is linear_of(SECTOR.model_copy(), state)
    assert linear_of(SECTOR, state) is not linear_of(SECTOR, world(sector=SECTORS))
    assert linear_of(SECTOR.model_copy(update={"limit": "0.5"}), state) is not linear_of(SECTOR, state)
    shorts = np.zeros(len(state.symbols))
    assert linear_of(SECTOR, state, shorts) is not linear_of(SECTOR, state)
