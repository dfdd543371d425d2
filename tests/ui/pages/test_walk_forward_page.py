"""Does the page of a test over the past say what was found, at every stage, in the reader's own number format?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from callbacks import walk_forward as page
from callbacks import walk_forward_start as start
from callbacks import walk_forward_words as words
from callbacks.present_runs import row, tasks
from services.auth.roles import Permission
from services.errors import InvalidRequest, NotFound
from services.messages.runs import RunStatus, RunView
from services.messages.walk_forward import WalkForwardRequest, WalkForwardResult, WalkForwardView
from tests.services.charts.test_walk_forward import calibration, made_test
from tests.ui.wizard.test_result_sureness import run_of as any_run

ASKED = WalkForwardRequest(optimization_id="r-1")


def run_of(status: RunStatus = RunStatus.SUCCEEDED, **more: Any) -> RunView:
    return any_run(status, **{"kind": "walk_forward", "stage": "Deciding on 31 January 2020, 12 of 120"} | more)


def view_of(result: WalkForwardResult | None, run: RunView | None = None) -> WalkForwardView:
    return WalkForwardView(run=run or run_of(), asked=ASKED, result=result)


def test_lists_lead_to_the_page_of_the_test() -> None:
    run = run_of()
    assert row(run, {}, "comma")["href"] == "/walk-forward?run=r-2"
    assert "/walk-forward?run=r-2" in str(tasks([run], "comma"))
    assert row(any_run(), {}, "comma")["href"] == "/runs/r-1"


@pytest.mark.parametrize(
    ("probability_frac", "said"), [(0.9999, "more than 99%"), (0.96, "96%"), (0.01, "1%"), (0.0001, "less than 1%")]
)
def test_what_is_nearly_certain_is_not_said_to_be_so(probability_frac: float, said: str) -> None:
    assert words.likelihood(probability_frac, "comma") == said


def test_progress_tells_the_date() -> None:
    shown = str(words.progress_of(run_of(RunStatus.RUNNING), "comma"))
    assert "Deciding on 31 January 2020, 12 of 120" in shown
    assert words.progress_of(run_of(), "comma") is None


@pytest.mark.parametrize(
    ("status", "message", "title"),
    [
        (RunStatus.FAILED, "The history has 90 returns. Choose a shorter window.", "could not be made"),
        (RunStatus.CANCELLED, None, "was cancelled"),
    ],
)
def test_without_a_result_its_place_says_why(status: RunStatus, message: str | None, title: str) -> None:
    shown = str(words.instead(view_of(None, run_of(status, message=message)), "comma"))
    assert title in shown
    assert (message or "Nothing was changed") in shown
    assert "/runs/r-1" in shown


def test_a_recipe_that_never_answered_says_so_and_an_open_run_says_nothing() -> None:
    never = made_test(status="never_answered", message="No answer on 1,200 dates.", strategies=(), decisions=())
    assert "No answer on 1.200 dates." in str(words.instead(view_of(never), "point"))
    assert words.instead(view_of(None, run_of(RunStatus.RUNNING)), "comma") is None


def test_every_figure_is_in_the_readers_format() -> None:
    result = made_test()
    shown = str([
        words.lead(view_of(result), "point"), words.verdict_card(view_of(result), "point"),
        words.figures_table(result, "point"), words.calibration_table(result, "point"),
        words.points_card(result, "point"), words.to_know(result, "point"),
    ])  # fmt: skip
    said = ("1.260 days", "1,31 is not", "0,80 ± 0,44", "< 0,001", "123%", "15,00%", "a spread of 10 bp", "0,21")
    for text in (*said, "Least risk"):
        assert text in shown, text
    assert "nan" not in shown.lower().replace("nance", "")


def test_the_dates_are_listed_latest_first_and_say_what_was_missing() -> None:
    rows = words.decision_rows(made_test(), "comma")
    assert [row["promised_return"] for row in rows] == [0.1234, None]
    assert rows[0] | {"day": "2018-01-31", "earned": -0.0123, "score": -1.27, "answer": "Without ZZ."} == rows[0]
    assert rows[1]["answer"] == "No answer: Nothing beat cash. Without ZZ."


@pytest.mark.parametrize(("bias", "said"), [(1.5, "too low"), (0.5, "too high"), (1.0, "was right")])
def test_the_promise_of_risk_is_judged_by_its_bounds(bias: float, said: str) -> None:
    assert said in words.calibration_words(calibration(0.1, 0.1, bias), "comma")


def offered(monkeypatch: Any, *, may_run: bool, kind: str = "optimization", problem: Any = None) -> bool:
    services = SimpleNamespace(
        runs=SimpleNamespace(get=lambda *_: SimpleNamespace(id="r-1", kind=kind)),
        optimize=SimpleNamespace(request=lambda *_: SimpleNamespace(problem=problem)),
    )
    monkeypatch.setattr(start, "services", lambda: services)
    monkeypatch.setattr(start, "actor", lambda: None)
    monkeypatch.setattr(start, "may", lambda wanted: may_run and wanted is Permission.RUNS_WRITE)
    return not start.offer({"id": "r-1", "status": "succeeded"})


def test_the_test_is_offered_to_who_may_start_runs_of_a_recipe_with_a_history(monkeypatch: Any) -> None:
    assert offered(monkeypatch, may_run=True)
    assert not offered(monkeypatch, may_run=False)
    assert not offered(monkeypatch, may_run=True, kind="uncertainty")
    assert not offered(monkeypatch, may_run=True, problem=object())
    assert start.offer({"id": "r-1", "status": "failed"})


def test_what_is_typed_becomes_options_or_is_refused_at_its_field() -> None:
    found = start.options_of("periods", "10", "expanding", "1260", "", "3")
    assert (found.every_periods, found.lookback_periods, found.spread_bps, found.trials_count) == (10, 1260, None, 3)
    assert start.options_of("monthly", "x", "rolling", "252", "12,5", "1").spread_bps == 12.5
    with pytest.raises(InvalidRequest) as refusal:
        start.options_of("periods", "2.5", "rolling", "x", "-1", "")
    assert [one.path for one in refusal.value.fields] == [
        "every_periods", "lookback_periods", "trials_count", "spread_bps"
    ]  # fmt: skip


def test_an_address_without_a_test_says_how_one_comes_to_it(monkeypatch: Any) -> None:
    assert "No test is chosen" in str(page.follow(None, None, None, None))

    def missing(*_: Any) -> Any:
        raise NotFound.of("walk-forward test", "r-9")

    monkeypatch.setattr(page, "services", lambda: SimpleNamespace(walk_forwards=SimpleNamespace(run=missing)))
    monkeypatch.setattr(page, "actor", lambda: None)
    shown = page.follow("r-9", None, None, None)
    assert shown[1] is True
    assert "does not exist" in str(shown[-1])
