"""Does the page of trade-offs follow the weights, the client and the axes, and say in words what it shows?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from dash import no_update

import engine
from callbacks import present_tradeoffs, tradeoffs, tradeoffs_draw, tradeoffs_fill, tradeoffs_form
from callbacks import tradeoffs_result as answers
from callbacks import tradeoffs_solid as solid
from callbacks.tradeoffs_draw import View, weighed
from engine.pareto.parse import parse_pareto
from services.auth.roles import Permission, Role
from services.errors import Conflict
from services.messages.runs import RunOutcome, RunStatus, RunView
from services.messages.tradeoffs import ClientRecommendation, ParetoResult
from services.tradeoffs import place_of

PROBLEM = {
    "assets": ["A", "B", "C"],
    "expected_returns_frac": [0.0006, 0.0004, 0.0002],
    "covariance": [[0.0003, 0.00002, 0.0], [0.00002, 0.0001, 0.0], [0.0, 0.0, 0.00005]],
}
ASKED = {
    "problem": PROBLEM,
    "objectives": [
        {"kind": "return", "weight": 50.0},
        {"kind": "volatility", "weight": 30.0},
        {"kind": "esg", "weight": 20.0},
    ],
    "facts": {"esg_scores": {"A": 1.0, "B": 3.0, "C": 2.0}},
    "current_weights": {"A": 1.0, "B": 0.0, "C": 0.0},
    "points_count": 20,
}
RUN = RunView(
    id="r-1", kind="pareto", name="Trade-offs", status=RunStatus.SUCCEEDED, stage=None, progress_frac=1.0,
    message="Found.", owner_id="u-1", portfolio_id=None, created_at_utc=datetime(2023, 1, 2, tzinfo=UTC),
    started_at_utc=None, finished_at_utc=None, seed=7, engine_version="1", request_sha256="0" * 64, row_version=1,
    attempts_count=1, outcome=RunOutcome.OPTIMAL,
)  # fmt: skip
SUITS = ClientRecommendation(
    client_id="c-1", client_type="individual", profile_version=2, point_place=3, decided_by="loss_capacity",
    is_within_capacity=True, loss_frac=0.1, volatility_max_annual_frac=0.12, sentence="It loses at most 10.0%.",
)  # fmt: skip


@pytest.fixture(scope="module")
def result() -> ParetoResult:
    return ParetoResult.model_validate_json(engine.pareto(parse_pareto(json.dumps(ASKED))).model_dump_json())


@pytest.fixture
def view(result: ParetoResult) -> View:
    return View(RUN, result, None, SUITS, "Ada")


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch, result: ParetoResult) -> None:
    """Let the callbacks find one finished run of a person who may run and sees clients."""
    services = SimpleNamespace(
        tradeoffs=SimpleNamespace(
            run=lambda _id, _who: RUN, result=lambda _id, _who: result, recommend=lambda _run, _client, _who: SUITS
        ),
        clients=SimpleNamespace(get=lambda _id, _who: SimpleNamespace(name="Ada")),
        exports=SimpleNamespace(has_browser=False),
    )
    likes = SimpleNamespace(number_format="point", sign_palette="blue_orange")
    for module in (tradeoffs_draw, answers, tradeoffs):
        for name, value in (("services", lambda: services), ("actor", lambda: None), ("may", lambda _right: True)):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(tradeoffs_draw, "preferences", lambda: likes)
    for module in (answers, tradeoffs):
        monkeypatch.setattr(module, "reader_style", lambda: "point")


def words(one: Any) -> str:
    return json.dumps(one, default=lambda part: part.to_plotly_json(), ensure_ascii=False)


KINDS = ["return", "volatility", "esg"]
STATE = {"id": "r-1", "status": "succeeded"}


@pytest.mark.requirement("1.2.A2")
def test_moved_weights_choose_another_point_and_the_runs_own_lead_back_to_what_was_solved_for(result) -> None:
    assert weighed(result, {"return": 50.0, "volatility": 30.0, "esg": 20.0}) is None
    assert weighed(result, {"return": 5.0, "volatility": 3.0, "esg": 2.0}) is None
    moved = weighed(result, {"return": 99.0, "volatility": 1.0, "esg": 0.0})
    assert moved == {"place": place_of(result, {"return": 99.0, "volatility": 1.0}), "why": "weights"}
    assert weighed(result, {"return": 0.0}) is None
    assert weighed(result, {"cvar": 10.0}) is None


def test_what_stands_out_follows_pick_and_client(view: View) -> None:
    assert view.point == view.result.chosen.point
    assert view.suiting == view.result.points[3]
    picked = replace(view, pick={"place": 5, "why": "row"})
    assert picked.point == view.result.points[5]
    assert (picked.marks.chosen, picked.marks.recommended) == (picked.point.values, view.suiting.values)
    refused = replace(view, recommended=Conflict("No profile.", "Ask first."))
    assert (refused.recommended_place, refused.suiting) == (None, None)


def test_the_page_of_a_result_says_what_was_found(behind: None, result: ParetoResult) -> None:
    shown = answers.show(STATE, None, KINDS, [50.0, 30.0, 20.0])
    assert shown[:2] == (None, False)
    assert [one["label"] for one in shown[3]] == ["Expected return", "Volatility", "ESG score"]
    assert (shown[4], shown[6], shown[8]) == ("1", "0", "2")
    assert [one["headerName"] for one in shown[9]][:4] == [
        "No.", "Expected return a year", "Volatility a year", "ESG score",
    ]  # fmt: skip
    assert len(shown[10]) == len(result.points)
    assert (shown[12], shown[13]) == (True, None)  # no portfolio, so no target; nothing is picked
    told = answers.tell(None, "c-1", STATE)
    assert "By the weights 50%" in words(told[0])
    assert "Recommended for Ada" in words(told[2])
    assert "10,0%" in words(told[2])
    assert told[3:] == (False, True, True, None)
    moved = answers.tell({"place": 2, "why": "weights"}, "none", STATE)
    assert "number 3" in words(moved[0])
    assert moved[2:] == (None, True, True, False, None)


def test_an_address_names_the_point_that_is_looked_at_or_the_weights_that_choose_it_and_the_axes(
    behind: None, result: ParetoResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, moved = [50.0, 30.0, 20.0], [99.0, 1.0, 0.0]
    linked = {"run": "r-1", "point": "4", "axes": "2,0,none"}
    shown = answers.show(STATE, linked, KINDS, own)
    assert (shown[4], shown[6], shown[8]) == ("2", "0", "none")
    assert shown[13] == {"place": 4, "why": "row", "is_linked": True}
    by_weights = {"place": place_of(result, {"return": 99.0, "volatility": 1.0}), "why": "weights"}
    assert answers.show(STATE, {"run": "r-1"}, KINDS, moved)[13] == by_weights
    for other in ({"run": "r-2", "point": "4"}, {"run": "r-1", "point": "99999"}, {"run": "r-1", "point": "-1"}):
        assert answers.show(STATE, {**other, "axes": "7,0,1"}, KINDS, own)[13] is None
    assert answers.show(STATE, {"run": "r-1", "axes": "7,0,1"}, KINDS, own)[4] == "1"

    monkeypatch.setattr(answers, "ctx", SimpleNamespace(triggered_id={"type": "tradeoffs-weight"}))
    monkeypatch.setattr(answers, "pressed_id", lambda: None)
    filled = answers.pick(own, KINDS, None, None, None, STATE, "none", shown[13])
    assert filled is no_update, "That the form is filled in chooses nothing anew."
    meanwhile = answers.pick(own, KINDS, None, None, None, STATE, "none", None)
    assert meanwhile is no_update, "The form is filled in while the page of the address is still on its way."
    assert answers.pick(moved, KINDS, None, None, None, STATE, "none", shown[13]) == by_weights
    assert answers.pick(own, KINDS, None, None, None, STATE, "none", by_weights) is None


def test_weights_of_an_address_are_filled_in_and_what_is_no_weight_is_not() -> None:
    usual = tradeoffs_form.usual()
    read = tradeoffs_fill.with_weights(usual, "return:90,volatility:2.5,max_drawdown:nan,esg:7,x,return")
    assert [weight for _, weight in read.slots][:3] == [90.0, 2.5, dict(usual.slots)["max_drawdown"]]
    assert tradeoffs_fill.with_weights(usual, "return:101,volatility:-1").slots == usual.slots
    assert tradeoffs_fill.with_weights(usual, None) == usual


def test_a_portfolio_that_is_looked_at_leads_to_trades_where_the_run_is_about_one() -> None:
    about = RUN.model_copy(update={"portfolio_id": "p-1"})
    assert present_tradeoffs.ways(RUN, None) is None
    assert "/rebalance?portfolio=p-1&tradeoffs=r-1&point=chosen" in words(present_tradeoffs.ways(about, None))
    assert "&point=3" in words(present_tradeoffs.ways(about, {"place": 3, "why": "row"}))


def test_the_place_of_the_picture_is_held_until_it_comes(behind: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "put", lambda *_given, **_more: None)
    monkeypatch.setattr(answers, "progress_view", lambda *_given: None)
    state, is_still, is_gone, awaited = answers.follow("r-1", 1, None, None, {"id": "r-1", "status": "running"})
    assert (state, is_still, is_gone) == (STATE, True, True)
    assert "skeleton" in words(awaited)
    assert answers.follow("r-1", 2, None, None, STATE) == (no_update, True, True, no_update)


@pytest.mark.requirement("1.2.A5")
def test_charts_are_drawn_with_any_axes_and_moved_without_drawing_them_anew(behind: None, view: View) -> None:
    drawn = tradeoffs_draw.figure_of("trade-offs", view, ("2", "0", "1"), "dark")
    assert drawn.layout.xaxis.title.text == "ESG score"
    same = tradeoffs_draw.figure_of("trade-offs", view, ("0", "0", "none"), None)
    assert same.layout.xaxis.title.text != same.layout.yaxis.title.text
    lost = tradeoffs_draw.figure_of("trade-offs", view, ("9", None, "x"), None)
    assert lost.layout.xaxis.title.text == "Volatility a year"
    picked = replace(view, pick={"place": 4, "why": "row"})
    point = view.result.points[4]
    for patch, at, expected in (
        (tradeoffs_draw.moved_surface(picked, ("2", "0")), 5, [point.values[2]]),
        (tradeoffs_draw.moved_axes(picked), 4, None),
    ):
        done = {tuple(one["location"]): one["params"]["value"] for one in patch.to_plotly_json()["operations"]}
        assert done["data", at, "showlegend"] is True
        if expected is not None:
            assert done["data", at, "x"] == expected
        assert len(done["data", at, "x"]) == len(done["data", at, "y"]) > 0


@pytest.mark.requirement("1.2.A5")
def test_three_objectives_have_a_surface_with_what_stands_out_and_four_have_none(
    behind: None, result: ParetoResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tradeoffs_draw, "may", lambda _permission: False)
    seen = ("27", "15", "dark")
    assert solid.draw_solid("r-0", None, None, STATE, "1", "0", *seen) == (no_update, no_update)  # another run's
    is_hidden, drawn = solid.draw_solid("r-1", {"place": 4, "why": "row"}, None, STATE, "1", "0", *seen)
    assert is_hidden is False
    graph = next(one for one in drawn._traverse() if getattr(one, "id", None) == "tradeoffs-solid-chart")
    looked_at = tradeoffs_draw.view_of(STATE, {"place": 4}, None)
    assert looked_at is not None
    own = tradeoffs_draw.figure_of("trade-offs-in-three", looked_at, ("1", "0", None), None, seen[:2])
    assert [list(one["x"]) for one in graph.figure["data"]] == [list(trace.x) for trace in own.data]
    four = result.model_copy(update={"axes": (*result.axes, result.axes[0])})
    monkeypatch.setattr(tradeoffs_draw, "run_and_result", lambda _state: (RUN, four))
    assert solid.draw_solid("r-1", None, None, STATE, "1", "0", *seen) == (True, None)


def test_a_run_without_points_says_why_and_what_would_help(result: ParetoResult) -> None:
    ended = RUN.model_copy(update={"outcome": RunOutcome.INFEASIBLE})
    without = result.model_copy(
        update={"points": (), "message": "No portfolio meets the limits.", "advice": "Allow 35.0%."}
    )
    told = words(present_tradeoffs.instead(ended, without, "point"))
    assert "No portfolio meets the limits." in told
    assert "35,0%" in told
    failed = RUN.model_copy(update={"status": RunStatus.FAILED, "message": "Objectives lack data."})
    assert "failed" in words(present_tradeoffs.instead(failed, None, "comma"))
    stopped = RUN.model_copy(update={"status": RunStatus.CANCELLED, "message": None})
    assert "cancelled" in words(present_tradeoffs.instead(stopped, None, "comma"))
    waiting = RUN.model_copy(update={"status": RunStatus.RUNNING})
    assert present_tradeoffs.instead(waiting, None, "comma") is None
    assert present_tradeoffs.instead(RUN, result, "comma") is None


def test_a_client_without_a_profile_is_told_instead_of_a_recommendation() -> None:
    refusal = Conflict("Ada has not answered.", "Record the answers first.")
    told = words(present_tradeoffs.recommendation(refusal, "Ada", "comma"))
    assert "Nothing can be recommended to Ada" in told
    assert "Record the answers first." in told
    beyond = SUITS.model_copy(update={"is_within_capacity": False, "decided_by": "limits"})
    assert "More than the client can lose" in words(present_tradeoffs.recommendation(beyond, "Ada", "comma"))
    assert present_tradeoffs.recommendation(None, "", "comma") is None


@pytest.mark.parametrize("role", list(Role))
def test_only_roles_that_may_run_can_start(role: Role, as_role: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    person = as_role(role)
    from services.auth.policy import is_allowed

    services = SimpleNamespace(
        clients=SimpleNamespace(list=lambda _who: ()), portfolios=SimpleNamespace(list=lambda _who: ())
    )
    monkeypatch.setattr(tradeoffs, "services", lambda: services)
    monkeypatch.setattr(tradeoffs.tradeoffs_fill, "services", lambda: services)
    monkeypatch.setattr("callbacks.tradeoffs_fill.reader_style", lambda: "comma")
    shown = tradeoffs.open_form.__wrapped__({"run": None})
    assert shown[4] is not is_allowed(person, Permission.RUNS_WRITE)
    assert [one["label"] for one in shown[0]] == ["No portfolios yet: make one on Home"]
