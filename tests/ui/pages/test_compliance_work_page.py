"""Do the tabs of reports and of reviews say how far work is, how it ended, and what a review still asks for?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from dash import no_update

from callbacks import compliance_reports, compliance_reviews
from callbacks import present_compliance_work as work
from callbacks.present_compliance_reviews import follow_up
from services.auth.roles import Role
from services.messages.compliance_auditor import ReportCadence
from services.messages.compliance_records import AccessDecision, AccessFollowUp, AccessReviewView
from services.messages.runs import RunStatus

WHEN = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def words(component: Any) -> str:
    return json.dumps(component, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def a_run(status: RunStatus, **more: Any) -> Any:
    usual = {"id": "r-1", "status": status, "stage": None, "message": None, "progress_frac": 0.4}
    made = SimpleNamespace(**{**usual, "is_final": status.is_final, **more})
    return made


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the reader like points before decimals."""
    monkeypatch.setattr("callbacks.wording.reader_style", lambda: "comma")


def review(*follow_ups: AccessFollowUp, can_close: bool = False) -> AccessReviewView:
    return AccessReviewView(
        id="v-1", made_at_utc=WHEN, made_by="Ada", rows=(), content_sha256="0" * 64, is_unchanged=True,
        reviewed_by="Cleo", reviewed_at_utc=WHEN, review_note="Seen.", follow_ups=follow_ups, can_close=can_close,
        can_review=False, row_version=2, sentence="Two users.",
    )  # fmt: skip


def test_a_report_under_way_says_its_stage_or_why_it_waits() -> None:
    said = words(work.progress(a_run(RunStatus.RUNNING, stage="Drawing the PDF")))
    assert "Drawing the PDF" in said
    assert "40%" in said
    assert "the work goes on" in said
    waits = words(work.progress(a_run(RunStatus.PENDING, message="All workers are busy; 1 run is before this one.")))
    assert "All workers are busy" in waits
    assert "The report waits for a worker" in words(work.progress(a_run(RunStatus.PENDING)))


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (a_run(RunStatus.SUCCEEDED, message="Both files were made again."), "Both files were made again."),
        (a_run(RunStatus.FAILED, message="No memory."), "It could not be made: No memory."),
        (a_run(RunStatus.CANCELLED), "It was cancelled; nothing was kept."),
    ],
)
def test_the_end_of_a_report_is_said(run: Any, said: str) -> None:
    assert said in words(work.ended(run))


def test_the_end_of_a_report_is_told_once_and_the_list_is_read_anew(
    monkeypatch: pytest.MonkeyPatch, as_role: Any
) -> None:
    as_role(Role.COMPLIANCE)
    runs = iter([a_run(RunStatus.RUNNING, stage="Drawing the PDF"), a_run(RunStatus.SUCCEEDED, message="It is kept.")])
    services = SimpleNamespace(runs=SimpleNamespace(get=lambda _id, _actor: next(runs)))
    put: list[tuple[str, dict[str, Any]]] = []
    anew: list[str] = []
    monkeypatch.setattr(compliance_reports, "services", lambda: services)
    monkeypatch.setattr(compliance_reports, "put", lambda key, **more: put.append((key, more)))
    monkeypatch.setattr(compliance_reports, "read_anew", anew.append)
    shown, is_hidden, ticks = compliance_reports.watch("r-1", 3)
    assert "Drawing the PDF" in words(shown)
    assert (is_hidden, ticks) == (False, 3 + compliance_reports.ENOUGH_TICKS)
    assert compliance_reports.watch("r-1", 4) == (None, True, 0)
    assert "It is kept." in words(put[0][1])
    assert put[1] == ("compliance-reports-run", {"data": ""})
    assert anew == ["auditor report made"]
    assert compliance_reports.watch("", 5) == (None, True, 0)


def test_how_often_comes_with_the_next_answer_where_the_first_was_overtaken_and_a_choice_stays(
    monkeypatch: pytest.MonkeyPatch, as_role: Any
) -> None:
    as_role(Role.COMPLIANCE)
    schedule = SimpleNamespace(cadence=ReportCadence.MONTH, sentence="One is made every month.")
    reports = SimpleNamespace(list=lambda _actor, limit: SimpleNamespace(items=()), schedule=lambda _actor: schedule)
    monkeypatch.setattr(compliance_reports, "services", lambda: SimpleNamespace(auditor_reports=reports))
    monkeypatch.setattr("callbacks.present_errors.put", lambda *_, **__: None)
    assert compliance_reports.show_reports("a change elsewhere", None, None)[1] == "month"
    assert compliance_reports.show_reports("a change elsewhere", None, "year")[1] is no_update


def test_what_a_review_decided_is_shown_until_it_is_done_and_closed_then() -> None:
    ann = AccessFollowUp(
        user_id="u", name="Ann", decision=AccessDecision.REMOVE, is_done=False, sentence="Ann still comes in as Viewer."
    )
    left = words(follow_up(review(ann), may_change=True, may_write=True))
    assert "Ann still comes in as Viewer." in left
    assert "Still to do" in left
    assert "/users" in left
    assert "Close the review" not in left
    assert "/users" not in words(follow_up(review(ann), may_change=False, may_write=True))
    done = ann.model_copy(update={"is_done": True, "sentence": "Ann is shut out."})
    closable = words(follow_up(review(done, can_close=True), may_change=True, may_write=True))
    assert "Close the review" in closable
    assert "/users" not in closable
    assert follow_up(review(), may_change=True, may_write=True) == []


def test_a_review_is_closed_with_the_version_that_was_seen(monkeypatch: pytest.MonkeyPatch, as_role: Any) -> None:
    as_role(Role.ADMINISTRATOR)
    closed: list[tuple[str, int]] = []

    def close(review_id: str, _actor: Any, row_version: int) -> Any:
        closed.append((review_id, row_version))
        return review()

    reviews = SimpleNamespace(get=lambda _id, _actor: review(), close=close)
    monkeypatch.setattr(compliance_reviews, "services", lambda: SimpleNamespace(access_reviews=reviews))
    monkeypatch.setattr(compliance_reviews, "pressed_index", lambda: "v-1")
    for name in ("say", "read_anew"):
        monkeypatch.setattr(compliance_reviews, name, lambda *_: None)
    monkeypatch.setattr("callbacks.present_errors.put", lambda *_, **__: None)
    assert compliance_reviews.close([1]) == "closed v-1"
    assert closed == [("v-1", 2)]


def test_a_report_without_its_days_names_both_and_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setattr("callbacks.present_errors.put", lambda key, **given: told.update({str(key): given}))
    compliance_reports.make(1, None, None, "all")
    said = json.dumps(told, default=str)
    assert "The first day is empty. Choose a day." in said
    assert "The last day is empty. Choose a day." in said
