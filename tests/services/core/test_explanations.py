"""Is a stored optimization explained on its own day's data, once for the same data, and for those who may see it?"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import engine
import services.explanations as module
from data.store.tables.asset import Asset
from engine.kernel.risk_free import RiskFree
from services.auth.roles import Role
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.explanations import OTHER_ANSWER, OTHER_DATA, Explanations
from services.optimize import Optimize
from services.uncertainty import Uncertainty
from tests.services.core.test_optimize import SECTORS, SYMBOLS, FakeMarket, FakePortfolios
from tests.services.core.test_uncertainty import FEW, HELD


def text(**more: Any) -> str:
    asked = {
        "asset_ids": list(SYMBOLS),
        "objective": {"kind": "max_sharpe"},
        "constraints": [{"kind": "position_bounds", "max_frac": 0.4}],
        "current_weights": HELD,
        "as_of": "2021-12-28",
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
    house.explanations = Explanations(house.ports, runs=house.runs, optimize=house.optimize)
    house.uncertainty = Uncertainty(house.ports, runs=house.runs, optimize=house.optimize)
    return house


def run_of(house: Any, manager: Any, **more: Any) -> str:
    run = house.optimize.submit(text(**more), manager)
    house.runs.execute(run.id)
    return run.id


@pytest.fixture
def optimized(house: Any, manager: Any) -> str:
    return run_of(house, manager)


@pytest.mark.requirement("5.2.F6")
def test_the_explanation_is_the_engines_own_on_the_day_of_the_run(house, optimized, manager, market) -> None:
    found = house.explanations.of(optimized, manager)
    result = house.optimize.result(optimized, manager)
    panel, _ = market.returns_panel(SYMBOLS, result.lineage.as_of, 1260)
    own = engine.explain(
        house.optimize.request(optimized, manager), panel, SECTORS, HELD,
        risk_free=RiskFree.not_set(), has_required_returns=False,
    )  # fmt: skip
    assert (found.explanation.weights, found.explanation.prices, found.explanation.split) == (
        own.weights, own.prices, own.split,
    )  # fmt: skip
    assert (str(found.as_of), found.is_same_data, found.note) == ("2021-12-28", True, None)
    assert [line.weight_frac for line in found.explanation.weights] == pytest.approx(
        [line.weight_frac for line in result.weights], abs=2e-8
    )


def test_the_same_data_is_explained_once_and_other_data_anew_with_a_word(
    house, optimized, manager, market, monkeypatch
) -> None:
    calls: list[Any] = []
    explain = module.explanation_of
    monkeypatch.setattr(module, "explanation_of", lambda *a, **k: calls.append(1) or explain(*a, **k))
    first = house.explanations.of(optimized, manager)
    assert house.explanations.of(optimized, manager) == first
    assert len(calls) == 1
    panel_of = market.returns_panel

    def other(scale: float) -> Any:
        def made(symbols: Any, *more: Any, **named: Any) -> Any:
            panel, lineage = panel_of(symbols, *more, **named)
            returns = panel.returns_frac.copy()
            returns[:, 0] *= scale
            lineage = {**lineage, "sha256": str(scale)}
            return type(panel)(panel.dates, panel.assets, np.ascontiguousarray(returns)), lineage

        return made

    monkeypatch.setattr(market, "returns_panel", other(1.0 + 1e-7))
    assert house.explanations.of(optimized, manager).note == OTHER_DATA
    monkeypatch.setattr(market, "returns_panel", other(3.0))
    moved = house.explanations.of(optimized, manager)
    assert (moved.note, moved.is_same_data) == (OTHER_ANSWER, False)
    assert len(calls) == 3


def test_the_return_that_a_weight_requires_gives_that_weight_when_it_is_the_assets_own(
    house, optimized, manager, market
) -> None:
    result = house.optimize.result(optimized, manager)
    line = min(result.weights, key=lambda line: abs(line.weight_frac - 0.2))
    found = house.explanations.required_return(optimized, line.asset, 0.25, manager)
    assert found.return_annual_frac is not None
    panel, _ = market.returns_panel(SYMBOLS, result.lineage.as_of, 1260)
    means = dict(zip(SYMBOLS, (panel.returns_frac.mean(axis=0) * 252).tolist(), strict=True))
    means[line.asset] = found.return_annual_frac
    estimates = {"expected_returns": {"kind": "given_returns", "returns_frac": means}}
    again = house.optimize.result(run_of(house, manager, estimates=estimates), manager)
    reached = next(one.weight_frac for one in again.weights if one.asset == line.asset)
    assert reached == pytest.approx(0.25, abs=1e-6)
    for asset, weight, path in (("ZZZ", 0.1, "asset"), (line.asset, float("nan"), "weight_frac")):
        with pytest.raises(InvalidRequest) as refusal:
            house.explanations.required_return(optimized, asset, weight, manager)
        assert [field.path for field in refusal.value.fields] == [path]


def test_who_may_not_see_the_run_is_told_that_there_is_none_and_a_key_needs_market_data(
    house, optimized, manager, stranger, person
) -> None:
    for actor in (stranger, person(Role.VIEWER, name="Vic")):
        with pytest.raises(NotFound):
            house.explanations.of(optimized, actor)
        with pytest.raises(NotFound):
            house.explanations.required_return(optimized, "KO", None, actor)
    narrow = type(manager)(**{**vars(manager), "scopes": frozenset({"runs.read"})})
    with pytest.raises(NotAllowed, match="market data"):
        house.explanations.of(optimized, narrow)


def test_what_cannot_be_explained_is_refused_with_a_sentence(house, optimized, manager, monkeypatch) -> None:
    waiting = house.optimize.submit(text(), manager)
    with pytest.raises(Conflict, match="pending") as refusal:
        house.explanations.of(waiting.id, manager)
    assert refusal.value.code == "no_result"
    narrow = run_of(house, manager, constraints=[{"kind": "position_bounds", "max_frac": 0.1}])
    with pytest.raises(Conflict) as refusal:
        house.explanations.of(narrow, manager)
    assert refusal.value.code == "no_weights"
    look = house.uncertainty.start(optimized, FEW, manager)
    with pytest.raises(NotFound, match="optimization"):
        house.explanations.of(look.id, manager)
    monkeypatch.setattr(module, "assets_max_count", lambda request: 4)
    with pytest.raises(Conflict, match="5 assets takes longer") as refusal:
        house.explanations.of(optimized, manager)
    assert refusal.value.code == "too_many_assets"


def test_rules_have_parts_of_the_risk_and_figures_given_directly_are_explained_as_well(house, manager) -> None:
    rule = house.explanations.of(run_of(house, manager, objective={"kind": "equal_weight"}, constraints=[]), manager)
    assert rule.explanation.weights == ()
    assert rule.explanation.terms_gap in rule.explanation.notes
    assert len(rule.explanation.risk_parts) == len(SYMBOLS)
    given = {
        "problem": {
            "assets": ["A", "B"],
            "expected_returns_frac": [0.0004, 0.0003],
            "covariance": [[0.0002, 0.0], [0.0, 0.0001]],
            "periods_per_year": 252,
        },
        "objective": {"kind": "max_sharpe"},
    }
    run = house.optimize.submit(json.dumps(given), manager)
    house.runs.execute(run.id)
    direct = house.explanations.of(run.id, manager)
    assert (direct.as_of, direct.note) == (None, None)
    for line in direct.explanation.weights:
        terms = [line.reward, line.risk, line.costs, line.bound, *(one.amount for one in line.limits)]
        assert sum(terms) == pytest.approx(0.0, abs=1e-8)
