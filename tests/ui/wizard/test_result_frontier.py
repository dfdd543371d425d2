"""Does the page of a result show its frontier in the measures that exist, or say calmly why there is none?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import engine
from callbacks import optimize_boot, run_frontier, run_frontier_data
from callbacks.run_frontier_data import between_words, client_words
from components.ids import Living, Result
from components.result_layout import layout
from engine.pareto.recommend import ClientRisk, recommend_on_frontier
from services.auth.roles import Permission
from services.errors import InvalidRequest
from services.frontiers import ClientTarget
from services.messages.frontier import FrontierChoices
from services.messages.preferences import Preferences
from tests.services.charts.test_sureness import sure_of

NAMES = ("A", "B", "C", "D")
SECTORS = {"A": "one", "B": "one", "C": "two", "D": "two"}
REQUEST = engine.parse_request(
    {
        "problem": {
            "assets": list(NAMES),
            "expected_returns_frac": [0.0002, 0.0004, 0.0006, 0.0009],
            "covariance": np.diag([0.5e-4, 1e-4, 2e-4, 4e-4]).tolist(),
            "sectors": SECTORS,
        },
        "objective": {"kind": "max_sharpe"},
        "constraints": [
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5},
            {"kind": "sector_limit", "sector": "two", "max_frac": 0.45},
        ],
        "current_weights": dict.fromkeys(NAMES, 0.25),
        "risk_free_annual_frac": 0.01,
    }
)
RESULT = engine.optimize(REQUEST)
FOUND = engine.frontier(REQUEST)
PROFILE = SimpleNamespace(score=3.0, score_label="balanced", horizon_years=8.0, loss_capacity_frac=0.2)
CLIENT = ClientTarget(
    PROFILE,  # type: ignore[arg-type]
    recommend_on_frontier(ClientRisk(risk_tolerance=3.0, horizon_years=8.0, loss_capacity_frac=0.2), FOUND, REQUEST),
)
USUAL = FrontierChoices(risks=("volatility",), rewards=("return",))


class Page:
    """The page's callbacks with a house of plain answers behind them."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, found: Any, *, choices: Any, may_run: bool, client: Any
    ) -> None:
        self.written: dict[str, dict[str, Any]] = {}
        metrics = RESULT.metrics
        assert metrics is not None
        proposed = FOUND.corners[0].model_copy(
            update={"reward": metrics.return_annual_frac, "risk_annual_frac": metrics.volatility_annual_frac,
                    "weights_frac": tuple(line.weight_frac for line in RESULT.weights)}
        )  # fmt: skip

        def of(*_: Any) -> Any:
            if isinstance(found, Exception):
                raise found
            return found

        house = SimpleNamespace(
            frontiers=SimpleNamespace(
                of=of, choices=lambda *_: choices, proposed=lambda *_: proposed, client_target=lambda *_: client
            ),
            optimize=SimpleNamespace(result=lambda *_: RESULT, request=lambda *_: REQUEST),
            uncertainty=SimpleNamespace(of=lambda *_: SimpleNamespace(result=None)),
            exports=SimpleNamespace(has_browser=False),
        )
        self.house = house
        for module in (run_frontier, run_frontier_data):
            monkeypatch.setattr(module, "services", lambda: house)
            monkeypatch.setattr(module, "actor", lambda: None)
        monkeypatch.setattr(run_frontier, "preferences", lambda: Preferences(number_format="point"))
        monkeypatch.setattr(run_frontier_data, "may", lambda one: may_run or one is not Permission.RUNS_WRITE)
        monkeypatch.setattr(run_frontier, "put", self.put)

    def put(self, id: str, **properties: Any) -> None:
        self.written.setdefault(id, {}).update(properties)

    def find(self, shown: Any = "seen", risk: str = "volatility", reward: str = "return") -> Any:
        return run_frontier.find(shown, risk, reward, "r-1", "light")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Any:
    def made(found: Any = FOUND, *, choices: Any = USUAL, may_run: bool = True, client: Any = None) -> Page:
        return Page(monkeypatch, found, choices=choices, may_run=may_run, client=client)

    return made


@pytest.mark.requirement("1.2.A4")
def test_chart_and_document_come_together_with_all_that_the_point_needs(page: Any) -> None:
    chart, document, notes = page(client=CLIENT).find()
    assert "Table" in str(chart)
    assert document["rewards"][0] == pytest.approx(FOUND.corners[0].reward, abs=1e-11)
    assert (document["goal"], document["run"]) == ("volatility", "r-1")
    assert document["rate"] == pytest.approx(0.01, abs=1e-12)
    assert document["points"]["current"]["weights"] == [0.25] * 4
    assert document["points"]["best"]["reward"] == pytest.approx(FOUND.best_sharpe.reward)
    assert document["points"]["client"]["risk"] == pytest.approx(CLIENT.found.volatility_annual_frac)
    assert "Positions at most 50%" in [price["name"] for price in document["prices"]]
    assert {(price["step"], price["unit"]) for price in document["prices"]} == {(0.01, "1 pp")}
    assert (document["high"], document["low"]) == ([0.5] * 4, [0] * 4)
    assert "balanced, 3,0 of 5" in str(notes)  # in the reader's number format


def test_before_there_are_weights_nothing_is_asked(page: Any) -> None:
    made = page(found=AssertionError("asked"))
    assert made.find(shown=None)[1] is run_frontier.no_update
    assert made.written == {}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (InvalidRequest("A frontier of 2,000 assets takes too long.", "Ask for fewer."), "takes too long"),
        (
            FOUND.model_copy(update={"corners": (), "message": "No portfolio meets 10.5%.", "advice": "Loosen it."}),
            "No portfolio meets 10,5%. Loosen it.",
        ),
    ],
    ids=["refused", "infeasible"],
)
def test_without_a_frontier_the_stored_chart_stays_and_the_reason_is_said(page: Any, found: Any, said: str) -> None:
    chart, document, notes = page(found).find()
    assert chart is run_frontier.no_update
    assert document == {"none": True}
    assert said in str(notes)


def test_who_may_not_start_runs_gets_no_way_to_use_a_point(page: Any) -> None:
    assert page(may_run=False).find()[1]["goal"] is None
    assert page(FOUND.model_copy(update={"reward": "esg"})).find()[1]["goal"] is None


def test_measures_are_offered_where_there_is_a_choice_and_what_has_no_data_gives_way(page: Any) -> None:
    alone = page()
    alone.find(risk="cvar", reward="esg")
    assert alone.written[Living.MEASURES] == {"hidden": True}
    assert alone.written[Living.RISK]["value"] == "volatility"
    assert alone.written[Living.REWARD]["value"] == "return"
    more = page(choices=FrontierChoices(risks=("volatility", "cvar"), rewards=("return",)))
    more.find()
    assert more.written[Living.MEASURES] == {"hidden": False}
    assert [one["value"] for one in more.written[Living.RISK]["options"]] == ["volatility", "cvar"]
    assert "value" not in more.written[Living.RISK]


def test_the_chart_is_drawn_anew_when_more_is_known_of_how_sure_the_weights_are(page: Any) -> None:
    made = page()
    _, document, _ = made.find()
    sure = sure_of(("A", 0.7, 0.45, 0.7, 1.0), ("B", 0.3, 0.0, 0.55, 0.814))
    made.house.uncertainty.of = lambda *_: SimpleNamespace(result=sure)
    draw = run_frontier.draw_band
    assert draw(["look", "running", 50], ["look", "running", 50], document, "r-1", "light") is run_frontier.no_update
    assert draw(None, None, document, "r-1", "light") is run_frontier.no_update
    assert draw("new", "old", None, "r-1", "light") is run_frontier.no_update
    figure = draw("new", "old", document, "r-1", "dark")
    assert "title" not in figure["layout"]
    assert any((one.get("meta") or {}).get("layer") == "band" for one in figure["data"]) is bool(sure.bands)
    stored = draw("new", "old", {"none": True}, "r-1", "light")
    assert stored["data"]


def test_what_lies_between_points_is_told_with_its_distance() -> None:
    losses = FOUND.model_copy(update={"is_exact": False, "between_gaps_frac": (0.0001, 0.00234)})
    assert "0,234%" in between_words(losses, "point")
    assert "close to the frontier only." in between_words(losses.model_copy(update={"between_gaps_frac": ()}), "comma")
    assert client_words(CLIENT, "comma").startswith("Client profile: balanced, 3.0 of 5. ")


def test_the_address_chooses_measures_and_hidden_layers_and_nonsense_in_it_does_nothing() -> None:
    tree = layout("r-1", {"risk": "cvar", "reward": "beta", "hide": "assets,band"})
    known = {getattr(node, "id", None): node for node in tree._traverse() if hasattr(node, "id")}
    assert known[Living.RISK].value == "cvar"
    assert known[Living.REWARD].value == "return"
    assert known[Living.VIEW].data == {"hide": "assets,band"}
    assert known[Living.MEASURES].hidden
    assert known[Living.PANEL].hidden
    assert Result.FRONTIER in known


@pytest.mark.parametrize(
    ("risk", "goal", "field"), [("volatility", "target_return", "return_min"), ("max_drawdown", "more", "floor")]
)
def test_the_wizard_begins_with_the_goal_that_leads_to_the_point(
    monkeypatch: pytest.MonkeyPatch, risk: str, goal: str, field: str
) -> None:
    asked = engine.parse_request({"asset_ids": ["A", "B"], "objective": {"kind": "max_sharpe"}})
    house = SimpleNamespace(
        optimize=SimpleNamespace(request=lambda *_: asked, result=lambda *_: SimpleNamespace(diagnosis=None))
    )
    monkeypatch.setattr(optimize_boot, "services", lambda: house)
    monkeypatch.setattr(optimize_boot, "actor", lambda: None)
    monkeypatch.setattr(optimize_boot, "reader_style", lambda: "comma")
    draft, notice = optimize_boot.start_of({"run": "r-1", "repair": f"point:{risk}:0.0824"}, ["A", "B"])
    assert draft is not None
    assert (draft["goal"], draft[field], notice) == (goal, "8.24", None)
    assert "at least 8.24% a year" in draft["applied"]
    _, notice = optimize_boot.start_of({"run": "r-1", "repair": "point:beta:1"}, ["A", "B"])
    assert "not one that this run proposes" in str(notice)
