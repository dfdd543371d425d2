"""Are the rounds over the records done one after the other, whatever goes wrong in one of them?"""

from __future__ import annotations

from typing import Any

import pytest

from services.compliance.record_keeping import RecordKeeping
from services.messages.compliance_auditor import ReportCadence
from tests.services.records.conftest import Office


def test_a_round_that_fails_keeps_no_other_from_its_turn(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def broken() -> int:
        raise OSError("The disk is full.")

    keeping = RecordKeeping(broken, lambda: done.append("second") or 2)
    assert keeping.keep_up() == 2
    assert done == ["second"]
    assert "A round over the records failed." in caplog.text


def test_the_products_rounds_are_done_once_when_due(office: Office, other: Office, monkeypatch: Any) -> None:
    from services.exports_process import DrawingProcesses

    monkeypatch.setattr(DrawingProcesses, "document", lambda self, order, **_: b"%PDF")
    services = office.services
    services.auditor_reports.choose_schedule(ReportCadence.MONTH, office.cleo)
    rounds = (office.audit.anchors.write_due, services.retention_job.run_due, services.auditor_reports.make_due)
    keeping = RecordKeeping(*rounds)
    assert keeping.keep_up() == 5  # an anchor and a round of retention for each house, and a report for one
    assert keeping.keep_up() == 0
    found = office.audit.verify(office.cleo)
    assert (found.is_intact, found.anchors_count) == (True, 1)
