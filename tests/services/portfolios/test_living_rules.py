"""Are rules of compliance limits of the moving frontier: walked alike here and in the browser, and true to a run?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.compliance.evaluate import evaluate
from engine.compliance.trades import orders_to
from engine.constraints.position_bounds import PositionBounds
from services.compliance.rules_sample import adopt_sample_rules
from services.compliance.state import StateReader
from services.errors import InvalidRequest
from services.living import Living
from services.messages.living import LivingProblem, MovedWish
from services.messages.optimize import OptimizationRequest
from services.optimize import Optimize
from services.portfolio_facts_reader import PortfolioFactsReader
from tests.engine.walk_worlds import answer_of_scripts
from tests.services.market_house import STOCKS, House

SCRIPTS = ("walk_linear", "walk", "walk_problem", "living_model")
ASK = """(sent) => {
  const math = qpo.livingModel, model = math.make(sent.data);
  const first = model.engine.start(math.limitsOf(model, {}));
  return { answers: sent.moves.map((moves) => {
    model.engine.start(math.limitsOf(model, {}));
    const told = model.engine.move(math.limitsOf(model, moves));
    if (told.outcome !== "done") { return { outcome: told.outcome, share: told.share }; }
    const seen = math.seenOfPath(model, told.path);
    model.capNow = model.byKey.max ? math.valueOf(model, moves, "max") : 1;
    model.movesNow = moves;
    const list = seen.returns, gain = list[0] + 0.4 * (list[list.length - 1] - list[0]), point = math.at(model, seen, math.placeOf(seen, gain)), used = {};
    model.handles.forEach((handle) => { used[handle.key] = math.used(model, handle, point.weights); });
    return { outcome: told.outcome, corners: told.path.map((one) => Array.from(one.w)), gain, risk: point.risk, weights: Array.from(point.weights), used, prices: math.prices(model, seen, point),
      looser: Object.keys(moves).filter((key) => math.isLooser(model.byKey[key], moves[key])) };
  }), outcome: first.outcome };
}"""  # noqa: E501
POSITION, SECTOR, ESG = "rule:house.max_position", "rule:house.max_sector", "rule:house.min_esg"
ISSUER = "rule:house.max_issuer"
STANDING = {POSITION: 0.25, SECTOR: 0.3, ESG: 50.0, ISSUER: 0.1}


@pytest.fixture
def ruled(packed_house: House) -> tuple[House, Living, Optimize]:
    with packed_house.ports.store.system(packed_house.manager.tenant_id) as uow:
        adopt_sample_rules(uow)
        uow.commit()
    absent: Any = SimpleNamespace()
    optimize = Optimize(packed_house.ports, runs=absent, market=packed_house.market, portfolios=packed_house.portfolios)
    optimize.attach_rules(StateReader(packed_house.ports, PortfolioFactsReader(packed_house.ports)))
    return packed_house, Living(packed_house.ports, optimize=optimize, portfolios=packed_house.portfolios), optimize


def wide_of(house: House, living: Living, name: str = "Aurora Growth", most: float = 1.0) -> OptimizationRequest:
    """Return a portfolio's request with many stocks and hardly a limit of its own, so that rules bind."""
    asked = living.request_of_portfolio(house.named(name).id, house.manager)
    own = PositionBounds(min_frac=0.0, max_frac=most)
    return asked.model_copy(update={"asset_ids": tuple(STOCKS), "constraints": (own,)})


def walked(problem: LivingProblem, moves: list[dict[str, float]], request: pytest.FixtureRequest) -> list[Any]:
    """Return what the browser's walk makes of moves."""
    sent = {"data": problem.model_dump(mode="json"), "moves": moves}
    made = answer_of_scripts(SCRIPTS, ASK, sent, lambda: request.getfixturevalue("browser"))
    assert made["outcome"] == "done"
    return list(made["answers"])


@pytest.mark.requirement("1.2.A4")
@pytest.mark.requirement("4.3.D5")
def test_rules_are_limits_with_handles_and_those_without_are_named(ruled: Any) -> None:
    house, living, optimize = ruled
    asked = wide_of(house, living)
    problem = living.problem(asked, house.manager)
    handles = {one.key: one for one in problem.handles if one.owner == "rule"}
    assert {POSITION, SECTOR, ESG} <= set(handles)
    position, sector, score = handles[POSITION], handles[SECTOR], handles[ESG]
    assert (position.kind, position.unit, position.value, len(position.bounds)) == ("rule_max", "share", 0.25, 20)
    assert (sector.value, sector.goes_along, len(sector.rows) + len(sector.bounds) > 3) == (0.3, True, True)
    assert (score.kind, score.unit, score.value) == ("rule_min", "score", 50.0)
    assert all(one.low <= one.value <= one.high for one in handles.values())
    assert {one.label for one in handles.values()}.isdisjoint(problem.still)
    assert any("decides" in why for why in problem.still.values())  # least cash
    assert problem.frontier.rules is not None
    assert problem.frontier.rules.sentence in problem.frontier.notes
    within = optimize.rules_of(asked, asked.asset_ids, house.manager)
    kept = [one for one in within.rules if one.id in ("house.max_position", "house.max_sector", "house.min_esg")]
    for corner in problem.frontier.corners:  # the judge of a run says the same of every corner
        weights = dict(zip(problem.assets, np.round(corner, 10), strict=True))
        judged = evaluate(kept, within.state, orders_to(within.state, weights))
        assert {one.status for one in judged.results} <= {"passed", "warning"}


@pytest.mark.requirement("1.2.B2")
def test_the_browser_walks_moved_rules_to_the_corners_of_the_engine(ruled: Any, request: Any) -> None:
    house, living, _ = ruled
    asked = wide_of(house, living, most=0.5)
    problem = living.problem(asked, house.manager)
    moves = [
        {},
        {POSITION: 0.15},
        {SECTOR: 0.22},
        {ESG: 52.0},
        {POSITION: 0.12, SECTOR: 0.27, ESG: 51.0, "max": 0.4},
        {POSITION: 0.4, SECTOR: 0.45},
        {POSITION: 0.35, "max": 0.2},
    ]
    for move, answer in zip(moves, walked(problem, moves, request), strict=True):
        assert answer["outcome"] == "done", move
        wish = MovedWish(request=asked, moves=move, claimed=tuple(map(tuple, answer["corners"])))
        found = living.moved(wish, house.manager)
        assert found.gap_frac is not None
        assert found.gap_frac <= 1e-8, move
        assert bool(found.looser) == bool(answer["looser"])
        for key, value in ((POSITION, 0.25), (SECTOR, 0.3), (ISSUER, 0.1)):
            assert answer["used"][key] <= move.get(key, value) + 1e-9
        assert answer["used"][ESG] >= move.get(ESG, 50.0) - 1e-7
        assert answer["used"][POSITION] == pytest.approx(max(answer["weights"]), abs=1e-9)


@pytest.mark.requirement("1.2.B3")
def test_the_price_of_a_rule_is_the_slope_of_the_least_risk(ruled: Any, request: Any) -> None:
    house, living, _ = ruled
    asked = wide_of(house, living)
    problem = living.problem(asked, house.manager)
    moves = [{POSITION: 0.15, SECTOR: 0.25}, {ESG: 53.0}, {ISSUER: 0.08}, {POSITION: 0.07}]
    priced = set()
    for move, answer in zip(moves, walked(problem, moves, request), strict=True):
        for key, standing in STANDING.items():
            price, value = answer["prices"].get(key), move.get(key, standing)
            if price is None or abs(price) < 1e-7:
                continue
            step = 1e-3 if key == ESG else 1e-5
            sides = [{**move, key: value + side * step} for side in (1, 0, -1)]
            after, here, before = (risk_at(living, house, asked, one, answer["gain"]) for one in sides)
            slopes = sorted([(after - here) / step, (here - before) / step])  # where limits meet, they differ
            assert slopes[0] - 3e-4 * abs(slopes[0]) - 2e-6 <= price, (move, key)
            assert price <= slopes[1] + 3e-4 * abs(slopes[1]) + 2e-6, (move, key)
            priced.add(key)
    assert {SECTOR, ISSUER, POSITION} <= priced


def risk_at(living: Living, house: House, asked: OptimizationRequest, move: dict[str, float], gain: float) -> float:
    """Return the engine's least volatility at a return, exact between two corners."""
    found = living.moved(MovedWish(request=asked, moves=move), house.manager)
    gains, risks = np.array(found.returns_annual_frac), np.array(found.volatilities_annual_frac)
    k = int(np.clip(np.searchsorted(gains, gain, side="right") - 1, 0, len(gains) - 2))
    t = (gain - gains[k]) / (gains[k + 1] - gains[k])
    square = (1 - t) ** 2 * risks[k] ** 2 + 2 * t * (1 - t) * found.crosses[k] + t**2 * risks[k + 1] ** 2
    return float(np.sqrt(square))


@pytest.mark.requirement("4.3.F5")
def test_a_tightened_rule_goes_into_a_run_and_a_loosened_one_never_does(ruled: Any) -> None:
    house, living, _ = ruled
    asked = wide_of(house, living)
    tighter: Any = living.request_moved(asked, {POSITION: 0.12, SECTOR: 0.25}, house.manager)
    kinds = [one.kind for one in tighter.constraints]
    assert kinds.count("sector_limit") >= 3
    added = [one for one in tighter.constraints[1:] if one.kind == "position_bounds"]
    assert {one.max_frac for one in added} == {0.12}
    assert sum(len(one.assets) for one in added) == len(STOCKS)
    found = living.moved(MovedWish(request=asked, moves={POSITION: 0.12, SECTOR: 0.25}), house.manager)
    alike = living.moved(MovedWish(request=tighter, moves={}, claimed=found.corners), house.manager)
    assert alike.gap_frac is not None
    assert alike.gap_frac <= 1e-8
    assert living.request_moved(asked, {POSITION: 0.6, SECTOR: 0.9}, house.manager) == asked
    loose = living.moved(MovedWish(request=asked, moves={POSITION: 0.6}), house.manager)
    assert loose.looser == ("No position above 25%",)

    middle = 0.5 * (found.returns_annual_frac[0] + found.returns_annual_frac[-1])
    wish = MovedWish(request=asked, moves={POSITION: 0.12, SECTOR: 0.25})
    weights = living.point(wish, middle, house.manager)  # as trades lead to it
    assert sum(weights.values()) == pytest.approx(sum(found.corners[0]), abs=1e-7)
    assert max(weights.values()) <= 0.12
    with pytest.raises(InvalidRequest) as refusal:
        living.point(MovedWish(request=asked, moves={POSITION: 0.6}), middle, house.manager)
    assert "No position above 25%" in refusal.value.message


def test_a_rule_that_is_not_there_is_refused_at_its_field(ruled: Any) -> None:
    house, living, _ = ruled
    asked = wide_of(house, living)
    with pytest.raises(InvalidRequest) as refusal:
        living.moved(MovedWish(request=asked, moves={"rule:house.strange": 0.1}), house.manager)
    assert refusal.value.fields[0].path == "moves.rule:house.strange"
    assert POSITION in refusal.value.fields[0].advice
    free = asked.model_copy(update={"keep_rules": False})
    assert not any(one.owner == "rule" for one in living.problem(free, house.manager).handles)
    with pytest.raises(InvalidRequest):
        living.moved(MovedWish(request=free, moves={POSITION: 0.2}), house.manager)


def test_the_sample_portfolios_as_they_are_can_be_walked(ruled: Any, request: Any) -> None:
    house, living, _ = ruled
    for name in ("Aurora Growth", "Cedar Balanced", "Meridian Long-Short"):
        asked = living.request_of_portfolio(house.named(name).id, house.manager)
        problem = living.problem(asked, house.manager, is_house=True)
        assert problem.frontier.corners
        assert problem.walk is not None
        (answer,) = walked(problem, [{}], request)
        wish = MovedWish(request=asked, moves={}, claimed=tuple(map(tuple, answer["corners"])))
        assert (living.moved(wish, house.manager).gap_frac or 0.0) <= 1e-8


END = """(sent) => {
  const math = qpo.livingModel, model = math.make(sent.data), low = model.byKey.max.low;
  const least = (from) => {
    const moves = from === null ? {} : { max: from };
    model.engine.start(math.limitsOf(model, moves));
    return math.endOf(model, moves, "max", low, model.engine.state, 0);
  };
  return { ends: sent.starts.map(least) };
}"""


@pytest.mark.requirement("1.2.B2")
def test_the_largest_position_ends_where_the_engine_says_wherever_the_hand_comes_from(ruled: Any, request: Any) -> None:
    house, living, _ = ruled
    asked = living.request_of_portfolio(house.named("Aurora Growth").id, house.manager)
    problem = living.problem(asked, house.manager, is_house=True)  # single assets have bounds of their own on the way
    sent = {"data": problem.model_dump(mode="json"), "starts": [None, 1.0, 0.14]}
    ends = answer_of_scripts(SCRIPTS, END, sent, lambda: request.getfixturevalue("browser"))["ends"]
    assert ends == pytest.approx([ends[0]] * 3, abs=1e-9)
    inside, outside = (
        living.moved(MovedWish(request=asked, moves={"max": ends[0] + aside}), house.manager) for aside in (1e-6, -1e-6)
    )
    assert inside.corners
    assert not outside.corners
    tight = living.moved(MovedWish(request=asked, moves={"max": 0.112}), house.manager)
    assert tight.advice == "Loosen No issuer above 10%, or choose more assets."


def test_places_that_no_hand_reaches_are_refused_in_words(ruled: Any) -> None:
    house, living, _ = ruled
    asked = living.request_of_portfolio(house.named("Aurora Growth").id, house.manager)
    with pytest.raises(InvalidRequest) as refusal:
        living.request_moved(asked, {}, house.manager, at=1e9)  # an address that was mistyped
    assert refusal.value.fields[0].path == "at"
    free = asked.model_copy(update={"keep_rules": False})
    nothing = living.moved(MovedWish(request=free, moves={"max": 1e-300}), house.manager)
    assert nothing.advice == "Raise the maximum position to at least 11.12%."
