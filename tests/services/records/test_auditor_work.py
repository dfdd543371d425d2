"""Does a worker make an auditor's report, keep one alone, and keep nothing of one that was cancelled?"""

from __future__ import annotations

import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from services.errors import InvalidRequest, NotAllowed, NotFound
from services.exports_process import DrawingProcesses
from services.messages.compliance_auditor import NewAuditorReport
from services.messages.runs import RunStatus, RunView
from services.runs import Runs
from services.runs_kinds import kind_of
from services.runs_lease import LOOK_S
from tests.services.records.conftest import TODAY, Office

WISH = NewAuditorReport(start_on=TODAY - timedelta(days=30), end_on=TODAY)


@pytest.fixture(autouse=True)
def quick_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set documents as plain text."""
    monkeypatch.setattr(DrawingProcesses, "document", lambda self, order, **_: b"%PDF" + repr(order).encode())


@pytest.fixture
def runs(office: Office) -> Runs:
    """Return the runs of the office, whose worker is the test."""
    found: Runs = office.services.auditor_work._runs
    services: Any = SimpleNamespace(auditor_reports=office.services.auditor_reports)
    found._services = services
    return found


def done(runs: Runs, run: RunView, office: Office) -> RunView:
    """Let a worker do the work; return the run at its end."""
    runs.execute(run.id)
    return runs.get(run.id, office.cleo)


@pytest.mark.requirement("4.3.A6")
def test_a_report_is_made_by_a_worker_and_made_again_by_another(office: Office, runs: Runs) -> None:
    asked = office.services.auditor_work.make(WISH, office.cleo)
    assert (asked.status, asked.name) == (RunStatus.PENDING, "Auditor's report, 31 January 2026 to 2 March 2026")
    assert office.services.auditor_reports.list(office.cleo).items == ()
    ended = done(runs, asked, office)
    (made,) = office.services.auditor_reports.list(office.carl).items
    assert (ended.status, ended.message) == (RunStatus.SUCCEEDED, made.sentence)
    assert ended.shown_at == f"/compliance?tab=reports&run={ended.id}"
    assert (runs.result(ended.id, office.cleo) or {})["report_id"] == made.id
    assert made.made_by == "Cleo"
    checked = done(runs, office.services.auditor_work.check(made.id, office.cleo), office)
    assert checked.message == "Both files were made again from what was kept, byte for byte."
    assert (runs.result(checked.id, office.cleo) or {})["is_reproduced"] is True
    for who in (office.ann, office.ada):
        with pytest.raises(NotFound):
            runs.get(asked.id, who)  # what the report counts is not theirs to read


def test_what_cannot_be_made_is_refused_before_a_run_begins(office: Office, other: Office, runs: Runs) -> None:
    work = office.services.auditor_work
    with pytest.raises(InvalidRequest):
        work.make(WISH.model_copy(update={"end_on": TODAY + timedelta(days=1)}), office.cleo)
    with pytest.raises(InvalidRequest):
        work.make(WISH.model_copy(update={"portfolio_id": office.portfolio_id}), other.cleo)
    made = office.services.auditor_reports.make(WISH, office.cleo)
    for who in (office.ada, office.ann):
        with pytest.raises(NotAllowed):
            work.make(WISH, who)
        with pytest.raises(NotAllowed):
            work.check(made.id, who)
    with pytest.raises(NotFound):
        work.check(made.id, other.cleo)
    assert runs.list(office.cleo).items == ()


def test_nothing_is_kept_of_a_report_that_was_cancelled_while_it_was_drawn(
    office: Office, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = office.services.auditor_work.make(WISH, office.cleo)

    with pytest.raises(NotAllowed):
        runs.cancel(asked.id, office.carl)

    def document(self: Any, order: Any, **_: Any) -> bytes:
        runs.cancel(asked.id, office.cleo)
        time.sleep(6 * LOOK_S)  # a worker looks for such a wish this often
        return b"%PDF"

    monkeypatch.setattr(DrawingProcesses, "document", document)
    assert done(runs, asked, office).status is RunStatus.CANCELLED
    assert office.services.auditor_reports.list(office.cleo).items == ()
    assert office.deeds("auditor_report") == []


def test_a_request_that_is_none_names_the_field() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        kind_of("auditor_report").parse('{"start_on": "2026-02-30", "end_on": 5}')
    assert {one.path for one in refusal.value.fields} == {"start_on", "end_on"}
    with pytest.raises(InvalidRequest):
        kind_of("auditor_report_check").parse('{"report_id": null}')
