"""Are scenarios documents that read back, explain themselves, refuse nonsense and answer in one world?"""

from __future__ import annotations

import json

import numpy as np
import pytest

from data.reference.stress_events import stress_events
from engine.kernel.errors import InputRefused, UnknownMember
from engine.stress.positions import StressedPortfolio
from engine.stress.questions import RepairFacts, parse_question
from engine.stress.redemption import Markets
from engine.stress.regulatory import RegulatoryFigures
from engine.stress.replay import Window
from engine.stress.scenarios import SCENARIOS, parse_scenario
from engine.stress.scenarios.factors import PRESETS
from engine.stress.stand_ins import History, StandIns
from engine.stress.world import StressWorld
from tests.engine.stress_worlds import embedded_index, events, portfolio

DOCUMENTS = (
    {"kind": "historical", "event": "covid_2020", "mode": "buy_and_hold"},
    {"kind": "window", "name": "Spring", "start": "2020-02-19", "end": "2020-03-23"},
    {"kind": "factors", "moves": {"equity": -0.2, "rates": 1.0}, "others": "others_zero"},
    {"kind": "custom", "name": "Mine", "group_returns_frac": {"Tech": -0.3}, "asset_returns_frac": {"A1": -0.5}},
    {"kind": "regulatory", "set": "fed_2026"},
    {"kind": "correlation", "breakdown": "hedges_fail", "strength_frac": 1.0},
    {"kind": "liquidity", "redemption_frac": 0.3, "days_count": 1},
    {"kind": "monte_carlo", "method": "block_bootstrap", "scenarios_count": 1000, "horizon_days": 10},
)


@pytest.fixture(scope="module")
def world() -> StressWorld:
    known = sorted(embedded_index().items())
    closes = np.array([close for _, close in known])
    dates = np.array([day for day, _ in known[1:]], dtype="datetime64[D]")
    index = closes[1:] / closes[:-1] - 1.0
    rng = np.random.default_rng(0)
    returns = np.outer(index, [0.7, 1.0, 1.3]) + rng.normal(0.0, 0.005, (len(index), 3))
    windows = {
        one.id: Window(one.id, one.name, one.start, one.end, one.sessions_count, one.index_move_frac)
        for one in stress_events()
    }
    figures = RegulatoryFigures("fed_2026", "Severe", "Federal Reserve", "Scenarios", None, None, -0.58, 72.0)
    return StressWorld(
        portfolio([0.3, 0.3, 0.3], cash=0.1),
        History(dates, returns, index),
        StandIns({"Index": index}, "Index"),
        windows,
        events(),
        Markets(np.array([0.1, 0.5, 2.0]), np.full(3, 0.001), np.full(3, 0.02)),
        {"equity": index},
        {"fed_2026": figures},
    )


@pytest.fixture(scope="module")
def hedge_world(world) -> StressWorld:
    index = world.stand_ins.series["Index"]
    return StressWorld(
        StressedPortfolio(("Index",), np.ones(1), 0.0, ("",)),
        History(world.history.dates, index[:, None], index),
        world.stand_ins,
        world.windows,
        world.events,
        Markets.unknown(1),
        {"equity": index},
        world.regulatory,
    )


@pytest.mark.requirement("4.2.F3", "4.2.D1", "4.2.D4")
def test_every_kind_has_a_document_that_reads_back():
    assert {one["kind"] for one in DOCUMENTS} == set(SCENARIOS.kinds())
    for document in DOCUMENTS:
        scenario = parse_scenario(document)
        assert parse_scenario(scenario.model_dump_json()) == scenario
        assert scenario.explain().endswith(".")
        assert scenario.label


@pytest.mark.requirement("4.2.A1", "4.2.A2", "4.2.D1")
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one["kind"])
def test_every_kind_is_answered_and_its_answer_is_a_document(world, document):
    answer = parse_scenario(document).answer(world)
    text = json.dumps(answer.model_dump(mode="json"), allow_nan=False)
    assert type(answer).model_validate_json(text) == answer


@pytest.mark.requirement("4.2.A5")
def test_dates_of_an_event_are_the_event(world):
    event = parse_scenario({"kind": "historical", "event": "covid_2020"}).answer(world)
    dates = parse_scenario({"kind": "window", "start": "2020-02-19", "end": "2020-03-23"}).answer(world)
    assert dates.total_frac == event.total_frac
    assert dates.sessions_count == event.sessions_count == 23


def test_own_dates_on_weekends_and_before_the_history(world):
    friday = parse_scenario({"kind": "window", "start": "2020-02-21", "end": "2020-03-20"}).answer(world)
    weekend = parse_scenario({"kind": "window", "start": "2020-02-22", "end": "2020-03-22"}).answer(world)
    assert weekend.total_frac == friday.total_frac
    early = parse_scenario({"kind": "window", "start": "1985-01-02", "end": "1995-01-03"}).answer(world)
    assert len(early.uncovered) == 3  # nothing is known of the first five years, so half of the dates is no answer
    last = parse_scenario({"kind": "window", "start": "2022-12-01", "end": "2022-12-31"}).answer(world)
    assert last.covered_frac == 1.0


def test_the_presets_are_sound(world):
    assert len({one.id for one in PRESETS}) == len(PRESETS) >= 12
    for one in PRESETS:
        assert parse_scenario(one.model_dump_json()) == one
        assert np.isfinite(one.answer(world).total_frac)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, "names no kind"),
        ({"kind": "factors", "moves": {}}, "moves"),
        ({"kind": "factors", "moves": {"equity": -20.0}}, "outside"),
        ({"kind": "factors", "moves": {"gold": -0.2}}, "gold"),
        ({"kind": "window", "start": "2020-03-02", "end": "2020-03-01"}, "after the start"),
        ({"kind": "custom", "name": "x"}, "nothing moves"),
        ({"kind": "liquidity", "redemption_frac": 0.0}, "redemption_frac"),
        ({"kind": "historical", "event": "x", "more": 1}, "more"),
    ],
)
def test_nonsense_is_refused_in_words(document, words):
    with pytest.raises(InputRefused, match=words):
        parse_scenario(document)


def test_unknown_kinds_events_and_sets_are_told(world):
    with pytest.raises(UnknownMember, match="historical"):
        parse_scenario({"kind": "earthquake"})
    with pytest.raises(InputRefused, match="covid_2020"):
        parse_scenario({"kind": "historical", "event": "x"}).answer(world)
    with pytest.raises(InputRefused, match="fed_2026"):
        parse_scenario({"kind": "regulatory", "set": "x"}).answer(world)
    for wrong in ("[1]", "{", '{"kind": "factors"}'):
        with pytest.raises(InputRefused):
            parse_question(wrong)


@pytest.mark.requirement("4.2.A6")
def test_a_repair_asked_as_a_document_keeps_its_limits(world, hedge_world):
    covid = {"kind": "historical", "event": "covid_2020"}
    question = parse_question(
        {
            "kind": "repair",
            "scenarios": [
                {"scenario": covid, "max_loss_frac": 0.25},
                {"scenario": {"kind": "factors", "moves": {"equity": -0.3}}, "max_loss_frac": 0.22},
            ],
            "turnover_max_frac": 0.4,
            "hedges": [{"name": "Index", "min_frac": -0.3, "max_frac": 0.0, "is_funded": False}],
        }
    )
    answer = question.answer(world, RepairFacts(hedge_world=hedge_world))
    assert [one.kind for one in answer.alternatives] == ["trim", "hedge", "both"]
    assert {one.status for one in answer.alternatives} == {"repaired"}
    trim = answer.alternatives[0]
    after = {one.asset: one.after_frac for one in trim.trades}
    weights = [after.get(name, w) for name, w in zip(world.portfolio.assets, world.portfolio.weights_frac, strict=True)]
    moved = StressWorld(**{**vars_of(world), "portfolio": portfolio(weights, cash=1.0 - sum(weights))})
    assert -parse_scenario(covid).answer(moved).total_frac <= 0.25 + 1e-9
    with pytest.raises(InputRefused, match="No hedge instrument"):
        question.answer(world)


def vars_of(world: StressWorld) -> dict:
    """Return the fields without what was computed from them."""
    return {name: getattr(world, name) for name in world.__dataclass_fields__}


def test_a_scenario_without_positions_cannot_be_repaired(world):
    question = parse_question(
        {"kind": "repair", "scenarios": [{"scenario": {"kind": "liquidity"}, "max_loss_frac": 0.1}]}
    )
    with pytest.raises(InputRefused, match="names no positions"):
        question.answer(world)


def test_a_reverse_question_is_answered_in_both_spaces(world):
    factors = parse_question({"kind": "reverse", "loss_frac": 0.15, "upper": {"rates": 0.5}}).answer(world)
    assets = parse_question({"kind": "reverse", "loss_frac": 0.15, "basis": "assets"}).answer(world)
    assert factors.loss_frac == pytest.approx(0.15, abs=1e-8)
    assert assets.loss_frac == pytest.approx(0.15, abs=1e-8)
