"""Is it found out how sure the weights of an optimization are, for those who may see it and on its own history?"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import engine
from data.store.tables.asset import Asset
from engine.kernel.risk_free import RiskFree
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.messages.runs import RunStatus
from services.messages.uncertainty import UncertaintyOptions, UncertaintyRequest
from services.optimize import Optimize
from services.runs_kind_uncertainty import KIND
from services.uncertainty import Uncertainty
from tests.services.core.test_optimize import SECTORS, SYMBOLS, FakeMarket, FakePortfolios

FEW = UncertaintyOptions(resamples_count=60)
HELD = {"AAPL": 0.6, "BAC": 0.1, "KO": 0.3, "MSFT": 0.0, "XOM": 0.0}


def text(**more: Any) -> str:
    asked = {
        "asset_ids": list(SYMBOLS),
        "objective": {"kind": "min_volatility"},
        "constraints": [{"kind": "position_bounds", "max_frac": 0.4}],
        "current_weights": HELD,
    }
    return json.dumps(asked | more)


@pytest.fixture
def market() -> FakeMarket:
    return FakeMarket()


@pytest.fixture
def house(house: Any, manager: Any, market: FakeMarket) -> Any:
    with house.ports.store.system() as uow:
        uow.assets.add_many(
            Asset(symbol=symbol, name=symbol, asset_class="equity", currency="USD", sector=SECTORS[symbol])
            for symbol in SYMBOLS
        )
        uow.commit()
    house.optimize = Optimize(house.ports, runs=house.runs, market=market, portfolios=FakePortfolios(manager.user_id))
    house.uncertainty = Uncertainty(house.ports, runs=house.runs, optimize=house.optimize)
    return house


@pytest.fixture
def optimized(house: Any, manager: Any) -> str:
    run = house.optimize.submit(text(), manager)
    house.runs.execute(run.id)
    assert house.runs.get(run.id, manager).status is RunStatus.SUCCEEDED
    return run.id


def look(house: Any, optimization_id: str, actor: Any, options: UncertaintyOptions = FEW) -> Any:
    run = house.uncertainty.start(optimization_id, options, actor)
    house.runs.execute(run.id)
    return house.uncertainty.of(optimization_id, actor)


def test_the_answer_is_the_engines_own_on_the_same_history(house, optimized, manager, market) -> None:
    found = look(house, optimized, manager)
    assert (found.run.status, found.run.parent_run_id) == (RunStatus.SUCCEEDED, optimized)
    result = house.optimize.result(optimized, manager)
    panel, _ = market.returns_panel(SYMBOLS, result.lineage.as_of, 1260)
    own = engine.uncertainty(
        house.optimize.request(optimized, manager), panel, SECTORS, HELD,
        risk_free=RiskFree.not_set(), resamples_count=60,
    )  # fmt: skip
    assert found.result.weights == own.weights
    assert found.result.verdict == own.verdict
    assert found.result.bands == own.bands
    assert [line.weight_frac for line in found.result.weights] == pytest.approx(
        [line.weight_frac for line in result.weights], abs=1e-8
    )
    assert house.uncertainty.finished(optimized, manager) == found.result


def test_what_is_found_on_the_way_can_be_read_while_it_grows(house, optimized, manager, monkeypatch) -> None:
    seen: list[Any] = []
    keep = house.uncertainty.keep_partial

    def watch(run_id: str, document: dict[str, Any]) -> None:
        keep(run_id, document)
        seen.append(house.uncertainty.of(optimized, manager))

    monkeypatch.setattr(house.uncertainty, "keep_partial", watch)
    found = look(house, optimized, manager, UncertaintyOptions(resamples_count=120))
    assert [view.result.answered_count for view in seen] == [50, 100]
    for view in seen:
        assert view.run.status is RunStatus.RUNNING
        assert not view.result.is_complete
        assert len(view.result.weights) == len(SYMBOLS)
        assert view.result.bands
        assert view.result.bands[0].weights_lower_frac == ()
    assert found.result.is_complete
    assert found.result.answered_count == 120
    assert len(found.result.bands[0].weights_lower_frac) == len(SYMBOLS)


def test_nobody_asked_yet_and_a_look_that_goes_on_is_not_begun_twice(house, optimized, manager) -> None:
    assert house.uncertainty.of(optimized, manager).run is None
    assert house.uncertainty.finished(optimized, manager) is None
    first = house.uncertainty.start(optimized, FEW, manager)
    assert house.uncertainty.start(optimized, FEW, manager).id == first.id
    other = house.uncertainty.start(optimized, UncertaintyOptions(resamples_count=70), manager)
    assert other.id != first.id
    assert house.uncertainty.of(optimized, manager).run.id == other.id
    house.runs.execute(other.id)
    assert house.uncertainty.start(optimized, UncertaintyOptions(resamples_count=70), manager).id != other.id


def test_a_cancelled_look_says_so_and_leaves_no_result(house, optimized, manager) -> None:
    run = house.uncertainty.start(optimized, FEW, manager)
    house.runs.cancel(run.id, manager)
    view = house.uncertainty.of(optimized, manager)
    assert (view.run.status, view.result) == (RunStatus.CANCELLED, None)


def test_a_wish_to_cancel_ends_the_work_between_two_histories(house, optimized, manager, monkeypatch) -> None:
    run = house.uncertainty.start(optimized, UncertaintyOptions(resamples_count=10_000), manager)
    monkeypatch.setattr("services.runs_lease.LOOK_S", 0.01)
    keep = house.uncertainty.keep_partial
    monkeypatch.setattr(
        house.uncertainty,
        "keep_partial",
        lambda run_id, document: (keep(run_id, document), house.runs.cancel(run_id, manager)),
    )
    house.runs.execute(run.id)
    assert house.runs.get(run.id, manager).status is RunStatus.CANCELLED


def test_who_may_not_see_the_optimization_is_told_that_there_is_none(
    house, optimized, manager, stranger, person
) -> None:
    look(house, optimized, manager)
    colleague = person(Role.PORTFOLIO_MANAGER, name="Bob")
    for actor in (stranger, colleague):
        with pytest.raises(NotFound):
            house.uncertainty.of(optimized, actor)
        with pytest.raises(NotFound):
            house.uncertainty.start(optimized, FEW, actor)
    with pytest.raises(NotAllowed):
        house.uncertainty.start(optimized, FEW, person(Role.VIEWER, name="Vic"))


def test_what_has_no_sure_weights_is_refused_with_a_sentence(house, manager, optimized) -> None:
    with pytest.raises(NotFound):
        house.uncertainty.of("no-such-run", manager)
    inner = look(house, optimized, manager).run
    with pytest.raises(NotFound, match="optimization"):
        house.uncertainty.start(inner.id, FEW, manager)  # not itself an optimization
    waiting = house.optimize.submit(text(), manager)
    with pytest.raises(Conflict, match="pending"):
        house.uncertainty.start(waiting.id, FEW, manager)
    narrow = house.optimize.submit(text(constraints=[{"kind": "position_bounds", "max_frac": 0.1}]), manager)
    house.runs.execute(narrow.id)
    with pytest.raises(Conflict) as refusal:
        house.uncertainty.start(narrow.id, FEW, manager)
    assert refusal.value.code == "no_weights"
    given = {
        "problem": {
            "assets": ["A", "B"],
            "expected_returns_frac": [0.0004, 0.0003],
            "covariance": [[0.0002, 0.0], [0.0, 0.0001]],
            "periods_per_year": 252,
        },
        "objective": {"kind": "min_volatility"},
    }
    direct = house.optimize.submit(json.dumps(given), manager)
    house.runs.execute(direct.id)
    with pytest.raises(Conflict, match="without a history") as refusal:
        house.uncertainty.start(direct.id, FEW, manager)
    assert refusal.value.code == "no_history"


def test_prices_that_were_changed_since_are_told(house, optimized, manager, market, monkeypatch) -> None:
    assert not any("Run the optimization again" in note for note in look(house, optimized, manager).result.notes)
    panel_of = market.returns_panel

    def other(symbols: Any, *more: Any, **named: Any) -> Any:
        panel, lineage = panel_of(symbols, *more, **named)
        returns = panel.returns_frac.copy()
        returns[:, 0] *= 3.0
        return type(panel)(panel.dates, panel.assets, np.ascontiguousarray(returns)), lineage

    monkeypatch.setattr(market, "returns_panel", other)
    assert any("Run the optimization again" in note for note in look(house, optimized, manager).result.notes)


def test_a_repeated_look_gives_the_same_answer_and_stays_no_replay_of_the_optimization(
    house, optimized, manager
) -> None:
    first = look(house, optimized, manager)
    with pytest.raises(Conflict, match="repeats no other"):
        house.runs.replay_report(first.run.id, manager)
    again = house.runs.replay(first.run.id, manager)
    house.runs.execute(again.id)
    assert house.runs.replay_report(again.id, manager).is_identical
    assert house.uncertainty.of(optimized, manager).run.id == first.run.id


def test_the_bounds_are_those_of_the_engine(house, optimized, manager, market) -> None:
    panel, _ = market.returns_panel(SYMBOLS, None, 300)
    asked = house.optimize.request(optimized, manager)
    for name, value in (("resamples_count", 19), ("resamples_count", 10_001), ("level_frac", 0.4),
                        ("level_frac", 0.995), ("block_length_periods", 0.5)):  # fmt: skip
        with pytest.raises(engine.InputRefused):
            engine.uncertainty(asked, panel, **{name: value})
        with pytest.raises(InvalidRequest) as refusal:
            KIND.parse(json.dumps({"optimization_id": "x", name: value}))
        assert [field.path for field in refusal.value.fields] == [name]
    kept = KIND.parse('{"optimization_id": "x", "resamples_count": 10000, "level_frac": 0.99}')
    assert kept == UncertaintyRequest(optimization_id="x", resamples_count=10_000, level_frac=0.99)
