"""Is the frontier of an optimization found on its own data, for those who may see it, in the measures that exist?"""

from __future__ import annotations

import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import engine
from data.store.tables.asset import Asset
from engine.compliance.rule import Rule
from engine.compliance.state import ComplianceState
from engine.kernel.errors import Problem
from engine.kernel.risk_free import RiskFree
from engine.objectives.min_cvar import MinCvar
from engine.objectives.target_return import TargetReturn
from engine.pareto.recommend import ClientRisk, recommend_on_frontier
from services.auth.roles import Role
from services.clients import Clients
from services.compliance.run_rules import RunRules
from services.compliance.state_risk import RISK
from services.errors import Conflict, InvalidRequest, NotFound
from services.frontiers import MOVED, Frontiers
from services.messages.clients import NewClient, ProfileAnswers
from services.optimize import Optimize
from services.optimize_repairs import repaired
from tests.services.core.test_optimize import SECTORS, SYMBOLS, FakeMarket, FakePortfolios

CAP = {"kind": "position_bounds", "max_frac": 0.4}
HELD = {"AAPL": 0.6, "BAC": 0.1, "KO": 0.3, "MSFT": 0.0, "XOM": 0.0}
SCORES = dict(zip(SYMBOLS, (40.0, 50.0, 60.0, 70.0, 80.0), strict=True))
EVEN = dict.fromkeys(SYMBOLS, 0.2)


def text(**more: Any) -> str:
    asked = {
        "asset_ids": list(SYMBOLS), "objective": {"kind": "min_volatility"}, "constraints": [CAP],
        "current_weights": HELD,
    }  # fmt: skip
    return json.dumps(asked | more)


class ClientsPortfolios(FakePortfolios):
    """The manager's portfolio, which a client may own."""

    client_id: str | None = None

    def get(self, portfolio_id: str, actor: Any) -> Any:
        return SimpleNamespace(**vars(super().get(portfolio_id, actor)), client_id=self.client_id)


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
    house.portfolios = ClientsPortfolios(manager.user_id)
    house.optimize = Optimize(house.ports, runs=house.runs, market=market, portfolios=house.portfolios)
    house.frontiers = Frontiers(house.ports, runs=house.runs, optimize=house.optimize, portfolios=house.portfolios)
    return house


def run(house: Any, actor: Any, **more: Any) -> str:
    made = house.optimize.submit(text(**more), actor)
    house.runs.execute(made.id)
    return str(made.id)


def test_the_frontier_is_the_engines_own_on_the_data_of_the_runs_day(house, manager, market) -> None:
    made = run(house, manager)
    found = house.frontiers.of(made, manager)
    result = house.optimize.result(made, manager)
    panel, _ = market.returns_panel(SYMBOLS, result.lineage.as_of, 1260)
    own = engine.frontier(
        house.optimize.request(made, manager), panel, SECTORS, HELD, risk_free=RiskFree.not_set()
    )  # fmt: skip
    assert found.corners == own.corners
    assert found.current == own.current
    assert found.corners[0].weights_frac == pytest.approx([one.weight_frac for one in result.weights], abs=1e-7)
    assert MOVED not in found.notes


def test_it_is_found_once_and_then_kept_for_all_who_may_see_the_run(house, manager, monkeypatch) -> None:
    made = run(house, manager)
    found = house.frontiers.of(made, manager)
    monkeypatch.setattr("services.frontiers.frontier_of", lambda *_: pytest.fail("It was solved a second time."))
    assert house.frontiers.of(made, manager) == found


def test_rules_of_the_portfolio_bound_it_and_a_change_of_rules_finds_it_anew(house, manager, monkeypatch) -> None:
    rule = Rule(id="cap", title="No position above 30%", universe="not is_cash", group_by="symbol",
                measure="sum(weight)", limit="0.3")  # fmt: skip
    few = Rule(id="few", title="At most three positions", universe="not is_cash and quantity != 0", measure="count()",
               limit="3")  # fmt: skip
    count = len(SYMBOLS)
    state = ComplianceState(
        ("CASH USD", *SYMBOLS), (Decimal(1000), *[Decimal(0)] * count), np.array([1000.0, *[0.0] * count]),
        np.ones(count + 1), {"is_cash": [True, *[False] * count]},
    )  # fmt: skip
    within, word = RunRules((rule, few), state, lambda _: {}, []), ["first"]
    asked_without = []

    def rules_of(request: Any, assets: Any, actor: Any, *, without: Any = None) -> Any:
        asked_without.append(without)
        return within if request.keep_rules is not False else None

    monkeypatch.setattr(house.optimize, "rules_of", rules_of)
    monkeypatch.setattr(house.optimize, "rules_word", lambda *_: word[0])
    made = run(house, manager)
    found = house.frontiers.of(made, manager)
    assert max(max(corner.weights_frac) for corner in found.corners) <= 0.3 + 1e-8
    assert found.rules.kept == ("No position above 30%",)
    for corner, broken in zip(found.corners, found.rules.broken, strict=True):
        held = sum(weight > 0.0 for weight in corner.weights_frac)
        assert broken == (("At most three positions",) if held > 3 else ())
    assert any(found.rules.broken)
    house.frontiers.of(made, manager)
    word[0] = "second"
    house.frontiers.of(made, manager)
    # The run itself, then frontiers without figures of risk: the second look was kept, the third had other rules.
    assert asked_without == [None, RISK, RISK]
    asked_for = house.optimize.parse_frontier_wish(
        json.dumps({"request": json.loads(text(keep_rules=False)), "risk": "volatility", "reward": "return"})
    )
    assert house.optimize.frontier(asked_for, manager).rules is None


@pytest.mark.parametrize("risk", ["volatility", "tracking_error", "cvar"])
@pytest.mark.parametrize("reward", ["return", "esg"])
def test_the_proposal_is_measured_as_the_frontier_is(house, manager, market, risk, reward) -> None:
    made = run(house, manager, facts={"benchmark_weights": EVEN, "esg_scores": SCORES})
    choices = house.frontiers.choices(made, manager)
    assert choices.rewards == ("return", "esg")
    assert {"volatility", "tracking_error", "cvar", "cdar", "max_drawdown"} == set(choices.risks)
    proposed = house.frontiers.proposed(made, manager, risk, reward)
    weights = np.array([one.weight_frac for one in house.optimize.result(made, manager).weights])
    panel, _ = market.returns_panel(SYMBOLS, None, 1260)
    returns = panel.returns_frac
    if risk == "cvar":
        worst = np.sort(returns @ weights)[: int(0.05 * len(returns))]
        assert proposed.loss_frac == pytest.approx(-worst.mean(), abs=1e-9)
    else:
        away = weights - (0.2 if risk == "tracking_error" else 0.0)
        measured = float(np.sqrt(252.0 * away @ np.cov(returns, rowvar=False) @ away))
        assert proposed.risk_annual_frac == pytest.approx(measured, rel=1e-6)
    wanted = np.array(list(SCORES.values())) if reward == "esg" else 252.0 * returns.mean(axis=0)
    assert proposed.reward == pytest.approx(float(wanted @ weights), rel=1e-6)
    found = house.frontiers.of(made, manager, risk, reward)
    assert found.corners


def test_only_measures_whose_data_exist_are_offered_and_others_refused(house, manager) -> None:
    made = run(house, manager)
    choices = house.frontiers.choices(made, manager)
    assert (choices.risks, choices.rewards) == (("volatility", "cvar", "cdar", "max_drawdown"), ("return",))
    with pytest.raises(InvalidRequest):
        house.frontiers.of(made, manager, "volatility", "esg")
    with pytest.raises(InvalidRequest):
        house.frontiers.of(made, manager, "tracking_error")
    given = {
        "problem": {
            "assets": ["A", "B"], "expected_returns_frac": [0.0004, 0.0003],
            "covariance": [[0.0002, 0.0], [0.0, 0.0001]],
        },
        "objective": {"kind": "min_volatility"},
    }  # fmt: skip
    direct = house.optimize.submit(json.dumps(given), manager)
    house.runs.execute(direct.id)
    assert house.frontiers.choices(direct.id, manager).risks == ("volatility",)
    assert len(house.frontiers.of(direct.id, manager).corners) >= 2


def test_what_a_frontier_leaves_out_of_the_limits_is_said(house, manager) -> None:
    ceiling = {"kind": "volatility_ceiling", "max_annual_frac": 0.5}
    made = run(house, manager, constraints=[CAP, ceiling, {"kind": "holdings_count", "max_count": 4}])
    notes = " ".join(house.frontiers.of(made, manager).notes)
    assert "ceilings on risk" in notes
    assert "whole positions" in notes


def test_prices_that_were_changed_since_are_told(house, manager, market, monkeypatch) -> None:
    made = run(house, manager)
    panel_of = market.returns_panel

    def other(symbols: Any, *more: Any, **named: Any) -> Any:
        panel, lineage = panel_of(symbols, *more, **named)
        returns = panel.returns_frac.copy()
        returns[:, 0] *= 1.001
        return type(panel)(panel.dates, panel.assets, np.ascontiguousarray(returns)), lineage

    monkeypatch.setattr(market, "returns_panel", other)
    assert house.frontiers.of(made, manager).notes[-1] == MOVED


def test_who_may_not_see_the_run_is_told_that_there_is_none_and_runs_without_a_result_have_no_frontier(
    house, manager, stranger, person
) -> None:
    made = run(house, manager)
    house.frontiers.of(made, manager)  # kept: the rights are asked all the same
    for actor in (stranger, person(Role.PORTFOLIO_MANAGER, name="Bob")):
        for verb in (house.frontiers.of, house.frontiers.choices, house.frontiers.proposed):
            with pytest.raises(NotFound):
                verb(made, actor)
    waiting = house.optimize.submit(text(), manager)
    with pytest.raises(Conflict, match="pending"):
        house.frontiers.of(waiting.id, manager)
    narrow = run(house, manager, constraints=[{"kind": "position_bounds", "max_frac": 0.1}])
    assert (house.frontiers.of(narrow, manager).corners, house.frontiers.proposed(narrow, manager)) == ((), None)


def test_the_client_of_the_portfolio_gets_the_point_that_suits_the_profile(house, manager, monkeypatch) -> None:
    made = run(house, manager)
    assert house.frontiers.client_target(made, manager) is None  # about no portfolio
    get = house.runs.get
    monkeypatch.setattr(house.runs, "get", lambda *of: get(*of).model_copy(update={"portfolio_id": "p-1"}))
    assert house.frontiers.client_target(made, manager) is None  # which is no client's
    clients = Clients(house.ports)
    answers = ProfileAnswers(risk_tolerance=2, horizon_years=5.0, loss_capacity_frac=0.15)
    house.portfolios.client_id = clients.create(NewClient(name="Ada", profile=answers), manager).id
    target = house.frontiers.client_target(made, manager)
    client = ClientRisk(risk_tolerance=target.profile.score, horizon_years=5.0, loss_capacity_frac=0.15)
    asked = house.optimize.request(made, manager)
    assert target.found == recommend_on_frontier(client, house.frontiers.of(made, manager), asked)
    wishes = answers.model_copy(update={"preferences": {"excludes": "tobacco", "spending_annual_frac": 0.03}})
    house.portfolios.client_id = clients.create(NewClient(name="Bea", profile=wishes), manager).id
    told = house.frontiers.client_target(made, manager).found.sentence
    assert told == (
        f"{target.found.sentence} The client's wishes (excludes tobacco) are not checked: no data say which assets "
        "they concern."
    )
    house.portfolios.client_id = "gone"
    assert house.frontiers.client_target(made, manager) is None


@pytest.mark.requirement("1.2.D5")
def test_the_clients_point_keeps_the_ceiling_of_the_run_and_says_which_limits_it_breaks(
    house, manager, monkeypatch
) -> None:
    get = house.runs.get
    monkeypatch.setattr(house.runs, "get", lambda *of: get(*of).model_copy(update={"portfolio_id": "p-1"}))
    answers = ProfileAnswers(risk_tolerance=5, horizon_years=20.0, loss_capacity_frac=0.9)
    client = NewClient(name="Ada", profile=answers)
    house.portfolios.client_id = Clients(house.ports).create(client, manager).id
    free = house.frontiers.client_target(run(house, manager), manager).found
    most = 0.98 * free.volatility_annual_frac
    ceiling = {"kind": "volatility_ceiling", "max_annual_frac": most}
    tracking = {"kind": "tracking_error", "max_annual_frac": 0.03}
    facts = {"benchmark_weights": EVEN}
    made = run(house, manager, constraints=[CAP, ceiling, tracking], facts=facts)
    found = house.frontiers.client_target(made, manager).found
    assert found.volatility_annual_frac <= most + 1e-12
    assert [one.startswith("Tracking error of ") for one in found.limits_broken] == [True]
    assert found.limits_broken[0] in found.sentence
    monkeypatch.setattr("engine.frontier.left_out.LeftOut.of", _refuse)
    named = house.frontiers.client_target(made, manager).found
    assert (named.limits_broken, named.limits_unmeasured) == ((), ("Tracking error",))
    low = run(house, manager, constraints=[CAP, {"kind": "volatility_ceiling", "max_annual_frac": 0.001}])
    assert house.frontiers.of(low, manager).corners
    assert house.frontiers.client_target(low, manager) is None


def _refuse(*_: Any, **__: Any) -> None:
    raise engine.InputRefused([Problem("facts", "The benchmark is gone.")])


def test_a_point_becomes_the_goal_that_leads_to_it(house, manager) -> None:
    made = run(house, manager)
    asked = house.optimize.request(made, manager)
    changed, sentence = repaired(asked, None, "point:volatility:0.0824")
    assert changed.objective == TargetReturn(return_min_annual_frac=0.0824)
    assert "8.24%" in sentence
    assert repaired(asked, None, "point:cvar:0.05")[0].objective == MinCvar(return_min_annual_frac=0.05)
    for wrong in ("point:beta:0.1", "point:volatility:x", "point:volatility:nan", "point:volatility:7", "point:"):
        with pytest.raises(ValueError, match="no point"):
            repaired(asked, None, wrong)
