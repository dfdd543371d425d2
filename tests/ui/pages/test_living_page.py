"""Does the page of the frontier say in the reader's words what the engine answered, and draw what stands still?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import engine
from callbacks import living as page
from callbacks import present_living as present
from callbacks import present_living_why as why
from engine.objectives.max_return import MaxReturn
from services.charts.living import line_of, living_chart, table_of
from services.charts.look import Look
from services.errors import FieldProblem, InvalidRequest, NotFound
from services.exports_living import Chosen, living_document
from services.living import Living
from services.living_answer import answer_of, ceiling_said
from services.messages.living import LivingProblem, LivingTarget, MovedWish
from services.number_style import in_style
from services.optimize_inputs import Inputs
from tests.services.core.test_living_handles import BOUNDS, NAMES, SECTORS, TECH, asked

REQUEST = asked(BOUNDS, TECH, current_weights=dict.fromkeys(NAMES, 0.25))
ACTOR: Any = SimpleNamespace()


class Optimizer:
    """Reads a request that states everything itself, for which no rules are kept."""

    def checked(self, request: Any, _actor: Any, _needs: Any = None) -> Inputs:
        return Inputs(NAMES, None, SECTORS, dict(request.current_weights or {}) or None, None)

    def rules_of(self, *_: Any, **__: Any) -> None:
        return None


@pytest.fixture
def living(monkeypatch: pytest.MonkeyPatch) -> Living:
    monkeypatch.setattr("services.living.authorize", lambda *_: None)
    made = Living(SimpleNamespace(), optimize=Optimizer(), portfolios=SimpleNamespace())  # type: ignore[arg-type]
    monkeypatch.setattr(made, "request_of_run", lambda run_id, _actor: REQUEST)
    found = SimpleNamespace(living=made, runs=SimpleNamespace(get=_no_run))
    for module in (present, why, page):
        monkeypatch.setattr(module, "services", lambda: found)
        monkeypatch.setattr(module, "actor", lambda: ACTOR)
    monkeypatch.setattr("callbacks.living_subject.services", lambda: found)
    monkeypatch.setattr("callbacks.living_subject.actor", lambda: ACTOR)
    monkeypatch.setattr(present, "told", lambda text: text)
    monkeypatch.setattr(why, "told", lambda text: text)
    monkeypatch.setattr(why, "reader_style", lambda: "comma")
    return made


def _no_run(run_id: str, _actor: Any) -> Any:
    raise NotFound.of("run", run_id)


@pytest.fixture
def problem(living: Living) -> LivingProblem:
    return living.problem(REQUEST, ACTOR)


def test_where_a_limit_was_pulled_too_far_it_is_told_what_stands_in_the_way(living: Living) -> None:
    moved = {"moves": {"max": 0.3}, "seq": 3}
    told = present.blocked({"run": "r-1"}, moved, {"key": "max:Tech", "value": 0.0})
    assert told["sentences"]
    assert all(one.endswith(".") for one in told["sentences"])
    assert present.blocked({"run": "r-1"}, moved, {"key": "max:Tech", "value": 0.6}) == {"sentences": [], "advice": ""}
    refused = present.blocked({"run": "r-1"}, moved, {"key": "max:Gold", "value": 0.6})
    assert "max:Food" in refused["sentences"][0]


def test_a_move_is_answered_with_its_number_and_a_preview_without_a_table(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "preferences", lambda: SimpleNamespace(number_format="comma", sign_palette="blue_orange"))
    moved = {"moves": {"max": 0.4}, "seq": 9}
    answer, table = page.certify(moved, {"run": "r-1"})
    assert (answer["seq"], answer["is_exact"], answer["gap_frac"]) == (9, True, None)
    assert max(max(corner) for corner in answer["corners"]) <= 0.4 + 1e-9
    assert "Corner 1" in str(table)
    preview, nothing = page.certify({**moved, "preview": True}, {"run": "r-1"})
    assert preview["corners"] == answer["corners"]
    assert nothing is page.no_update
    refused, _ = page.certify({"moves": {"max": 7.0}, "seq": 2}, {"run": "r-1"})
    assert refused["seq"] == 2
    assert refused["problem"]


def test_the_point_explains_its_weights_by_terms_that_add_up(living: Living) -> None:
    wish = MovedWish(request=REQUEST, moves={"max": 0.4})
    found = living.moved(wish, ACTOR)
    middle = 0.5 * (found.returns_annual_frac[0] + found.returns_annual_frac[-1])
    card = str(why.why_of(wish, "B", middle))
    assert "What pulls" in card
    assert "B at" in card
    assert "no such asset" not in str(why.why_of(wish, "Z", middle))


def test_limits_that_leave_nothing_are_told_with_the_way_to_the_doctor(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    tight = asked({**BOUNDS, "max_frac": 0.2}, current_weights=dict.fromkeys(NAMES, 0.25))
    found = living.problem(tight, ACTOR)
    assert (found.frontier.corners, len(found.asset_points)) == ((), 4)
    said = str(present.nothing(found, {"run": "r-1"}))
    assert "No portfolio meets these limits" in said
    assert "/optimize?run=r-1&step=3" in said
    monkeypatch.setattr(living, "request_of_run", lambda run_id, _actor: tight)
    *_, state, is_hidden, is_body_hidden = page.open_problem("run:r-1", {"run": "r-1"}, None)
    assert (is_hidden, is_body_hidden) == (False, True)
    assert "No portfolio" in str(state)


def test_words_name_fields_runs_and_who_follows(living: Living, problem: LivingProblem) -> None:
    error = InvalidRequest("Not so.", "Do this.", fields=(FieldProblem("moves.max", "Too large.", "Send less."),))
    assert present.refusal(error) == "Not so. Do this. Too large. Send less."
    assert present.run_label("r-1") == "The run of the address"
    assert "Home" in str(present.no_portfolios())
    server = problem.model_copy(update={"why_not": "there are more than 200 assets"})
    assert "because there are more than 200 assets." in str(present.remarks(server, "comma"))
    ruled = problem.model_copy(update={"still": {"At least 1% in cash": "how much is invested decides it alone"}})
    said = str(present.remarks(ruled, "comma"))
    assert "Kept and not moved by hand, because how much is invested decides it alone: At least 1% in cash." in said


@pytest.mark.parametrize("step_frac", [0.1, 0.02, 0.005, 0.001, 0.0005])
def test_marks_of_an_axis_have_the_decimals_that_tell_them_apart(problem: LivingProblem, step_frac: float) -> None:
    for axis in (living_chart(problem, Look("light", "comma")).layout[name] for name in ("xaxis", "yaxis")):
        (decimals,) = [
            int(stop.value[1])
            for stop in axis.tickformatstops
            if (stop.dtickrange[0] or 0.0) <= step_frac < (stop.dtickrange[1] or 1.0)
        ]
        marks = [f"{0.2 + n * step_frac:.{decimals}%}" for n in range(5)]
        assert len(set(marks)) == 5
        assert decimals == 0 or len({f"{0.2 + n * step_frac:.{decimals - 1}%}" for n in range(5)}) < 5


def test_sentences_of_limits_reach_the_browser_in_the_number_style_of_the_reader(
    problem: LivingProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(present, "told", lambda text: in_style(text, "point"))
    limits = tuple(one.model_copy(update={"clause": f"{one.label}: at most 22.5%"}) for one in problem.handles)
    sent = present.document(problem.model_copy(update={"handles": limits}), {"run": "r-1"}, {"run": "r-1"})
    assert sent["handles"]
    assert all(one["clause"].endswith("at most 22,5%") for one in sent["handles"])


def test_the_ground_has_no_frontier_and_a_file_has_it_with_point_and_pins(problem: LivingProblem) -> None:
    look = Look("light", "comma", "blue_orange")
    ground = living_chart(problem, look)
    assert "Efficient frontier" not in [trace.name for trace in ground.data]
    layers = {(trace.meta or {})["layer"] for trace in ground.data}
    assert {"assets", "current"} <= layers
    line = line_of(problem.frontier)
    assert line[0][0] == pytest.approx(problem.frontier.volatilities_annual_frac[0])
    assert line[-1][1] == pytest.approx(problem.frontier.returns_annual_frac[-1])

    pin = {"risk": 0.2, "gain": 0.1, "weights": [0.25] * 4}
    chosen = Chosen.of(problem, problem.frontier, line[3][1], [pin, {**pin, "weights": [1.0]}])
    assert [name for name, _ in chosen.pinned_spots] == ["A"]  # the other one is of other assets
    drawn = living_chart(problem, look, found=problem.frontier, at=chosen.spot, pins=chosen.pinned_spots)
    names = [trace.name for trace in drawn.data]
    assert {"Efficient frontier", "The point", "A"} <= set(names)
    document = living_document(problem, problem.frontier, chosen, {"max": 0.4}, "Core", look)(drawn)
    heads = [heading for heading, _ in document.parts]
    assert heads == ["", "Limits", "The point", "Pinned portfolios", "Notes"]
    limits = dict(document.parts)["Limits"]
    assert ("Largest position", "50.0%", "40.0%") in limits.rows
    loose = problem.frontier.model_copy(update={"looser": ("No sector above 30%",)})
    notes = dict(living_document(problem, loose, chosen, {}, "Core", look)(drawn).parts)["Notes"]
    assert notes[0].startswith("A what-if that breaks a rule of compliance: No sector above 30%.")
    columns, rows = table_of(problem, problem.frontier, look)
    assert len(columns) == len(rows[0])
    assert sum(row[0].startswith("Corner") for row in rows) == len(problem.frontier.corners)


def test_corners_that_read_alike_are_one_portfolio_in_the_title(problem: LivingProblem) -> None:
    look, found = Look("light", "comma"), problem.frontier
    spread = living_chart(problem, look, found=found).layout.title.text
    assert spread.startswith("Expected return from ")
    alike = found.model_copy(
        update={
            "returns_annual_frac": tuple(0.1564 + 1e-6 * n for n in range(len(found.corners))),
            "volatilities_annual_frac": (0.2326,) * len(found.corners),
            "is_exact": False,
        }
    )
    told = living_chart(problem, look, found=alike).layout.title.text
    assert told == "The limits leave one portfolio: 15.64% at 23.26% volatility"


def test_names_of_portfolios_are_the_browsers_on_the_screen_and_keep_off_the_clients_line_in_a_file(
    problem: LivingProblem,
) -> None:
    look, risks = Look("light", "comma"), [one.volatility_annual_frac for one in problem.asset_points]
    middle, reach = 0.5 * (min(risks) + max(risks)), max(risks) - min(risks)
    client = LivingTarget(
        volatility_annual_frac=middle,
        return_annual_frac=min(one.return_annual_frac for one in problem.asset_points) - 0.1,  # far from all others
        volatility_max_annual_frac=middle + 0.1 * reach,  # a name to the right, or in the middle, would lie across it
        sentence="It suits.",
    )
    shown = problem.model_copy(update={"client": client})
    ground = {trace.name: trace for trace in living_chart(shown, look).data}
    assert ground["Client profile"].meta == {"layer": "client", "named": True}
    assert ground["Client profile"].uid == "living-name-client"
    drawn = {trace.name: trace for trace in living_chart(shown, look, found=shown.frontier).data}
    assert drawn["Client profile"].uid is None
    assert drawn["Client profile"].textposition == "middle left"


def test_a_ceiling_that_no_portfolio_meets_is_named_with_its_figure() -> None:
    ceiling = {"kind": "volatility_ceiling", "max_annual_frac": 0.02}
    tight = asked(BOUNDS, ceiling, current_weights=dict.fromkeys(NAMES, 0.25))
    found = engine.frontier(tight)
    assert any("ceilings on risk (volatility at most 2%)" in note for note in found.notes)
    (sentence,) = ceiling_said(tight, found)
    assert sentence.startswith(
        "No portfolio on this frontier meets the volatility ceiling of 2%: the least volatility "
    )
    assert sentence in answer_of(tight, found, None).notes
    goal = REQUEST.model_copy(update={"objective": MaxReturn(volatility_max_annual_frac=0.03)})
    assert "ceiling of 3%" in ceiling_said(goal, found)[0]
    wide = asked(BOUNDS, {**ceiling, "max_annual_frac": 1.0}, current_weights=dict.fromkeys(NAMES, 0.25))
    assert ceiling_said(wide, found) == ()


def test_a_frontier_beside_short_positions_says_that_it_holds_none(problem: LivingProblem) -> None:
    assert problem.current is not None
    short = problem.current.model_copy(update={"weights_frac": (0.6, -0.1, 0.25, 0.25)})
    assert present.LONG_ONLY in str(present.remarks(problem.model_copy(update={"current": short}), "comma"))
    assert present.LONG_ONLY not in str(present.remarks(problem, "comma"))
