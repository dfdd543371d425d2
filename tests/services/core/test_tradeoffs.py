"""Are several objectives sought, weighed, recommended and refused as a run of the person who asks?"""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import engine
from data.store.tables.asset import Asset
from engine.kernel.risk_free import RiskFree
from services.auth.roles import Role
from services.clients import Clients
from services.clients_risk import SUSTAINABLE_FRAC, client_risk
from services.errors import Conflict, InvalidRequest, NotAllowed, NotFound
from services.messages.clients import NewClient, ProfileAnswers
from services.messages.runs import RunOutcome, RunStatus
from services.messages.tradeoffs import PointTarget, PointWish
from services.optimize import Optimize
from services.runs_kind_pareto import label_of
from services.tradeoffs import Tradeoffs, parse
from tests.services.core.test_optimize import SECTORS, SYMBOLS, FakeMarket, FakePortfolios

SCORES = {symbol: float(place) for place, symbol in enumerate(SYMBOLS)}
THREE = [
    {"kind": "return", "weight": 40.0},
    {"kind": "volatility", "weight": 40.0},
    {"kind": "esg", "weight": 20.0},
]


def text(**more: Any) -> str:
    asked = {
        "asset_ids": list(SYMBOLS),
        "objectives": THREE,
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5}],
        "facts": {"esg_scores": SCORES},
        "points_count": 30,
    }
    return json.dumps(asked | more)


@pytest.fixture
def house(house: Any, manager: Any) -> Any:
    with house.ports.store.system() as uow:
        uow.assets.add_many(
            Asset(symbol=symbol, name=symbol, asset_class="equity", currency="USD", sector=SECTORS[symbol])
            for symbol in SYMBOLS
        )
        uow.commit()
    house.market, house.portfolios = FakeMarket(), FakePortfolios(manager.user_id)
    house.clients = Clients(house.ports)
    house.optimize = Optimize(house.ports, runs=house.runs, market=house.market, portfolios=house.portfolios)
    house.tradeoffs = Tradeoffs(
        house.ports, runs=house.runs, optimize=house.optimize, portfolios=house.portfolios, clients=house.clients
    )
    return house


def found_by(house: Any, actor: Any, asked: str) -> str:
    run = house.tradeoffs.submit(asked, actor)
    house.runs.execute(run.id)
    return run.id


@pytest.mark.requirement("1.2.A1")
@pytest.mark.requirement("1.2.A3")
def test_the_answer_is_the_engines_own_and_no_point_beats_another(house, manager):
    run_id = found_by(house, manager, text())
    run, result = house.tradeoffs.run(run_id, manager), house.tradeoffs.result(run_id, manager)
    assert (run.status, run.outcome) == (RunStatus.SUCCEEDED, RunOutcome.OPTIMAL)
    assert run.name == "Trade-offs of expected return, volatility and ESG score"
    panel, _ = house.market.returns_panel(SYMBOLS, None, 1260)
    own = engine.pareto(
        house.tradeoffs.request(run_id, manager), panel=panel, sectors=SECTORS, risk_free=RiskFree.not_set()
    )
    assert result.points == own.points
    assert result.chosen == own.chosen
    values = np.array([point.values for point in result.points]) * [-1.0, 1.0, -1.0]
    for one in values:
        assert not (np.all(values <= one, axis=1) & np.any(values < one - 1e-9, axis=1)).any()
    weights = np.array([point.weights_frac for point in result.points])
    assert np.allclose(weights.sum(axis=1), 1.0)
    assert weights.min() >= -1e-9
    assert weights.max() <= 0.5 + 1e-9
    scores = np.array([SCORES[asset] for asset in result.assets])
    assert weights @ scores == pytest.approx([point.values[2] for point in result.points])


@pytest.mark.requirement("1.2.A2")
def test_weights_choose_the_point_with_the_least_weighted_shortfall(house, manager):
    run_id = found_by(house, manager, text())
    result = house.tradeoffs.result(run_id, manager)
    values = np.array([point.values for point in result.points])
    ideal, nadir = (np.array([getattr(axis, name) for axis in result.axes]) for name in ("ideal", "nadir"))
    short = (values - ideal) / (nadir - ideal)
    for weights in ({"return": 9.0, "volatility": 1.0}, {"esg": 1.0}, {"return": 1.0, "volatility": 2.0, "esg": 3.0}):
        shares = np.array([weights.get(axis.kind, 0.0) for axis in result.axes])
        shares = shares / shares.sum()
        told = (short * shares).max(axis=1) + 1e-3 * (short * shares).sum(axis=1)
        choice = house.tradeoffs.choose(run_id, PointWish(weights=weights), manager)
        assert told[choice.point_place] == pytest.approx(told.min())
        assert choice.point == result.points[choice.point_place]
    only = house.tradeoffs.choose(run_id, PointWish(weights={"return": 1.0}), manager)
    assert only.point.values[0] == pytest.approx(result.axes[0].ideal)
    with pytest.raises(InvalidRequest) as caught:
        house.tradeoffs.choose(run_id, PointWish(weights={"cvar": 1.0}), manager)
    assert [one.path for one in caught.value.fields] == ["weights.cvar"]
    with pytest.raises(InvalidRequest, match="Every weight is 0"):
        house.tradeoffs.choose(run_id, PointWish(weights={"return": 0.0}), manager)


@pytest.mark.requirement("1.2.A6")
@pytest.mark.requirement("1.2.D5")
def test_a_careful_client_is_recommended_less_risk_than_a_daring_one(house, manager):
    run_id = found_by(house, manager, text())
    result = house.tradeoffs.result(run_id, manager)
    placed = {}
    for name, tolerance, years, loss in (("Careful", 1, 3.0, 0.03), ("Daring", 5, 25.0, 0.8)):
        answers = ProfileAnswers(risk_tolerance=tolerance, horizon_years=years, loss_capacity_frac=loss)
        client = house.clients.create(NewClient(name=name, profile=answers), manager)
        found = house.tradeoffs.recommend(run_id, client.id, manager)
        assert (found.client_id, found.profile_version) == (client.id, 1)
        assert "%" in found.sentence
        placed[name] = result.points[found.point_place]
        if found.is_within_capacity:
            assert found.loss_frac <= loss + 1e-9
    assert placed["Careful"].volatility_annual_frac < placed["Daring"].volatility_annual_frac
    nobody = house.clients.create(NewClient(name="Nobody asked"), manager)
    with pytest.raises(Conflict, match="questionnaire"):
        house.tradeoffs.recommend(run_id, nobody.id, manager)
    with pytest.raises(NotFound):
        house.tradeoffs.recommend(run_id, "no-such-client", manager)
    assert house.tradeoffs.usual_recommendation(run_id, manager) is None


def test_a_profile_reaches_the_engine_with_its_score_and_its_wish_for_sustainability(house, manager):
    answers = ProfileAnswers(
        risk_tolerance=5, horizon_years=1.0, loss_capacity_frac=0.3, preferences={"sustainable": True}
    )
    profile = house.clients.create(NewClient(name="Ada", profile=answers), manager).profile
    risk = client_risk(profile)
    assert (risk.risk_tolerance, risk.horizon_years, risk.loss_capacity_frac) == (profile.score, 1.0, 0.3)
    assert risk.esg_importance_frac == SUSTAINABLE_FRAC
    stated = profile.model_copy(update={"preferences": {"esg_importance_frac": 0.6, "sustainable": False}})
    assert client_risk(stated).esg_importance_frac == 0.6
    assert client_risk(profile.model_copy(update={"preferences": {}})).esg_importance_frac == 0.0


def test_the_client_of_the_portfolio_is_recommended_to_without_being_asked_for(house, manager, monkeypatch):
    answers = ProfileAnswers(risk_tolerance=3, horizon_years=8.0, loss_capacity_frac=0.25)
    client = house.clients.create(NewClient(name="Ada", profile=answers), manager)
    run_id = found_by(house, manager, text())
    run = house.runs.get(run_id, manager).model_copy(update={"portfolio_id": "p-1"})
    monkeypatch.setattr(house.tradeoffs, "run", lambda _run_id, _actor: run)
    monkeypatch.setattr(house.portfolios, "get", lambda _id, _actor: SimpleNamespace(client_id=client.id))
    found = house.tradeoffs.usual_recommendation(run_id, manager)
    assert found == house.tradeoffs.recommend(run_id, client.id, manager)
    house.tradeoffs.save_as_target(run_id, PointTarget(point=found.point_place, name="For Ada"), manager)
    house.tradeoffs.save_as_target(run_id, PointTarget(), manager)
    (first, second), result = house.portfolios.targets, house.tradeoffs.result(run_id, manager)
    assert first[:1] + first[2:4] == ("p-1", run_id, "For Ada")
    assert tuple(first[1].values()) == result.points[found.point_place].weights_frac
    assert tuple(second[1].values()) == result.chosen.point.weights_frac
    with pytest.raises(InvalidRequest, match="no such point"):
        house.tradeoffs.save_as_target(run_id, PointTarget(point=9999), manager)


def test_what_the_run_would_refuse_is_refused_before_it_is_queued(house, manager):
    cases = {
        "objectives[2]": text(facts={"esg_scores": {"AAPL": 1.0}}),
        "objectives[0]": text(objectives=[{"kind": "turnover"}, {"kind": "volatility"}], facts=None),
    }
    for path, asked in cases.items():
        with pytest.raises(InvalidRequest) as caught:
            house.tradeoffs.submit(asked, manager)
        assert [one.path for one in caught.value.fields] == [path]
        assert caught.value.fields[0].advice
    assert house.runs.list(manager, kind="pareto").items == ()
    left_out = found_by(
        house, manager, text(facts={"esg_scores": {"AAPL": 1.0, "KO": 2.0, "BAC": 3.0}}, without_data="leave_out")
    )
    result = house.tradeoffs.result(left_out, manager)
    held = {
        asset for point in result.points for asset, w in zip(result.assets, point.weights_frac, strict=True) if w > 1e-6
    }
    assert held <= {"AAPL", "KO", "BAC"}
    assert any("Not held" in note for note in result.notes)


def test_limits_that_cannot_hold_are_an_answer_without_points(house, manager):
    run_id = found_by(house, manager, text(constraints=[{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.1}]))
    run, result = house.tradeoffs.run(run_id, manager), house.tradeoffs.result(run_id, manager)
    assert (run.outcome, result.points) == (RunOutcome.INFEASIBLE, ())
    assert result.message
    for ask in (
        lambda: house.tradeoffs.choose(run_id, PointWish(weights={"return": 1.0}), manager),
        lambda: house.tradeoffs.recommend(run_id, "any", manager),
        lambda: house.tradeoffs.save_as_target(run_id, PointTarget(), manager),
    ):
        with pytest.raises(Conflict, match="no portfolios"):
            ask()


def test_a_run_is_seen_started_and_used_by_whom_it_concerns(house, manager, person, stranger):
    run_id = found_by(house, manager, text())
    for role in (Role.VIEWER, Role.COMPLIANCE, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            house.tradeoffs.submit(text(), person(role, name=role.value))
    for look in (house.tradeoffs.run, house.tradeoffs.result, house.tradeoffs.request):
        with pytest.raises(NotFound):
            look(run_id, stranger)
    with pytest.raises(Conflict, match="not about one of your portfolios"):
        house.tradeoffs.save_as_target(run_id, PointTarget(), manager)
    other = house.optimize.submit(
        json.dumps({"asset_ids": list(SYMBOLS), "objective": {"kind": "min_volatility"}}), manager
    )
    with pytest.raises(NotFound):
        house.tradeoffs.run(other.id, manager)
    waiting = house.tradeoffs.submit(text(), manager)
    with pytest.raises(Conflict, match="no result"):
        house.tradeoffs.result(waiting.id, manager)


def test_a_cancelled_run_ends_as_cancelled(house, manager, monkeypatch):
    run = house.tradeoffs.submit(text(), manager)
    seen: list[str] = []
    real = engine.pareto

    def stopped(*given: Any, on_progress: Any, **more: Any) -> Any:
        house.runs.cancel(run.id, manager)

        def report(stage: str, share: float) -> None:
            seen.append(stage)
            end_s = time.monotonic() + 10.0
            while time.monotonic() < end_s:  # the wish is noticed by a thread that looks now and then
                on_progress(stage, share)
                time.sleep(0.02)

        return real(*given, on_progress=report, **more)

    monkeypatch.setattr(engine, "pareto", stopped)
    house.runs.execute(run.id)
    assert house.runs.get(run.id, manager).status is RunStatus.CANCELLED
    assert seen


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"objectives": THREE[:1]}, "objectives"),
        ({"objectives": [{"kind": "luck"}, *THREE]}, "objectives[0].kind"),
        ({"points_count": 1}, "points_count"),
        ({"color": "red"}, "color"),
        ({"constraints": [{"kind": "position_bounds", "max_frac": 3.0}]}, "constraints[0].max_frac"),
    ],
)
def test_what_cannot_be_used_is_named(more, path):
    with pytest.raises(InvalidRequest) as caught:
        parse(text(**more))
    assert path in {one.path for one in caught.value.fields}


def test_an_objective_that_is_given_twice_is_told():
    with pytest.raises(InvalidRequest) as caught:
        parse(text(objectives=[*THREE, THREE[0]]))
    assert "`return` is given more than once" in caught.value.fields[0].message


def test_a_run_is_named_by_what_it_seeks():
    assert label_of(parse(text(objectives=THREE[1:]))) == "Trade-offs of volatility and ESG score"
