"""Is a recipe tested over the past on the prices of its own day, for those who may, and told as the engine tells it?"""

from __future__ import annotations

import io
import json
from datetime import date
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest

import engine
from data.store.tables.asset import Asset
from engine.kernel.frames import PricePanel
from engine.kernel.risk_free import RiskFree
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.messages.runs import RunOutcome, RunStatus
from services.messages.walk_forward import WalkForwardOptions, WalkForwardRequest
from services.optimize import Optimize
from services.runs_kind_walk_forward import KIND, WITHOUT_RULES
from services.walk_forward import WalkForwards, parse_walk_forward
from tests.services.core.test_optimize import SECTORS, SYMBOLS, FakeMarket, FakePortfolios

SHORT = WalkForwardOptions(frequency="quarterly", lookback_periods=300, frontier_points_count=2)
HELD = {"AAPL": 0.6, "BAC": 0.1, "KO": 0.3, "MSFT": 0.0, "XOM": 0.0}
LIMITS = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.4}]


class PricedMarket(FakeMarket):
    """Closes of the same made-up returns; the last asset is listed half a year late."""

    asked: tuple[Any, ...] = ()

    def price_panel(self, symbols: Any, as_of: Any, actor: Any = None, base_currency: Any = None) -> PricePanel:
        self.asked = (tuple(symbols), as_of, base_currency)
        panel, _ = self.returns_panel(symbols, as_of, 1260)
        levels = np.vstack([np.ones(len(symbols)), np.cumprod(1.0 + panel.returns_frac, axis=0)])
        levels[:130, -1] = np.nan
        dates = np.concatenate([panel.dates[:1] - np.timedelta64(1, "D"), panel.dates])
        return PricePanel(dates, tuple(symbols), levels)


def text(**more: Any) -> str:
    asked = {
        "asset_ids": list(SYMBOLS),
        "objective": {"kind": "min_volatility"},
        "constraints": LIMITS,
        "current_weights": HELD,
    }
    return json.dumps(asked | more)


@pytest.fixture
def market() -> PricedMarket:
    return PricedMarket()


@pytest.fixture
def house(house: Any, manager: Any, market: PricedMarket) -> Any:
    with house.ports.store.system() as uow:
        uow.assets.add_many(
            Asset(symbol=symbol, name=symbol, asset_class="equity", currency="USD", sector=SECTORS[symbol])
            for symbol in SYMBOLS
        )
        uow.commit()
    house.market = market
    house.optimize = Optimize(house.ports, runs=house.runs, market=market, portfolios=FakePortfolios(manager.user_id))
    house.walk_forwards = WalkForwards(house.ports, runs=house.runs, optimize=house.optimize)
    return house


def optimized(house: Any, actor: Any, **more: Any) -> str:
    run = house.optimize.submit(text(**more), actor)
    house.runs.execute(run.id)
    return str(run.id)


def walk(house: Any, actor: Any, request: WalkForwardRequest) -> Any:
    run = house.walk_forwards.start(request, actor)
    house.runs.execute(run.id)
    return house.walk_forwards.of(run.id, actor)


def test_the_answer_is_the_engines_own_on_every_stored_price(house, manager, market) -> None:
    run_id = optimized(house, manager, as_of="2022-06-30")
    view = walk(house, manager, WalkForwardRequest(optimization_id=run_id, options=SHORT))
    assert (view.run.status, view.run.parent_run_id, view.run.outcome) == (RunStatus.SUCCEEDED, run_id, None)
    assert market.asked[:2] == (SYMBOLS, date(2022, 6, 30))
    own = engine.walk_forward(
        house.optimize.request(run_id, manager).model_copy(update={"as_of": None}),
        market.price_panel(SYMBOLS, date(2022, 6, 30)),
        SECTORS,
        HELD,
        risk_free=RiskFree.not_set(),
        options=SHORT,
    )
    assert view.result.strategies == own.strategies
    assert view.result.decisions == own.decisions
    assert view.result.verdict == own.verdict
    assert view.result.dates[-1] == date(2022, 6, 30)
    assert view.result.lineage.data["as_of"] == "2022-06-30"
    assert view.run.message == own.verdict.sentence
    assert own.decisions[0].left_out == (SYMBOLS[-1],)


def test_a_request_of_its_own_needs_no_optimization(house, manager) -> None:
    request = parse_walk_forward(json.dumps({"request": json.loads(text()), "options": {"lookback_periods": 900}}))
    view = walk(house, manager, request)
    assert view.run.parent_run_id is None
    assert view.asked == request
    assert view.result.setup.lookback_periods == 900


@pytest.mark.parametrize(
    ("more", "is_told"),
    [({"portfolio_id": "p-1"}, True), ({"portfolio_id": "p-1", "keep_rules": False}, False), ({}, False)],
)
def test_a_test_says_that_it_leaves_the_rules_of_the_portfolio_out(
    house: Any, manager: Any, more: dict[str, Any], is_told: bool
) -> None:
    asked = {"request": {**json.loads(text()), **more}, "options": {"lookback_periods": 900}}
    if more:
        del asked["request"]["current_weights"]
    context: Any = SimpleNamespace(
        services=house, actor=manager, lineage={}, progress=lambda *_told: None, is_cancelled=lambda: False
    )
    found = KIND.execute(parse_walk_forward(json.dumps(asked)), context)
    assert (WITHOUT_RULES in found.document["notes"]) is is_told


def test_the_same_test_of_an_optimization_that_goes_on_is_not_begun_twice(house, manager) -> None:
    request = WalkForwardRequest(optimization_id=optimized(house, manager), options=SHORT)
    first = house.walk_forwards.start(request, manager)
    assert house.walk_forwards.start(request, manager).id == first.id
    other = request.model_copy(update={"options": WalkForwardOptions(lookback_periods=250)})
    assert house.walk_forwards.start(other, manager).id != first.id
    house.runs.execute(first.id)
    assert house.walk_forwards.start(request, manager).id != first.id  # a finished one may be repeated


def test_too_little_history_fails_with_the_way_out(house, manager) -> None:
    view = walk(house, manager, WalkForwardRequest(
        optimization_id=optimized(house, manager), options=WalkForwardOptions(lookback_periods=1250)
    ))  # fmt: skip
    assert (view.run.status, view.result) == (RunStatus.FAILED, None)
    assert "look-back window of 1,250 leaves 0 dates" in view.run.message
    assert "Choose a shorter window" in view.run.message


def test_a_recipe_without_any_answer_ends_without_one_and_says_why(house, manager) -> None:
    impossible = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.1}]
    body = {"request": {**json.loads(text()), "constraints": impossible}, "options": {"lookback_periods": 900}}
    view = walk(house, manager, parse_walk_forward(json.dumps(body)))
    assert view.run.outcome is RunOutcome.FAILED
    assert (view.result.status, view.result.strategies) == ("never_answered", ())
    assert "On the first:" in view.result.message


def test_who_may_ask_and_see(house, manager, person) -> None:
    viewer, researcher = person(Role.VIEWER, name="Vi"), person(Role.RESEARCHER, name="Re")
    request = WalkForwardRequest(optimization_id=optimized(house, manager), options=SHORT)
    with pytest.raises(NotAllowed):
        house.walk_forwards.start(request, viewer)
    with pytest.raises(NotFound):
        house.walk_forwards.start(request, researcher)
    made = house.walk_forwards.start(request, manager)
    with pytest.raises(NotFound):
        house.walk_forwards.of(made.id, researcher)
    with pytest.raises(NotFound):
        house.walk_forwards.of(request.optimization_id, manager)  # an optimization is no test


def test_figures_given_directly_have_no_past(house, manager) -> None:
    problem = {"assets": ["A", "B"], "expected_returns_frac": [0.0, 0.0], "covariance": [[1e-4, 0.0], [0.0, 1e-4]]}
    run = house.optimize.submit(json.dumps({"problem": problem, "objective": {"kind": "min_volatility"}}), manager)
    house.runs.execute(run.id)
    with pytest.raises(Conflict, match="given directly"):
        house.walk_forwards.start(WalkForwardRequest(optimization_id=run.id), manager)


def test_every_problem_of_a_text_is_told() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        parse_walk_forward('{"optimization_id": "", "options": {"window": "sliding", "every_periods": 0}, "more": 1}')
    assert {one.path for one in refusal.value.fields} == {
        "more", "options.window", "options.every_periods", "optimization_id"
    }  # fmt: skip


def test_a_test_leaves_as_a_file(house, manager) -> None:
    view = walk(house, manager, WalkForwardRequest(optimization_id=optimized(house, manager), options=SHORT))
    rows = house.walk_forwards.table(view.run.id, "csv", manager).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + len(view.result.decisions)
    assert rows[0].startswith("decided_on,held_until,assets_count,promised_return_annual_frac")
    book = house.walk_forwards.table(view.run.id, "xlsx", manager)
    names = ZipFile(io.BytesIO(book.content)).read("xl/workbook.xml").decode()
    assert all(f'name="{one}"' in names for one in ("Dates", "Strategies", "Wealth", "Frontier"))
    with pytest.raises(InvalidRequest):
        house.walk_forwards.table(view.run.id, "pdf", manager)
