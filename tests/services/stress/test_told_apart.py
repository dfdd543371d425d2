"""Are scenarios that share a kind or a name told apart, and are names shown as they were written?"""

from __future__ import annotations

import pytest

from callbacks.stress_tables import binding_grid
from services.charts.frame import plain
from services.charts.look import Look
from services.charts.stress import losses
from services.charts.stress_answers import repair_losses
from services.messages.stress import FactorMoves, FactorQuestion
from services.messages.stress_questions import (
    CorrelationReport,
    CorrelationWish,
    HouseRules,
    QuestionRequest,
    RepairOrder,
    RepairReport,
    ReverseReport,
    ReverseWish,
)
from services.messages.stress_report import AskedScenario, StressRequest
from services.stress_answers import answer_of
from services.stress_compute import report, result_of
from services.stress_library import shipped
from tests.services.stress.stress_worlds import inputs_of

LOOK = Look()
BOLD = "<b>Crash</b> & S&amp;P"


def moved(key: str, name: str, equity_frac: float) -> AskedScenario:
    moves = FactorMoves(equity_frac=equity_frac)
    return AskedScenario(id=key, group="own", name=name, question=FactorQuestion(moves=moves))


def repaired(*scenarios: AskedScenario) -> RepairReport:
    order = RepairOrder(
        scenarios=scenarios, max_loss_frac=0.2, turnover_max_frac=1.0, has_hedge=False, rules=HouseRules()
    )
    return RepairReport.model_validate(answer_of(inputs_of(), QuestionRequest(portfolio_id="p-1", repair=order)))


def test_the_limit_that_binds_names_its_own_of_two_moves_of_factors() -> None:
    for scenarios in (
        (moved("down", "Deep fall", -0.4), moved("less", "Small fall", -0.3)),
        (moved("less", "Small fall", -0.3), moved("down", "Deep fall", -0.4)),
    ):
        found = repaired(*scenarios)
        way = next(one for one in found.result.alternatives if one.kind == "trim")
        assert [one.scenario for one in way.losses] == list(found.scenario_ids)
        words = [row[0] for row in binding_grid(way, "comma").rows]
        assert "Loss in Deep fall" in words
        assert "Loss in Small fall" not in words


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        (BOLD, "&lt;b>Crash&lt;/b> & S&amp;amp;P"),
        ("S&P 500 below 3 < 4", "S&P 500 below 3 < 4"),
        ("chance < 0.003%; R&D;", "chance < 0.003%; R&amp;D;"),
    ],
)
def test_text_that_people_wrote_is_drawn_as_text(text: str, drawn: str) -> None:
    assert plain(text) == drawn


def test_a_name_with_markup_is_drawn_and_told_as_it_was_written() -> None:
    asked = moved("own:x", BOLD, -0.3)
    found = report(inputs_of(), StressRequest(portfolio_id="p-1", scenarios=(asked,)))
    figure = losses(found, found.results, LOOK)
    assert list(figure.data[0].y) == [plain(BOLD)]
    assert figure.layout.meta["choices"]["keys"] == {plain(BOLD): "scenario:own:x"}
    assert figure.layout.meta["title"].startswith(BOLD), "the page's own heading is no markup"
    assert figure.layout.title.text.startswith(plain(BOLD))
    assert figure.layout.meta["table"][1][0][0] == BOLD
    named = losses(found.model_copy(update={"benchmark_name": BOLD}), found.results, LOOK)
    assert plain(BOLD) in [one.name for one in named.data]
    drawn = repair_losses(repaired(asked), "trim", LOOK)
    assert set(drawn.data[1].y) == {plain(BOLD)}


def test_what_is_stated_but_not_held_is_said_also_where_nothing_is_covered() -> None:
    inputs = inputs_of()
    for moves in (FactorMoves(), FactorMoves(equity_frac=0.0)):
        question = FactorQuestion(moves=moves, asset_returns_frac={"ZZZ": -0.5})
        found = result_of(AskedScenario(id="x", group="own", name="X", question=question), inputs, "instant")
        assert "ZZZ" in " ".join((found.problem or "", *found.notes))


def test_a_supervisors_set_without_moves_answers_with_its_problem() -> None:
    silent = next(one for one in shipped() if one.id == "eba_2025")
    assert silent.problem
    assert silent.problem in silent.what
    assert all(one.problem is None for one in shipped() if one.question is not None)


def test_answers_from_a_covariance_name_how_it_was_estimated() -> None:
    inputs = inputs_of()
    broken = QuestionRequest(portfolio_id="p-1", correlation=CorrelationWish())
    reverse = QuestionRequest(portfolio_id="p-1", reverse=ReverseWish(basis="assets"))
    for notes in (
        CorrelationReport.model_validate(answer_of(inputs, broken)).result.notes,
        ReverseReport.model_validate(answer_of(inputs, reverse)).result.notes,
    ):
        assert "shrunk by Ledoit and Wolf (2004)" in notes[0]
