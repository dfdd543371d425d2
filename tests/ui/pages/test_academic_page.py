"""Does the page of benchmarks say what a file holds, how far the work is, and what was found?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from callbacks import present_academic as present
from callbacks.present_academic_tables import own_sets
from engine.academic.solve import benchmark
from engine.academic.spec import AcademicOptions
from services.errors import InvalidRequest
from services.messages.academic import AcademicProblem, AcademicRead, AcademicView
from services.messages.preferences import Preferences
from services.messages.runs import RunStatus, RunView
from tests.engine.academic_worlds import instance

WHEN = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
OPTIONS = AcademicOptions(holdings_count=3, tradeoffs_count=3, evaluations_count=1000)


def words(component: Any) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def run(status: RunStatus = RunStatus.SUCCEEDED, **changed: Any) -> RunView:
    usual: dict[str, Any] = {
        "id": "r-1", "kind": "academic", "name": "Academic benchmark, port9.txt", "status": status, "stage": None,
        "progress_frac": 1.0, "message": "All is proven.", "owner_id": "u-1", "portfolio_id": None,
        "created_at_utc": WHEN, "started_at_utc": WHEN, "finished_at_utc": WHEN, "seed": 7, "engine_version": "0.1.0",
        "request_sha256": "ab" * 32, "row_version": 1, "attempts_count": 1,
    }  # fmt: skip
    return RunView.model_validate(usual | changed)


def view(**changed: Any) -> AcademicView:
    usual: dict[str, Any] = {
        "run": run(), "instance_name": "port9.txt", "instance_sha256": "ab" * 32, "reference_name": None,
        "reference_sha256": None, "options": OPTIONS, "result": None,
    }  # fmt: skip
    return AcademicView.model_validate(usual | changed)


def read(*problems: AcademicProblem) -> AcademicRead:
    return AcademicRead(
        part="instance", file_name="port1.txt", sha256="ab" * 32, sentence="31 assets and 465 correlations.",
        market=None if problems else "Hang Seng", problems=problems,
    )  # fmt: skip


def test_a_file_says_what_it_holds_or_every_line_that_cannot_be_used() -> None:
    assert present.file_check(None, "comma") is None
    good = words(present.file_check(read(), "comma"))
    assert "“port1.txt” can be used" in good
    assert "Hang Seng" in good
    many = [AcademicProblem(line=n, message=f"Line {n} is odd.", advice="Mend it.") for n in range(1, 41)]
    bad = words(present.file_check(read(*many), "comma"))
    assert "cannot be used yet" in bad
    assert "Line 30 is odd." in bad
    assert "Line 31 is odd." not in bad
    assert "And 10 further problems" in bad


def test_what_is_typed_becomes_options_in_fractions_and_whole_numbers() -> None:
    typed = present.options_of("10", "1", "100", "51", "20,000", "full", "7")
    assert typed == {
        "proof_effort": "full", "holdings_count": 10, "tradeoffs_count": 51, "evaluations_count": 20_000, "seed": 7,
        "min_frac": 0.01, "max_frac": 1.0,
    }  # fmt: skip
    assert present.options_of("", "", "", "", "", "quick", "")["holdings_count"] is None
    with pytest.raises(InvalidRequest) as refusal:
        present.options_of("ten", "x", "100", "51", "2000", "quick", "7")
    assert [one.path for one in refusal.value.fields] == ["holdings_count", "min_frac"]
    with pytest.raises(InvalidRequest, match="whole"):
        present.options_of("2.5", "1", "100", "51", "2000", "quick", "7")


def test_work_says_how_far_it_is_and_an_end_without_a_result_says_why() -> None:
    going = words(present.work(run(RunStatus.RUNNING, stage="NSGA-II", progress_frac=0.42), "comma"))
    assert "NSGA-II" in going
    assert "42%" in going
    assert "Waiting for its turn" in words(present.work(run(RunStatus.PENDING), "comma"))
    likes = Preferences()
    for status, title in ((RunStatus.FAILED, "failed"), (RunStatus.CANCELLED, "was cancelled")):
        shown = present.result(
            view(run=run(status, message="It stopped.")), None, likes, has_browser=False, may_export=False
        )
        assert f"This benchmark {title}" in words(shown)
        assert "It stopped." in words(shown)
    is_going = view(run=run(RunStatus.RUNNING, finished_at_utc=None))
    assert present.result(is_going, None, likes, has_browser=False, may_export=False) is None


def test_what_was_asked_for_is_waited_for_and_asked_for_again_when_it_does_not_come() -> None:
    key = {"id": "r-1", "status": "succeeded"}
    assert present.to_show(run(), None, None, 100.0) == ({**key, "at_s": 100.0}, False)
    asked = {**key, "at_s": 100.0}
    assert present.to_show(run(), asked, None, 101.0) == (None, False)
    assert present.to_show(run(), asked, None, 106.0) == ({**key, "at_s": 106.0}, False)
    assert present.to_show(run(), asked, key, 106.0) == (None, True)
    going = {"id": "r-1", "status": "running"}
    assert present.to_show(run(), {**going, "at_s": 100.0}, going, 100.1) == ({**key, "at_s": 100.1}, False)
    assert present.to_show(None, None, None, 1.0) == ({"id": None, "status": None, "at_s": 1.0}, False)
    assert present.to_show(None, None, {"id": None, "status": None}, 1.0) == (None, True)


def test_a_result_shows_figures_charts_and_tables_and_exports_to_whoever_may() -> None:
    found = benchmark(instance(6), options=OPTIONS)
    shown = present.result(view(result=found), "dark", Preferences(), has_browser=True, may_export=True)
    assert words(shown).count("means over each algorithm's own portfolios") == 1
    alone = found.model_copy(update={"scores": tuple(one for one in found.scores if one.algorithm != "search")})
    assert own_sets(alone) is None
    text = words(shown)
    for said in (
        "3 of 3",
        "No published frontier was sent",
        "NSGA-III",
        "Search with proof",
        "/table.xlsx",
        "frontier:pdf",
    ):
        assert said in text
    assert "Literature" not in text
    assert "NaN" not in text
    without = words(present.result(view(result=found), None, Preferences(), has_browser=False, may_export=False))
    assert "/table.xlsx" not in without
    assert "frontier:pdf" not in without
    from engine.academic.literature import KNOWN
    from engine.academic.solve import _published

    known = found.model_copy(update={"market": "Hang Seng", "published": _published(KNOWN["port1"], AcademicOptions())})
    text = words(present.result(view(result=known), None, Preferences(), has_browser=False, may_export=False))
    assert "Tabu search" in text
    assert "1.1217" in text
    assert "Bacanin and Tuba (2014)" in text


def test_the_list_links_to_each_benchmark_and_says_what_to_do_while_it_is_empty() -> None:
    assert "/academic?run=r-1" in words(present.earlier([run()], "comma", may_run=True))
    assert "Bring the files" in words(present.earlier([], "comma", may_run=True))
    assert "Bring the files" not in words(present.earlier([], "comma", may_run=False))
